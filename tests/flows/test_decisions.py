"""What people decide about records without a partner: carried out, or given back with a reason; never lost."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.errors import ConflictError, UsageError
from samspill.flows.flow import Stream
from samspill.messages import FetchRecords, RecordHint, Replay, decode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.replay.replay import replay
from samspill.plan.draft import Draft
from samspill.plan.lines import DraftPlan, PlanLine
from samspill.plan.stream import plan_stream
from samspill.ports import LinkCommit
from samspill.state import FlowKey, StreamKey
from samspill.usecases import review, setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

CUSTOMERS = StreamKey(*FLOW, "customers")
SVENN = FlowKey("acme", "svenn-tripletex")


@pytest.fixture
def hub() -> Hub:
    """Nothing is connected; see `make_doubtful`."""
    return Hub()


def make_doubtful(hub: Hub, letters: str = "æøå") -> tuple[str, str]:
    """Have a customer in the target look like one in the source, without any number: link id, and the target's id."""
    rights = {row["number"]: row for row in hub.timerabbit.rows("customers") if row["number"]}
    left = next(
        row
        for row in hub.tripletex.rows("customer")
        if not row["isInactive"] and str(row["customerNumber"]) in rights and set(letters) & set(row["name"].lower())
    )
    right = rights[str(left["customerNumber"])]
    plain = left["name"].translate(str.maketrans("æøåÆØÅ", "eoaEOA"))
    hub.timerabbit.edit("customers", right["id"], {"name": plain, "number": None, "organizationNumber": None})
    return f"left-{left['id']}", str(right["id"])


def make_renamed(hub: Hub, index: int = 0) -> tuple[str, str]:
    """Have a customer of both sides go by another name and no number in the target: nothing proposes it any more."""
    rights = {row["number"]: row for row in hub.timerabbit.rows("customers") if row["number"]}
    lefts = [row for row in hub.tripletex.rows("customer") if not row["isInactive"]]
    left = [row for row in lefts if str(row["customerNumber"]) in rights][index]
    right = rights[str(left["customerNumber"])]
    new = {"name": f"Qwz{index} Xyqv", "number": None, "organizationNumber": None}
    hub.timerabbit.edit("customers", right["id"], new)
    return f"left-{left['id']}", str(right["id"])


def link_of(hub: Hub, name: str, stream: StreamKey = CUSTOMERS) -> Link:
    return hub.world.links.get(stream, [name])[name]


def decide(hub: Hub, action: str, *names: str, target: str | None = None) -> None:
    review.decide(hub.world, admin("kari"), CUSTOMERS, names, action, target=target)
    hub.drain()


def waiting(hub: Hub) -> list[str]:
    return [link.id for _, link in hub.reviews()]


def line_of(plan: DraftPlan, name: str) -> PlanLine:
    (line,) = [line for line in plan.lines if line.stream == "customers" and line.link == name]
    return line


def given_back(hub: Hub, name: str, code: str, record: str) -> None:
    """The record is listed again, without its decision, and its reason says what to do."""
    link = link_of(hub, name)
    assert (link.state, link.decision) == (LinkState.UNLINKED, None)
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, code)
    assert link.outcome.reason.params == {"record": record, "system": "Timerabbit"}
    assert name in waiting(hub)


# --- in an active flow ---------------------------------------------------------------------------------------------


def test_a_target_that_does_not_exist_is_asked_about_again_and_the_right_one_is_linked_then(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    writes = hub.writes("timerabbit")

    decide(hub, "link", name, target="99999999")

    given_back(hub, name, "chosen_gone", "99999999")
    assert [entry.result for entry in hub.journal("chosen_gone")] == [Result.REVIEW]
    hub.sync()
    given_back(hub, name, "chosen_gone", "99999999")
    assert hub.writes("timerabbit") == writes

    decide(hub, "link", name, target=right)

    assert link_of(hub, name).ids[Side.RIGHT] == right
    assert name not in waiting(hub)


def test_a_candidate_deleted_before_the_decision_does_not_bury_the_living_customer(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    hub.timerabbit.set_faults({"webhook_drop": True})
    hub.timerabbit.remove("customers", right)

    decide(hub, "link", name)
    given_back(hub, name, "chosen_gone", right)
    decide(hub, "create", name)

    made = link_of(hub, name)
    assert made.state is LinkState.LINKED
    assert made.ids[Side.RIGHT] != right
    buried = link_of(hub, f"right-{right}")
    assert (buried.state, buried.outcome and buried.outcome.reason.code) == (
        LinkState.TOMBSTONE,
        "deleted_before_link",
    )


def test_a_target_of_another_pair_is_refused_at_once_and_nothing_changes(hub: Hub) -> None:
    name, _ = make_doubtful(hub)
    hub.first_sync()
    other = next(link for link in hub.links("customers") if len(link.ids) == len(Side))
    before = link_of(hub, name)

    with pytest.raises(UsageError) as refused:
        decide(hub, "link", name, target=other.ids[Side.RIGHT])

    assert refused.value.reason.code == "target_taken"
    assert refused.value.reason.params["label"] == other.label
    assert link_of(hub, name) == before
    assert hub.world.queues.depth() == 0


def test_a_target_that_is_known_to_be_deleted_is_refused_at_once(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    hub.timerabbit.remove("customers", right)
    hub.deliver_webhooks()
    hub.drain()

    with pytest.raises(UsageError) as refused:
        decide(hub, "link", name)

    assert refused.value.reason.code == "target_not_there"
    assert name in waiting(hub)


def test_a_target_that_found_another_partner_before_the_decision_was_carried_out_is_asked_about_again(
    hub: Hub,
) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    other = hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    hub.timerabbit.edit("customers", right, {"name": "Ny AS", "number": "77001"})
    joined = RecordHint(left=str(other["id"]), right=right, rule="customer number")
    hub.world.queues.send([FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", records=(joined,))])
    (first,) = hub.world.queues.receive("fetch")
    review.decide(hub.world, admin("kari"), CUSTOMERS, [name], "link")
    (late,) = hub.world.queues.receive("fetch")
    handle(hub.world, decode(first.body))
    hub.drain()
    assert link_of(hub, f"left-{other['id']}").ids[Side.RIGHT] == right

    handle(hub.world, decode(late.body))
    hub.drain()

    given_back(hub, name, "chosen_taken", right)
    rows = [row for row in hub.timerabbit.rows("customers") if row["id"] == right]
    assert [row["name"] for row in rows] == ["Ny AS"]


def test_a_record_that_changed_meanwhile_holds_up_no_other_decision(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (name, right), (other, _) = make_doubtful(hub), make_doubtful(hub)
    hub.first_sync()
    stale = {each: link_of(hub, each) for each in (name, other)}
    hub.world.links.commit(CUSTOMERS, [LinkCommit(stale[other])])
    with monkeypatch.context() as patch:
        patch.setattr(hub.world.links, "get", lambda *_: stale)
        with pytest.raises(ConflictError):
            review.decide(hub.world, admin("kari"), CUSTOMERS, [name, other], "link")
    hub.drain()

    assert link_of(hub, name).ids[Side.RIGHT] == right
    assert other in waiting(hub)


def test_two_records_are_not_linked_to_the_same_one(hub: Hub) -> None:
    (name, right), (other, _) = make_doubtful(hub), make_doubtful(hub)
    hub.first_sync()
    review.decide(hub.world, admin("kari"), CUSTOMERS, [name], "link")

    with pytest.raises(UsageError) as refused:
        review.decide(hub.world, admin("kari"), CUSTOMERS, [other], "link", target=right)

    assert refused.value.reason.code == "target_taken"
    assert refused.value.reason.params["label"] == link_of(hub, name).label
    assert link_of(hub, other).decision is None


@pytest.mark.parametrize("action", ["take-left", "archive", "keep"])
def test_a_decision_about_pairs_does_not_hide_a_record_that_stands_alone(hub: Hub, action: str) -> None:
    name, _ = make_doubtful(hub)
    hub.first_sync()

    with pytest.raises(UsageError) as refused:
        decide(hub, action, name)

    assert refused.value.reason.params["actions"] == "link, create, ignore"
    assert name in waiting(hub)


def test_a_decision_that_a_pause_kept_from_being_carried_out_is_carried_out_after_it(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    setup.pause(hub.world, admin(), FLOW)
    decide(hub, "link", name)
    assert Side.RIGHT not in link_of(hub, name).ids

    setup.resume(hub.world, admin("kari"), FLOW)
    hub.drain()

    assert link_of(hub, name).ids[Side.RIGHT] == right


def test_a_chosen_pair_that_had_to_wait_is_linked_and_nothing_is_created_by_a_look_at_one_side(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.first_sync()
    count = len(hub.timerabbit.rows("customers"))
    review.decide(hub.world, admin("kari"), CUSTOMERS, [name], "link")
    assert len(hub.world.queues.receive("fetch")) == 1  # and lost: only the record itself is looked at again

    replay(hub.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, records=(name,)))
    hub.drain()

    assert link_of(hub, name).ids[Side.RIGHT] == right
    assert len(hub.timerabbit.rows("customers")) == count


def test_several_with_the_same_number_are_asked_about_and_the_number_is_named(hub: Hub) -> None:
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    twins = [
        hub.timerabbit.add("customers", {"name": name, "organizationNumber": "974760673"})
        for name in ("Tvilling nord", "Tvilling sør")
    ]
    writes = hub.writes("timerabbit")
    left = hub.tripletex.add("customer", {"name": "Tvilling AS", "organizationNumber": "974760673"})
    hub.sync()

    link = link_of(hub, f"left-{left['id']}")

    assert link.outcome is not None
    assert link.outcome.reason.code == "ambiguous"
    assert link.outcome.reason.params == {"rule": "organization_number", "value": "974760673"}
    assert {(each.external_id, each.why) for each in link.candidates} == {
        (str(twin["id"]), "organization_number") for twin in twins
    }
    assert hub.writes("timerabbit") == writes


# --- before the first sync is approved -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["link", "ignore"])
def test_what_the_plan_would_create_is_linked_or_left_out_by_a_person(hub: Hub, action: str) -> None:
    name, right = make_renamed(hub)
    hub.connect()
    plan = hub.plan()
    assert line_of(plan, name).action == "create"
    lefts, rights = len(hub.tripletex.rows("customer")), len(hub.timerabbit.rows("customers"))

    decide(hub, action, name, target=right if action == "link" else None)

    anew = hub.present_plan()
    assert anew.hash != plan.hash
    line = line_of(anew, name)
    assert (line.action, line.right) == (("link", right) if action == "link" else ("skip", None))
    assert [x.action for x in anew.lines if x.stream == "customers" and x.right == right][0:1] == (
        ["link"] if action == "link" else ["skip"]
    )
    with pytest.raises(ConflictError):
        hub.approve(plan)
    assert hub.writes("timerabbit") == hub.writes("tripletex") == 0

    hub.approve(anew)

    created = sum(x.action == "create" and x.stream == "customers" for x in anew.lines)
    assert (len(hub.tripletex.rows("customer")), len(hub.timerabbit.rows("customers"))) == (lefts, rights + created)
    link, row = link_of(hub, name), next(x for x in hub.timerabbit.rows("customers") if str(x["id"]) == right)
    if action == "link":
        assert (link.state, link.ids[Side.RIGHT]) == (LinkState.LINKED, right)
        assert f"{row['name']} ({row['number']})" == link.label
    else:
        assert link.outcome is not None
        assert link.outcome.reason.params == {"person": "kari"}
        assert row["name"] == "Qwz0 Xyqv"


def test_the_projects_of_a_customer_that_a_person_links_are_planned_with_it(hub: Hub) -> None:
    hub.connect()
    owners = {str(row["customer"]["id"]) for row in hub.tripletex.rows("project") if row.get("customer")}
    name, right = next(
        (name, right) for n in range(20) for name, right in [make_renamed(hub, n)] if name.partition("-")[2] in owners
    )
    plan = hub.plan()
    decide(hub, "ignore", name)
    ignored = [x for x in hub.present_plan().lines if x.stream == "projects" and x.action == "wait"]
    decide(hub, "link", name, target=right)
    linked = [x for x in hub.present_plan().lines if x.stream == "projects" and x.action == "wait"]
    assert len(linked) < len(ignored)
    assert len(linked) == len([x for x in plan.lines if x.stream == "projects" and x.action == "wait"])


def test_a_decision_is_in_the_plan_that_is_read_anew_and_can_be_taken_back(hub: Hub) -> None:
    name, right = make_renamed(hub)
    hub.connect()
    first = hub.plan()
    decide(hub, "link", name, target=right)
    assert line_of(hub.plan(), name).action == "link"
    decide(hub, "create", name)
    assert line_of(hub.present_plan(), name).action == "create"
    assert hub.present_plan().hash == first.hash


def test_many_are_decided_at_once_and_the_approved_plan_creates_none_of_them(hub: Hub) -> None:
    hub.connect()
    plan = hub.plan()
    names = [line.link for line in plan.lines if line.stream == "customers" and line.action == "create"]
    rights = len(hub.timerabbit.rows("customers"))
    assert len(names) > 1

    decide(hub, "ignore", *names)
    hub.approve(hub.present_plan())

    assert len(hub.timerabbit.rows("customers")) == rights
    assert {link_of(hub, name).outcome.reason.code for name in names} == {"ignored_by_person"}  # type: ignore[union-attr]


def test_a_decision_taken_while_the_plan_is_made_is_in_the_plan_that_comes_of_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name, right), (other, _) = make_renamed(hub), make_renamed(hub, 1)
    hub.connect()
    hub.plan()
    decided: list[list[Link]] = []

    def slow(draft: Draft, stream: Stream) -> None:
        plan_stream(draft, stream)
        if stream.name == "customers" and not decided:
            decided.append(review.decide(hub.world, admin("kari"), CUSTOMERS, [name], "link", target=right))

    monkeypatch.setattr("samspill.plan.make.plan_stream", slow)
    decide(hub, "ignore", other)

    plan = hub.present_plan()
    assert (line_of(plan, name).action, line_of(plan, other).action) == ("link", "skip")


def test_a_plan_made_anew_is_as_old_as_what_was_read_for_it(hub: Hub) -> None:
    name, _ = make_renamed(hub)
    hub.connect()
    hub.plan()
    hub.clock.advance(23 * 3600)
    decide(hub, "ignore", name)
    hub.clock.advance(2 * 3600)

    with pytest.raises(ConflictError):
        hub.approve(hub.present_plan())

    assert hub.writes("timerabbit") == 0


def test_a_decision_while_a_flow_that_is_not_approved_is_paused_is_in_the_plan_after_it(hub: Hub) -> None:
    name, right = make_renamed(hub)
    hub.connect()
    hub.plan()
    setup.pause(hub.world, admin(), FLOW)
    decide(hub, "link", name, target=right)
    setup.resume(hub.world, admin("kari"), FLOW)

    hub.approve(hub.present_plan())

    assert link_of(hub, name).ids[Side.RIGHT] == right


@pytest.mark.parametrize("which", ["nobody", "paired", "promised"])
def test_a_target_that_the_plan_knows_cannot_be_had_is_refused_at_once(hub: Hub, which: str) -> None:
    name, right = make_renamed(hub)
    other, _ = make_renamed(hub, 1)
    hub.connect()
    plan = hub.plan()
    paired = next(x for x in plan.lines if x.stream == "customers" and x.action == "link")
    if which == "promised":
        decide(hub, "link", other, target=right)
    before = hub.world.registry.flow(FLOW)
    target = {"nobody": "99999999", "paired": paired.right, "promised": right}[which]

    with pytest.raises(UsageError) as refused:
        decide(hub, "link", name, target=target)

    assert refused.value.reason.code == ("target_not_there" if which == "nobody" else "target_taken")
    assert hub.world.links.get(CUSTOMERS, [name]) == {}
    assert hub.world.registry.flow(FLOW) == before


def test_two_of_one_decision_cannot_have_the_same_target(hub: Hub) -> None:
    (name, right), (other, _) = make_renamed(hub), make_renamed(hub, 1)
    hub.connect()
    hub.plan()
    with pytest.raises(UsageError) as refused:
        decide(hub, "link", name, other, target=right)
    assert refused.value.reason.code == "target_taken"


@pytest.mark.parametrize("doubtful", [True, False])
def test_a_target_deleted_before_the_next_plan_gives_the_decision_back_in_it(hub: Hub, *, doubtful: bool) -> None:
    name, right = make_doubtful(hub) if doubtful else make_renamed(hub)
    hub.connect()
    hub.plan()
    decide(hub, "link", name, target=right)
    hub.timerabbit.remove("customers", right)

    plan = hub.plan()

    line = line_of(plan, name)
    assert (line.action, line.reason.code) == ("review", "chosen_gone")
    given_back(hub, name, "chosen_gone", right)
    hub.approve(plan)
    given_back(hub, name, "chosen_gone", right)


def test_a_target_deleted_after_the_approved_plan_was_made_does_not_bury_the_living_customer(hub: Hub) -> None:
    name, right = make_doubtful(hub)
    hub.connect()
    hub.plan()
    decide(hub, "link", name)
    hub.timerabbit.remove("customers", right)

    hub.approve(hub.present_plan())
    hub.sync()
    hub.sync()

    link = link_of(hub, name)
    assert (link.state, link.decision, link.ids) == (LinkState.UNLINKED, None, {Side.LEFT: name.removeprefix("left-")})
    assert link.outcome is not None
    assert link.outcome.reason.code == "partner_gone"
    assert name in waiting(hub)


def test_a_record_of_the_right_side_is_linked_to_the_left_one_that_a_person_names() -> None:
    hub = Hub(flow=SVENN.flow)
    hub.connect()
    stream = StreamKey(*SVENN, "customers")
    svenn = hub.svenn.add("customers", {"name": "Qwzx Xyqv", "number": None})
    tripletex = hub.tripletex.add("customer", {"name": "Omdøpt Bedrift AS", "customerNumber": 88001})
    plan = hub.plan()
    name = f"right-{tripletex['id']}"
    assert [x.action for x in plan.lines if x.stream == "customers" and x.link == name] == ["create"]

    review.decide(hub.world, admin("kari"), stream, [name], "link", target=str(svenn["id"]))
    hub.drain()
    hub.approve(hub.present_plan())

    link = link_of(hub, name, stream)
    assert link.state is LinkState.LINKED
    assert link.ids == {Side.LEFT: str(svenn["id"]), Side.RIGHT: str(tripletex["id"])}
    rows: list[dict[str, Any]] = [row for row in hub.svenn.rows("customers") if row["number"] == "88001"]
    assert [row["id"] for row in rows] == [svenn["id"]]
