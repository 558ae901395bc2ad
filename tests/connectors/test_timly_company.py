"""Timly with 20 000 items: what it costs to read them, and to write some of them."""

from __future__ import annotations

from local.vendors.timly import company
from samspill.ports import VendorWrite
from tests.connectors.rig import change
from tests.connectors.timly_rig import TimlyRig


def test_twenty_thousand_items_are_read_in_pages_and_written_in_one_call_each() -> None:
    """One test for all of it, so that they are made once."""
    rig = TimlyRig()
    rig.sandbox.reset()
    rig.budgets.left = 1000
    company.fill(rig.sandbox.account, 1, 20_000)

    held = rig.sandbox.account.held["items"].values()
    rows, complete, cursor = rig.read_all()
    assert rig.calls() == -(-len(held) // rig.page_size)
    assert rig.calls("GET", "/items") == rig.calls()
    assert (complete, cursor is not None) == (True, True)
    assert {row.external_id for row in rows} == {each["id"] for each in held if each["item_type"] != "blueprint"}
    assert len(rows) >= 20_000
    assert [row.problem for row in rows if row.problem] == []

    rig.forget_calls()
    assert rig.read_all(since=cursor)[0] == [], "nothing changed since"
    assert rig.calls() == 1

    rig.forget_calls()
    category = rows[0].fields["category"]
    writes = [change(each, {"attributes.supplier": "Künzli & Söhne"}) for each in rows[:100:5]]
    writes += [VendorWrite(f"n{n}", {"name": f"Neu {n}", "category": category}, marker=f"l-{n}") for n in range(20)]
    assert [each.error for each in rig.connector.write("items", writes)] == [None] * 40
    assert (rig.calls("PATCH"), rig.calls("POST"), rig.calls()) == (20, 20, 40)
    assert rig.complaints() == []
