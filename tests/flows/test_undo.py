"""What a run wrote is taken back where nobody touched it since, and nothing writes it again by itself."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Side
from samspill.errors import ConflictError, NotAllowedError, UsageError
from samspill.guard import pending
from samspill.state import Run
from samspill.usecases import approvals, limits, undo
from samspill.usecases.views.undo import Undo
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin, viewer

OLD, NEW, EDITED = "21000001", "21000002", "21000003"


@pytest.fixture
def hub() -> Hub:
    made = Hub()
    made.first_sync()
    made.tripletex.set_faults({"webhook_drop": True})
    made.timerabbit.set_faults({"webhook_drop": True})
    return made


def pair(hub: Hub) -> tuple[str, str, str]:
    """A customer of both sides that is in use: link id, its id in Tripletex, its id in Timerabbit."""
    for link in hub.links("customers"):
        if link.state is LinkState.LINKED and link.base.get("is_active") and not link.conflicts:
            return link.id, link.ids[Side.LEFT], link.ids[Side.RIGHT]
    raise AssertionError("no pair")


def link_of(hub: Hub, name: str) -> Link:
    return next(link for link in hub.links("customers") if link.id == name)


def row(hub: Hub, right: str) -> dict[str, Any]:
    return next(each for each in hub.timerabbit.rows("customers") if str(each["id"]) == right)


def changed(hub: Hub) -> tuple[Run, str, str, str]:
    """A run that carried a new telephone number from Tripletex to Timerabbit."""
    name, left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"phoneNumber": OLD})
    hub.sync()
    hub.tripletex.edit("customer", left, {"phoneNumber": NEW})
    run = hub.sync()
    assert row(hub, right)["phone"] == NEW
    return run, name, left, right


def take_back(hub: Hub, run: Run) -> Undo:
    shown = undo.show(hub.world, admin("kari"), "acme", "run", run.id)
    undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()
    return shown


def assert_quiet(hub: Hub) -> None:
    """Neither full reads nor the webhooks of what was done write anything."""
    writes = [hub.writes(each) for each in hub.sandboxes]
    for vendor in (hub.tripletex, hub.timerabbit):
        vendor.set_faults({"webhook_drop": False})
    for _ in range(2):
        hub.sync()
        hub.deliver_webhooks()
        hub.drain()
    assert [hub.writes(each) for each in hub.sandboxes] == writes


def test_a_value_is_set_back_and_the_source_keeps_what_was_typed_there(hub: Hub) -> None:
    run, name, left, right = changed(hub)

    shown = take_back(hub, run)

    (back,) = shown.back
    assert (back.link, back.action, back.values) == (name, "undo-change", {"phone": {"now": NEW, "back": OLD}})
    assert shown.left == ()
    assert row(hub, right)["phone"] == OLD
    assert next(r for r in hub.tripletex.rows("customer") if str(r["id"]) == left)["phoneNumber"] == NEW
    assert_quiet(hub)
    assert row(hub, right)["phone"] == OLD
    (told,) = hub.journal("taken_back")
    assert (told.reason.params["person"], told.reason.params["fields"], told.fields) == ("kari", "phone", ("phone",))
    (decided,) = hub.journal("undo_decided")
    assert (decided.reason.params["person"], decided.reason.params["count"]) == ("kari", "1")


def test_what_was_taken_back_goes_over_again_once_somebody_changes_its_source(hub: Hub) -> None:
    run, name, left, right = changed(hub)
    take_back(hub, run)
    assert link_of(hub, name).withheld

    hub.tripletex.edit("customer", left, {"phoneNumber": EDITED})
    hub.sync()

    assert row(hub, right)["phone"] == EDITED
    assert link_of(hub, name).withheld == {}


def test_an_edit_since_is_listed_with_its_reason_and_left_alone(hub: Hub) -> None:
    run, name, left, right = changed(hub)
    hub.tripletex.edit("customer", left, {"phoneNumber": EDITED})
    hub.sync()

    shown = take_back(hub, run)

    assert shown.back == ()
    (left_alone,) = shown.left
    assert left_alone.reason is not None
    assert (left_alone.link, left_alone.reason.code) == (name, "undo_edited")
    assert row(hub, right)["phone"] == EDITED


@pytest.mark.parametrize("side", ["tripletex", "timerabbit"])
def test_an_edit_that_the_hub_has_not_read_yet_is_met_by_the_look_and_left_alone(hub: Hub, side: str) -> None:
    run, _name, left, right = changed(hub)
    edits = {
        "tripletex": ("customer", left, {"phoneNumber": EDITED}),
        "timerabbit": ("customers", right, {"phone": EDITED}),
    }
    hub.sandboxes[side].edit(*edits[side])
    writes = hub.writes("timerabbit")

    shown = take_back(hub, run)

    assert len(shown.back) == 1
    (told,) = hub.journal("undo_left")
    assert told.reason.params["fields"] == "phone"
    assert hub.journal("taken_back") == []
    assert row(hub, right)["phone"] == (EDITED if side == "tripletex" else NEW)  # by the rule: Tripletex owns it
    assert hub.writes("timerabbit") == writes + 1


def test_what_a_run_created_is_archived_and_neither_made_nor_joined_again(hub: Hub) -> None:
    hub.tripletex.add("customer", {"name": "Nyfisk AS", "isCustomer": True})
    run = hub.sync()
    (made,) = [each for each in hub.timerabbit.rows("customers") if each["name"] == "Nyfisk AS"]
    count = len(hub.timerabbit.rows("customers"))

    shown = take_back(hub, run)

    assert [each.action for each in shown.back] == ["undo-create"]
    assert row(hub, str(made["id"]))["active"] is False
    assert len(hub.timerabbit.rows("customers")) == count
    link = next(each for each in hub.links("customers") if each.ids.get(Side.RIGHT) == str(made["id"]))
    assert link.state is LinkState.TOMBSTONE
    assert_quiet(hub)
    source = next(each for each in hub.tripletex.rows("customer") if each["name"] == "Nyfisk AS")
    hub.tripletex.edit("customer", str(source["id"]), {"phoneNumber": NEW})
    assert_quiet(hub)
    assert source["isInactive"] is False


def test_what_was_taken_back_is_had_again_by_taking_the_batch_back(hub: Hub) -> None:
    hub.tripletex.add("customer", {"name": "Nyfisk AS", "isCustomer": True})
    run = hub.sync()
    shown = take_back(hub, run)
    (made,) = [each for each in hub.timerabbit.rows("customers") if each["name"] == "Nyfisk AS"]

    again = undo.show(hub.world, admin("kari"), "acme", "batch", shown.hash)
    undo.take_back(hub.world, admin("kari"), "acme", "batch", shown.hash, again.hash)
    hub.drain()

    assert [each.action for each in again.back] == ["undo-archive"]
    assert row(hub, str(made["id"]))["active"] is True
    link = next(each for each in hub.links("customers") if each.ids.get(Side.RIGHT) == str(made["id"]))
    assert link.state is LinkState.LINKED
    assert_quiet(hub)


def test_a_delete_that_was_let_through_is_reopened_and_stays_so(hub: Hub) -> None:
    limits.change(hub.world, admin(), FLOW, at_least=0, share=0.0)
    _name, left, right = pair(hub)
    hub.tripletex.remove("customer", left)
    hub.sync()
    hub.sync()
    (held,) = pending.lists(hub.world, FLOW)
    approvals.approve(hub.world, admin(), FLOW, held.hash)
    hub.drain()
    assert row(hub, right)["active"] is False

    shown = undo.show(hub.world, admin("kari"), "acme", "batch", held.hash)
    undo.take_back(hub.world, admin("kari"), "acme", "batch", held.hash, shown.hash)
    hub.drain()

    assert [each.action for each in shown.back] == ["undo-archive"]
    assert row(hub, right)["active"] is True
    assert_quiet(hub)
    assert row(hub, right)["active"] is True


def test_taking_back_twice_does_it_once(hub: Hub) -> None:
    run, _name, _left, right = changed(hub)
    shown = undo.show(hub.world, admin("kari"), "acme", "run", run.id)
    for _ in range(2):
        undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()
    writes = hub.writes("timerabbit")
    undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert hub.writes("timerabbit") == writes
    assert row(hub, right)["phone"] == OLD
    assert len(hub.journal("taken_back")) == 1


def test_another_batch_than_the_one_seen_is_refused(hub: Hub) -> None:
    run, _name, left, right = changed(hub)
    shown = undo.show(hub.world, admin("kari"), "acme", "run", run.id)
    hub.tripletex.edit("customer", left, {"phoneNumber": EDITED})
    hub.sync()

    with pytest.raises(ConflictError) as refused:
        undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    assert refused.value.reason.params == {"hash": shown.hash, "what": "run", "id": run.id}
    hub.drain()

    assert row(hub, right)["phone"] == EDITED


def test_an_unknown_run_and_an_unknown_batch_are_told(hub: Hub) -> None:
    for what, code in (("run", "undo_no_run"), ("batch", "undo_no_batch")):
        with pytest.raises(UsageError) as told:
            undo.show(hub.world, admin("kari"), "acme", what, "nothing")  # type: ignore[arg-type]  # each of the two
        assert told.value.reason.code == code


def test_who_may_only_look_takes_nothing_back(hub: Hub) -> None:
    run, _name, _left, right = changed(hub)
    shown = undo.show(hub.world, viewer(), "acme", "run", run.id)

    with pytest.raises(NotAllowedError):
        undo.take_back(hub.world, viewer(), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert row(hub, right)["phone"] == NEW


def test_what_the_journal_no_longer_holds_is_counted(hub: Hub) -> None:
    run, _name, _left, _right = changed(hub)
    hub.clock.advance(400 * 24 * 3600)

    shown = undo.show(hub.world, admin("kari"), "acme", "run", run.id)

    assert (shown.back, shown.lacking) == ((), 1)
