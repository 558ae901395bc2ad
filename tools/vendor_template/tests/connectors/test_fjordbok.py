"""What only Fjordbok has; what every vendor has is tried by the conformance suite."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from samspill.connectors.fjordbok.connector import OVERLAP
from tests.connectors.fjordbok_rig import FjordbokRig

fjordbok = pytest.mark.parametrize("rig", ["fjordbok"], indirect=True)


@fjordbok
def test_what_changed_since_a_read_began_is_told_by_the_next_one_and_nothing_else(rig: FjordbokRig) -> None:
    old, edited = (rig.add("customers", {"name": name}) for name in ("Aas", "Berg"))
    rig.clock.advance(3600)
    began = rig.clock.now()
    _rows, _complete, cursor = rig.read_all()
    assert cursor == (began - OVERLAP).isoformat()
    rig.clock.advance(1)
    rig.edit("customers", edited, {"name": "Berg AS"})

    rows, _complete, later = rig.read_all(since=cursor)

    assert [row.external_id for row in rows] == [edited]
    assert old not in {row.external_id for row in rows}
    assert datetime.fromisoformat(later or "") == began + timedelta(seconds=1) - OVERLAP


@fjordbok
def test_a_cursor_is_the_moment_when_the_first_page_was_asked_for(rig: FjordbokRig) -> None:
    for number in range(rig.page_size + 1):
        rig.add("customers", {"name": f"Kunde {number}"})
    began = rig.clock.now()
    first = rig.connector.page("customers")
    rig.clock.advance(600)

    last = rig.connector.page("customers", token=first.next)

    assert (first.cursor, last.next) == (None, None)
    assert last.cursor == (began - OVERLAP).isoformat()


@fjordbok
def test_a_mark_on_a_contact_is_read_as_such(rig: FjordbokRig) -> None:
    rig.sandbox.add("contacts", {"name": "Aas", "reference": "left-17"})
    rig.add("customers", {"name": "Berg"})

    [found] = rig.connector.find("customers", marker="left-17")

    assert (found.fields["name"], found.marker) == ("Aas", "left-17")
