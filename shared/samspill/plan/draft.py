"""A plan in the making: what the work on it goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from samspill.engine.case import Plan
from samspill.engine.model import Link, LinkState, Side
from samspill.flows.flow import Stream
from samspill.messages import Subject
from samspill.plan.lines import PlanLine
from samspill.ports import World
from samspill.state import Connection, Run, StreamKey
from samspill.work import snapshots
from samspill.work.buckets import Buckets, OneBucket, Scoped
from samspill.work.context import Opened
from samspill.work.stages import streams_of

type Listener = Callable[[StreamDraft, PlanLine, Plan, Link | None], None]
"""Is told of the line of each record that was planned, with the plan itself and the link as it was before."""


@dataclass(slots=True)
class Draft:
    """A plan in the making."""

    world: World
    opened: Opened
    run: Run
    rows: Buckets = field(default_factory=OneBucket)
    lines: list[PlanLine] = field(default_factory=list)
    """What was planned so far, of a plan that is made in one go."""
    subjects: dict[str, list[Subject]] = field(default_factory=lambda: defaultdict(list))
    listener: Listener | None = None

    def of(self, stream: str) -> StreamDraft:
        """Return what the work on one stream goes by."""
        return StreamDraft(self.world, self.opened, self.run, self.opened.flow.stream(stream), self.rows, self.listener)


@dataclass
class StreamDraft:
    """One stream of a plan in the making."""

    world: World
    opened: Opened
    run: Run
    stream: Stream
    rows: Buckets
    listener: Listener | None = None
    links: PlanLinks = field(init=False)
    _connections: dict[Side, Connection] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.rows = Scoped(self.rows, self.stream.name)
        self.links = PlanLinks(self.world, self.key, whole=self.rows.count == 1)

    @property
    def key(self) -> StreamKey:
        """The stream's key."""
        return StreamKey(self.run.tenant, self.run.flow, self.stream.name)

    def pages(self, side: Side, part: int) -> list[tuple[int, str]]:
        """Return a share of the pages that were read of one side: one per bucket."""
        return snapshots.share(self.world, self.run, (self.stream.name, side), part, self.rows.count)

    def connection(self, side: Side) -> Connection:
        """Return the connection of a side."""
        if side not in self._connections:
            name = self.opened.state.connection(side)
            self._connections[side] = self.world.registry.connection(self.run.tenant, name)
        return self._connections[side]

    @cached_property
    def is_referred_to(self) -> bool:
        """True where records of the plan refer to records of this stream."""
        rules = (rule for stream in streams_of(self.opened, self.run) for rule in stream.rules.fields)
        return any(rule.references == self.stream.name for rule in rules)


class PlanLinks:
    """The links of a stream: read in one go where the plan is small, by record where it is not."""

    def __init__(self, world: World, key: StreamKey, *, whole: bool) -> None:
        """Read nothing yet."""
        self._world, self._key, self._whole = world, key, whole

    @cached_property
    def _all(self) -> dict[str, Link]:
        return {link.id: link for link in self._world.links.all(self._key)}

    @cached_property
    def _places(self) -> dict[tuple[Side, str], Link]:
        """Record → its link. What outlived its partner may be in another one since."""
        found: dict[tuple[Side, str], Link] = {}
        for link in sorted(self._all.values(), key=lambda link: link.state is not LinkState.TOMBSTONE):
            found.update(dict.fromkeys(link.ids.items(), link))
        return found

    @cached_property
    def _any(self) -> bool:
        return next(iter(self._world.links.all(self._key)), None) is not None

    def of_records(self, side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """Return the links of these records, by their ids."""
        if self._whole:
            return {name: link for name in external_ids if (link := self._places.get((side, name)))}
        return self._world.links.of_records(self._key, side, external_ids) if external_ids and self._any else {}

    def linked(self) -> list[Link]:
        """Return the pairs, where all links were read: by record, they are found when they are asked for."""
        return [link for link in self._all.values() if link.state is LinkState.LINKED] if self._whole else []

    def get(self, link_ids: Sequence[str]) -> dict[str, Link]:
        """Return links by link id."""
        if self._whole:
            return {name: self._all[name] for name in link_ids if name in self._all}
        return self._world.links.get(self._key, link_ids) if link_ids else {}
