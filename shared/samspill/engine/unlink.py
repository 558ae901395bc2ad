"""A person parts a pair: both records stand alone again, and only a person joins them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.engine.model import Link, LinkState, Outcome, Result, Shadow, Side, link_id, record_of
from samspill.engine.rules import StreamRules
from samspill.reasons import Reason


def can_be_parted(rules: StreamRules, link: Link) -> bool:
    """Tell whether the link is a pair that somebody, or a rule, made: not two records that are one by their ids."""
    return link.state is LinkState.LINKED and len(link.ids) == len(Side) and not (rules.implicit or rules.one_sided)


def parted(rules: StreamRules, link: Link, by: str) -> tuple[Link, Link]:
    """Return the two halves of a pair, first the one that the link began with. Nothing is known to agree any more.

    A person is asked about a record that the rules would create on the other side; where they create on neither, about
    the first half.
    """
    began, _ = record_of(link.id)
    asked = {side for side in Side if side.other in rules.creates} or {began}
    first, second = (_half(rules, link, side, by, asks=side in asked) for side in (began, began.other))
    return replace(first, apart=_with(link.apart, link.ids[began.other]), newer=link.newer), second


def _half(rules: StreamRules, link: Link, side: Side, by: str, *, asks: bool) -> Link:
    own, other = link.ids[side], link.ids[side.other]
    names = {each: rules.systems.get(each, each) for each in Side}
    if asks:
        reason = Reason("unlinked", {"person": by, "record": other, "system": names[side.other]})
        outcome = Outcome(Result.REVIEW, reason)
    else:
        reason = Reason("only_in_target", {"source": names[side.other], "target": names[side]})
        outcome = Outcome(Result.SKIPPED, reason)
    known = link.shadows.get(side, Shadow({}))  # pragma: no mutate: what it agreed on is dropped below
    return Link(
        id=link_id(side, own),
        ids={side: own},
        label=link.label,
        shadows={side: replace(known, fields={})},
        outcome=outcome,
        apart=(other,),
        revision=link.revision,
    )


def are_apart(link: Link, external_id: str, other: Link | None) -> bool:
    """Tell whether a person said that the record of the other side is not the same as the one the link began with."""
    _, own = record_of(link.id)
    return external_id in link.apart or (other is not None and own in other.apart)


def joined_again(link: Link, ids: Mapping[Side, str]) -> tuple[str, ...]:
    """Return what a link is kept apart from once these records are joined in it."""
    began, _ = record_of(link.id)
    return tuple(each for each in link.apart if each != ids[began.other])


def _with(apart: tuple[str, ...], external_id: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*apart, external_id)))
