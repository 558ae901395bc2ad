"""Tripletex → Timerabbit, whole: real steps, real connectors, the vendors' sandboxes, everything else in memory."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import LinkState, Result, Side
from samspill.errors import ConflictError, CredentialsError, UsageError
from samspill.guard import pending
from samspill.messages import FetchPage, Replay
from samspill.pipeline.replay.replay import replay
from samspill.state import FlowStatus, RunStatus, StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import approvals, review, setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

CUSTOMERS = StreamKey(*FLOW, "customers")


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def synced(hub: Hub) -> Hub:
    hub.first_sync()
    return hub


def pair(hub: Hub, index: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """An active customer on both sides."""
    rights = {row["number"]: row for row in hub.timerabbit.rows("customers") if row["number"]}
    lefts = [row for row in hub.tripletex.rows("customer") if not row["isInactive"]]
    left = [row for row in lefts if str(row["customerNumber"]) in rights][index]
    return left, rights[str(left["customerNumber"])]


def right_name(hub: Hub, record: dict[str, Any]) -> str:
    return next(str(row["name"]) for row in hub.timerabbit.rows("customers") if row["id"] == record["id"])


def edit(hub: Hub, left: dict[str, Any], **change: object) -> None:
    hub.tripletex.edit("customer", str(left["id"]), dict(change))


def settle(hub: Hub) -> None:
    hub.deliver_webhooks()
    hub.drain()


def test_the_plan_writes_nothing_and_tells_every_record(hub: Hub) -> None:
    hub.connect()
    before = hub.writes("timerabbit")
    plan = hub.plan()
    assert hub.writes("timerabbit") == before
    lefts = {line.left for line in plan.lines if line.stream == "customers" and line.left}
    assert lefts == {str(row["id"]) for row in hub.tripletex.rows("customer")}
    assert all(reason_text(line.reason, "nb") for line in plan.lines)


def test_only_the_plan_that_was_shown_can_be_approved(hub: Hub) -> None:
    hub.connect()
    plan = hub.plan()
    with pytest.raises(ConflictError):
        setup.approve_plan(hub.world, admin(), FLOW, "another")
    hub.clock.advance(25 * 3600)
    with pytest.raises(ConflictError):
        setup.approve_plan(hub.world, admin(), FLOW, plan.hash)
    assert hub.writes("timerabbit") == 0


def test_the_first_sync_links_what_overlaps_and_creates_the_rest_once(synced: Hub) -> None:
    numbers = [row["number"] for row in synced.timerabbit.rows("customers") if row["number"]]
    wanted = [str(row["customerNumber"]) for row in synced.tripletex.rows("customer") if not row["isInactive"]]
    assert all(numbers.count(number) == 1 for number in wanted)
    assert synced.world.registry.flow(FLOW).status is FlowStatus.ACTIVE
    linked = [link for link in synced.links("customers") if link.state is LinkState.LINKED]
    assert len({link.ids[Side.RIGHT] for link in linked}) == len(linked)


def test_a_second_full_run_writes_nothing_and_stores_nothing(synced: Hub) -> None:
    synced.sync()
    before = [(link.id, link.revision) for stream in ("customers", "projects") for link in synced.links(stream)]
    writes, calls = synced.writes("timerabbit"), len(synced.timerabbit.calls) + len(synced.tripletex.calls)
    run = synced.sync()
    assert synced.writes("timerabbit") == writes
    assert [(li.id, li.revision) for stream in ("customers", "projects") for li in synced.links(stream)] == before
    # Customers are two lists in Tripletex (active and not), all else is one; nothing else is asked for.
    assert len(synced.timerabbit.calls) + len(synced.tripletex.calls) - calls == 5
    assert run.count("customers", "unchanged") == run.count("customers", "read") > 0


def test_an_edit_arrives_by_webhook(synced: Hub) -> None:
    left, right = pair(synced)
    edit(synced, left, name="Nytt navn AS")
    settle(synced)
    assert right_name(synced, right) == "Nytt navn AS"
    assert set(synced.delivered) == {202}


def test_our_own_write_comes_back_as_a_webhook_and_ends_there(synced: Hub) -> None:
    left, _ = pair(synced)
    edit(synced, left, name="Nytt navn AS")
    settle(synced)
    writes = synced.writes("timerabbit")
    for _ in range(3):
        settle(synced)
    assert synced.writes("timerabbit") == writes


@pytest.mark.parametrize("fault", ["webhook_duplicate", "webhook_reorder", "webhook_drop"])
def test_bad_webhooks_lose_nothing(synced: Hub, fault: str) -> None:
    synced.tripletex.set_faults({fault: True})
    left, right = pair(synced)
    for name in ("En AS", "To AS", "Tre AS"):
        edit(synced, left, name=name)
    settle(synced)
    synced.sync()
    assert right_name(synced, right) == "Tre AS"


def test_an_edit_in_the_target_is_set_back_and_its_value_is_kept_in_the_journal(synced: Hub) -> None:
    left, right = pair(synced)
    synced.timerabbit.edit("customers", right["id"], {"name": "Feil side"})
    settle(synced)
    assert right_name(synced, right) == left["name"]
    (entry,) = synced.journal("overwritten")
    assert entry.before == {"name": "Feil side"}
    assert "Tripletex" in reason_text(entry.reason, "nb")


def test_a_field_edited_again_and_again_on_the_wrong_side_stops_with_a_reason(synced: Hub) -> None:
    _, right = pair(synced)
    for n in range(8):
        synced.timerabbit.edit("customers", right["id"], {"name": f"Feil {n}"})
        settle(synced)
    assert synced.journal("writes_in_circles")
    assert right_name(synced, right) == "Feil 7"


def test_projects_below_the_second_level_are_skipped_naming_their_parent(synced: Hub) -> None:
    entries = synced.journal("too_deep")
    names = {row["id"]: row["name"] for row in synced.tripletex.rows("project")}
    assert entries
    for entry in entries:
        assert any(name in entry.reason.params["parent"] for name in names.values())


def test_projects_that_exist_in_the_target_only_are_never_exported(synced: Hub) -> None:
    before = len(synced.tripletex.rows("project"))
    synced.timerabbit.add("projects", {"name": "Bare her", "number": "T99"})
    synced.sync()
    assert len(synced.tripletex.rows("project")) == before
    assert any("Bare her" in entry.label for entry in synced.journal("only_in_target"))


def test_two_customers_of_the_same_name_stay_two(synced: Hub) -> None:
    for _ in range(2):
        synced.tripletex.add("customer", {"name": "Tvilling AS"})
    synced.sync()
    twins = [row for row in synced.timerabbit.rows("customers") if row["name"] == "Tvilling AS"]
    assert len(twins) == 2
    assert len({row["number"] for row in twins}) == 2


def test_a_customer_and_its_project_made_together_both_come_over(synced: Hub) -> None:
    customer = synced.tripletex.add("customer", {"name": "Ny AS"})
    manager = next(row["projectManager"]["id"] for row in synced.tripletex.rows("project") if row["projectManager"])
    project = {
        "name": "Nytt prosjekt",
        "customer": {"id": customer["id"]},
        "startDate": "2026-01-01",
        "projectManager": {"id": manager},
        "isInternal": False,
    }
    synced.tripletex.add("project", project)
    settle(synced)
    right = next(row for row in synced.timerabbit.rows("projects") if row["name"] == "Nytt prosjekt")
    owner = next(row for row in synced.timerabbit.rows("customers") if row["name"] == "Ny AS")
    assert right["customerId"] == owner["id"]


def test_one_made_by_hand_on_both_sides_is_linked_not_doubled(synced: Hub) -> None:
    right = synced.timerabbit.add("customers", {"name": "Dobbel AS", "organizationNumber": "999888777"})
    synced.tripletex.add("customer", {"name": "Dobbel AS", "organizationNumber": "999888777"})
    settle(synced)
    found = [row for row in synced.timerabbit.rows("customers") if row["name"] == "Dobbel AS"]
    assert [row["id"] for row in found] == [right["id"]]


def review_hub(hub: Hub) -> tuple[str, str]:
    """Make one customer in the target look like one in the source, without any number."""
    left, right = next(
        (left, right) for n in range(20) for left, right in [pair(hub, n)] if set("æøå") & set(left["name"].lower())
    )
    plain = left["name"].translate(str.maketrans("æøåÆØÅ", "eoaEOA"))
    hub.timerabbit.edit("customers", right["id"], {"name": plain, "number": None, "organizationNumber": None})
    return f"left-{left['id']}", right["id"]


@pytest.mark.parametrize("action", ["link", "create", "ignore"])
def test_a_person_decides_before_the_plan_is_approved(hub: Hub, action: str) -> None:
    name, right = review_hub(hub)
    hub.connect()
    plan = hub.plan()
    (line,) = [line for line in plan.lines if line.action == "review" and f"left-{line.left}" == name]
    assert line.candidates[0].external_id == right
    before = len(hub.timerabbit.rows("customers"))
    review.decide(hub.world, admin(), CUSTOMERS, [name], action)
    hub.drain()
    assert hub.writes("timerabbit") == 0
    with pytest.raises(ConflictError):
        hub.approve(plan)
    hub.approve(hub.present_plan())
    link = hub.world.links.get(CUSTOMERS, [name])[name]
    created = before + sum(p.action == "create" and p.stream == "customers" for p in plan.lines)
    if action == "link":
        assert link.ids[Side.RIGHT] == right
        assert len(hub.timerabbit.rows("customers")) == created
    elif action == "create":
        assert link.ids[Side.RIGHT] != right
        assert len(hub.timerabbit.rows("customers")) == created + 1
    else:
        assert link.outcome is not None
        assert link.outcome.result is Result.SKIPPED
        assert link.outcome.reason.params["person"] == "tester"


def test_a_person_decides_after_the_flow_is_active(hub: Hub) -> None:
    name, right = review_hub(hub)
    hub.first_sync()
    assert [link.id for _, link in hub.reviews() if link.id == name] == [name]
    review.decide(hub.world, admin(), CUSTOMERS, [name], "link")
    hub.drain()
    assert hub.world.links.get(CUSTOMERS, [name])[name].ids[Side.RIGHT] == right
    assert name not in [link.id for _, link in hub.reviews()]


def test_a_refused_record_fails_alone_and_is_applied_by_replay(synced: Hub) -> None:
    left, right = pair(synced)
    other, other_right = pair(synced, 1)
    edit(synced, left, name="X" * 150)
    edit(synced, other, name="Går greit AS")
    settle(synced)
    assert right_name(synced, other_right) == "Går greit AS"
    (entry,) = [entry for entry in synced.journal() if entry.result is Result.FAILED and "X" * 20 in entry.label]
    assert entry.reason.params.get("field", "name") == "name"
    synced.tripletex.set_faults({"webhook_drop": True})
    edit(synced, left, name="Kort AS")
    replay(synced.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, records=(f"left-{left['id']}",)))
    synced.drain()
    assert right_name(synced, right) == "Kort AS"


def test_a_deleted_source_archives_the_target_and_does_not_rise_again(synced: Hub) -> None:
    left = synced.tripletex.add("customer", {"name": "Kort liv AS"})
    settle(synced)
    synced.tripletex.remove("customer", str(left["id"]))
    settle(synced)
    found = [row for row in synced.timerabbit.rows("customers") if row["name"] == "Kort liv AS"]
    assert [row["active"] for row in found] == [False]
    synced.sync()
    assert len([row for row in synced.timerabbit.rows("customers") if row["name"] == "Kort liv AS"]) == 1


def test_a_deleted_target_is_asked_about_and_not_made_again(synced: Hub) -> None:
    left = synced.tripletex.add("customer", {"name": "Slettet der AS"})
    settle(synced)
    right = next(row for row in synced.timerabbit.rows("customers") if row["name"] == "Slettet der AS")
    synced.timerabbit.remove("customers", right["id"])
    settle(synced)
    synced.sync()
    assert not [row for row in synced.timerabbit.rows("customers") if row["name"] == "Slettet der AS"]
    assert f"left-{left['id']}" in [link.id for _, link in synced.reviews()]


def test_a_lost_delete_is_found_after_two_whole_reads(synced: Hub) -> None:
    left = synced.tripletex.add("customer", {"name": "Stille død AS"})
    settle(synced)
    synced.tripletex.set_faults({"webhook_drop": True})
    synced.tripletex.remove("customer", str(left["id"]))

    def active() -> bool:
        return next(bool(r["active"]) for r in synced.timerabbit.rows("customers") if r["name"] == "Stille død AS")

    synced.sync()
    assert active()
    synced.sync()
    assert not active()


def test_a_list_that_lost_its_records_changes_nothing_and_says_so() -> None:
    hub = Hub(size=120)
    hub.first_sync()
    writes = hub.writes("timerabbit")
    hub.tripletex.set_faults({"webhook_drop": True})
    for row in list(hub.tripletex.rows("customer")):
        if not any((project.get("customer") or {}).get("id") == row["id"] for project in hub.tripletex.rows("project")):
            hub.tripletex.remove("customer", str(row["id"]))
    for _ in range(3):
        hub.sync()
    assert hub.writes("timerabbit") == writes
    assert hub.journal("too_many_deletes")


def emptied() -> tuple[Hub, str]:
    """A hub whose guard stopped a mass deletion, and the hash of the list."""
    hub = Hub(size=120)
    hub.first_sync()
    hub.tripletex.set_faults({"webhook_drop": True})
    for row in list(hub.tripletex.rows("customer")):
        if not any((project.get("customer") or {}).get("id") == row["id"] for project in hub.tripletex.rows("project")):
            hub.tripletex.remove("customer", str(row["id"]))
    hub.sync()
    (stopped,) = pending.lists(hub.world, FLOW)
    return hub, stopped.hash


def test_a_stopped_mass_deletion_is_carried_out_when_a_person_approves_exactly_that_list() -> None:
    hub, digest = emptied()
    (stopped,) = pending.lists(hub.world, FLOW)

    approvals.approve(hub.world, admin("kari"), FLOW, digest)
    hub.drain()

    gone = [link for link in hub.links("customers") if link.state is LinkState.TOMBSTONE]
    assert len(gone) == stopped.count
    assert hub.world.registry.flow(FLOW).held == {}
    (entry,) = hub.journal("list_approved")
    assert entry.reason.params == {
        "person": "kari",
        "count": str(stopped.count),
        "what": "customers (archive)",
        "hash": digest,
    }


def test_another_list_or_an_old_one_cannot_be_approved() -> None:
    hub, digest = emptied()
    writes = hub.writes("timerabbit")

    with pytest.raises(ConflictError):
        approvals.approve(hub.world, admin("kari"), FLOW, "000000000000")
    hub.clock.advance(24 * 3600 + 1)
    with pytest.raises(ConflictError):
        approvals.approve(hub.world, admin("kari"), FLOW, digest)

    hub.drain()
    assert hub.writes("timerabbit") == writes


def test_a_list_that_a_later_read_makes_void_is_forgotten() -> None:
    hub, digest = emptied()
    message = FetchPage(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", side=Side.LEFT)

    pending.drop(hub.world, message)

    assert hub.world.registry.flow(FLOW).held == {}
    with pytest.raises(ConflictError):
        approvals.approve(hub.world, admin("kari"), FLOW, digest)


def test_a_revoked_key_stops_the_flow_and_a_renewed_one_goes_on(synced: Hub) -> None:
    left, right = pair(synced)
    synced.tripletex.set_faults({"revoke_key": True})
    edit(synced, left, name="Mens nøkkelen var borte AS")
    run = setup.run(synced.world, admin(), FLOW, full=True)
    synced.drain()
    ended = synced.world.runs.get(FLOW, run.id)
    assert ended is not None
    assert ended.status is RunStatus.STOPPED
    assert synced.world.registry.flow(FLOW).status is FlowStatus.KEY_INVALID
    calls = len(synced.tripletex.calls)
    with pytest.raises(UsageError):
        setup.run(synced.world, admin(), FLOW)
    synced.drain()
    assert len(synced.tripletex.calls) == calls
    with pytest.raises(CredentialsError):
        setup.test(synced.world, admin(), FLOW.tenant, "tripletex")
    synced.tripletex.set_faults({})
    setup.test(synced.world, admin(), FLOW.tenant, "tripletex")
    assert synced.world.registry.flow(FLOW).last_full_at is None  # the next run reads everything
    synced.sync()
    assert right_name(synced, right) == "Mens nøkkelen var borte AS"


def test_a_pause_loses_nothing(synced: Hub) -> None:
    left, right = pair(synced)
    setup.pause(synced.world, admin(), FLOW)
    edit(synced, left, name="Under pausen AS")
    settle(synced)
    assert right_name(synced, right) != "Under pausen AS"
    setup.resume(synced.world, admin(), FLOW)
    synced.drain()
    assert right_name(synced, right) == "Under pausen AS"


def test_a_create_whose_answer_was_lost_is_found_and_not_repeated(synced: Hub) -> None:
    synced.timerabbit.set_faults({"drop_answer_next": [{"times": 1, "path_prefix": "/v1/customers", "method": "POST"}]})
    synced.tripletex.add("customer", {"name": "Tapt svar AS"})
    settle(synced)
    assert len([row for row in synced.timerabbit.rows("customers") if row["name"] == "Tapt svar AS"]) == 1
    assert synced.journal("recovered")


def test_an_update_whose_answer_was_lost_ends_right(synced: Hub) -> None:
    left, right = pair(synced)
    synced.timerabbit.set_faults({"drop_answer_next": [{"times": 1, "path_prefix": "/v1/customers"}]})
    edit(synced, left, name="Tapt svar AS")
    settle(synced)
    synced.sync()
    assert right_name(synced, right) == "Tapt svar AS"
