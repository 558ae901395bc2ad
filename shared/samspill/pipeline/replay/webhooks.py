"""Webhooks put back: their bodies were kept when they came, and are hints again: what they tell is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched, groupby
from typing import NamedTuple

from samspill.errors import ContractError
from samspill.hints import HintedRecord, Hints
from samspill.messages import BATCH
from samspill.ports import World
from samspill.state import Connection, FlowState
from samspill.work.hinting import hints_of

KEPT = timedelta(days=30)
"""How long bodies are kept: the bucket's rule `expire-webhooks`."""
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

    Listed and read day by day and body by body; `tell` hears how many were read. Doing it again does no harm.
    """
    found: dict[_Record, HintedRecord] = {}
    unreadable: list[str] = []
    bodies = 0
    for connection in connections:
        for key in _kept(world, connection, since):
            body = world.blobs.get(key)
            if body is None:
                continue  # it expired while the list was made
            bodies += 1
            tell(bodies)
            try:
                hooks = world.hooks.told(connection.vendor, body)
            except ContractError:
                unreadable.append(key)
                continue
            for each in hints_of(connection.id, flows, hooks):
                for record in each.records:
                    name = (each.tenant, each.flow, each.stream, record.side, record.external_id)
                    found.pop(name, None)
                    found[name] = record
    hints = tuple(_messages(found))
    if not dry_run:
        world.queues.hint(hints)
    return PutBack(bodies, tuple(unreadable), hints)


def _kept(world: World, connection: Connection, since: datetime) -> Iterator[str]:
    """Yield where bodies lie, in the order in which they came."""
    now = world.clock.now()
    since = max(since, now - KEPT)
    for days in range((now.date() - since.date()).days + 1):
        day = (since + timedelta(days=days)).date()
        for key in world.blobs.keys(f"webhooks/raw/{connection.tenant}/{connection.id}/{day}/"):
            time, dash, _ = key.rpartition("/")[2].partition("-")
            # Versions before this one kept no time of the day.
            if not dash or day != since.date() or time >= f"{since:%H%M%S}":
                yield key


def _messages(found: dict[_Record, HintedRecord]) -> Iterator[Hints]:
    for (tenant, flow, stream), names in groupby(sorted(found, key=lambda name: name[:3]), key=lambda name: name[:3]):
        for part in batched((found[name] for name in names), BATCH, strict=False):
            yield Hints(tenant, flow, stream, part)
