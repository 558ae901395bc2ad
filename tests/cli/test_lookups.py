"""`mapping` and `lookups`."""

from __future__ import annotations

from pathlib import Path

import pytest

from samspill.flows.lookups import Direction
from samspill.messages import WatchTenant
from samspill.pipeline.notify.watch import watch_tenant
from samspill.reasons import LANGUAGES, Reason
from tests.cli.terminal import FLOW, Terminal


@pytest.fixture
def connected(terminal: Terminal) -> Terminal:
    terminal.hub.connect()
    return terminal


def rows(terminal: Terminal, name: str = "vat") -> list[tuple[str, str]]:
    found = terminal.hub.world.registry.flow(terminal.hub.flow).lookups[name]
    return [(row.left, row.right) for row in found.rows]


def test_rows_are_set_exported_imported_and_removed(connected: Terminal, tmp_path: Path) -> None:
    terminal, file = connected, tmp_path / "vat.csv"
    terminal.run("lookups", FLOW, "vat", "25 %", "3")
    terminal.run("lookups", FLOW, "vat", "æ, ø", "5", "--direction", "to-right")
    terminal.run("lookups", FLOW, "vat", "--export", str(file))
    assert file.read_text(encoding="utf-8").splitlines() == ["left,right", "25 %,3", '"æ, ø",5']

    (left,) = terminal.ask("lookups", FLOW, "vat", "25 %", "--unset")["lookups"]
    assert [row["left"] for row in left["rows"]] == ["æ, ø"]
    terminal.run("lookups", FLOW, "vat", "--import", str(file))
    assert rows(terminal) == [("25 %", "3"), ("æ, ø", "5")]
    assert terminal.hub.world.registry.flow(terminal.hub.flow).lookups["vat"].direction is Direction.TO_RIGHT

    terminal.run("lookups", FLOW, "vat", "--unset")
    assert terminal.hub.world.registry.flow(terminal.hub.flow).lookups == {}
    assert [entry.reason.params["person"] for entry in terminal.hub.journal("lookup_removed")] == ["kari"]


def test_a_row_is_changed_by_setting_it_again_and_no_other_is_touched(connected: Terminal) -> None:
    for left, right in (("25 %", "3"), ("15 %", "31"), ("25 %", "33")):
        connected.run("lookups", FLOW, "vat", left, right)

    assert rows(connected) == [("15 %", "31"), ("25 %", "33")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"venstre,right\n", "Line 1"),
        (b"left,right\n25 %,3\n15 %\n", "Line 3"),
        (b"", "Line 1"),
        ("left,right\næ,5\n".encode("cp1252"), "CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_lookup_is_refused_with_what_to_do(
    connected: Terminal, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "vat.csv"
    file.write_bytes(content)

    assert told in connected.run("lookups", FLOW, "vat", "--import", str(file), expect=2).stderr
    assert connected.hub.world.registry.flow(connected.hub.flow).lookups == {}


def test_a_file_as_a_norwegian_spreadsheet_writes_it_is_taken(connected: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "vat.csv"
    file.write_bytes("\ufeffleft;right\r\n25 %;3\r\n\r\n".encode())

    connected.run("lookups", FLOW, "vat", "--import", str(file))

    assert rows(connected) == [("25 %", "3")]


@pytest.mark.parametrize("side", ["right", "Timerabbit", "timerabbit"])
def test_the_kind_of_a_side_is_named_by_side_or_system(connected: Terminal, side: str) -> None:
    customer = connected.hub.timerabbit.rows("customers")[0]

    connected.run("lookups", FLOW, "owners", "A", str(customer["id"]), "--kind", f"{side}=customers")

    (found,) = connected.ask("lookups", FLOW)["lookups"]
    assert found["kinds"] == {"Timerabbit": "customers"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("vat", "25 %", "3", "--kind", "both=activities"), "both is none of the sides"),
        (("vat", "25 %", "3", "--kind", "left=planets"), "Tripletex has no list of planets"),
        (("vat", "25 %", "99999", "--kind", "right=customers"), "Timerabbit does not have the value “99999”"),
        (("vat", "abc", "3", "--kind", "left=customers"), "Tripletex does not have the value “abc”"),
        (("vat", "25 %"), "Name the value of the right system"),
        (("vat",), "There is no lookup vat"),
        (("vat", "--unset"), "There is no lookup vat"),
        (("--direction", "both"), "Name the lookup"),
    ],
)
def test_what_is_no_lookup_is_refused_and_nothing_is_stored(
    connected: Terminal, arguments: tuple[str, ...], told: str
) -> None:
    assert told in connected.run("lookups", FLOW, *arguments, expect=2).stderr
    assert connected.hub.world.registry.flow(connected.hub.flow).lookups == {}


def test_a_value_that_is_no_longer_in_use_is_taken_and_told_of(connected: Terminal) -> None:
    hub = connected.hub
    customer = hub.tripletex.add("customer", {"name": "Gammel AS"})
    hub.tripletex.edit("customer", str(customer["id"]), {"isInactive": True})

    said = connected.run("lookups", FLOW, "owners", str(customer["id"]), "3", "--kind", "left=customers").output

    assert f"“{customer['id']}” of lookup owners is no longer in use in Tripletex" in said
    assert rows(connected, "owners") == [(str(customer["id"]), "3")]


def test_the_fields_of_both_accounts_are_listed(connected: Terminal) -> None:
    found = connected.ask("mapping", FLOW, "customers", "--fields")["fields"]
    told = {(row["system"], row["field"]): row for row in found}
    assert told["Timerabbit", "name"]["mapped"] is True
    assert told["Tripletex", "invoice_email"]["mapped"] is False
    assert connected.ask("mapping", FLOW) == {"mapping": [], "notes": []}
    assert connected.ask("mapping", FLOW, "--check") == {"problems": []}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--fields",), "Name the stream"),
        (("customers", "--unset"), "Name the field of the left system"),
        (("customers", "invoice_email"), "Name the field of the right system"),
        (("orders", "a", "b"), f"{FLOW} has no stream orders"),
        (("orders",), f"{FLOW} has no stream orders"),
        (("customers", "a", "--unset"), f"Run “samspill mapping {FLOW}”"),
        (("customers", "a", "b"), f"samspill mapping {FLOW} customers --fields"),
        (("customers", "a", "b", "--master", "Visma"), "Visma is not one of the sides"),
    ],
)
def test_what_cannot_be_mapped_is_refused_with_what_to_do(
    connected: Terminal, arguments: tuple[str, ...], told: str
) -> None:
    assert told in connected.run("mapping", FLOW, *arguments, expect=2).stderr
    assert connected.hub.world.registry.flow(connected.hub.flow).mapping == {}


def test_status_tells_in_every_language_what_the_last_look_found_wrong(terminal: Terminal) -> None:
    terminal.set_up()
    hub = terminal.hub
    reason = Reason("schema_missing", {"system": "Timerabbit", "field": "attributes.Farge", "stream": "customers"})
    state = hub.world.registry.flow(hub.flow)
    hub.world.registry.save_flow(state.model_copy(update={"mapping_problems": (reason,)}))

    for terminal.language in LANGUAGES:
        said = terminal.run("status", FLOW, expect=1).output
        assert "attributes.Farge" in said
        assert f"samspill mapping {FLOW} --check" in said
    assert terminal.ask("status", FLOW, expect=1)["flows"][0]["mapping"][0]["reason"]["code"] == "schema_missing"
    watch_tenant(hub.world, WatchTenant(tenant="acme"))
    (told,) = terminal.ask("tenants", expect=1)["tenants"]
    assert (told["mapping"], told["needs_person"]) == (1, True)
