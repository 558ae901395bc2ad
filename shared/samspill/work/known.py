"""What has been dealt with exactly as it is, and need not be looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import batched

import orjson

from samspill.canon.values import fingerprint
from samspill.engine.identity import MAYBE_UNREADABLE
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.engine.moves import NO_ACTIVITY
from samspill.engine.versions import SURE_AFTER_S, went_back
from samspill.flows.flow import Stream
from samspill.messages import BATCH, FetchPage, FetchRecords, RecordHint, Subject
from samspill.modes.hours.cell_pairs import with_other_cells
from samspill.ports import World
from samspill.work.context import Opened, now_s
from samspill.work.isolation import sound

_LOOK_AGAIN = frozenset({Result.WAITING})
_DECIDED = frozenset({Result.REVIEW, Result.CONFLICT})
"""Once decided, these wait to be carried out: a flow at rest may have dropped the message that asked for it."""


def _ticket(message: FetchPage, observation: Observation) -> str:
    """Name the record as this page listed it: lists move while they are read, and a record may be on two pages."""
    return f"{message.side}-{observation.external_id}/{message.page}"


def salted(opened: Opened, observation: Observation) -> str:
    """Return the fingerprint of a record as its system tells it, under the rules in force."""
    return _salted(observation, opened.flow.salt())


def _salted(observation: Observation, salt: str) -> str:
    """Tell a row that cannot be taken also by what is wrong with it: once that is mended it is another."""
    try:
        return _fingerprint(observation, salt)
    except TypeError:
        return "?"  # what cannot be told in a message is never known: see `alone.sound`


def _fingerprint(observation: Observation, salt: str) -> str:
    if observation.problem is None:
        return fingerprint(observation.fields, salt)
    return fingerprint({**observation.fields, "": orjson.dumps(observation.problem.to_json()).decode()}, salt)


def not_known_by_version(world: World, message: FetchRecords) -> list[RecordHint]:
    """Drop what was told of a version that has been dealt with: the echo of our own write costs no call."""
    told: dict[Side, list[str]] = {side: [] for side in Side}
    for hint in message.records:
        for side in Side:
            if hint.version is not None and not hint.deleted and (external_id := hint.id_on(side)):
                told[side].append(external_id)
    links = {side: world.links.of_records(message.stream_key, side, ids) for side, ids in told.items() if ids}
    late_ms = (now_s(world) - SURE_AFTER_S) * 1000

    def known(hint: RecordHint) -> bool:
        seen = [(side, links[side].get(hint.id_on(side) or "")) for side in links if hint.id_on(side)]
        return bool(seen) and all(_is_of_old(side, link, hint.version, late_ms) for side, link in seen)

    return [hint for hint in message.records if not known(hint)]


def _is_of_old(side: Side, link: Link | None, version: int | None, late_ms: int) -> bool:
    """Tell whether this version of the record has been dealt with, or a later one a moment ago."""
    if version is None or link is None or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    if not shadow.fingerprint or shadow.version is None:
        return False
    return version == shadow.version or (version < shadow.version and shadow.seen_at >= late_ms)


def _is_settled(side: Side, link: Link) -> bool:
    """Tell whether nothing is open about the pair but what a read of `side` may bring."""
    if side not in link.shadows or link.intent is not None or link.absent.get(side):
        return False
    if link.state is LinkState.TOMBSTONE and (side in link.gone or not link.gone):
        return False  # it was deleted, and here it is
    look_again = _LOOK_AGAIN | _DECIDED if link.decision is not None else _LOOK_AGAIN
    if link.outcome is None:
        return True
    return link.outcome.result not in look_again and link.outcome.reason.code not in MAYBE_UNREADABLE


def _is_known(salt: str, side: Side, link: Link | None, observation: Observation) -> bool:
    """Tell whether the record has been dealt with exactly as it is now. The salt is `Flow.salt`'s."""
    if link is None or observation.deleted or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    return shadow.fingerprint == _salted(observation, salt) and not went_back(shadow, observation)


def _is_unfinished(stream: Stream, side: Side, link: Link | None, *, tries: bool = True) -> bool:
    """Tell whether a cell has to be looked at again although its hours are the same.

    Accounting lists no cell that holds nothing, so what is unsettled there shows here only. What it refused is tried
    once a night, and when its sheet changes (`tries`): the month may have been opened, the project may have started. A
    moment after the refusal, and with every read of changes, nothing has. What had no activity was never sent.
    """
    if stream.sheets is not side or link is None:
        return False
    failed = link.outcome if link.outcome is not None and link.outcome.result is Result.FAILED else None
    refused = failed is not None and (tries or failed.reason.code == NO_ACTIVITY)
    return refused or (side.other in link.shadows and not link.shadows[side.other].fingerprint)


def changed(world: World, opened: Opened, message: FetchPage, observations: Sequence[Observation]) -> list[Subject]:
    """Return what of a page has to be looked at: all but what has been dealt with exactly as it is."""
    stream, side = opened.flow.stream(message.stream), message.side
    subjects: list[Subject] = []
    salt = opened.flow.salt()
    for part in batched(observations, BATCH, strict=False):
        links = world.links.of_records(message.stream_key, side, [o.external_id for o in part])
        others = stream.sheets is side.other  # hours that others wrote into accounting are nobody's concern here
        subjects += [
            Subject.model_validate({side.value: sound(observation), "ticket": _ticket(message, observation)})
            for observation in (o for o in part if not others or o.external_id in links)
            if not _is_known(salt, side, links.get(observation.external_id), observation)
            or _is_unfinished(stream, side, links.get(observation.external_id), tries=message.since is None)
        ]
    return with_other_cells(world, opened, message.stream_key, stream, subjects)


def drop_known(world: World, opened: Opened, message: FetchRecords, subjects: list[Subject]) -> list[Subject]:
    salt, stream = opened.flow.salt(), opened.flow.stream(message.stream)
    links: dict[Side, Mapping[str, Link]] = {}
    for side in Side:
        ids = [o.external_id for s in subjects if (o := s.on(side))]
        links[side] = world.links.of_records(message.stream_key, side, ids) if ids else {}

    def known(subject: Subject) -> bool:
        seen = [(side, o) for side in Side if (o := subject.on(side))]
        if subject.rule and not _are_joined([links[side].get(o.external_id) for side, o in seen]):
            return False
        return all(_is_known(salt, side, links[side].get(o.external_id), o) for side, o in seen) and not any(
            _is_unfinished(stream, side, links[side].get(o.external_id), tries=not message.attempt) for side, o in seen
        )

    return [subject for subject in subjects if not known(subject)]


def _are_joined(links: Sequence[Link | None]) -> bool:
    """Tell whether what was found to be the same thing is one pair by now."""
    first, *others = links
    return first is not None and first.state is LinkState.LINKED and all(link == first for link in others)
