"""`mapping` and `lookups`."""

from __future__ import annotations

from pathlib import Path

from samspill.engine.model import Side
from samspill.flows.lookups import Direction
from tests.cli.terminal import FLOW, Terminal


def test_rows_are_set_exported_imported_and_removed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.hub.connect()
    file = tmp_path / "vat.csv"
    terminal.run("lookups", FLOW, "vat", "25 %", "3")
    terminal.run("lookups", FLOW, "vat", "æ, ø", "5", "--direction", "to-right")
    terminal.run("lookups", FLOW, "vat", "--export", str(file))
    assert file.read_text(encoding="utf-8").splitlines() == ["left,right", "25 %,3", '"æ, ø",5']

    terminal.run("lookups", FLOW, "vat", "25 %", "--unset")
    (left,) = terminal.ask("lookups", FLOW, "vat")
    assert [row["left"] for row in left["rows"]] == ["æ, ø"]
    terminal.run("lookups", FLOW, "vat", "--import", str(file))
    found = terminal.hub.world.registry.flow(terminal.hub.flow).lookups["vat"]
    assert [(row.on(Side.LEFT), row.on(Side.RIGHT)) for row in found.rows] == [("25 %", "3"), ("æ, ø", "5")]
    assert found.direction is Direction.TO_RIGHT

    terminal.run("lookups", FLOW, "vat", "--unset")
    assert terminal.hub.world.registry.flow(terminal.hub.flow).lookups == {}
    assert len(terminal.hub.journal("lookup_removed")) == 1


def test_the_fields_of_both_accounts_are_listed(terminal: Terminal) -> None:
    terminal.hub.connect()
    rows = terminal.ask("mapping", FLOW, "customers", "--fields")
    assert {(row["system"], row["field"]) for row in rows} >= {("Tripletex", "invoice_email"), ("Timerabbit", "name")}
    assert terminal.ask("mapping", FLOW) == {"mapping": [], "notes": []}
    assert terminal.ask("mapping", FLOW, "--check") == []
