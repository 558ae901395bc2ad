"""The linter sees what CloudFormation will see, and would speak up."""

import re
from pathlib import Path

import pytest

from tools import check_template

FAULTS = {
    "E3505": ("VisibilityTimeout: 540", "VisibilityTimeout: 10"),  # shorter than the function's own time
    "E3030": ("Runtime: python3.13", "Runtime: python3.99"),
}


def test_of_a_template_with_two_faults_the_linter_finds_these_two_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = check_template.TEMPLATE.read_text(encoding="utf-8")
    for right, wrong in FAULTS.values():
        assert right in text
        text = text.replace(right, wrong)
    broken = tmp_path / "template.yaml"
    broken.write_text(text, encoding="utf-8")

    assert check_template.main(broken) == 1

    assert set(re.findall(r"\b[EWI]\d{4}\b", capsys.readouterr().out)) == set(FAULTS)
