"""The mass-change guard, whole: what is too much at once waits as one list, until a person decides about exactly it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from samspill.connectors.tripletex.client import Client
from samspill.engine.model import LinkState, Observation, Result, Side
from samspill.errors import ConflictError, UnavailableError, UsageError
from samspill.guard import pending
from samspill.guard.batch import HeldList
from samspill.guard.limits import in_force
from samspill.messages import Message
from samspill.pipeline.map import map_records
from samspill.reasons import Reason
from samspill.state import RunStatus, Stop
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, MemoryQueues
from samspill.usecases import approvals, limits
from samspill.work.context import open_flow
from samspill.work.flow_state import change_flow
from tests.flows.hub import FLOW, Hub
from tests.flows.test_hours import NAME, Site
from tests.support.actors import admin

MANY = 30
"""More than the limit of a small register."""
DAY_S = 24 * 3600


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=120)
    made.first_sync()
    made.tripletex.set_faults({"webhook_drop": True})
    return made


def active(hub: Hub) -> list[str]:
    """Customers of Tripletex that are linked and have a phone number."""
    linked = {link.ids.get(side) for link in hub.links("customers") for side in link.ids if len(link.ids) > 1}
    rows = hub.tripletex.rows("customer")
    return [str(row["id"]) for row in rows if str(row["id"]) in linked and row["phoneNumber"]]


def blank_phones(hub: Hub, count: int, *, first: int = 0) -> None:
    for name in active(hub)[first : first + count]:
        hub.tripletex.edit("customer", name, {"phoneNumber": ""})


def add(hub: Hub, count: int, word: str = "Nykunde") -> None:
    for index in range(count):
        hub.tripletex.add("customer", {"name": f"{word} {index} AS", "isCustomer": True})


def without_projects(hub: Hub) -> list[str]:
    used = {(row.get("customer") or {}).get("id") for row in hub.tripletex.rows("project")}
    return [name for name in active(hub) if int(name) not in used]


def phones(hub: Hub) -> int:
    return sum(bool(row["phone"]) for row in hub.timerabbit.rows("customers"))


def the_list(hub: Hub) -> HeldList:
    (found,) = pending.lists(hub.world, FLOW)
    return found


def approve(hub: Hub, found: HeldList) -> None:
    approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    hub.drain()


# --- what trips it ---------------------------------------------------------------------------------------------------


def test_a_field_that_is_blanked_in_many_records_stops_and_none_is_written(hub: Hub) -> None:
    before, writes = phones(hub), hub.writes("timerabbit")
    blank_phones(hub, MANY)

    run = hub.sync()

    found = the_list(hub)
    assert (phones(hub), hub.writes("timerabbit")) == (before, writes)
    assert (found.name, found.count, len(found.examples)) == ("customers/right/field:phone", MANY, 5)
    assert run.status is RunStatus.DONE_WITH_PROBLEMS
    waiting = [link.outcome for link in hub.links("customers") if link.id in found.entries]
    assert {outcome.reason.code for outcome in waiting if outcome} == {"held_back"}
    assert {outcome.result for outcome in waiting if outcome} == {Result.WAITING}
    (told,) = hub.journal("guard_stopped")
    assert told.reason.params == {"what": "customers.phone", "flow": FLOW.flow}


def test_as_many_as_the_limit_go_through(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, 20)

    hub.sync()

    assert phones(hub) == before - 20
    assert pending.lists(hub.world, FLOW) == []


def test_other_kinds_and_other_streams_go_on(hub: Hub) -> None:
    blank_phones(hub, MANY)
    hub.sync()
    name = active(hub)[MANY + 1]
    hub.tripletex.edit("customer", name, {"name": "Omdøpt AS"})
    project = next(row for row in hub.tripletex.rows("project") if not row["isClosed"])
    hub.tripletex.edit("project", str(project["id"]), {"name": "Omdøpt prosjekt"})

    hub.sync()

    assert "Omdøpt AS" in {row["name"] for row in hub.timerabbit.rows("customers")}
    assert "Omdøpt prosjekt" in {row["name"] for row in hub.timerabbit.rows("projects")}
    assert the_list(hub).count == MANY


def test_filling_an_empty_field_is_not_counted(hub: Hub) -> None:
    names = active(hub)[:MANY]
    for day in (names[:15], names[15:]):
        for name in day:
            hub.tripletex.edit("customer", name, {"phoneNumber": ""})
        hub.sync()
        hub.clock.advance(DAY_S)
    for name in names:
        hub.tripletex.edit("customer", name, {"phoneNumber": "22 00 00 00"})

    hub.sync()

    assert pending.lists(hub.world, FLOW) == []
    assert sum(row["phone"] == "22 00 00 00" for row in hub.timerabbit.rows("customers")) == MANY


def test_one_record_edited_many_times_counts_once(hub: Hub) -> None:
    name = active(hub)[0]
    for number in range(MANY):
        hub.tripletex.edit("customer", name, {"name": f"Navn {number}"})
        hub.sync(full=False)

    assert pending.lists(hub.world, FLOW) == []
    assert f"Navn {MANY - 1}" in {row["name"] for row in hub.timerabbit.rows("customers")}


def test_webhooks_count_one_by_one_and_stop_at_the_limit(hub: Hub) -> None:
    hub.tripletex.set_faults({"webhook_drop": False})
    before = phones(hub)
    for name in active(hub)[:MANY]:
        hub.tripletex.edit("customer", name, {"phoneNumber": ""})
        hub.deliver_webhooks()
        hub.drain()

    assert phones(hub) == before - 20
    assert the_list(hub).count == MANY - 20


def test_what_is_stopped_stays_stopped_the_next_day(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, MANY)
    hub.sync()
    hub.clock.advance(2 * DAY_S)

    hub.sync()
    blank_phones(hub, 3)
    hub.sync()

    assert phones(hub) == before
    assert the_list(hub).count == MANY + 3


def test_a_stop_that_comes_while_a_message_is_at_work_holds_for_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_flow(hub.world, FLOW)
    stop = Stop(stream="customers", side=Side.RIGHT, kind="field:phone", at=hub.clock.now())
    change_flow(hub.world, FLOW, lambda _state: {"held": {"customers/right/field:phone": stop}})
    monkeypatch.setattr(map_records, "open_flow", lambda *_: opened)
    before = phones(hub)
    hub.tripletex.set_faults({"webhook_drop": False})
    blank_phones(hub, 1)
    hub.deliver_webhooks()
    hub.drain()
    assert phones(hub) == before
    assert the_list(hub).count == 1


def test_a_mass_of_new_records_waits_and_none_is_created(hub: Hub) -> None:
    before = len(hub.timerabbit.rows("customers"))
    add(hub, MANY)

    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == before
    assert (the_list(hub).name, the_list(hub).count) == ("customers/right/create", MANY)


def test_the_approved_first_sync_is_not_counted(hub: Hub) -> None:
    made = [entry for entry in hub.journal("created") if entry.stream == "customers"]

    assert len(made) > 20
    assert pending.lists(hub.world, FLOW) == []


def test_deletes_told_by_webhooks_count_per_day(hub: Hub) -> None:
    hub.tripletex.set_faults({"webhook_drop": False})
    for name in without_projects(hub)[:MANY]:
        hub.tripletex.remove("customer", name)
        hub.deliver_webhooks()
        hub.drain()

    gone = [link for link in hub.links("customers") if link.state is LinkState.TOMBSTONE]
    assert len(gone) == 20
    assert the_list(hub).count == MANY - 20


# --- a person's yes --------------------------------------------------------------------------------------------------


def test_an_approved_list_is_carried_out_and_the_journal_tells_who(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, MANY)
    hub.sync()
    found = the_list(hub)

    approve(hub, found)

    assert phones(hub) == before - MANY
    assert pending.lists(hub.world, FLOW) == []
    (said,) = hub.journal("list_approved")
    assert said.reason.params["person"] == "kari"
    assert said.reason.params["hash"] == found.hash


def test_an_approved_list_longer_than_the_vendors_minute_is_carried_out(hub: Hub) -> None:
    """What needs more calls than a window has is done in parts, not begun anew in every window."""
    before = phones(hub)
    blank_phones(hub, 90)
    hub.sync()
    hub.budgets = MemoryBudgets(hub.clock, lambda _key: BudgetRule(60, 60, reserve=6))
    hub.timerabbit.calls.clear()

    approve(hub, the_list(hub))

    assert phones(hub) == before - 90
    assert len(hub.timerabbit.calls) < 1000
    assert hub.world.queues.depth() == 0


def test_approved_creates_are_made_once(hub: Hub) -> None:
    before = len(hub.timerabbit.rows("customers"))
    add(hub, MANY)
    hub.sync()
    found = the_list(hub)

    approve(hub, found)
    approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    hub.drain()
    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == before + MANY


def test_a_list_that_has_grown_is_another_list(hub: Hub) -> None:
    blank_phones(hub, MANY)
    hub.sync()
    shown = the_list(hub)
    blank_phones(hub, 1)
    hub.sync()
    writes = hub.writes("timerabbit")

    with pytest.raises(ConflictError):
        approvals.approve(hub.world, admin("kari"), FLOW, shown.hash)
    hub.drain()

    assert hub.writes("timerabbit") == writes
    assert the_list(hub).count == MANY + 1


def test_the_yes_covers_only_what_was_shown(hub: Hub) -> None:
    """A record that by now would be written differently is not covered by the yes."""
    blank_phones(hub, MANY)
    hub.sync()
    found = the_list(hub)
    before, changed = phones(hub), next(iter(found.entries)).removeprefix("left-")
    hub.tripletex.edit("customer", changed, {"phoneNumber": "99 99 99 99"})
    hub.clock.advance(1)
    approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    hub.world.quotas.take(
        f"acme/{FLOW.flow}/{found.name}/{hub.clock.now():%Y-%m-%d}",
        [f"other-{n}" for n in range(20)],
        limit=20,
        until=hub.clock.now() + timedelta(days=2),
    )
    hub.drain()

    assert phones(hub) == before - (MANY - 1)
    assert "99999999" not in {row["phone"] for row in hub.timerabbit.rows("customers")}
    assert list(the_list(hub).entries) == [f"left-{changed}"]


def test_what_was_refused_stays_refused_whatever_else_of_the_record_is_changed(hub: Hub) -> None:
    before, names = phones(hub), active(hub)
    blank_phones(hub, MANY)
    hub.sync()
    approvals.reject(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    hub.drain()
    hub.clock.advance(2 * DAY_S)

    for name in names[:5]:
        hub.tripletex.edit("customer", name, {"email": f"ny{name}@example.no"})
    hub.sync()
    hub.sync()

    rows = [row for row in hub.timerabbit.rows("customers") if (row["email"] or "").startswith("ny")]
    assert len(rows) == 5
    assert all(row["phone"] for row in rows)
    assert phones(hub) == before
    told = [e for e in hub.journal("updated") + hub.journal("overwritten") if e.label in {r["name"] for r in rows}]
    assert all(entry.fields == ("email",) for entry in told[:5])
    beside = [entry for entry in hub.journal("list_refused") if entry.fields]
    assert {entry.link for entry in beside} == {f"left-{name}" for name in names[:5]}
    assert {(entry.result, entry.fields) for entry in beside} == {(Result.SKIPPED, ("phone",))}
    assert {entry.reason.params["what"] for entry in beside} == {"customers.phone"}

    hub.tripletex.edit("customer", names[0], {"phoneNumber": "22 33 44 55"})  # something else than what was refused
    hub.sync()
    assert "22334455" in {
        (row["phone"] or "").removeprefix("+47").replace(" ", "") for row in hub.timerabbit.rows("customers")
    }


def test_a_control_of_the_totals_passes_no_guard() -> None:
    site = Site(Hub(size=6, flow=NAME))
    days = [(date(2026, 3, 2) + timedelta(days=count)).isoformat() for count in range(MANY)]
    entries = [site.enter("4", date=day) for day in days]
    site.settle()
    assert len(site.held) == MANY
    site.hub.svenn.set_faults({"webhook_drop": True})
    for entry in entries:
        site.change(entry, approved=False)

    site.hub.clock.advance(3 * DAY_S)
    site.hub.sync()  # and the totals after it

    assert len(site.held) == MANY
    assert [each.name for each in pending.lists(site.hub.world, site.hub.flow)] == ["hours/right/field:hours"]


def test_a_row_that_could_not_be_read_for_a_while_is_counted_like_any_other(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(client: Client, *told: Any) -> list[Observation]:
        problem = Reason("cannot_map", {"field": "email", "message": "?"})
        return [
            replace(o, fields={"name": o.fields["name"]}, problem=problem) if "Nykunde" in o.label else o
            for o in observe(client, *told)
        ]

    observe = Client.observe
    before = len(hub.timerabbit.rows("customers"))
    add(hub, MANY)
    with monkeypatch.context() as broken:
        broken.setattr(Client, "observe", unreadable)
        hub.sync()
    hub.clock.advance(DAY_S)
    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == before
    assert (the_list(hub).name, the_list(hub).count) == ("customers/right/create", MANY)


def test_a_record_that_was_put_right_meanwhile_is_left_alone(hub: Hub) -> None:
    before = phones(hub)
    names = active(hub)[:MANY]
    numbers = {str(row["id"]): row["phoneNumber"] for row in hub.tripletex.rows("customer")}
    blank_phones(hub, MANY)
    hub.sync()
    found = the_list(hub)
    hub.tripletex.edit("customer", names[0], {"phoneNumber": numbers[names[0]]})

    approve(hub, found)

    assert phones(hub) == before - (MANY - 1)
    assert numbers[names[0]] in {row["phone"] for row in hub.timerabbit.rows("customers")}


def test_a_yes_that_has_expired_lets_nothing_through(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, MANY)
    hub.sync()
    approvals.approve(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    hub.clock.advance(DAY_S + 1)

    hub.drain()

    assert phones(hub) == before
    assert the_list(hub).count == MANY


def test_a_record_that_is_back_is_not_archived_under_an_approved_list(hub: Hub) -> None:
    gone = without_projects(hub)[:MANY]
    table = hub.tripletex.account.world.tables["customer"]
    row = table.rows[int(gone[0])]
    for name in gone:
        hub.tripletex.remove("customer", name)
    hub.sync()
    found = the_list(hub)
    assert found.name == "customers/right/archive"
    table.put(row)

    approve(hub, found)

    archived = [link for link in hub.links("customers") if link.state is LinkState.TOMBSTONE]
    assert len(archived) == MANY - 1
    assert f"left-{gone[0]}" not in {link.id for link in archived}


class Unreachable(MemoryQueues):
    """Queues that take nothing while `down`."""

    down = True

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        if self.down:
            raise UnavailableError("no queue")
        super().send(messages, delay_s=delay_s)


def test_an_interruption_between_the_yes_and_the_work_loses_nothing(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, MANY)
    hub.sync()
    found = the_list(hub)
    queues = Unreachable(hub.clock)
    hub.world = replace(hub.world, queues=queues)
    with pytest.raises(UnavailableError):
        approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    queues.down = False

    approve(hub, found)

    assert phones(hub) == before - MANY
    assert len(hub.journal("list_approved")) == 1


def test_after_an_interruption_the_next_full_read_carries_out_what_was_approved(hub: Hub) -> None:
    before = phones(hub)
    blank_phones(hub, MANY)
    hub.sync()
    queues = Unreachable(hub.clock)
    hub.world = replace(hub.world, queues=queues)
    with pytest.raises(UnavailableError):
        approvals.approve(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    queues.down = False

    hub.sync()

    assert phones(hub) == before - MANY


# --- a person's no ---------------------------------------------------------------------------------------------------


def test_a_refused_change_is_not_made_until_the_value_is_another(hub: Hub) -> None:
    before, names = phones(hub), active(hub)
    blank_phones(hub, MANY)
    hub.sync()
    found = the_list(hub)

    approvals.reject(hub.world, admin("kari"), FLOW, found.hash)
    hub.drain()
    hub.clock.advance(2 * DAY_S)
    hub.sync()
    refused = [link.outcome for link in hub.links("customers") if link.id in found.entries]
    assert phones(hub) == before
    assert {outcome.reason.code for outcome in refused if outcome} == {"list_refused"}
    assert pending.lists(hub.world, FLOW) == []

    hub.tripletex.edit("customer", names[0], {"phoneNumber": "+47 22 33 44 55"})
    hub.sync()
    assert "+47 22 33 44 55" in {row["phone"] for row in hub.timerabbit.rows("customers")}
    (said,) = hub.journal("list_rejected")
    assert (said.reason.params["person"], said.reason.params["count"]) == ("kari", str(MANY))


def test_refused_creates_are_left_out(hub: Hub) -> None:
    before = len(hub.timerabbit.rows("customers"))
    add(hub, MANY)
    hub.sync()

    approvals.reject(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    hub.drain()
    hub.clock.advance(2 * DAY_S)
    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == before
    assert len({entry.link for entry in hub.journal("ignored_by_person")}) == MANY


def test_refused_deletes_keep_the_record_on_the_other_side(hub: Hub) -> None:
    hub.tripletex.set_faults({"webhook_drop": False})
    for name in without_projects(hub)[:MANY]:
        hub.tripletex.remove("customer", name)
    hub.deliver_webhooks()
    hub.drain()
    active_rows = sum(row["active"] for row in hub.timerabbit.rows("customers"))

    approvals.reject(hub.world, admin("kari"), FLOW, the_list(hub).hash)
    hub.drain()
    hub.sync()

    assert sum(row["active"] for row in hub.timerabbit.rows("customers")) == active_rows
    assert len(hub.journal("deleted_and_kept")) >= MANY - 20
    assert pending.lists(hub.world, FLOW) == []


def test_a_list_that_became_empty_is_forgotten_by_the_next_full_read(hub: Hub) -> None:
    numbers = {str(row["id"]): row["phoneNumber"] for row in hub.tripletex.rows("customer")}
    names = active(hub)[:MANY]
    blank_phones(hub, MANY)
    hub.sync()
    for name in names:
        hub.tripletex.edit("customer", name, {"phoneNumber": numbers[name]})

    hub.sync()

    assert hub.world.registry.flow(FLOW).held == {}


# --- limits ----------------------------------------------------------------------------------------------------------


def test_raised_limits_are_journalled_let_more_through_and_end_after_a_day(hub: Hub) -> None:
    before = phones(hub)
    limits.change(hub.world, admin("kari"), FLOW, at_least=MANY)
    blank_phones(hub, MANY)
    hub.sync()
    assert phones(hub) == before - MANY
    (said,) = hub.journal("limits_raised")
    assert (said.reason.params["person"], said.reason.params["at_least"]) == ("kari", str(MANY))

    hub.clock.advance(DAY_S + 1)
    blank_phones(hub, MANY)
    hub.sync()

    assert phones(hub) == before - MANY
    assert the_list(hub).count == MANY


def test_stricter_limits_stay_and_come_back_after_a_raise(hub: Hub) -> None:
    limits.change(hub.world, admin("kari"), FLOW, at_least=5)
    limits.change(hub.world, admin("kari"), FLOW, at_least=100, share=0.5)
    state, now = hub.world.registry.flow(FLOW), hub.clock.now()

    assert in_force(state, now).limit(1000) == 500
    assert in_force(state, now + timedelta(hours=24)).limit(60) == 5
    assert len(hub.journal("limits_set")) == 1

    limits.reset(hub.world, admin("kari"), FLOW)
    assert in_force(hub.world.registry.flow(FLOW), now).limit(60) == 20


def test_a_limit_that_is_none_is_refused(hub: Hub) -> None:
    revision = hub.world.registry.flow(FLOW).revision

    with pytest.raises(UsageError):
        limits.change(hub.world, admin("kari"), FLOW, at_least=limits.MOST + 1)

    assert hub.world.registry.flow(FLOW).revision == revision


def test_what_was_refused_stays_refused_after_another_refusal(hub: Hub) -> None:
    first, later = active(hub)[:MANY], active(hub)[MANY : 2 * MANY]
    writes = hub.writes("timerabbit")
    for names in (first, later):
        for name in names:
            hub.tripletex.edit("customer", name, {"phoneNumber": ""})
        hub.sync()
        approvals.reject(hub.world, admin("kari"), FLOW, the_list(hub).hash)
        hub.drain()
        hub.clock.advance(2 * DAY_S)

    limits.change(hub.world, admin("kari"), FLOW, at_least=10 * MANY)
    hub.sync()

    assert hub.writes("timerabbit") == writes
    assert pending.lists(hub.world, FLOW) == []
