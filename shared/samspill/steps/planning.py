"""Plans: what a sync would do, made from complete snapshots of both sides, seen and approved by a person.

The first sync matches and plans; a dry run of an active flow plans only. Both take the way every run takes, up to
the point where it would write.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from samspill.engine.case import Plan, Seen
from samspill.engine.match import Doubt, match
from samspill.engine.model import (
    Candidate,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    link_id,
)
from samspill.engine.plan import plan
from samspill.engine.rules import Policy
from samspill.flows.flow import Stream
from samspill.messages import BATCH, MakePlan, MapRecords, Message, Subject
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import Run, RunStatus, StreamKey
from samspill.steps.context import Opened, now_s, open_flow
from samspill.steps.fetch import salted
from samspill.steps.runs import stage_of
from samspill.steps.snapshots import folder, load

_SUBJECTS = TypeAdapter(list[Subject], config=ConfigDict(defer_build=True))


class PlanLine(BaseModel):
    """What would become of one record."""

    model_config = ConfigDict(frozen=True)

    stream: str
    action: str
    """`link`, `create`, `update`, `archive`, `review`, `skip`, `wait`, `fail` or `none`."""
    label: str
    left: str | None = None
    right: str | None = None
    fields: tuple[str, ...] = ()
    reason: Reason
    candidates: tuple[Candidate, ...] = ()


class DraftPlan(BaseModel):
    """A whole plan. `hash` names exactly these actions; an approval names the hash."""

    model_config = ConfigDict(frozen=True)

    run: str
    hash: str
    lines: tuple[PlanLine, ...]

    def counts(self) -> dict[str, Counter[str]]:
        """Return stream → action → how many."""
        out: dict[str, Counter[str]] = {}
        for line in self.lines:
            out.setdefault(line.stream, Counter())[line.action] += 1
        return out


@dataclass(slots=True)
class _Draft:
    world: World
    opened: Opened
    run: Run
    lines: list[PlanLine] = field(default_factory=list)
    subjects: dict[str, list[Subject]] = field(default_factory=dict)
    known: dict[tuple[str, Side, str], str] = field(default_factory=dict)
    """(stream, side, external id) → link id, of everything that is linked or will be."""


def make_plan(world: World, message: MakePlan) -> None:
    """Match and plan the run's snapshots, store the plan, and open reviews for what only a person can decide."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status.is_over:
        return
    draft = _Draft(world, opened, run)
    for stream in opened.flow.planned:
        _plan_stream(draft, stream)
    digest = hashlib.blake2b(digest_size=6)
    for line in draft.lines:
        digest.update(line.model_dump_json(exclude={"label", "candidates"}).encode())
    made = DraftPlan(run=run.id, hash=digest.hexdigest(), lines=tuple(draft.lines))
    world.blobs.put(f"{folder(run)}/plan", made.model_dump_json().encode())
    for name, subjects in draft.subjects.items():
        world.blobs.put(f"{folder(run)}/subjects/{name}", orjson.dumps([s.model_dump() for s in subjects]))
    if run.purpose == "plan":
        state = world.registry.flow(run.key)
        world.registry.save_flow(state.model_copy(update={"plan": made.hash, "plan_run": run.id}))
    world.runs.move(run, status=RunStatus.PLANNED, stage=run.stage, ended_at=world.clock.now())


def read_plan(world: World, run: Run) -> DraftPlan | None:
    """Return the plan a run made."""
    body = world.blobs.get(f"{folder(run)}/plan")
    return DraftPlan.model_validate_json(body) if body else None


def stage_messages(world: World, opened: Opened, run: Run) -> list[Message]:
    """Return the messages that carry out the approved plan for the run's present stage, and count what to expect."""
    stream, rounds = stage_of(opened, run)
    planned = world.runs.get(run.key, opened.state.plan_run or "")
    body = world.blobs.get(f"{folder(planned)}/subjects/{stream.name}") if planned else None
    subjects = _SUBJECTS.validate_json(body or b"[]") + _decided(world, planned, run, stream)
    subjects = [subject for subject in subjects if _round_of(opened, subject) == rounds]
    key = f"{stream.name}"
    world.runs.add(run.key, run.id, {f"{key}.expected": len(subjects), f"{key}.sent": 1}, f"sent/{key}/{run.stage}")
    return [
        MapRecords(
            tenant=run.tenant,
            flow=run.flow,
            run=run.id,
            stream=stream.name,
            subjects=tuple(subjects[start : start + BATCH]),
            force=True,
        )
        for start in range(0, len(subjects), BATCH)
    ]


def _round_of(opened: Opened, subject: Subject) -> int:
    """Pairs, and what goes over first, come before what goes the other way."""
    first = opened.flow.first
    alone = subject.left is None or subject.right is None
    return 1 if first is not None and alone and subject.on(first) is None else 0


def _decided(world: World, planned: Run | None, run: Run, stream: Stream) -> list[Subject]:
    """Return what people decided about the plan's doubts before it was approved."""
    if planned is None:
        return []
    sides = {side: {o.external_id: o for o in load(world, planned, stream.name, side)} for side in Side}
    key = StreamKey(run.tenant, run.flow, stream.name)
    out: list[Subject] = []
    for found, link in world.links.with_result(run.key, [Result.REVIEW]):
        if found != key or link.decision is None or link.state is not LinkState.UNLINKED:
            continue
        left = sides[Side.LEFT].get(link.ids.get(Side.LEFT, ""))
        right = sides[Side.RIGHT].get(link.decision.target or link.ids.get(Side.RIGHT, ""))
        if left is not None or right is not None:
            rule = "person" if left is not None and right is not None else ""
            out.append(Subject(left=left, right=right, rule=rule, ticket=link.id))
    return out


# --- one stream ------------------------------------------------------------------------------------------------------


def _plan_stream(draft: _Draft, stream: Stream) -> None:
    key = StreamKey(draft.run.tenant, draft.run.flow, stream.name)
    links = {link.id: link for link in draft.world.links.all(key)}
    paired = {
        (side, i): link
        for link in links.values()
        if link.state is not LinkState.UNLINKED
        for side, i in link.ids.items()
    }
    raw = {side: {o.external_id: o for o in load(draft.world, draft.run, stream.name, side)} for side in Side}
    for link in links.values():
        if link.state is LinkState.LINKED:
            draft.known.update({(stream.name, side, i): link.id for side, i in link.ids.items()})
    free = {side: [o for i, o in raw[side].items() if (side, i) not in paired] for side in Side}
    own = _joined_early(stream, free)
    resolved = {side: [_resolve(draft, stream, side, o, own) for o in free[side]] for side in Side}
    matching = match(stream.rules, resolved[Side.LEFT], resolved[Side.RIGHT])
    for left, right, _ in matching.pairs:
        draft.known[stream.name, Side.LEFT, left.external_id] = link_id(Side.LEFT, left.external_id)
        draft.known[stream.name, Side.RIGHT, right.external_id] = link_id(Side.LEFT, left.external_id)
    subjects: list[Subject] = []
    for link in sorted({id(x): x for x in paired.values()}.values(), key=lambda x: x.id):
        subject = Subject(
            left=raw[Side.LEFT].get(link.ids.get(Side.LEFT, "")),
            right=raw[Side.RIGHT].get(link.ids.get(Side.RIGHT, "")),
        )
        if subject.left or subject.right:
            _line(draft, stream, link, subject)
    for left, right, rule in matching.pairs:
        name = link_id(Side.LEFT, left.external_id)
        pair = {side: raw[side][record.external_id] for side, record in ((Side.LEFT, left), (Side.RIGHT, right))}
        subjects.append(Subject(left=pair[Side.LEFT], right=pair[Side.RIGHT], rule=rule, ticket=name))
        _line(draft, stream, links.get(name), subjects[-1])
    doubts = [(Side.LEFT, doubt) for doubt in matching.doubts]
    named = _named_in(matching.doubts) if Side.LEFT in stream.rules.creates else {}
    for side in Side:
        faulty = [observation for observation in free[side] if observation.problem is not None]
        for observation in [*_parents_first(matching.only[side]), *faulty]:
            if side is Side.RIGHT and observation.external_id in named:
                doubts.append((side, Doubt(observation, named[observation.external_id], ())))
                continue
            name = link_id(side, observation.external_id)
            subject = Subject.model_validate({side.value: raw[side][observation.external_id], "ticket": name})
            subjects.append(subject)
            _line(draft, stream, links.get(name), subject)
    _open_reviews(draft, stream, links, raw, doubts)
    draft.subjects[stream.name] = subjects


def _joined_early(stream: Stream, free: Mapping[Side, Sequence[Observation]]) -> dict[tuple[Side, str], str]:
    """Return link ids for records of this very stream that strong rules pair, so that parents can be compared."""
    strong = replace(stream.rules, similarity=None)
    matching = match(strong, free[Side.LEFT], free[Side.RIGHT])
    out: dict[tuple[Side, str], str] = {}
    for left, right, _ in matching.pairs:
        out[Side.LEFT, left.external_id] = out[Side.RIGHT, right.external_id] = link_id(Side.LEFT, left.external_id)
    return out


def _parents_first(observations: Iterable[Observation]) -> list[Observation]:
    """A record that refers to another of its stream comes after it."""
    return sorted(observations, key=lambda o: (int(str(o.fields.get("level") or 0)), o.external_id))


def _resolve(
    draft: _Draft, stream: Stream, side: Side, observation: Observation, own: Mapping[tuple[Side, str], str]
) -> Observation:
    fields = dict(observation.fields)
    for rule in stream.rules.fields:
        value = fields.get(rule.name)
        if rule.references is None or rule.policy is Policy.OFF or not isinstance(value, str):
            continue
        early = own.get((side, value)) if rule.references == stream.name else None
        fields[rule.name] = draft.known.get((rule.references, side, value)) or early or f"{side}:{value}"
    return replace(observation, fields=fields)


def _line(draft: _Draft, stream: Stream, link: Link | None, subject: Subject) -> None:
    seen: dict[Side, Seen] = {}
    waits: list[Reason] = []
    for side in Side:
        observation = subject.on(side)
        if observation is None:
            continue
        resolved = _resolve(draft, stream, side, observation, {})
        seen[side] = Seen(resolved, salted(draft.opened, observation))
        waits += _waits(stream, side, resolved)
    made = plan(stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
    if made.write is not None or made.link.state is LinkState.LINKED:
        for side, view in seen.items():
            draft.known[stream.name, side, view.observation.external_id] = made.link.id
    draft.lines.append(
        PlanLine(
            stream=stream.name,
            action=action_of(made, subject),
            label=made.link.label,
            left=subject.left.external_id if subject.left else None,
            right=subject.right.external_id if subject.right else None,
            fields=tuple(sorted(made.write.fields)) if made.write else (),
            reason=made.reason,
        )
    )


def _waits(stream: Stream, side: Side, observation: Observation) -> list[Reason]:
    out: list[Reason] = []
    for rule in stream.rules.fields:
        value = observation.fields.get(rule.name)
        decides = rule.policy is Policy.TWO_WAY or rule.master is side
        if rule.references and decides and isinstance(value, str) and value.startswith(f"{side}:"):
            record = value.partition(":")[2]
            out.append(Reason("waiting_for", {"stream": rule.references, "record": record}))
    return out


def action_of(made: Plan, subject: Subject) -> str:
    """Return the word for what a plan would do with a record, as `PlanLine.action` has it."""
    if subject.rule and made.result is Result.APPLIED:
        return "link"
    if made.write is not None:
        if made.write.archive:
            return "archive"
        return "create" if made.write.external_id is None else "update"
    names = {Result.SKIPPED: "skip", Result.WAITING: "wait", Result.FAILED: "fail", Result.UNCHANGED: "none"}
    return names.get(made.result, "review")


def _named_in(doubts: Sequence[Doubt]) -> dict[str, Reason]:
    """Return the right records that may be what a doubt is about: created on the left, they could be there twice."""
    return {
        candidate.external_id: Reason("maybe_same", {"label": doubt.observation.label})
        for doubt in doubts
        for candidate in doubt.candidates
    }


def _open_reviews(
    draft: _Draft,
    stream: Stream,
    links: Mapping[str, Link],
    raw: Mapping[Side, Mapping[str, Observation]],
    doubts: Sequence[tuple[Side, Doubt]],
) -> None:
    """Store what a person must decide; a decision that was made already stays."""
    key = StreamKey(draft.run.tenant, draft.run.flow, stream.name)
    commits: list[LinkCommit] = []
    for side, doubt in doubts:
        observation = doubt.observation
        name = link_id(side, observation.external_id)
        before = links.get(name) or Link(id=name, ids={side: observation.external_id})
        known = salted(draft.opened, raw[side][observation.external_id])
        shadow = Shadow({}, observation.version, observation.seen_at, known)
        outcome = Outcome(Result.REVIEW, doubt.reason)
        after = replace(
            before,
            label=observation.label,
            outcome=outcome,
            candidates=doubt.candidates,
            shadows={side: shadow},
        )
        if draft.run.purpose == "plan":
            commits.append(LinkCommit(after))
        draft.lines.append(
            PlanLine(
                stream=stream.name,
                action="review",
                label=observation.label,
                left=observation.external_id if side is Side.LEFT else None,
                right=observation.external_id if side is Side.RIGHT else None,
                reason=doubt.reason,
                candidates=doubt.candidates,
            )
        )
    draft.world.links.commit(key, commits)
