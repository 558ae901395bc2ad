"""What a person refused to have put away stays as it is, read after read; once it is back, nobody has said anything."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.guard import pending
from samspill.messages import FetchRecords, RecordHint
from samspill.state import RunStatus, StreamKey
from samspill.usecases import approvals, limits, review
from tests.flows.hub import FLOW, Hub
from tests.flows.test_guard import DAY_S, MANY, approve, the_list, without_projects
from tests.support.actors import admin

Kept = dict[str, Any]
"""Rows of Tripletex that were removed, by id."""


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=120)
    made.first_sync()
    made.tripletex.set_faults({"webhook_drop": True})
    return made


def remove(hub: Hub, names: list[str]) -> Kept:
    table = hub.tripletex.account.world.tables["customer"]
    kept = {name: table.rows[int(name)] for name in names}
    for name in names:
        hub.tripletex.remove("customer", name)
    return kept


def bring_back(hub: Hub, rows: Kept) -> None:
    for row in rows.values():
        hub.tripletex.account.world.tables["customer"].put(row)


def refuse(hub: Hub, count: int = MANY) -> Kept:
    """Have so many customers vanish without a word, and a person refuse the list that the whole read makes of it."""
    kept = remove(hub, candidates(hub)[:count])
    hub.sync()
    found = the_list(hub)
    assert (found.count, found.told) == (count, ())
    approvals.reject(hub.world, admin("kari"), FLOW, found.hash)
    hub.drain()
    return kept


def links(hub: Hub, rows: Kept) -> list[Link]:
    return [link for link in hub.links("customers") if link.ids.get(Side.LEFT) in rows]


def in_use(hub: Hub, rows: Kept) -> int:
    rights = {link.ids[Side.RIGHT] for link in links(hub, rows)}
    return sum(row["active"] for row in hub.timerabbit.rows("customers") if row["id"] in rights)


def candidates(hub: Hub) -> list[str]:
    """Customers that stand in no project's way, and that both sides have in use."""
    idle = {str(row["id"]) for row in hub.tripletex.rows("customer") if row["isInactive"]}
    return [name for name in without_projects(hub) if name not in idle]


def test_three_whole_reads_write_nothing_and_ask_nobody_again(hub: Hub) -> None:
    before = hub.writes("timerabbit"), hub.writes("tripletex")
    gone = refuse(hub)
    asked = len(hub.journal("too_many_deletes")) + len(hub.journal("guard_stopped"))

    for _ in range(3):
        hub.clock.advance(DAY_S)
        run = hub.sync()
        assert run.status is RunStatus.DONE
        assert pending.lists(hub.world, FLOW) == []

    assert (hub.writes("timerabbit"), hub.writes("tripletex")) == before
    assert len(hub.journal("too_many_deletes")) + len(hub.journal("guard_stopped")) == asked == 1
    assert {link.state for link in links(hub, gone)} == {LinkState.LINKED}
    assert in_use(hub, gone) == MANY


def test_raised_limits_and_a_shorter_list_do_not_carry_it_out_after_all(hub: Hub) -> None:
    gone = refuse(hub)
    writes = hub.writes("timerabbit")
    limits.change(hub.world, admin("kari"), FLOW, at_least=100, share=1, shrink=1)

    for _ in range(3):
        hub.sync()
    limits.reset(hub.world, admin("kari"), FLOW)
    bring_back(hub, dict(list(gone.items())[:25]))
    for _ in range(3):
        hub.sync()

    assert hub.writes("timerabbit") == writes
    assert in_use(hub, gone) == MANY


def test_a_delete_that_is_told_later_is_not_carried_out_either_and_says_why(hub: Hub) -> None:
    gone = refuse(hub)
    writes = hub.writes("timerabbit")
    hints = tuple(RecordHint(left=name, deleted=True) for name in gone)
    told = FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", records=hints, force=True)

    hub.world.queues.send([told])
    hub.drain()
    hub.sync()

    assert hub.writes("timerabbit") == writes
    assert pending.lists(hub.world, FLOW) == []
    outcomes = [link.outcome for link in links(hub, gone)]
    assert {(o.result, o.reason.code) for o in outcomes if o} == {(Result.SKIPPED, "list_refused")}


def test_what_is_back_is_kept_in_step_and_asked_about_when_it_goes_again(hub: Hub) -> None:
    gone = refuse(hub)
    hub.sync()
    bring_back(hub, gone)
    hub.sync()
    name = next(iter(gone))
    hub.tripletex.edit("customer", name, {"email": "tilbake@kunde.example"})
    hub.sync()
    assert "tilbake@kunde.example" in {row["email"] for row in hub.timerabbit.rows("customers")}
    assert not {link.outcome.reason.code for link in links(hub, gone) if link.outcome} & {"list_refused"}

    remove(hub, list(gone))
    hub.sync()

    found = the_list(hub)
    assert found.count == MANY
    approve(hub, found)
    assert in_use(hub, gone) == 0


def test_one_of_them_is_put_away_after_all_when_a_person_says_so_of_it(hub: Hub) -> None:
    gone = refuse(hub)
    hub.sync()
    name = next(iter(gone))

    review.decide(hub.world, admin("kari"), StreamKey(*FLOW, "customers"), [f"left-{name}"], "archive")
    hub.drain()

    assert in_use(hub, {name: gone[name]}) == 0
    assert in_use(hub, gone) == MANY - 1


def test_what_goes_beside_the_refused_is_asked_about_alone(hub: Hub) -> None:
    gone = refuse(hub)
    more = remove(hub, [name for name in candidates(hub) if name not in gone][:2])

    hub.sync()

    found = the_list(hub)
    assert sorted(found.entries) == sorted(f"left-{name}" for name in more)
    approve(hub, found)
    assert (in_use(hub, more), in_use(hub, gone)) == (0, MANY)


def test_an_absence_that_was_noted_before_does_not_outlive_the_refusal(hub: Hub) -> None:
    """A few were missed by one read already; the read that lacks more makes one list of all."""
    names = candidates(hub)[:MANY]
    gone = remove(hub, names[:5])
    hub.sync()
    assert {link.absent.get(Side.LEFT) for link in links(hub, gone)} == {1}
    rest = remove(hub, names[5:])
    hub.sync()
    approvals.reject(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    hub.drain()
    writes = hub.writes("timerabbit")

    bring_back(hub, rest)
    for _ in range(3):
        hub.sync()

    assert hub.writes("timerabbit") == writes
    assert in_use(hub, gone) == 5


# --- told, refused, and undone at the vendor --------------------------------------------------------------------------


def tell(hub: Hub, names: list[str]) -> None:
    """Webhooks say that these were deleted."""
    hints = tuple(RecordHint(left=name, deleted=True) for name in names)
    hub.world.queues.send([FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", records=hints)])
    hub.drain()


def goes_on(hub: Hub, rows: Kept) -> None:
    """Every pair is one again, nothing was written, and an edit goes over."""
    assert {link.state for link in links(hub, rows)} == {LinkState.LINKED}
    assert in_use(hub, rows) == len(rows)
    assert not {link.outcome.reason.code for link in links(hub, rows) if link.outcome} & {"list_refused"}
    name = next(iter(rows))
    hub.tripletex.edit("customer", name, {"email": "tilbake@kunde.example"})
    hub.sync()
    assert "tilbake@kunde.example" in {row["email"] for row in hub.timerabbit.rows("customers")}


def test_deletes_that_were_told_and_refused_and_are_undone_go_on(hub: Hub) -> None:
    gone = remove(hub, candidates(hub)[:MANY])
    tell(hub, list(gone))
    found = the_list(hub)
    carried_out = MANY - found.count
    approvals.reject(hub.world, admin("kari"), FLOW, found.hash)
    hub.drain()
    refused = {name: row for name, row in gone.items() if f"left-{name}" in found.entries}
    assert carried_out + len(refused) == MANY
    assert {link.state for link in links(hub, refused)} == {LinkState.TOMBSTONE}
    writes = hub.writes("timerabbit")

    bring_back(hub, refused)
    hub.sync()

    assert hub.writes("timerabbit") == writes
    assert {entry.link for entry in hub.journal("linked_again")} == {f"left-{name}" for name in refused}
    goes_on(hub, refused)


def test_deletes_that_were_missed_refused_told_and_are_undone_go_on(hub: Hub) -> None:
    gone = refuse(hub)
    tell(hub, list(gone))
    writes = hub.writes("timerabbit")

    bring_back(hub, gone)
    hub.sync()
    hub.sync()

    assert hub.writes("timerabbit") == writes
    goes_on(hub, gone)
