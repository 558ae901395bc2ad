"""Where rows of a plan go once they are matched: to the link they will be in, with what others have to know of them."""

from __future__ import annotations

from samspill.engine.match import Doubt, doubt_of
from samspill.engine.model import LinkState, Observation, Side, link_id
from samspill.steps.draft import StreamDraft
from samspill.steps.plan_rows import Row, references

HOME, NAMED, ASKED = "home", "named", "asked"


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
    doubt = doubt_about(draft, row)
    if doubt is not None and Side.LEFT in draft.stream.rules.creates:
        for candidate in doubt.candidates:
            place = link_id(Side.RIGHT, candidate.external_id)
            draft.rows.put(NAMED, place, [place, row.number, row.seen.label])


def doubt_about(draft: StreamDraft, row: Row) -> Doubt | None:
    """Return what matching leaves to a person about a row."""
    if row.partner is not None or row.side is not Side.LEFT:
        return None
    return doubt_of(row.resolved(draft.stream), row.unsure, row.near)


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
