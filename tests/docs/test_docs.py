"""The documents tell the truth: generated pages are fresh, links lead somewhere, commands and alarms exist."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from samspill import VERSION
from samspill.cli.main import cli
from samspill.texts.reasons import sentences
from tools import docs
from tools.check_template import load
from tools.uv import ROOT

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?:^|`|\$ )samspill (\w[^`\n#(]*)", re.MULTILINE)
IN_DOCUMENTS = sorted(
    {
        (document.relative_to(ROOT).as_posix(), found)
        for document in docs.documents()
        for found in COMMAND.findall(document.read_text(encoding="utf-8"))
    }
)


def test_generated_pages_are_fresh_and_links_lead_somewhere() -> None:
    assert docs.problems() == []


def test_the_newest_release_in_the_changelog_is_the_version_of_the_code() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", VERSION]


@pytest.mark.parametrize(("document", "line"), IN_DOCUMENTS)
def test_every_command_in_a_document_exists_with_its_options(document: str, line: str) -> None:
    command: click.Command = cli
    words = shlex.split(line.replace("…", " "))
    while isinstance(command, click.Group) and words and words[0] != "COMMAND":
        assert words[0] in command.commands, f"{document}: samspill {line}"
        command = command.commands[words.pop(0)]
    params = [*cli.params, *command.params]  # what holds for every command may stand on both sides
    known = {flag for option in params if isinstance(option, click.Option) for flag in option.opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, f"{document}: samspill {line}"


def test_every_alarm_has_its_section_in_the_runbook() -> None:
    alarms = {name for name, it in load()["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    named = {f"{step}{kind}" for steps, kind in _headings() for step in steps}

    assert alarms == named


def _headings() -> list[tuple[list[str], str]]:
    """Return what a heading like "Fetch, Map: LateAlarm" names."""
    found = re.findall(r"^## .*`([\w, ]+)` *`(\w+Alarm)`$|^## .*`(\w+Alarm)`$", RUNBOOK, re.MULTILINE)
    return [([part.strip() for part in steps.split(",")] if steps else [""], kind or one) for steps, kind, one in found]


def test_every_reason_in_the_runbook_exists() -> None:
    named = set(re.findall(r"reason `(\w+)`", RUNBOOK))

    assert named
    assert named <= sentences("en").keys()
