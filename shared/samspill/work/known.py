"""What has been dealt with exactly as it is, and need not be looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import batched

import orjson

from samspill.canon.values import fingerprint
from samspill.engine.model import DetailKind, Link, LinkState, Observation, Result, Side, detail_of
from samspill.engine.revision import Revision
from samspill.engine.versions import SURE_AFTER_S, went_back
from samspill.messages import BATCH, FetchPage, FetchRecords, RecordHint, Subject
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


def _is_of_old(side: Side, link: Link | None, version: Revision | None, late_ms: int) -> bool:
    """Tell whether this version of the record has been dealt with, or a later one a moment ago."""
    if version is None or link is None or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    if not shadow.fingerprint:
        return False
    return version.is_same(shadow.version) or (version.is_before(shadow.version) and shadow.seen_at >= late_ms)


def _is_settled(side: Side, link: Link) -> bool:
    """Tell whether nothing is open about the pair but what a read of `side` may bring."""
    if side not in link.shadows or link.intent is not None or link.absent.get(side):
        return False
    if link.state is LinkState.TOMBSTONE and (side in link.gone or not link.gone):
        # It was deleted, and here it is.
        return not link.gone and detail_of(link).kind is DetailKind.TAKEN_BACK
    look_again = _LOOK_AGAIN | _DECIDED if link.decision is not None else _LOOK_AGAIN
    if link.outcome is None:
        return True
    return link.outcome.result not in look_again and detail_of(link).kind is not DetailKind.UNREADABLE


def _is_known(salt: str, side: Side, link: Link | None, observation: Observation) -> bool:
    """Tell whether the record has been dealt with exactly as it is now. The salt is `Flow.salt`'s."""
    if link is None or observation.deleted or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    return shadow.fingerprint == _salted(observation, salt) and not went_back(shadow, observation)


def changed(world: World, opened: Opened, message: FetchPage, observations: Sequence[Observation]) -> list[Subject]:
    """Return what of a page has to be looked at: all but what has been dealt with exactly as it is."""
    stream, side = opened.flow.stream(message.stream), message.side
    mode, subjects = world.modes.of(stream), list[Subject]()
    salt = opened.flow.salt()
    for part in batched(observations, BATCH, strict=False):
        links = world.links.of_records(message.stream_key, side, [o.external_id for o in part])
        subjects += [
            Subject.model_validate({side.value: sound(observation), "ticket": _ticket(message, observation)})
            for observation in (o for o in part if mode.concerns(stream, side, links.get(o.external_id)))
            if not _is_known(salt, side, links.get(observation.external_id), observation)
            or mode.is_unfinished(stream, side, links.get(observation.external_id), tries=message.since is None)
        ]
    return mode.pair(world, opened, stream, subjects)


def drop_known(world: World, opened: Opened, message: FetchRecords, subjects: list[Subject]) -> list[Subject]:
    """Return what has to be looked at of records that were read by name."""
    salt, stream = opened.flow.salt(), opened.flow.stream(message.stream)
    mode = world.modes.of(stream)
    links: dict[Side, Mapping[str, Link]] = {}
    for side in Side:
        ids = [o.external_id for s in subjects if (o := s.on(side))]
        links[side] = world.links.of_records(message.stream_key, side, ids) if ids else {}

    def known(subject: Subject) -> bool:
        seen = [(side, o) for side in Side if (o := subject.on(side))]
        if subject.rule and not _are_joined([links[side].get(o.external_id) for side, o in seen]):
            return False
        found = [(side, o, links[side].get(o.external_id)) for side, o in seen]
        return all(_is_known(salt, side, link, o) for side, o, link in found) and not any(
            mode.is_unfinished(stream, side, link, tries=not message.attempt) for side, _, link in found
        )

    return [subject for subject in subjects if not known(subject)]


def _are_joined(links: Sequence[Link | None]) -> bool:
    """Tell whether what was found to be the same thing is one pair by now."""
    first, *others = links
    return first is not None and first.state is LinkState.LINKED and all(link == first for link in others)
