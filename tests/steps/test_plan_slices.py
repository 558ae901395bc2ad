"""A plan made slice by slice is the plan made in one go, into however many buckets it is parted, whoever dies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samspill.canon.values import Fields
from samspill.engine.match import match, several
from samspill.engine.model import Decision, Link, LinkState, Observation, Shadow, Side, link_id
from samspill.engine.revision import Revision
from samspill.engine.rules import MatchRule, any_of
from samspill.errors import SamspillError
from samspill.flows.catalogue import FLOWS
from samspill.messages import ApplyPlan, FetchPage, MakePlan, decode
from samspill.pipeline.dispatch import handle
from samspill.plan import make
from samspill.plan.lines import DraftPlan, read_plan
from samspill.plan.stages import stage_messages
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.runs import runs
from samspill.state import FlowKey, FlowState, FlowStatus, Run, RunStatus, StreamKey
from samspill.store.memory import MemoryWorld, memory_world
from samspill.work import snapshots, turns
from samspill.work.context import open_flow
from tests.support.clock import START, FixedClock
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "tripletex-timerabbit")
CUSTOMERS, PROJECTS = StreamKey(*FLOW, "customers"), StreamKey(*FLOW, "projects")
RUN = "plan"
PAGE = 3


@dataclass
class Company:
    """What was read of both sides before a plan is made, and the links there are."""

    read: dict[tuple[str, Side], list[Observation]] = field(default_factory=dict)
    links: list[tuple[StreamKey, LinkCommit]] = field(default_factory=list)

    def world(self) -> MemoryWorld:
        """A hub that has read all of it."""
        world = memory_world(FixedClock(), CountingIds(), cast("Any", None), cast("Any", None))
        state = FlowState(
            tenant=FLOW.tenant,
            flow=FLOW.flow,
            declaration=FLOW.flow,
            left="l",
            right="r",
            every_min=5,
            created_at=START,
        )
        world.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED}))
        for key, commit in self.links:
            assert world.links.commit(key, [commit]) == [True]
        counters = {f"{stream}.{side}.read": len(rows) for (stream, side), rows in self.read.items()}
        run = Run(
            tenant=FLOW.tenant,
            flow=FLOW.flow,
            id=RUN,
            purpose="plan",
            trigger="manual",
            status=RunStatus.PLANNING,
            started_at=START,
            counters=counters,
        )
        world.runs.start(run)
        for (stream, side), rows in self.read.items():
            for page, first in enumerate(range(0, len(rows), PAGE)):
                names = {"tenant": FLOW.tenant, "flow": FLOW.flow, "run": RUN, "stream": stream, "side": side}
                message = FetchPage.model_validate({**names, "page": page})
                snapshots.save(world, run, message, rows[first : first + PAGE])
        world.queues.send([MakePlan(tenant=FLOW.tenant, flow=FLOW.flow, run=RUN)])
        return world


@dataclass(frozen=True)
class Made:
    """A plan, and all that its making left behind for people and for carrying it out."""

    plan: DraftPlan
    subjects: Counter[str]
    links: frozenset[str]
    messages: int


def work_off(world: MemoryWorld, *, dies: Callable[[], bool] = lambda: False) -> int:
    """Handle what is queued for `map`, again where it failed; return how many messages were handled."""
    handled = 0
    for _ in range(10_000):
        deliveries = world.queues.receive("map", 1)
        for delivery in deliveries:
            handled += 1
            try:
                handle(world, decode(delivery.body))
            except (SamspillError, InterruptedError):
                world.queues.back(delivery.handle, 60)
            else:
                world.queues.done(delivery.handle)
        if not deliveries:
            due = world.queues.next_due()
            if due is None:
                return handled
            cast("FixedClock", world.clock).advance(max((due - world.clock.now()).total_seconds(), 0) + 1)
    raise AssertionError("the plan comes to no end")


def made(world: MemoryWorld, messages: int) -> Made:
    run = world.runs.get(FLOW, RUN)
    assert run is not None
    assert run.status is RunStatus.PLANNED
    plan = read_plan(world, run)
    assert plan is not None
    assert world.registry.flow(FLOW).plan == plan.hash
    subjects = Counter[str]()
    approved = world.registry.flow(FLOW).model_copy(update={"status": FlowStatus.MATCHING, "plan_run": RUN})
    opened = replace(open_flow(world, FLOW), state=approved)
    for stage in range(2):
        part = 0
        while True:
            apply = Run(
                tenant=FLOW.tenant,
                flow=FLOW.flow,
                id=f"apply-{stage}-{part}",
                purpose="apply",
                trigger="internal",
                stage=stage,
                started_at=START,
            )
            sent = stage_messages(world, opened, apply, part)
            for message in sent:
                for subject in getattr(message, "subjects", ()):
                    subjects[f"{stage} {subject.model_dump_json()}"] += 1
            following = [message for message in sent if isinstance(message, ApplyPlan)]
            if not following:
                break
            (part,) = (message.part for message in following)
    links = frozenset(repr((key, link)) for key in (CUSTOMERS, PROJECTS) for link in world.links.all(key))
    return Made(plan, subjects, links, messages)


def lines_of(plan: DraftPlan) -> Counter[str]:
    return Counter(json.dumps(line.model_dump(mode="json"), sort_keys=True) for line in plan.lines)


def plan_in(company: Company, buckets: int, monkeypatch: pytest.MonkeyPatch) -> Made:
    with monkeypatch.context() as patch:
        patch.setattr(make, "_buckets", lambda *_: buckets)
        patch.setattr(make, "ROWS", 6)
        world = company.world()
        return made(world, work_off(world))


# --- what companies are like -----------------------------------------------------------------------------------------

NAMES = ["Berg AS", "Bergen Rør", "Dal AS", "Dal Bygg AS", "Vik AS", "Vík A/S", "Ås"]
ORGANIZATIONS = [None, None, "974760673", "912345678", "910568183"]
PROBLEM = Reason("missing_field", {"field": "name"})

customers = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "number": st.sampled_from([None, "1", "2", "3", "4", "5"]),
        "organization_number": st.sampled_from(ORGANIZATIONS),
    }
)
projects = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "number": st.sampled_from([None, "1", "2", "3", "4"]),
        "customer": st.sampled_from([None, "0", "1", "2", "3", "9"]),
        "parent": st.sampled_from([None, None, "0", "1", "2"]),
    }
)
extras = st.tuples(
    st.sampled_from(["", "", "", "", "faulty", "deleted", "twice"]),
    st.sampled_from(["", "", "", "linked", "ended", "link", "create", "ignore", "review"]),
    st.integers(0, 6),
)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    company = Company()
    for key, kind in ((CUSTOMERS, customers), (PROJECTS, projects)):
        taken: set[tuple[Side, str]] = set()
        for side in Side:
            rows = company.read.setdefault((key.stream, side), [])
            for index, (fields, (how, known, target)) in enumerate(draw(st.lists(st.tuples(kind, extras), max_size=7))):
                name = str(index)
                told = dict(fields)
                if how == "faulty":
                    told.pop("name")
                label = str(told.get("name") or name)
                seen = Observation(name, told, Revision(1), 1, label=label, deleted=how == "deleted")
                rows.append(replace(seen, problem=PROBLEM) if how == "faulty" else seen)
                if how == "twice":
                    rows.append(
                        replace(seen, version=Revision(2), fields={**told, "name": "Later AS"}, label="Later AS")
                    )
                _link(company, key, taken, side, name, known, str(target), index)
    return company


def _link(
    company: Company,
    key: StreamKey,
    taken: set[tuple[Side, str]],
    side: Side,
    name: str,
    known: str,
    target: str,
    at: int,
) -> None:
    """Store a link of a record: a pair, one that has ended, or what a person decided about a record alone."""
    places = {(side, name)} | ({(side.other, target)} if known in {"linked", "ended"} else set())
    if not known or places & taken:
        return
    taken |= places
    alone = Link(link_id(side, name), {side: name}, label=name, outcome=several("number", name))
    if known in {"linked", "ended"}:
        state = LinkState.LINKED if known == "linked" else LinkState.TOMBSTONE
        shadows = {each: Shadow({"name": "Old AS"}, Revision(1), 1) for each in Side}
        pair = Link(alone.id, {side: name, side.other: target}, state, {"name": "Old AS"}, shadows)
        company.links.append((key, LinkCommit(pair, ((side.other, target),))))
    elif known == "review":
        company.links.append((key, LinkCommit(alone)))
    else:
        decision = Decision(known, "kari", at, target if known == "link" else None)
        company.links.append((key, LinkCommit(replace(alone, decision=decision))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=companies(), buckets=st.integers(2, 7))
def test_the_plan_is_the_same_in_however_many_buckets(
    company: Company, buckets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parted = plan_in(company, 1, monkeypatch), plan_in(company, buckets, monkeypatch)
    assert lines_of(parted.plan) == lines_of(whole.plan)
    assert parted.plan.hash == whole.plan.hash
    assert parted.plan.counts() == whole.plan.counts()
    assert parted.subjects == whole.subjects
    assert parted.links == whole.links
    assert whole.messages == 1


devices = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES), "macs": st.lists(st.sampled_from("abcdefghij"), max_size=3)}
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.tuples(*[st.lists(devices, max_size=8)] * 2), buckets=st.integers(2, 7))
def test_records_with_several_keys_are_matched_the_same_in_however_many_buckets(
    rows: tuple[list[Fields], list[Fields]], buckets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = FLOWS[FLOW.flow]
    rule = MatchRule("address", any_of("macs", normal=lambda text: text), several=True)
    first, *others = flow.streams
    first = replace(first, rules=replace(first.rules, matches=(rule, *first.rules.matches)))
    read = {
        ("customers", side): [
            Observation(str(index), fields, Revision(1), 1, label=str(index)) for index, fields in enumerate(told)
        ]
        for side, told in zip(Side, rows, strict=True)
    }
    with monkeypatch.context() as patch:
        patch.setitem(FLOWS, FLOW.flow, replace(flow, streams=(first, *others)))
        whole, parted = plan_in(Company(read), 1, monkeypatch), plan_in(Company(read), buckets, monkeypatch)
        found = match(first.rules, *read.values())
    assert lines_of(parted.plan) == lines_of(whole.plan)
    assert parted.subjects == whole.subjects
    linked = {(line.left, line.right) for line in whole.plan.lines if line.left and line.right}
    assert linked == {(left.external_id, right.external_id) for left, right, _ in found.pairs}


# --- deaths and forks ------------------------------------------------------------------------------------------------

CHANGES = {
    "blobs": ("put",),
    "links": ("commit",),
    "queues": ("send",),
    "runs": ("add", "note", "move"),
    "registry": ("save_flow",),
}


STRIDE = 7
"""Every so many changes, and each of the last ones."""


class Mortal:
    """Ports whose caller dies after the change of this number, once."""

    def __init__(self, world: MemoryWorld, die_at: int) -> None:
        self.changes, self._die_at, self.died = 0, die_at, False
        ports = {name: self._around(getattr(world, name), names) for name, names in CHANGES.items()}
        self.world = replace(world, **ports)

    def _around(self, port: Any, names: Sequence[str]) -> Any:
        mortal = self

        class Port:
            def __getattr__(self, name: str) -> Any:
                method = getattr(port, name)
                if name not in names:
                    return method

                def called(*arguments: Any, **more: Any) -> Any:
                    answer = method(*arguments, **more)
                    mortal.changes += 1
                    if mortal.changes == mortal._die_at:
                        mortal.died = True
                        raise InterruptedError
                    return answer

                return called

        return Port()


def _number(stream: str, side: Side, index: int) -> Observation:
    told = {"name": f"{NAMES[index % len(NAMES)]} {index // 5}", "number": str(index) if index % 3 else None}
    if stream == "projects":
        told |= {"customer": str(index), "parent": str(index - 1) if index % 2 else None}
    seen = Observation(str(index), told, Revision(1), 1, label=str(told["name"]))
    return replace(seen, problem=PROBLEM) if index == 6 and side is Side.RIGHT else seen


def overlapping(most: int = 8) -> Company:
    """Two registers that overlap, with a row that cannot be taken and projects that have parents."""
    company = Company()
    for stream in ("customers", "projects"):
        company.read[stream, Side.LEFT] = [_number(stream, Side.LEFT, index) for index in range(most)]
        company.read[stream, Side.RIGHT] = [_number(stream, Side.RIGHT, index) for index in range(3, most)]
    return company


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "_buckets", lambda *_: 2)
    monkeypatch.setattr(make, "ROWS", 6)


@pytest.mark.usefixtures("small")
def test_whoever_dies_over_a_slice_the_plan_is_the_same() -> None:
    world = overlapping().world()
    whole = Mortal(world, 0)
    messages = work_off(whole.world)
    expected = made(world, 0)
    assert whole.changes > 100
    for die_at in [*range(1, whole.changes, STRIDE), *range(whole.changes - 8, whole.changes + 1)]:
        world = overlapping().world()
        mortal = Mortal(world, die_at)
        handled = work_off(mortal.world)
        assert mortal.died
        assert made(world, 0) == expected, f"death after change {die_at}"
        assert handled <= messages + 2, f"the chain forked: death after change {die_at}"


@pytest.mark.usefixtures("small")
def test_a_message_that_comes_twice_does_not_fork_the_chain() -> None:
    world = overlapping().world()
    once = work_off(world)
    expected = made(world, 0)
    world = overlapping().world()
    handled = 0
    while deliveries := world.queues.receive("map", 1):
        for delivery in deliveries:
            if handled < 2 * once:
                world.queues.duplicate(delivery.handle)
            handle(world, decode(delivery.body))
            world.queues.done(delivery.handle)
            handled += 1
    assert handled <= 4 * once
    assert made(world, 0) == expected


@pytest.mark.usefixtures("small")
def test_a_decision_in_the_midst_of_a_plan_is_in_the_plan_that_comes_of_it() -> None:
    world = overlapping().world()
    for _ in range(5):
        for delivery in world.queues.receive("map", 1):
            handle(world, decode(delivery.body))
            world.queues.done(delivery.handle)
    decision = Decision("ignore", "kari", 1)
    ignored = Link("left-0", {Side.LEFT: "0"}, decision=decision, label="0")
    assert world.links.commit(CUSTOMERS, [LinkCommit(ignored)]) == [True]
    world.registry.save_flow(world.registry.flow(FLOW))
    messages = work_off(world)
    plan = made(world, messages).plan
    (line,) = [line for line in plan.lines if line.stream == "customers" and line.left == "0"]
    assert (line.action, line.reason.code) == ("skip", "ignored_by_person")


@pytest.mark.usefixtures("small")
def test_a_chain_that_would_go_on_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "following", lambda _draft, at: at)
    monkeypatch.setattr(turns, "MOST_SLICES", 20)
    world = overlapping().world()
    assert work_off(world) == 21
    assert len(world.queues.dead["map"]) == 1
    run = world.runs.get(FLOW, RUN)
    assert run is not None
    assert run.status is RunStatus.STOPPED


def test_children_are_planned_after_their_parents_and_wait_for_what_is_not_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A chain of four, of which the second cannot be created: those below wait for it, and only they."""
    levels = [{"parent": str(index - 1) if index else None, "name": f"Rad {index}"} for index in range(4)]
    other = [{"parent": str(index - 1) if index > 4 else None, "name": f"Hus {index}"} for index in range(4, 7)]
    levels[1]["is_active"] = False  # type: ignore[assignment]
    told = [{**fields, "number": str(index)} for index, fields in enumerate([*levels, *other])]
    rows = [Observation(str(index), fields, Revision(1), 1, label=str(index)) for index, fields in enumerate(told)]
    company = Company({("projects", Side.LEFT): rows, ("projects", Side.RIGHT): []})
    for buckets in (1, 2, 5):
        plan = plan_in(company, buckets, monkeypatch).plan
        actions = {line.left: (line.action, line.reason.params.get("record")) for line in plan.lines}
        assert [actions[str(index)][0] for index in range(7)] == [
            "create",
            "skip",
            "wait",
            "wait",
            "create",
            "create",
            "create",
        ]
        assert (actions["2"][1], actions["3"][1]) == ("1", "2")


def test_a_record_with_the_number_of_a_row_that_cannot_be_taken_is_linked_by_no_weaker_rule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = Observation("1", {"name": "Berg AS", "number": "7"}, Revision(1), 1, label="Berg AS")
    faulty = Observation("2", {"number": "7"}, Revision(1), 1, label="?", problem=PROBLEM)
    namesake = Observation("3", {"name": "Berg AS", "number": None}, Revision(1), 1, label="Berg AS")
    company = Company({("customers", Side.LEFT): [left], ("customers", Side.RIGHT): [faulty, namesake]})
    for buckets in (1, 2, 3, 6):
        plan = plan_in(company, buckets, monkeypatch).plan
        actions = {(line.left, line.right): line.action for line in plan.lines}
        assert ("1", "3") not in actions
        assert actions["1", None] in {"wait", "review"}


def test_a_small_plan_costs_no_more_operations_than_its_pages_and_its_parts() -> None:
    company = overlapping()
    world = company.world()
    blobs = dict(world.blobs._blobs)  # type: ignore[attr-defined]
    assert work_off(world) == 1
    after = set(world.blobs._blobs) - set(blobs)  # type: ignore[attr-defined]
    folder = f"runs/{FLOW.tenant}/{FLOW.flow}/{RUN}"
    assert after == {f"{folder}/plan", f"{folder}/subjects/customers", f"{folder}/subjects/projects"}


def test_an_approved_plan_in_parts_is_carried_out_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "_buckets", lambda *_: 3)
    world = overlapping().world()
    work_off(world)
    state = world.registry.flow(FLOW)
    world.registry.save_flow(state.model_copy(update={"status": FlowStatus.MATCHING, "plan_run": RUN}))
    run = runs.begin(world, open_flow(world, FLOW), "apply", "internal")
    parts = [decode(delivery.body) for delivery in world.queues.receive("map", 10)]
    (following,) = [message for message in parts if isinstance(message, ApplyPlan)]
    assert (following.part, following.stage) == (1, 0)
    found = world.runs.get(FLOW, run.id)
    assert found is not None
    assert (found.count("customers", "sent"), found.count("customers", "parts")) == (0, 0)
    for _ in range(2):  # it comes twice
        handle(world, following)
    found = world.runs.get(FLOW, run.id)
    assert found is not None
    assert found.count("customers", "parts") == 1
    handle(world, following.model_copy(update={"part": 2}))
    handle(world, following)  # and once more, long after
    found = world.runs.get(FLOW, run.id)
    assert found is not None
    assert (found.count("customers", "sent"), found.count("customers", "parts")) == (1, 2)
    sent = [decode(delivery.body) for delivery in world.queues.receive("map", 100)]
    records = {subject.ticket for message in sent for subject in getattr(message, "subjects", ())}
    assert found.count("customers", "expected") == len(records) + sum(
        len(getattr(each, "subjects", ())) for each in parts
    )
