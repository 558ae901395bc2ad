"""Where rows of a plan go once they are matched: to the link they will be in, with what others have to know of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from samspill.engine.identity import Verdict
from samspill.engine.match import Doubt, doubt_about
from samspill.engine.model import LinkState, Observation, Side, link_id
from samspill.plan.draft import StreamDraft
from samspill.plan.rows import Row, references

HOME, NAMED, ASKED, MEET, STANDS = "home", "named", "asked", "meet", "stands"


def go_home(draft: StreamDraft, row: Row) -> None:
    """Put a row where its link is planned. Tell who refers to it that it will be linked, and who may be the same."""
    draft.rows.put(HOME, row.home, row)
    if row.partner is not None or row.rule or row.state == LinkState.LINKED:
        for side, seen, _ in row.halves:
            will_be_linked(draft, side, seen.external_id, row.home)
    for side, seen, _ in row.halves:
        for name, value in own_references(draft, seen).items():
            place = link_id(side, value)
            draft.rows.put(f"{ASKED}/00", place, [place, row.home, side, name])
    if row.free and row.partner is None:
        _ask_around(draft, row)


def _ask_around(draft: StreamDraft, row: Row) -> None:
    """Have a left record and the right ones that may be the same meet: by themselves, or by the key that many share."""
    if row.side is Side.RIGHT:
        if not row.aside and row.seen.problem is None:
            draft.rows.put(MEET, row.place, Meeting(row.place, row.place))
        for group in row.shared:
            draft.rows.put(MEET, group, Meeting(group, row.place))
        return
    if row.unsure is not None:
        places = [row.unsure.group]
    else:
        places = [link_id(Side.RIGHT, other.external_id) for other in row.asked]
    for place in places:
        draft.rows.put(MEET, place, Meeting(place, row.place, asks=True, number=row.number, label=row.seen.label))
    for other in row.near if row.unsure is None else ():
        if other.judged.verdict is not Verdict.DIFFERENT:
            place = link_id(Side.RIGHT, other.external_id)
            draft.rows.put(NAMED, place, [place, row.number, row.seen.label])


@dataclass(frozen=True, slots=True)
class Meeting:
    """A record that comes to a place where others come that may be the same."""

    at: str
    home: str
    asks: bool = False
    """True for a left record, which has a question about the right ones."""
    number: int = 0
    label: str = ""


def meet(draft: StreamDraft, bucket: int) -> int:
    """Tell left records which right ones are still alone, and right ones which left records may be the same."""
    meetings: list[Meeting] = draft.rows.take(MEET, bucket, lambda data: Meeting(**data))
    there: dict[str, list[Meeting]] = defaultdict(list)
    for each in meetings:
        if not each.asks:
            there[each.at].append(each)
    last: dict[str, Meeting] = {}
    for each in meetings:
        if each.asks and each.at in there:
            last[each.at] = max(each, last.get(each.at, each), key=lambda meeting: meeting.number)
            draft.rows.put(STANDS, each.home, [each.home, each.at])
    for at, asker in last.items():
        for right in there[at]:
            draft.rows.put(NAMED, right.home, [right.home, asker.number, asker.label])
    return len(meetings)


def standing(draft: StreamDraft, bucket: int) -> set[tuple[str, str]]:
    """Return which questions of left records are about right ones that are still alone, as (left, right)."""
    return {(home, at) for home, at in draft.rows.take(STANDS, bucket)}


def matching_doubt(draft: StreamDraft, row: Row, stands: Collection[tuple[str, str]]) -> Doubt | None:
    """Return what matching leaves to a person about a row."""
    if row.partner is not None or row.side is not Side.LEFT or not row.free:
        return None
    asked = [each.found for each in row.asked if (row.place, link_id(Side.RIGHT, each.external_id)) in stands]
    return doubt_about(draft.stream.rules, row.resolved(draft.stream), row.unsure, asked, [x.found for x in row.near])


def will_be_linked(draft: StreamDraft, side: Side, external_id: str, link: str) -> None:
    """Note that a record is linked, or will be, for those that refer to it."""
    if draft.is_referred_to:
        place = link_id(side, external_id)
        draft.rows.put(known(draft.stream.name), place, [place, link])


def known(stream: str) -> str:
    """Return the name of what is noted of records that are linked or will be."""
    return f"/{stream}-known"


def own_references(draft: StreamDraft, seen: Observation) -> dict[str, str]:
    """Return the fields that refer to another record of the same stream, with its id."""
    own = {rule.name for rule in draft.stream.rules.fields if rule.references == draft.stream.name}
    return {name: value for name, value in references(draft.stream, seen).items() if name in own} if own else {}
