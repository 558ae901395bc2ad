"""Unlinking: what was linked or created wrongly is parted again, and a person decides what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import batched

from samspill.canon.values import Fields
from samspill.engine.model import Decision, Link, LinkState, Side, record_of
from samspill.engine.unlink import can_be_parted, parted
from samspill.errors import ConflictError, UsageError
from samspill.messages import BATCH, RecordHint
from samspill.plan.targets import refuse_hopeless
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry, StreamKey
from samspill.usecases import review
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.filters import check_stream
from samspill.usecases.naming import goes_by, links_named
from samspill.usecases.views.unlink import Half, Pair, Unlinked
from samspill.work.context import Opened, now_s, open_flow
from samspill.work.follow_ups import read_again
from samspill.work.known_keys import remember

TRIES = 3
"""How often a record that refers to the pair is noted to be looked at, where somebody else is at it."""


@needs(Role.VIEWER)
def find(world: World, _actor: Actor, key: FlowKey, name: str, *, stream: str | None = None) -> Pair:
    """Return the pair that `unlink` would part; raises what it raises."""
    opened = open_flow(world, key)
    check_stream(opened.flow, stream)
    place, link, _ = _pair(world, opened, key, name, stream)
    systems = opened.flow.stream(place.stream).rules.systems
    return Pair(
        stream=place.stream,
        link=link.id,
        label=link.label,
        ids={side.value: external_id for side, external_id in link.ids.items()},
        systems={side.value: systems.get(side, side) for side in Side},
    )


@needs(Role.OPERATOR)
def unlink(
    world: World, actor: Actor, key: FlowKey, name: str, *, stream: str | None = None, target: str | None = None
) -> Unlinked:
    """Part a pair, named by an id or number of either side. Nothing is changed or deleted in the systems.

    Both records stand alone again, and no rule joins them with each other. What refers to them is looked at again: it
    waits until the record has a partner.

    Args:
        world: Everything outside.
        actor: Who does it.
        key: The flow.
        name: The link's id, or an id or number of either record.
        stream: The stream, where the name stands in several.
        target: What to link the record to instead, an id of the other side.

    Raises:
        UsageError: there is no such pair, or more than one; or the target is known not to be there, or taken.
        ConflictError: it is being written at this moment.
    """
    opened = open_flow(world, key)
    check_stream(opened.flow, stream)
    place, link, side = _pair(world, opened, key, name, stream)
    rules = opened.flow.stream(place.stream).rules
    if link.intent is not None:
        raise ConflictError("being written", reason=Reason("record_busy"))
    first, second = parted(rules, link, actor.name)
    mine = next(half for half in (first, second) if side in half.ids)
    if target is not None:
        if target == link.ids[side.other]:
            system = rules.systems.get(side.other, side.other)
            raise UsageError.because("was_linked_to", record=target, system=system)
        decision = Decision("link", actor.name, now_s(world), target)
        refuse_hopeless(world, opened, place, None, [_decided(mine, decision)])
    known = [(own, link.ids[own], _fields(link, own)) for own in Side]
    remember(world, place, rules, known)
    if not world.links.commit(place, [LinkCommit(first, parted=second)])[0]:
        raise ConflictError(f"changed meanwhile: {link.label}")
    _journal(world, key, place, link, (first, second))
    again = _look_again_at_what_refers(world, opened, place, link)
    if target is not None:
        review.decide(world, actor, place, [mine.id], "link", target=target)
    return Unlinked(
        stream=place.stream,
        label=link.label,
        records=tuple(
            Half.of(each, rules.systems, target if target and each is mine else "") for each in (first, second)
        ),
        referring=again,
    )


def _pair(world: World, opened: Opened, key: FlowKey, name: str, stream: str | None) -> tuple[StreamKey, Link, Side]:
    """Return the one pair that goes by the name, and which of its records was named."""
    found: list[tuple[StreamKey, Link]] = []
    for each in opened.flow.streams:
        place = StreamKey(*key, each.name)
        if stream in {None, each.name}:
            links = (link for link in links_named(world, each, place, name) if goes_by(link, each, name))
            found += [(place, link) for link in links if can_be_parted(each.rules, link)]
    if not found:
        raise UsageError.because("no_such_pair", record=name, flow=key.flow)
    streams = sorted({place.stream for place, _ in found})
    if len(streams) > 1:
        raise UsageError.because("in_several_streams", record=name, streams=", ".join(streams))
    if len(found) > 1:
        raise UsageError.because("several_pairs", record=name, pairs=", ".join(link.id for _, link in found))
    ((place, link),) = found
    began, _ = record_of(link.id)
    other = began.other
    return place, link, other if name in {link.ids[other], f"{other}-{link.ids[other]}"} else began


def _decided(half: Link, decision: Decision) -> Link:
    return Link(id=half.id, ids=half.ids, label=half.label, decision=decision)


def _fields(link: Link, side: Side) -> Fields:
    shadow = link.shadows.get(side)
    return shadow.fields if shadow is not None else {}


def _journal(world: World, key: FlowKey, place: StreamKey, before: Link, halves: Iterable[Link]) -> None:
    lines = [
        JournalEntry(
            at=world.clock.now(),
            stream=place.stream,
            link=half.id,
            ids={side.value: external_id for side, external_id in half.ids.items()},
            label=half.label,
            result=half.outcome.result,
            reason=half.outcome.reason,
            trigger="manual",
        )
        for half in halves
        if half.outcome is not None
    ]
    world.journal.append(key, f"unlinked/{place.stream}/{before.id}@{before.revision}", lines)


def _look_again_at_what_refers(world: World, opened: Opened, place: StreamKey, pair: Link) -> int:
    """Have what refers to the pair looked at again, at the latest by the next read; return how many records it is."""
    count = 0
    for stream in opened.flow.streams:
        fields = [rule.name for rule in stream.rules.fields if rule.references == place.stream]
        key = StreamKey(*place.of_flow, stream.name)
        for part in batched(_referring(world, key, fields, pair.id), BATCH, strict=False):
            _forget_looks(world, key, part)
            if opened.may_write:
                read_again(world, key, map(RecordHint.of, part), trigger="manual")
            count += len(part)
    return count


def _referring(world: World, key: StreamKey, fields: list[str], link_id: str) -> Iterator[Link]:
    for link in world.links.all(key) if fields else ():
        held = (link.base, *(shadow.fields for shadow in link.shadows.values()))
        if link.state is LinkState.LINKED and any(each.get(name) == link_id for each in held for name in fields):
            yield link


def _forget_looks(world: World, key: StreamKey, links: Iterable[Link]) -> None:
    """Have links not pass for known, so that the next read looks at them although they did not change."""
    waiting = list(links)
    for _ in range(TRIES):
        held = world.links.commit(key, [LinkCommit(_unlooked(link)) for link in waiting])
        missed = [link.id for link, ok in zip(waiting, held, strict=True) if not ok]
        if not missed:
            return
        waiting = list(world.links.get(key, missed).values())


def _unlooked(link: Link) -> Link:
    shadows = {side: replace(shadow, fingerprint="") for side, shadow in link.shadows.items()}
    return replace(link, shadows=shadows)
