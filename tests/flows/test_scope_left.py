"""A pair of which one record is none of the flow's business for a while: nothing is written, and no edit is lost."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import LinkState, Result, Side
from samspill.messages import Replay
from samspill.pipeline.replay.replay import replay
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides

OUT: dict[str, dict[str, Any]] = {"sub-project": {"mainProject": None}, "offer": {"isOffer": True}}
BACK: dict[str, Any] = {"mainProject": None, "isOffer": False}


def job(hub: Hub, **fields: Any) -> dict[str, Any]:
    needed = {"startDate": "2026-01-01", "projectManager": {"id": int(hub.manager())}}
    return hub.tripletex.add("project", needed | fields)


@pytest.fixture
def pair(sides: TwoSides) -> tuple[str, str]:
    """A project on both sides: its ids in Svenn and in Tripletex."""
    made = job(sides.hub, name="Tak", number="9010")
    sides.settle()
    [ours] = sides.svenn("projects", number="9010")
    sides.forget()
    return ours["id"], str(made["id"])


def leave(hub: Hub, job_id: str, out: str, **edit: Any) -> None:
    leaves = dict(OUT[out])
    if out == "sub-project":
        leaves = {"mainProject": {"id": job(hub, name="Hovedjobb", number="9000")["id"]}}
    hub.tripletex.edit("project", job_id, {**leaves, **edit})


EDITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "name": ({"name": "Fra byggeplassen"}, {"name": "Fra regnskapet"}),
    "period": ({"startDate": "2026-02-01"}, {"startDate": "2026-03-01"}),
    "state": ({"status": "completed"}, {"isClosed": True}),
}


@pytest.mark.parametrize("out", OUT)
@pytest.mark.parametrize("field", EDITS)
def test_an_edit_on_either_side_writes_nothing_while_the_pair_is_out_of_scope(
    sides: TwoSides, pair: tuple[str, str], out: str, field: str
) -> None:
    hub, (ours, theirs) = sides.hub, pair
    mine, yours = EDITS[field]
    leave(hub, theirs, out)
    sides.settle()
    sides.forget()
    hub.svenn.edit("projects", ours, mine)
    sides.settle()
    hub.tripletex.edit("project", theirs, yours)
    sides.settle()
    hub.sync()
    assert sides.written == (0, 0)
    link = sides.link("projects", Side.LEFT, ours)
    assert link.state is LinkState.LINKED
    assert link.outcome is not None
    assert link.outcome.result is Result.SKIPPED
    assert link.outcome.reason.code in {"sub_project", "is_offer"}


@pytest.mark.parametrize("out", OUT)
def test_different_edits_of_one_name_meet_as_a_conflict_when_the_pair_is_back(
    sides: TwoSides, pair: tuple[str, str], out: str
) -> None:
    hub, (ours, theirs) = sides.hub, pair
    leave(hub, theirs, out, name="Fra regnskapet")
    sides.settle()
    hub.svenn.edit("projects", ours, {"name": "Fra byggeplassen"})
    sides.settle()
    hub.tripletex.edit("project", theirs, BACK)
    sides.settle()
    link = sides.link("projects", Side.LEFT, ours)
    assert link.conflicts == {"name": {"left": "Fra byggeplassen", "right": "Fra regnskapet"}}


def test_a_field_that_accounting_decides_keeps_what_it_replaces_in_the_journal(
    sides: TwoSides, pair: tuple[str, str]
) -> None:
    hub, (ours, theirs) = sides.hub, pair
    leave(hub, theirs, "offer", startDate="2026-03-01")
    sides.settle()
    hub.svenn.edit("projects", ours, {"startDate": "2026-02-01"})
    sides.settle()
    hub.tripletex.edit("project", theirs, BACK)
    sides.settle()
    left, right = sides.of("projects", ours, theirs)
    assert (left["startDate"], right["startDate"]) == ("2026-03-01", "2026-03-01")
    [told] = hub.journal("conflict_settled")
    assert told.before["period"] == {"start": "2026-02-01", "end": None}


@pytest.mark.parametrize("side", ["svenn", "tripletex"])
@pytest.mark.parametrize("lost", [False, True], ids=["webhooks", "whole reads"])
def test_an_edit_made_out_of_scope_goes_over_once_the_pair_is_back(
    sides: TwoSides, pair: tuple[str, str], side: str, lost: bool
) -> None:
    hub, (ours, theirs) = sides.hub, pair
    if lost:
        for sandbox in hub.sandboxes.values():
            sandbox.set_faults({"webhook_drop": True})
    leave(hub, theirs, "sub-project")
    hub.sync()
    sides.settle()
    if side == "svenn":
        hub.svenn.edit("projects", ours, {"name": "Nytt tak"})
    else:
        hub.tripletex.edit("project", theirs, {"name": "Nytt tak"})
    hub.sync()
    sides.settle()
    hub.tripletex.edit("project", theirs, BACK)
    hub.sync()
    sides.settle()
    left, right = sides.of("projects", ours, theirs)
    assert (left["name"], right["name"]) == ("Nytt tak", "Nytt tak")


def test_an_unchanged_pair_out_of_scope_is_not_looked_at_again(sides: TwoSides, pair: tuple[str, str]) -> None:
    hub, (_, theirs) = sides.hub, pair
    leave(hub, theirs, "offer")
    sides.settle()
    hub.sync()
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()
    hub.sync()
    assert not [call for call in hub.tripletex.calls if call.path.endswith(f"/{theirs}")]


def test_a_replay_of_a_pair_out_of_scope_says_why_again(sides: TwoSides, pair: tuple[str, str]) -> None:
    hub, (ours, theirs) = sides.hub, pair
    leave(hub, theirs, "offer", name="Fra regnskapet")
    sides.settle()
    link = sides.link("projects", Side.LEFT, ours)
    replay(hub.world, Replay(tenant="acme", flow=hub.flow.flow, records=(link.id,)))
    sides.settle()
    assert sides.reason("projects", Side.LEFT, ours) == "is_offer"
    assert sides.svenn("projects", id=ours)[0]["name"] == "Tak"


def test_what_is_deleted_while_out_of_scope_is_asked_about(sides: TwoSides, pair: tuple[str, str]) -> None:
    hub, (ours, theirs) = sides.hub, pair
    leave(hub, theirs, "offer")
    sides.settle()
    sides.forget()
    hub.tripletex.remove("project", theirs)
    sides.settle()
    hub.sync()
    link = sides.link("projects", Side.LEFT, ours)
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "deleted_in_target")
    assert sides.written == (0, 0)


def test_a_project_of_timerabbit_is_not_set_back_while_tripletex_holds_it_as_an_offer() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    link = next(
        each
        for each in hub.links("projects")
        if each.state is LinkState.LINKED and each.outcome and each.outcome.result is Result.APPLIED
    )
    ours, theirs = link.ids[Side.LEFT], link.ids[Side.RIGHT]
    hub.tripletex.edit("project", ours, {"isOffer": True, "name": "Tilbud"})
    hub.sync()
    hub.timerabbit.edit("projects", theirs, {"name": "Laget i felt"})
    hub.sync()
    [row] = [each for each in hub.timerabbit.rows("projects") if each["id"] == theirs]
    assert row["name"] == "Laget i felt"
    hub.tripletex.edit("project", ours, {"isOffer": False})
    hub.sync()
    [row] = [each for each in hub.timerabbit.rows("projects") if each["id"] == theirs]
    assert row["name"] == "Tilbud"
    assert "Laget i felt" in [entry.before.get("name") for entry in hub.journal("overwritten")]
