"""The links and the journal of a flow, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from samspill.engine.model import Side
from samspill.ports import World
from samspill.state import FlowKey, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.records import JournalRow, LinkRow
from samspill.work.context import open_flow


@needs(Role.VIEWER)
def links(world: World, _actor: Actor, key: FlowKey) -> Iterator[LinkRow]:
    """Return the pairs of a flow, and the records that stand alone."""
    for stream in open_flow(world, key).flow.streams:
        for link in world.links.all(StreamKey(*key, stream.name)):
            yield LinkRow(
                stream=stream.name,
                link=link.id,
                left_id=link.ids.get(Side.LEFT, ""),
                right_id=link.ids.get(Side.RIGHT, ""),
                state=link.state,
                label=link.label,
                result=link.outcome.result if link.outcome else "",
                reason=link.outcome.reason if link.outcome else None,
            )


@needs(Role.VIEWER)
def journal(world: World, _actor: Actor, key: FlowKey, span: timedelta) -> Iterator[JournalRow]:
    """Return what became of every record since then, newest first."""
    now = world.clock.now()
    for entry in world.journal.read(key, now - span, now):
        yield JournalRow(**{name: getattr(entry, name) for name in JournalRow.model_fields})
