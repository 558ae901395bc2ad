"""Webhooks put back: their bodies were kept when they came, and are hints again: what they tell is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched, chain, groupby
from typing import NamedTuple

from samspill.errors import ContractError
from samspill.hints import HintedRecord, Hints
from samspill.messages import BATCH
from samspill.ports import DELIVERIES_TOLD, Told, World
from samspill.state import Connection, FlowState
from samspill.work.hinting import hints_of

type _Record = tuple[str, str, str, str, str]


class PutBack(NamedTuple):
    """What became of the bodies."""

    bodies: int
    unreadable: tuple[str, ...]
    """Places of those that cannot be read by now."""
    hints: tuple[Hints, ...]
    """What was queued, or would be: every record once."""


def put_back(
    world: World,
    connections: Sequence[Connection],
    flows: Sequence[FlowState],
    since: datetime,
    *,
    dry_run: bool,
    tell: Callable[[int], None],
) -> PutBack:
    """Queue what vendors told of these connections since then for these flows, each record once, as it was told last.

    Read body by body; `tell` hears how many were read. Doing it again does no harm.
    """
    found: dict[_Record, tuple[datetime, HintedRecord]] = {}
    unreadable: list[str] = []
    bodies = 0
    for connection in connections:
        small = world.deliveries.told(connection.tenant, connection.id, since)
        for kept in chain(_large(world, connection, since), small):
            bodies += 1
            tell(bodies)
            try:
                hooks = world.hooks.told(connection.vendor, kept.body)
            except ContractError:
                unreadable.append(kept.place)
                continue
            for each in hints_of(connection.id, flows, hooks):
                for record in each.records:
                    name = (each.tenant, each.flow, each.stream, record.side, record.external_id)
                    if name not in found or kept.at >= found[name][0]:
                        found[name] = kept.at, record
    hints = tuple(_messages(found))
    if not dry_run:
        world.queues.hint(hints)
    return PutBack(bodies, tuple(unreadable), hints)


def _large(world: World, connection: Connection, since: datetime) -> Iterator[Told]:
    """Yield what lies in the bucket: larger bodies, and all those that versions before this one kept."""
    now = world.clock.now()
    since = max(since, now - DELIVERIES_TOLD)
    for days in range((now.date() - since.date()).days + 1):
        day = (since + timedelta(days=days)).date()
        for key in world.blobs.keys(f"webhooks/raw/{connection.tenant}/{connection.id}/{day}/"):
            time, dash, _ = key.rpartition("/")[2].partition("-")
            # Versions long before this one kept no time of the day.
            at = datetime.strptime(f"{day} {time if dash else '000000'}", "%Y-%m-%d %H%M%S").replace(tzinfo=UTC)
            if dash and at < since.replace(microsecond=0):
                continue
            if (body := world.blobs.get(key)) is not None:  # it may expire while the list is made
                yield Told(key, key, at, body)


def _messages(found: Mapping[_Record, tuple[datetime, HintedRecord]]) -> Iterator[Hints]:
    """Return what was told, in the order in which it was."""
    named = sorted(found, key=lambda name: (name[:3], found[name][0]))
    for (tenant, flow, stream), names in groupby(named, key=lambda name: name[:3]):
        for part in batched((found[name][1] for name in names), BATCH, strict=False):
            yield Hints(tenant, flow, stream, part)
