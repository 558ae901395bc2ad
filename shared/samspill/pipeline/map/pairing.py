"""Which link two records that were read together share, or that they are two pairs."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.engine.chosen import chosen, is_ignored
from samspill.engine.model import Link, LinkState, Observation, Side, link_id
from samspill.engine.rules import StreamRules
from samspill.engine.unlink import are_apart
from samspill.messages import MapRecords, RecordHint, Subject
from samspill.pipeline.map.work import MapWork
from samspill.work.tries import TRIES

type _Half = tuple[Side, Link | None, Observation]
"""A side, and what is known and was read of a record there."""


def pair(
    rules: StreamRules, message: MapRecords, work: MapWork, known: Mapping[Side, Mapping[str, Link]], subject: Subject
) -> tuple[Link | None, Subject, bool]:
    """Return the pair's link, and whether a person chose a partner that it cannot have.

    Two records that cannot be one pair are looked at one by one: the one whose link this is not, later.
    """
    if subject.left is None or subject.right is None:
        side, record = (Side.LEFT, subject.left) if subject.left else (Side.RIGHT, subject.right)
        return known[side].get(record.external_id) if record else None, subject, False
    records = {Side.LEFT: subject.left, Side.RIGHT: subject.right}
    links = {side: known[side].get(record.external_id) for side, record in records.items()}
    side = _begins(rules, links, records)
    link, other, record = links[side], links[side.other], records[side.other]
    is_other_sound = not _has_ended(other) and not _is_left_out(rules, side.other, records[side.other])
    if subject.rule and _has_ended(link) and is_other_sound:  # what outlived its partner is taken in
        side, link, other, record = side.other, other, link, records[side]
        link = link or Link(id=link_id(side, records[side].external_id), ids={side: records[side].external_id})
    is_one = link is not None and other is not None and link.id == other.id
    fits = link is None or link.ids.get(side.other, record.external_id) == record.external_id
    fits = fits and (is_one or other is None or _is_free(other, subject))
    fits = fits and not _is_kept_apart(rules, (side, link, records[side]), (side.other, other, record))
    if message.attempt < TRIES and (not fits or (record.deleted and other is not None and not is_one)):
        alone = RecordHint.model_validate({side.other.value: record.external_id})
        work.follow_ups.add(alone, delay_s=0, attempt=message.attempt + 1, run="")
    if fits:  # without a link yet, this record's new one takes the other one in
        own = records[side].external_id
        return link or Link(id=link_id(side, own), ids={side: own}), subject, False
    mine = Subject.model_validate({side.value: records[side], "ticket": subject.ticket})
    return link, mine, chosen(link) == record.external_id or _has_ended(link)


def _is_kept_apart(rules: StreamRules, mine: _Half, other: _Half) -> bool:
    """Tell whether a person left out one of two records, or unlinked them, and nobody chose the other for it since.

    One that cannot be taken, or is none of the flow's business, is told to the other one all the same.
    """
    (_, link, record), (side, partner, found) = mine, other
    if found.external_id == chosen(link) or record.external_id == chosen(partner):
        return False
    if link is not None and (partner is None or partner.id != link.id) and are_apart(link, found.external_id, partner):
        return True
    return is_ignored(link) or (is_ignored(partner) and not _is_left_out(rules, side, found))


def _begins(rules: StreamRules, links: Mapping[Side, Link | None], records: Mapping[Side, Observation]) -> Side:
    """Return the side whose link holds the pair: the left, unless the right is decided about, or alone is sound.

    What a person left out comes first: it is known by its keys before the other one is looked at.
    """
    left, right = links[Side.LEFT], links[Side.RIGHT]
    if left is not None and right is not None and left.id == right.id:
        return Side.LEFT
    is_left_gone = records[Side.LEFT].deleted and not records[Side.RIGHT].deleted
    is_left_faulty, is_right_faulty = (_is_left_out(rules, side, records[side]) for side in Side)
    is_rights = chosen(right) == records[Side.LEFT].external_id or (is_ignored(right) and not is_right_faulty)
    is_lefts = chosen(left) == records[Side.RIGHT].external_id
    is_left_faulty = is_left_faulty and not is_right_faulty
    is_left_out = is_left_faulty and not records[Side.RIGHT].deleted
    return Side.RIGHT if is_left_gone or (not is_lefts and (is_rights or is_left_out)) else Side.LEFT


def _is_left_out(rules: StreamRules, side: Side, record: Observation) -> bool:
    """Tell whether a record cannot be taken, or is none of the flow's business: that is no reason of its other half."""
    scope = rules.scope.get(side)
    return record.problem is not None or (not record.deleted and scope is not None and scope(record.fields) is not None)


def _is_free(link: Link, subject: Subject) -> bool:
    return link.state is LinkState.UNLINKED or (bool(subject.rule) and _has_ended(link))


def _has_ended(link: Link | None) -> bool:
    """Tell whether all that a record was ever linked to is gone."""
    return link is not None and link.state is LinkState.TOMBSTONE
