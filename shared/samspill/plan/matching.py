"""A plan's first half: what was read finds its link, and what is in no pair is matched, pass by pass.

In each pass the rows lie in buckets by what the pass compares: their own ids, what they refer to, or their key under
one rule. A bucket holds every record with its keys, so it is worked on alone; what it leaves open goes on to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from samspill.engine.chosen import chosen
from samspill.engine.match import Found, KeyOf, Open, grouping, link_by, opened, propose_by
from samspill.engine.model import Link, LinkState, Observation, Side, link_id
from samspill.engine.rules import MatchRule
from samspill.engine.unreadable import MOST
from samspill.plan.choices import Choices, choices
from samspill.plan.draft import PlanLinks, StreamDraft
from samspill.plan.home import go_home, known, will_be_linked
from samspill.plan.rows import Likely, Row, read_row, references
from samspill.work import snapshots

FAULTY = "faulty"


def read_pages(draft: StreamDraft, part: int) -> int:
    """Give each record of a share of the pages its link; return how many there were."""
    count = 0
    for pair in draft.links.linked():
        for side, external_id in pair.ids.items():
            will_be_linked(draft, side, external_id, pair.id)
    for side in Side:
        for number, key in draft.pages(side, part):
            seen = snapshots.page(draft.world, key)
            links = draft.links.of_records(side, [o.external_id for o in seen])
            for index, observation in enumerate(seen):
                row = Row(side, observation, number * 100_000 + index)
                link = links.get(observation.external_id)
                if link is not None:
                    row.link, row.state = link.id, link.state
                    if chosen(link):
                        draft.rows.tell("choosers", link.id)
                draft.rows.put("read", row.place, row)
            count += len(seen)
    return count


def read_again(draft: StreamDraft, bucket: int) -> list[Row]:
    """Return each record of a bucket once: the last page that held it tells."""
    rows: list[Row] = sorted(draft.rows.take("read", bucket, read_row), key=lambda row: row.number)
    return list({row.place: row for row in rows}.values())


# --- what people chose -----------------------------------------------------------------------------------------------


def find_chosen(draft: StreamDraft, bucket: int) -> int:
    """Note which of the records that people chose, and chose for, are there, and which of them are in no pair."""
    links = _choosers(draft)
    wanted = {link.id for link in links} | {link_id(s.other, chosen(link) or "") for link in links for s in link.ids}
    rows = read_again(draft, bucket)
    for row in rows:
        if row.place in wanted:
            draft.rows.tell("there", [row.side, row.seen.external_id, row.free])
    return len(rows)


def _choosers(draft: StreamDraft) -> list[Link]:
    names = sorted(set(draft.rows.take("choosers", 0)))
    return [link for link in draft.links.get(names).values() if chosen(link)]


def _choices(draft: StreamDraft) -> Choices:
    """Settle what people chose, in the order they chose in, by what is there."""
    if not draft.rows.has("choosers"):
        return Choices()
    there = [(Side(side), Observation(name, {}), free) for side, name, free in draft.rows.take("there", 0)]
    raw = {side: {o.external_id: o for where, o, _ in there if where is side} for side in Side}
    free = {side: {o.external_id: o for where, o, is_free in there if where is side and is_free} for side in Side}
    return choices(draft.stream, _choosers(draft), raw, free)


def sort_out(draft: StreamDraft, bucket: int) -> int:
    """Part what is in a pair already, or put into one by a person, from what is to be matched."""
    made, rows, route = _choices(draft), read_again(draft, bucket), Route(draft)
    pairs = {link_id(side, o.external_id): link.id for link, pair in made.pairs for side, o in pair.items()}
    for row in rows:
        if row.place in pairs:
            row.link, row.rule = pairs[row.place], "person"
        elif row.link in made.lost:
            row.lost = made.lost[row.link][1]
        if not (row.free and row.seen.deleted):
            route.on(row)
    return len(rows)


# --- matching --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over the rows."""

    name: str
    key: Callable[[Row], str | None]
    """What brings rows together; None for a row that the pass does not concern."""
    work: Callable[[Sequence[Row], int], Sequence[Row]]
    """Works on the rows of a bucket, and returns what is left of them."""
    tell: Callable[[Row], object] = lambda _row: None
    """Told of each row on its way there, so that every bucket of the pass knows."""


type _Make = Callable[[str, MatchRule, int, KeyOf], Pass]


class Route:
    """The passes of a stream in their order. Each row goes to the next that concerns it, and home after the last."""

    def __init__(self, draft: StreamDraft) -> None:
        """List the passes: first references are looked up, then each rule links or proposes."""
        self._draft, rules, name = draft, draft.stream.rules, draft.stream.name
        refers = [r.name for r in rules.fields if r.references is not None and r.references != name]
        self.passes = [self._refer(field) for field in refers]
        self._first = len(self.passes)
        for i, rule in enumerate(rules.matches):
            self.passes += self._joined(self._rule, f"link-{i}", rule, i)
        for i, rule in enumerate(rules.proposals):
            self.passes += self._joined(self._proposal, f"propose-{i}", rule, i)
        self._faulty = Counter[Side]()

    def do(self, name: str, bucket: int) -> int:
        """Work on one bucket of a pass; return how many rows it had."""
        done, each = next((i, each) for i, each in enumerate(self.passes) if each.name == name)
        rows: list[Row] = sorted(self._draft.rows.take(name, bucket, read_row), key=lambda row: row.number)
        for row in each.work(rows, bucket):
            self.on(row, done + 1)
        return len(rows)

    def on(self, row: Row, first: int = 0) -> None:
        """Send a row to the next pass that concerns it, of those from `first` on."""
        following = next(((i, key) for i in range(first, len(self.passes)) if (key := self.passes[i].key(row))), None)
        if first <= self._first and (following is None or following[0] >= self._first):
            self._tell_faulty(row)
        if following is None:
            go_home(self._draft, row)
        else:
            self.passes[following[0]].tell(row)
            self._draft.rows.put(self.passes[following[0]].name, following[1], row)

    def _tell_faulty(self, row: Row) -> None:
        """Have every slice know of what cannot be taken: it is compared with each record. So many are enough."""
        if row.free and row.seen.problem is not None and self._faulty[row.side] <= MOST:
            self._faulty[row.side] += 1
            self._draft.rows.tell(FAULTY, row)

    def _refer(self, field: str) -> Pass:
        stream = self._draft.stream.rules.by_name[field].references or ""

        def key(row: Row) -> str | None:
            value = references(self._draft.stream, row.seen).get(field)
            return link_id(row.side, value) if value is not None else None

        def work(rows: Sequence[Row], bucket: int) -> Sequence[Row]:
            found = linked(self._draft, stream, {place for row in rows if (place := key(row))}, bucket)
            for row in rows:
                if link := found.get(key(row) or ""):
                    row.refs[field] = link
            return rows

        return Pass(f"refer-{field}", key, work)

    def _joined(self, make: _Make, name: str, rule: MatchRule, rank: int) -> list[Pass]:
        """Return the pass of a rule; before it one that joins keys, where records may have several."""
        rows, stream, told = self._draft.rows, self._draft.stream, f"keys-{name}"
        made = make(name, rule, rank, grouping(rule, lambda: rows.take(told, 0)))

        def keys(row: Row) -> Sequence[str]:
            return rule.keys(row.resolved(stream).fields) if row.free and row.partner is None else ()

        def place(row: Row) -> str | None:
            return row.place if keys(row) else None

        join = Pass(f"join-{name}", place, lambda each, _: each, lambda row: rows.tell(told, keys(row)))
        return [join, made] if rule.several else [made]

    def _rule(self, name: str, rule: MatchRule, rank: int, key_of: KeyOf) -> Pass:
        stream = self._draft.stream

        def key(row: Row) -> str | None:
            is_open = row.free and row.partner is None
            return key_of(row.resolved(stream).fields) if is_open else None

        def work(rows: Sequence[Row], _bucket: int) -> Sequence[Row]:
            by_id, state = _opened(self._draft, rows)
            link_by(rule, state, key_of)
            taken = set[str]()
            for left, right, found in state.pairs:
                row, partner = by_id[Side.LEFT][left.external_id], by_id[Side.RIGHT][right.external_id]
                row.partner, row.partner_refs, row.rule, row.rank = partner.seen, partner.refs, found, rank
                taken.add(partner.place)
            _note(by_id, state)
            return [row for row in rows if row.place not in taken]

        return Pass(name, key, work)

    def _proposal(self, name: str, _rule: MatchRule, _rank: int, key_of: KeyOf) -> Pass:
        stream = self._draft.stream

        def key(row: Row) -> str | None:
            is_open = row.free and not row.aside and row.partner is None and row.unsure is None
            is_open = is_open and row.seen.problem is None and stream.rules.similarity is not None
            return key_of(row.resolved(stream).fields) if is_open else None

        def work(rows: Sequence[Row], _bucket: int) -> Sequence[Row]:
            by_id, state = _opened(self._draft, rows)
            propose_by(state, key_of)
            _note(by_id, state)
            return rows

        return Pass(name, key, work)


type _Rows = Mapping[Side, Mapping[str, Row]]


def _opened(draft: StreamDraft, rows: Sequence[Row]) -> tuple[_Rows, Open]:
    """Return the rows of a bucket by id, and as matching knows them."""
    by_id = {side: {row.seen.external_id: row for row in rows if row.side is side} for side in Side}
    state = opened(
        draft.stream.rules, {side: [row.resolved(draft.stream) for row in by_id[side].values()] for side in Side}
    )
    for side, records in ((Side.LEFT, state.left), (Side.RIGHT, state.right)):
        for name, row in by_id[side].items():
            if row.aside and name in records:
                state.aside[side][name] = records.pop(name)
            if row.held:
                state.held.add((side, name))
            if row.taken is not None:
                state.taken[side, name] = row.taken
    for name, row in by_id[Side.LEFT].items():
        if row.unsure is not None:
            state.unsure[name] = row.unsure
        state.asked[name] = [each.found for each in row.asked]
        state.near[name] = [each.found for each in row.near]
    return by_id, state


def _note(by_id: _Rows, state: Open) -> None:
    """Keep with each row what was learnt of it."""
    for side in Side:
        for name, row in by_id[side].items():
            row.aside = name in state.aside[side]
            row.held = (side, name) in state.held
            row.taken = state.taken.get((side, name))
    for name, row in by_id[Side.LEFT].items():
        unsure = state.unsure.get(name) if row.partner is None else None
        row.unsure = replace(unsure, others=()) if unsure is not None else None
        row.asked = [_likely(found) for found in state.asked[name]] if row.partner is None else []
        row.near = [_likely(found) for found in state.near[name]]
    for name, row in by_id[Side.RIGHT].items():
        row.shared = sorted({*row.shared, *state.shared.get(name, ())})


def _likely(found: Found) -> Likely:
    judged, record = found
    return Likely(judged, record.external_id, record.label)


def linked(draft: StreamDraft, stream: str, places: set[str], bucket: int) -> dict[str, str]:
    """Return the link ids of records of a stream that are linked or will be by this plan, of those in a bucket."""
    found: dict[str, str] = dict(draft.rows.take(known(stream), bucket))
    links = PlanLinks(draft.world, draft.key._replace(stream=stream), whole=False) if draft.rows.count > 1 else None
    for side in Side if links is not None else ():
        ids = [place.removeprefix(f"{side}-") for place in places - found.keys() if place.startswith(f"{side}-")]
        known_links = links.of_records(side, sorted(ids)) if links is not None else {}
        found |= {link_id(side, i): link.id for i, link in known_links.items() if link.state is LinkState.LINKED}
    return found
