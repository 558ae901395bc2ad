"""The linter sees what CloudFormation will see, and would speak up."""

import re
from pathlib import Path

import pytest

from tools import check_template

FAULTY = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 10  # shorter than the function's own time
  Step:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/map/
      Handler: app.handler
      Runtime: python3.99
      Timeout: 60
      Events:
        Messages:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
"""


def test_of_a_template_with_two_faults_the_linter_finds_these_two_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(FAULTY, encoding="utf-8")

    assert check_template.main(broken) == 1

    assert set(re.findall(r"\b[EWI]\d{4}\b", capsys.readouterr().out)) == {"E3505", "E3030"}
