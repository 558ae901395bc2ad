"""`whatif`: what other rules would do, for people in their language and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import FLOW, Terminal, a_customer

TYPED = "21000009"


@pytest.fixture
def differs(active: Terminal, tmp_path: Path) -> tuple[Terminal, str]:
    """A terminal, and a file with a rule under which a number that was typed at Timerabbit would go over."""
    number = str(a_customer(active)["customerNumber"])
    row = next(row for row in active.hub.timerabbit.rows("customers") if row["number"] == number)
    active.hub.timerabbit.edit("customers", row["id"], {"phone": TYPED})
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": [{"field": "customers.phone", "policy": "master", "master": "Timerabbit"}]}))
    return active, str(path)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("1 would be treated otherwise", "Nothing was written.", "cannot be told")),
        ("nb", ("ville 1 blitt behandlet annerledes", "Ingenting ble skrevet.", "kan ikke sies")),
        ("de", ("würde 1 anders behandelt", "Es wurde nichts geschrieben.", "nicht bekannt")),
    ],
)
def test_people_are_told_in_their_language_and_nothing_is_written(
    differs: tuple[Terminal, str], language: str, said: tuple[str, ...]
) -> None:
    terminal, path = differs
    writes = {vendor: terminal.hub.writes(vendor) for vendor in terminal.hub.sandboxes}
    terminal.language = language

    shown = terminal.run("whatif", FLOW, "--rules", path).output

    assert [each for each in (*said, TYPED, "Timerabbit", "Tripletex") if each not in shown] == []
    assert {vendor: terminal.hub.writes(vendor) for vendor in terminal.hub.sandboxes} == writes
    assert terminal.hub.world.registry.flow(terminal.hub.flow).rules == {}


def test_a_program_gets_counts_and_values(differs: tuple[Terminal, str]) -> None:
    terminal, path = differs

    told = terminal.ask("whatif", FLOW, "--rules", path, "--since", "2h")

    assert told["differing"] == 1
    (example,) = told["examples"]
    assert {it["system"]: it["new"] for it in example["fields"]} == {"Tripletex": TYPED, "Timerabbit": TYPED}
    assert example["text"]


def test_what_rules_prints_can_be_edited_and_asked_about(differs: tuple[Terminal, str], tmp_path: Path) -> None:
    terminal, _ = differs
    printed = terminal.run("rules", FLOW, "--json").stdout
    path = tmp_path / "all.json"
    path.write_text(printed, encoding="utf-8")

    refused = terminal.run("whatif", FLOW, "--rules", str(path), expect=2).stderr
    changed = json.loads(printed)
    for rule in changed["rules"]:
        if rule["field"] == "customers.phone":
            rule["master"] = "Timerabbit"
    path.write_text(json.dumps(changed), encoding="utf-8")

    assert "asks for what holds already" in refused
    assert terminal.ask("whatif", FLOW, "--rules", str(path))["differing"] == 1
