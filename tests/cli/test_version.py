"""The command line and the stack may be of different versions: a person is told which of the two to update."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import pytest

from samspill import VERSION
from samspill.bootstrap import other_version
from samspill.errors import ConfigurationError
from samspill.reasons import Reason
from samspill.texts.reasons import reason_text
from tests.cli.terminal import Terminal
from tools.check_template import load
from tools.uv import ROOT

MAJOR, MINOR, _ = (int(part) for part in VERSION.split("."))


def test_the_stack_and_the_package_say_the_version_of_the_code() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert load()["Outputs"]["Version"]["Value"] == VERSION == project["version"]


def test_nothing_is_said_of_the_same_version() -> None:
    assert other_version("samspill", VERSION) == ()


@pytest.mark.parametrize(
    ("theirs", "code"),
    [(f"{MAJOR}.{MINOR + 1}.0", "stack_is_newer"), (f"{MAJOR}.0.0", "stack_is_older"), ("", "stack_is_older")],
)
def test_another_version_says_which_to_update(theirs: str, code: str) -> None:
    (reason,) = other_version("samspill", theirs)
    assert reason == Reason(code, {"stack": "samspill", "theirs": theirs or "?", "ours": VERSION})
    todo = "Update the command line" if code == "stack_is_newer" else "Deploy the new version"
    assert todo in reason_text(reason)


def test_another_major_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigurationError) as refused:
        other_version("samspill", f"{MAJOR + 1}.0.0")
    assert "Update the command line" in reason_text(refused.value.reason)


@pytest.mark.parametrize("language", ["nb", "en", "de"])
def test_the_notice_is_told_on_standard_error_and_the_command_goes_on(terminal: Terminal, language: str) -> None:
    (notice,) = other_version("samspill", f"{MAJOR}.{MINOR + 1}.0")
    terminal.language, terminal.world = language, replace(terminal.world, remarks=(notice,))
    shown = terminal.run("flows", "--json")
    assert reason_text(notice, "nb" if language == "nb" else "de" if language == "de" else "en") in shown.stderr
    assert notice.code not in shown.stdout
    assert json.loads(shown.stdout)["flows"]
