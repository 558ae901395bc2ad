"""What would become of each record of one stream: matched, then planned as every run plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from samspill.engine import unreadable
from samspill.engine.case import Plan, Seen
from samspill.engine.match import Doubt, Matching, match
from samspill.engine.model import Link, LinkState, Observation, Result, Side, link_id
from samspill.engine.plan import new_link, plan
from samspill.errors import SamspillError
from samspill.flows.flow import Stream
from samspill.messages import Subject
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.steps.choices import choices
from samspill.steps.context import now_s
from samspill.steps.doubts import named_in, open_reviews
from samspill.steps.draft import Draft
from samspill.steps.draft_references import joined_early, resolve, waiting_for
from samspill.steps.fetch import salted
from samspill.steps.isolation import apart
from samspill.steps.plan_lines import PlanLine, line_of
from samspill.steps.snapshots import load


def plan_stream(draft: Draft, stream: Stream) -> None:
    """Add the stream's lines, and what its records are when the plan is carried out, to the draft."""
    key = StreamKey(draft.run.tenant, draft.run.flow, stream.name)
    links = {link.id: link for link in draft.world.links.all(key)}
    raw = {side: {o.external_id: o for o in load(draft.world, draft.run, stream.name, side)} for side in Side}
    closed = [link for link in links.values() if link.state is not LinkState.UNLINKED]
    for link in closed:
        if link.state is LinkState.LINKED:
            draft.known.update({(stream.name, side, i): link.id for side, i in link.ids.items()})
    paired = {(side, i) for link in closed if not _has_ended(link) for side, i in link.ids.items()}
    ended = {(side, i) for link in closed if _has_ended(link) for side, i in link.ids.items()} - paired
    free = {side: {i: o for i, o in raw[side].items() if (side, i) not in paired} for side in Side}
    made = choices(stream, links.values(), raw, free)
    links.update({name: link for name, (link, _) in made.lost.items()})
    for link, pair in made.pairs:
        draft.known.update({(stream.name, side, o.external_id): link.id for side, o in pair.items()})
    rest = {side: [o for i, o in free[side].items() if (side, i) not in made.taken] for side in Side}
    own = joined_early(stream, rest)
    resolved = {side: [resolve(draft.known, stream, side, o, own) for o in rest[side]] for side in Side}
    matching = match(stream.rules, resolved[Side.LEFT], resolved[Side.RIGHT])
    for left, right, _ in matching.pairs:
        draft.known[stream.name, Side.LEFT, left.external_id] = link_id(Side.LEFT, left.external_id)
        draft.known[stream.name, Side.RIGHT, right.external_id] = link_id(Side.LEFT, left.external_id)
    begun: list[Subject] = []
    found = {(side, o.external_id) for *pair, _ in matching.pairs for side, o in zip(Side, pair, strict=True)}
    for link in sorted(closed, key=lambda x: x.id):
        if _has_ended(link) and (found | made.taken) & set(link.ids.items()):
            continue  # what outlived its partner has found another
        subject = Subject(
            left=raw[Side.LEFT].get(link.ids.get(Side.LEFT, "")),
            right=raw[Side.RIGHT].get(link.ids.get(Side.RIGHT, "")),
            ticket=link.id,
        )
        if (subject.left or subject.right) and _line(draft, stream, link, subject).action != "none":
            begun.append(subject)  # of a first sync that was broken off
    faulty = {side: [o for o in resolved[side] if o.problem is not None] for side in Side}
    alone, doubts = _alone(stream, matching, faulty, links, {name: why for name, (_, why) in made.lost.items()})
    subjects = [
        *(Subject(left=x[Side.LEFT], right=x[Side.RIGHT], rule="person", ticket=link.id) for link, x in made.pairs),
        *(_matched(raw, left.external_id, right.external_id, rule) for left, right, rule in matching.pairs),
        *(
            Subject.model_validate({side.value: raw[side][o.external_id], "ticket": link_id(side, o.external_id)})
            for side, o in alone
            if (side, o.external_id) not in ended
        ),
    ]
    for subject in subjects:
        known = links.get(subject.ticket)
        _line(draft, stream, None if known is not None and _has_ended(known) else known, subject)
    open_reviews(draft, stream, links, raw, [x for x in doubts if (x[0], x[1].observation.external_id) not in ended])
    draft.subjects[stream.name] = begun + subjects


def _has_ended(link: Link) -> bool:
    return link.state is LinkState.TOMBSTONE


def _matched(raw: Mapping[Side, Mapping[str, Observation]], left: str, right: str, rule: str) -> Subject:
    name = link_id(Side.LEFT, left)
    return Subject(left=raw[Side.LEFT][left], right=raw[Side.RIGHT][right], rule=rule, ticket=name)


def _alone(
    stream: Stream,
    matching: Matching,
    faulty: Mapping[Side, Sequence[Observation]],
    links: Mapping[str, Link],
    lost: Mapping[str, Reason],
) -> tuple[list[tuple[Side, Observation]], list[tuple[Side, Doubt]]]:
    """Part what is in no pair: what is planned as it stands, and what a person has to be asked about.

    Who was told already what to do is not asked again.
    """
    asks = unreadable.doubts(stream.rules, matching.only, faulty)
    asks |= {(Side.LEFT, doubt.observation.external_id): doubt for doubt in matching.doubts}
    named = named_in(matching.doubts) if Side.LEFT in stream.rules.creates else {}
    alone: list[tuple[Side, Observation]] = []
    doubts: list[tuple[Side, Doubt]] = []
    for side in Side:
        unsure = [doubt.observation for doubt in matching.doubts] if side is Side.LEFT else []
        for record in [*_parents_first([*unsure, *matching.only[side]]), *faulty[side]]:
            name, doubt = link_id(side, record.external_id), asks.get((side, record.external_id))
            reason = lost.get(name) or (named.get(record.external_id) if side is Side.RIGHT else None)
            if reason is not None:
                doubt = Doubt(record, reason, doubt.candidates if doubt else ())
            elif (taken := matching.taken.get((side, record.external_id))) is not None:
                doubt = doubt or Doubt(record, taken, (), Result.FAILED)
            if doubt is None or (name in links and links[name].decision is not None):
                alone.append((side, record))
            else:
                doubts.append((side, doubt))
    return alone, doubts


def _parents_first(observations: Iterable[Observation]) -> list[Observation]:
    """A record that refers to another of its stream comes after it."""
    return sorted(observations, key=lambda o: (int(str(o.fields.get("level") or 0)), o.external_id))


def _line(draft: Draft, stream: Stream, link: Link | None, subject: Subject) -> PlanLine:
    seen: dict[Side, Seen] = {}
    waits: list[Reason] = []
    faults: list[SamspillError] = []
    with apart(faults, f"{stream.name} {subject.ticket}"):
        for side in Side:
            observation = subject.on(side)
            if observation is None:
                continue
            resolved = resolve(draft.known, stream, side, observation, {})
            seen[side] = Seen(resolved, salted(draft.opened, observation))
            waits += waiting_for(stream, side, resolved)
        made = plan(stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
    if faults:
        told = {side: Seen(observation) for side in Side if (observation := subject.on(side)) is not None}
        made = Plan(link or new_link(told), Result.FAILED, faults[0].reason, store=False)
    if made.write is not None or made.link.state is LinkState.LINKED:
        for side, view in seen.items():
            draft.known[stream.name, side, view.observation.external_id] = made.link.id
    line = line_of(stream.name, made, subject)
    draft.lines.append(line)
    return line
