"""The how-to about mapping: its commands, one after the other, do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.flows.hub import Hub
from tools.uv import ROOT

PAGE = ROOT / "docs" / "how-to" / "map-fields.md"


def commands() -> list[list[str]]:
    """Return the commands that stand on lines of their own."""
    found = re.findall(r"^ +samspill (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [shlex.split(each) for each in found]


def test_the_commands_of_the_how_to_work_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(size=6, flow="svenn-tripletex")
    terminal = Terminal(hub, tmp_path)
    hub.first_sync()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("left;right\nOslo;100010\nBergen;100012\n", encoding="utf-8")

    for command in commands():
        terminal.run(*command)

    state = hub.world.registry.flow(hub.flow)
    assert [(pair.left, pair.policy) for pair in state.mapping["customers"]] == [("invoice_email", "master")]
    assert [(row.left, row.right) for row in state.lookups["units"].rows] == [("Oslo", "100010"), ("Bergen", "100012")]
    assert hub.sync().status.is_over
