"""A plan's second half: what would become of each record or pair, planned as every run plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from samspill.engine import unreadable
from samspill.engine.case import Plan, Seen
from samspill.engine.match import Doubt
from samspill.engine.model import Candidate, Detail, Link, LinkState, Outcome, Result, Side, link_id
from samspill.engine.plan import new_link, plan
from samspill.errors import SamspillError
from samspill.messages import Subject
from samspill.plan.doubts import maybe_same, open_reviews
from samspill.plan.draft import StreamDraft
from samspill.plan.home import ASKED, HOME, NAMED, matching_doubt, own_references, standing, will_be_linked
from samspill.plan.lines import PlanLine, line_of
from samspill.plan.matching import FAULTY, linked
from samspill.plan.preflight import foreseen
from samspill.plan.rows import Row, level, read_detail, read_row, resolved, subject_of, waiting_for
from samspill.reasons import Reason
from samspill.work.as_seen import waiting
from samspill.work.context import now_s
from samspill.work.isolation import apart
from samspill.work.known import salted

DOUBTED, ANSWERED, LATER = "doubted", "answered", "later"
ROUNDS = 20
"""Records that refer to others of their stream are planned after them, so many levels deep."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A doubt about a record, on its way there."""

    place: str
    number: int
    """Of the record it came from: of several the first one counts."""
    result: Result
    reason: Reason
    candidates: tuple[Candidate, ...]
    detail: Detail | None = None


def _read_doubted(data: Mapping[str, Any]) -> Doubted:
    candidates = tuple(Candidate(**each) for each in data["candidates"])
    reason, detail = Reason.from_json(data["reason"]), read_detail(data.get("detail"))
    return Doubted(data["place"], data["number"], Result(data["result"]), reason, candidates, detail)


def compare_with_faulty(draft: StreamDraft, bucket: int) -> int:
    """Note which records without a partner may be a row of the other side that cannot be taken."""
    every: list[Row] = sorted(draft.rows.take(FAULTY, 0, read_row), key=lambda row: row.number)
    told = {side: [row.resolved(draft.stream) for row in every if row.side is side] for side in Side}
    faulty = {side: rows[: unreadable.MOST + 1] for side, rows in told.items()}
    rows: list[Row] = draft.rows.take(HOME, bucket, read_row)
    alone = [r for r in sorted(rows, key=lambda row: row.number) if r.free and r.partner is None]
    stands = standing(draft, bucket)
    alone = [r for r in alone if r.seen.problem is None and matching_doubt(draft, r, stands) is None]
    only = {side: [row.resolved(draft.stream) for row in alone if row.side is side] for side in Side}
    numbers = {row.place: row.number for row in alone}
    for (side, name), doubt in unreadable.doubts(draft.stream.rules, only, faulty).items():
        place = link_id(side, name)
        asker = link_id(side.other, doubt.candidates[0].external_id)
        said, number = doubt.outcome, numbers.get(asker, 0)
        doubted = Doubted(place, number, said.result, said.reason, doubt.candidates, said.detail)
        draft.rows.put(DOUBTED, place, doubted)
    return len(rows)


def answer(draft: StreamDraft, turn: int, bucket: int) -> int:
    """Tell those who refer to records of a bucket which of them are linked or will be; the others ask again."""
    asked = draft.rows.take(f"{ASKED}/{turn:02}", bucket)
    found = linked(draft, draft.stream.name, {place for place, *_ in asked}, bucket) if asked else {}
    for place, home, side, name in asked:
        if place in found:
            draft.rows.put(ANSWERED, home, [home, side, name, found[place]])
            draft.rows.put(f"{ANSWERED}-{turn:02}", home, home)
        else:
            draft.rows.put(f"{ASKED}/{turn + 1:02}", place, [place, home, side, name])
    return len(asked)


@dataclass(slots=True)
class Records:
    """What a slice planned."""

    lines: list[PlanLine] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)


def plan_records(draft: StreamDraft, turn: int, bucket: int) -> tuple[Records, int]:
    """Plan the records of a bucket, and return their lines and how many rows there were.

    What refers to a record of its own stream that is not known yet has its turn later, as long as more gets known.
    """
    rows: list[Row] = draft.rows.take(f"{LATER}/{turn:02}" if turn else HOME, bucket, read_row)
    last = turn == ROUNDS or (turn > 0 and not draft.rows.has(f"{ANSWERED}-{turn:02}"))
    groups: dict[str, list[Row]] = defaultdict(list)
    answers: dict[str, list[list[str]]] = defaultdict(list)
    for home, *found in draft.rows.take(ANSWERED, bucket):
        answers[home].append(found)
    for row in sorted(rows, key=lambda row: (row.side is Side.RIGHT, row.number)):
        groups[row.home].append(row)
    for home, group in list(groups.items()):
        _answered(group, answers.get(home, ()))
        if not last and _is_early(draft, group):
            for row in groups.pop(home):
                draft.rows.put(f"{LATER}/{turn + 1:02}", home, row)
    return _planned(draft, groups, bucket), len(rows)


def _answered(group: Sequence[Row], answers: Sequence[Sequence[str]]) -> None:
    for side, name, link in answers:
        for row in group:
            if row.side == side:
                row.refs[name] = link
            elif row.partner is not None:
                row.partner_refs[name] = link


def _is_early(draft: StreamDraft, group: Sequence[Row]) -> bool:
    halves = [half for row in group for half in row.halves]
    return any(name not in refs for _, seen, refs in halves for name in own_references(draft, seen))


def _planned(draft: StreamDraft, groups: Mapping[str, Sequence[Row]], bucket: int) -> Records:
    """Plan pairs, then what stands alone, then what a person has to be asked about."""
    made = Records()
    links = draft.links.get([name for name, group in groups.items() if any(row.link for row in group)])
    doubts = _doubts(draft, groups, bucket)
    asked: list[tuple[Row, Doubt]] = []
    for home in sorted(groups, key=lambda home: _order(home, groups[home])):
        group, link = groups[home], links.get(home)
        first = next((row for row in group if row.partner is not None), group[0])
        if first.partner is not None:  # what outlived its partner and found no other makes way
            group, link = [first], None if link is not None and link.state is LinkState.TOMBSTONE else link
        if first.lost is not None and link is not None:
            links[home] = link = replace(link, decision=None)
        doubt = doubts.get(home) if first.free and first.partner is None and not first.ended else None
        if doubt is not None and (link is None or link.decision is None):
            asked.append((first, doubt))
            continue
        subject = subject_of(group)
        line = _line(draft, link, group, subject)
        made.lines.append(line)
        if line.action != "none" or first.rule or (first.free and not first.ended):
            made.subjects.append(subject)
    made.lines += open_reviews(draft, links, asked)
    return made


def _order(home: str, group: Sequence[Row]) -> tuple[object, ...]:
    """Pairs that are known, then those that people made, then those of each rule, then parents before children."""
    first = next((row for row in group if row.partner is not None), group[0])
    if first.partner is not None:
        return 2, first.rank, first.number
    if first.rule:
        return 1, 0, first.number
    if not first.free or first.ended:
        return 0, home
    return 3, first.side is Side.RIGHT, first.seen.problem is not None, level(first.seen), first.seen.external_id


def _doubts(draft: StreamDraft, groups: Mapping[str, Sequence[Row]], bucket: int) -> dict[str, Doubt]:
    """Return what a person has to be asked about. Who was told already what to do is not asked again."""
    rows = {row.place: row for group in groups.values() for row in group}
    doubts: dict[str, Doubt] = {}
    found: list[Doubted] = draft.rows.take(DOUBTED, bucket, _read_doubted)
    for each in sorted(found, key=lambda each: -each.number):
        if each.place in rows:
            outcome = Outcome(each.result, each.reason, each.detail)
            doubts[each.place] = Doubt(rows[each.place].seen, outcome, each.candidates)
    stands = standing(draft, bucket)
    for place, row in rows.items():
        if (doubt := matching_doubt(draft, row, stands)) is not None:
            doubts[place] = doubt
        elif row.taken is not None and row.partner is None:
            doubts.setdefault(place, Doubt(row.seen, Outcome(Result.FAILED, row.taken), ()))
    named = {place: label for place, _, label in sorted(draft.rows.take(NAMED, bucket))}
    if Side.LEFT not in draft.stream.rules.creates:
        named = {}  # nothing is created there, so nothing can be there twice
    for place, row in rows.items():
        if row.lost is not None:
            outcome = Outcome(Result.REVIEW, row.lost)
        elif place in named:
            outcome = maybe_same(named[place])
        else:
            continue
        doubts[place] = Doubt(row.seen, outcome, doubts[place].candidates if place in doubts else ())
    return doubts


def _line(draft: StreamDraft, link: Link | None, group: Sequence[Row], subject: Subject) -> PlanLine:
    seen: dict[Side, Seen] = {}
    waits: list[Outcome] = []
    faults: list[SamspillError] = []
    with apart(faults, f"{draft.stream.name} {subject.ticket}"):
        for side, observation, refs in (half for row in group for half in row.halves):
            told = resolved(draft.stream, side, observation, refs)
            seen[side] = Seen(told, salted(draft.opened, observation))
            waits += [*waiting(told), *waiting_for(draft.stream, side, told)]
        made = plan(draft.stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
    if faults:
        read = {side: Seen(record) for side in Side if (record := subject.on(side)) is not None}
        made = Plan(link or new_link(read), Result.FAILED, faults[0].reason, store=False)
    if made.write is not None or made.link.state is LinkState.LINKED:
        for side, view in seen.items():
            will_be_linked(draft, side, view.observation.external_id, made.link.id)
    line = line_of(draft.stream.name, made, subject, foreseen(draft, made.write))
    if draft.listener is not None:
        draft.listener(draft, line, made, link)
    return line
