"""What would become of each record of one stream: matched, then planned as every run plans."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.engine.case import Seen
from samspill.engine.match import Doubt, match
from samspill.engine.model import Link, LinkState, Observation, Side, link_id
from samspill.engine.plan import plan
from samspill.flows.flow import Stream
from samspill.messages import Subject
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.steps.context import now_s
from samspill.steps.doubts import named_in, open_reviews
from samspill.steps.draft import Draft
from samspill.steps.draft_references import joined_early, resolve, waiting_for
from samspill.steps.fetch import salted
from samspill.steps.plan_lines import PlanLine, action_of
from samspill.steps.snapshots import load


def plan_stream(draft: Draft, stream: Stream) -> None:
    """Add the stream's lines, and what its records are when the plan is carried out, to the draft."""
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
    own = joined_early(stream, free)
    resolved = {side: [resolve(draft.known, stream, side, o, own) for o in free[side]] for side in Side}
    matching = match(stream.rules, resolved[Side.LEFT], resolved[Side.RIGHT])
    for left, right, _ in matching.pairs:
        draft.known[stream.name, Side.LEFT, left.external_id] = link_id(Side.LEFT, left.external_id)
        draft.known[stream.name, Side.RIGHT, right.external_id] = link_id(Side.LEFT, left.external_id)
    subjects: list[Subject] = []
    for link in sorted({id(x): x for x in paired.values()}.values(), key=lambda x: x.id):
        subject = Subject(
            left=raw[Side.LEFT].get(link.ids.get(Side.LEFT, "")),
            right=raw[Side.RIGHT].get(link.ids.get(Side.RIGHT, "")),
            ticket=link.id,
        )
        if (subject.left or subject.right) and _line(draft, stream, link, subject).action != "none":
            subjects.append(subject)  # of a first sync that was broken off
    for left, right, rule in matching.pairs:
        name = link_id(Side.LEFT, left.external_id)
        pair = {side: raw[side][record.external_id] for side, record in ((Side.LEFT, left), (Side.RIGHT, right))}
        subjects.append(Subject(left=pair[Side.LEFT], right=pair[Side.RIGHT], rule=rule, ticket=name))
        _line(draft, stream, links.get(name), subjects[-1])
    doubts = [(Side.LEFT, doubt) for doubt in matching.doubts]
    named = named_in(matching.doubts) if Side.LEFT in stream.rules.creates else {}
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
    open_reviews(draft, stream, links, raw, doubts)
    draft.subjects[stream.name] = subjects


def _parents_first(observations: Iterable[Observation]) -> list[Observation]:
    """A record that refers to another of its stream comes after it."""
    return sorted(observations, key=lambda o: (int(str(o.fields.get("level") or 0)), o.external_id))


def _line(draft: Draft, stream: Stream, link: Link | None, subject: Subject) -> PlanLine:
    seen: dict[Side, Seen] = {}
    waits: list[Reason] = []
    for side in Side:
        observation = subject.on(side)
        if observation is None:
            continue
        resolved = resolve(draft.known, stream, side, observation, {})
        seen[side] = Seen(resolved, salted(draft.opened, observation))
        waits += waiting_for(stream, side, resolved)
    made = plan(stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
    if made.write is not None or made.link.state is LinkState.LINKED:
        for side, view in seen.items():
            draft.known[stream.name, side, view.observation.external_id] = made.link.id
    line = PlanLine(
        stream=stream.name,
        action=action_of(made, subject),
        label=made.link.label,
        left=subject.left.external_id if subject.left else None,
        right=subject.right.external_id if subject.right else None,
        fields=tuple(sorted(made.write.fields)) if made.write else (),
        reason=made.reason,
    )
    draft.lines.append(line)
    return line
