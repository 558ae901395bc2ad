"""Svenn ↔ Tripletex, whole: real steps, real connectors, the vendors' sandboxes, everything else in memory."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import LinkState, Result, Side
from samspill.errors import UsageError
from samspill.messages import UpsertRecords, decode
from samspill.state import FlowStatus, StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import review, setup
from tests.flows.hub import Hub
from tests.support.actors import admin

NAME = "svenn-tripletex"
SPELLED = {"name", "first_name", "last_name"}


@pytest.fixture
def hub() -> Hub:
    return Hub(flow=NAME)


@pytest.fixture
def synced(hub: Hub) -> Hub:
    hub.first_sync()
    return hub


def work(hub: Hub) -> None:
    """Let the webhooks arrive until nobody has anything to say."""
    for _ in range(6):
        hub.deliver_webhooks()
        hub.drain()


def row(hub: Hub, vendor: str, kind: str, **wanted: Any) -> dict[str, Any]:
    """The one record that has these values."""
    (found,) = (r for r in hub.sandboxes[vendor].rows(kind) if all(r[name] == value for name, value in wanted.items()))
    return dict(found)


def customer(hub: Hub, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer on both sides: Svenn's, Tripletex's."""
    left = row(hub, "svenn", "customers", number=str(number))
    return left, row(hub, "tripletex", "customer", customerNumber=number)


def reasons(hub: Hub, stream: str) -> dict[str, str]:
    """Label → reason code of what was not taken over."""
    return {
        link.label: link.outcome.reason.code
        for link in hub.links(stream)
        if link.outcome and link.outcome.result in {Result.SKIPPED, Result.WAITING, Result.FAILED}
    }


# --- setting up ------------------------------------------------------------------------------------------------------


def test_nothing_is_read_before_an_operator_has_approved(hub: Hub) -> None:
    for vendor in ("svenn", "tripletex"):
        settings = {"environment": "test"} if vendor == "tripletex" else {}
        address = f"https://{vendor}.sandbox" + ("/v2" if vendor == "tripletex" else "")
        setup.connect(
            hub.world,
            admin(),
            "acme",
            vendor,
            vendor,
            address,
            credentials=hub.sandboxes[vendor].tokens(),
            settings=settings,
        )
        setup.test(hub.world, admin(), "acme", vendor)
    state = setup.enable(hub.world, admin(), "acme", NAME, "svenn", "tripletex")
    calls = len(hub.svenn.calls)

    assert state.status is FlowStatus.IN_REVIEW
    with pytest.raises(UsageError) as refused:
        setup.run(hub.world, admin(), hub.flow)
    assert "cannot run now" in reason_text(refused.value.reason)

    assert len(hub.svenn.calls) == calls
    assert setup.approve_setup(hub.world, admin("operator"), hub.flow).status is FlowStatus.APPROVED
    assert hub.plan().counts()["customers"]["link"] > 10


def test_what_overlaps_is_linked_and_nothing_is_doubled(synced: Hub) -> None:
    for kind, number in (("customers", "number"), ("projects", "number"), ("employees", "number")):
        numbers = [r[number] for r in synced.svenn.rows(kind) if r[number]]
        assert len(numbers) == len(set(numbers)), kind
    names = [r["customerNumber"] for r in synced.tripletex.rows("customer")]
    assert len(names) == len(set(names))
    paired = [link for link in synced.links("customers") if link.state is LinkState.LINKED]
    assert len(paired) > 30
    assert all(set(link.ids) == set(Side) for link in paired)


def test_the_first_sync_goes_from_tripletex_first_and_takes_the_rest_back_then(hub: Hub) -> None:
    hub.connect()
    plan = hub.plan()
    sides: list[tuple[str, Side]] = []

    def note(body: str) -> None:
        message = decode(body)
        if isinstance(message, UpsertRecords) and any(w.write.external_id is None for w in message.writes):
            sides.append((message.stream, message.side))

    setup.approve_plan(hub.world, admin(), hub.flow, plan.hash)
    hub.drain(before=note)

    order = list(dict.fromkeys(sides))
    assert order == [
        ("employees", Side.LEFT),
        ("customers", Side.LEFT),
        ("projects", Side.LEFT),
        ("employees", Side.RIGHT),
        ("customers", Side.RIGHT),
        ("projects", Side.RIGHT),
    ] or order == [entry for entry in _FULL_ORDER if entry in order]
    assert ("customers", Side.RIGHT) in order


_FULL_ORDER = [(stream, side) for side in Side for stream in ("employees", "customers", "projects")]


def test_a_second_whole_sync_writes_nothing(synced: Hub) -> None:
    work(synced)
    synced.sync()
    before = synced.writes("svenn"), synced.writes("tripletex")

    synced.sync()

    assert (synced.writes("svenn"), synced.writes("tripletex")) == before


def test_what_svenn_cannot_give_is_told_with_its_rule(synced: Hub) -> None:
    codes = set(reasons(synced, "customers").values()) | set(reasons(synced, "projects").values())
    codes |= set(reasons(synced, "employees").values())
    assert {"number_not_numeric", "sub_project", "no_start_date", "missing_field", "inactive_at_source"} <= codes


def test_an_internal_project_is_linked_by_its_number_and_never_created(synced: Hub) -> None:
    internal = [r for r in synced.tripletex.rows("project") if r["isInternal"]]
    linked = {link.ids.get(Side.RIGHT) for link in synced.links("projects") if link.state is LinkState.LINKED}
    assert {str(r["id"]) for r in internal} <= linked
    assert all(r["isInternal"] for r in internal)


# --- both ways, at once ----------------------------------------------------------------------------------------------


def test_an_edit_on_either_side_appears_on_the_other_and_ends_there(synced: Hub) -> None:
    left, right = customer(synced, 10001)
    synced.tripletex.edit("customer", str(right["id"]), {"email": "ny@bakken.example"})
    synced.svenn.edit("customers", left["id"], {"mobile": "90 11 22 33"})

    work(synced)

    left, right = customer(synced, 10001)
    assert left["email"] == "ny@bakken.example"
    assert right["phoneNumberMobile"].replace(" ", "") == "90112233"
    writes = synced.writes("svenn"), synced.writes("tripletex")
    work(synced)
    synced.sync()
    assert (synced.writes("svenn"), synced.writes("tripletex")) == writes


def test_a_customer_made_on_either_side_is_made_once_on_the_other(synced: Hub) -> None:
    synced.tripletex.add("customer", {"name": "Fjordlys Elektro AS", "organizationNumber": "974760673"})
    synced.svenn.add("customers", {"name": "Tindvei Maling AS", "number": "20001"})

    work(synced)

    assert [r["name"] for r in synced.svenn.rows("customers")].count("Fjordlys Elektro AS") == 1
    made = row(synced, "tripletex", "customer", name="Tindvei Maling AS")
    assert made["customerNumber"] == 20001
    synced.sync()
    assert [r["name"] for r in synced.tripletex.rows("customer")].count("Tindvei Maling AS") == 1


def test_both_sides_renamed_is_a_conflict_that_a_person_decides(synced: Hub) -> None:
    left, right = customer(synced, 10001)
    synced.tripletex.edit("customer", str(right["id"]), {"name": "Bakken Bygg og Anlegg AS"})
    synced.svenn.edit("customers", left["id"], {"name": "Bakken Entreprenør AS"})
    work(synced)
    (link,) = (k for k in synced.links("customers") if k.ids.get(Side.LEFT) == left["id"])
    assert link.outcome is not None
    assert link.outcome.result is Result.CONFLICT
    assert link.conflicts["name"] == {"left": "Bakken Entreprenør AS", "right": "Bakken Bygg og Anlegg AS"}

    review.decide(synced.world, admin("kari"), StreamKey(*synced.flow, "customers"), [link.id], "take-left")
    work(synced)

    assert customer(synced, 10001)[1]["name"] == "Bakken Entreprenør AS"
    (link,) = (k for k in synced.links("customers") if k.ids.get(Side.LEFT) == left["id"])
    assert not link.conflicts


def test_a_conflict_ends_by_itself_when_the_sides_agree(synced: Hub) -> None:
    left, right = customer(synced, 10001)
    synced.tripletex.edit("customer", str(right["id"]), {"name": "Bakken Bygg og Anlegg AS"})
    synced.svenn.edit("customers", left["id"], {"name": "Bakken Entreprenør AS"})
    work(synced)
    synced.svenn.edit("customers", left["id"], {"name": "Bakken Bygg og Anlegg AS"})

    work(synced)

    (link,) = (k for k in synced.links("customers") if k.ids.get(Side.LEFT) == left["id"])
    assert not link.conflicts
    assert link.outcome is not None
    assert link.outcome.result is not Result.CONFLICT


# --- closing, completing, deactivating, deleting ---------------------------------------------------------------------


def linked_project(hub: Hub) -> tuple[str, str]:
    link = next(
        k
        for k in hub.links("projects")
        if k.state is LinkState.LINKED and k.outcome and k.outcome.result is Result.APPLIED and not k.conflicts
    )
    return link.ids[Side.LEFT], link.ids[Side.RIGHT]


def test_a_project_completed_in_svenn_is_closed_in_tripletex(synced: Hub) -> None:
    left, right = linked_project(synced)
    synced.svenn.edit("projects", left, {"status": "completed"})

    work(synced)

    assert row(synced, "tripletex", "project", id=int(right))["isClosed"] is True


def test_a_project_closed_in_tripletex_is_completed_in_svenn(synced: Hub) -> None:
    left, right = linked_project(synced)
    synced.tripletex.edit("project", right, {"isClosed": True})

    work(synced)

    assert row(synced, "svenn", "projects", id=left)["status"] == "completed"


def test_a_customer_deactivated_in_tripletex_is_so_in_svenn_and_not_the_other_way(synced: Hub) -> None:
    left, right = customer(synced, 10001)
    synced.tripletex.edit("customer", str(right["id"]), {"isInactive": True})
    other_left, other_right = customer(synced, 10003)
    synced.svenn.edit("customers", other_left["id"], {"active": False})

    work(synced)

    assert row(synced, "svenn", "customers", id=left["id"])["active"] is False
    assert row(synced, "tripletex", "customer", id=other_right["id"])["isInactive"] is False
    assert row(synced, "svenn", "customers", id=other_left["id"])["active"] is False


def test_a_customer_deleted_in_svenn_stays_in_tripletex_and_does_not_come_back(synced: Hub) -> None:
    synced.svenn.add("customers", {"name": "Tindvei Maling AS", "number": "20001"})
    work(synced)
    left = row(synced, "svenn", "customers", number="20001")
    synced.svenn.remove("customers", left["id"])

    work(synced)
    synced.sync()

    assert row(synced, "tripletex", "customer", customerNumber=20001)["isInactive"] is False
    assert not [r for r in synced.svenn.rows("customers") if r["number"] == "20001"]


def test_a_missing_project_number_is_written_back_when_the_two_are_linked(synced: Hub) -> None:
    left = row(synced, "svenn", "projects", number="S4")
    (link,) = (k for k in synced.links("projects") if k.ids.get(Side.LEFT) == left["id"])
    assert link.outcome is not None
    assert link.outcome.reason.code == "similar"
    assert "maybe_same" in {k.outcome.reason.code for k in synced.links("projects") if k.outcome}
    assert [r["name"] for r in synced.svenn.rows("projects")].count(left["name"]) == 1

    review.decide(synced.world, admin("kari"), StreamKey(*synced.flow, "projects"), [link.id], "link")
    work(synced)

    (link,) = (k for k in synced.links("projects") if k.ids.get(Side.LEFT) == left["id"])
    assert row(synced, "tripletex", "project", id=int(link.ids[Side.RIGHT]))["number"] == "S4"
