"""Reads named records call by call, so that a limit or a time-out costs the call it stops and none before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, chain

from samspill.engine.model import Observation, Side
from samspill.errors import RateLimitedError
from samspill.flows.flow import Stream
from samspill.messages import RecordHint
from samspill.ports import World
from samspill.work.access import calling
from samspill.work.context import Opened, now_s
from samspill.work.heard import note_heard
from samspill.work.isolation import read_each, sound

READ_S = 25
"""After so long no further call is begun: half of what the function has, and a call takes 46 s at worst."""


@dataclass(frozen=True, slots=True)
class Read:
    """What of some hints could not be read, and why."""

    rest: Sequence[RecordHint]
    stopped: RateLimitedError | None
    """None where there was no time for the rest."""


def read_named(
    world: World, opened: Opened, stream: Stream, hints: Sequence[RecordHint], *, noting: bool = False
) -> tuple[Mapping[Side, Mapping[str, Observation]], Mapping[Side, set[str]], RateLimitedError | None]:
    """Return what was read on each side, which ids were asked for, and what stopped the rest.

    With `noting` the hints are a vendor's, and it is noted that they came.
    """
    until, mode = now_s(world) + READ_S, world.modes.of(stream)
    found: dict[Side, dict[str, Observation]] = {side: {} for side in Side}
    asked: dict[Side, set[str]] = {side: set() for side in Side}
    for side in Side:
        ids = list(dict.fromkeys(external_id for hint in hints if (external_id := hint.id_on(side))))
        if not ids:
            continue
        connection = world.registry.connection(opened.state.tenant, opened.state.connection(side))
        if noting:
            connection = note_heard(world, connection)
        with calling(world, connection) as connector:
            reader = mode.view(world, opened, stream, side, connector)
            names = {each: mode.read_with(stream, side, each) for each in ids}
            for part in _calls(names, reader.capabilities.reads_together):
                if asked[side] and now_s(world) > until:
                    break
                try:
                    told = read_each(world, reader, stream.kind_on(side), part)
                except RateLimitedError as error:
                    return found, asked, error
                found[side] |= {each.external_id: sound(each) for each in told}
                asked[side].update(part)
    return found, asked, None


def _calls(names: Mapping[str, str], together: int) -> Iterator[list[str]]:
    """Cut ids into what one call reads, in their order: so many of what they are read with (id → its name)."""
    groups: dict[str, list[str]] = defaultdict(list)
    for each, name in names.items():
        groups[name].append(each)
    return ([*chain.from_iterable(part)] for part in batched(groups.values(), max(together, 1), strict=False))
