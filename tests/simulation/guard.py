"""What the guard must hold, from god's view: what reads lacked, what was let out, what a person had said by then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from samspill.engine.guard import ARCHIVE
from samspill.engine.model import LinkState, Side
from samspill.guard.batch import HeldList
from samspill.messages import FetchPage
from samspill.ports import Page, VendorWrite
from tests.simulation.broken import Broken
from tests.simulation.history import EngineWrite, Record
from tests.simulation.hub import SimulatedHub

type Read = tuple[str, str, Side]
"""Run, stream and side of one whole read."""


@dataclass(slots=True)
class GuardWatch:
    """Counts the hub's deletes, creates and replaced values, and knows the lists of which none may be carried out."""

    hub: SimulatedHub
    listed: dict[Read, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every record a whole read was told of."""
    lacking: dict[Read, tuple[FetchPage, set[str]]] = field(default_factory=dict)
    """Links that were complete on the side when its last page came to this delivery, and that the read lacked."""
    stopped: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    """`stream/side` to be archived on → since when and which links: a whole read lacked too many at once."""
    kept: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """`stream/side` to be archived on → which links a person refused to have archived, and since when."""
    met: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(`stream/side/kind`, day) → links that met such a change without anybody's yes."""

    pairs: Counter[tuple[str, Side]] = field(default_factory=Counter)
    """(stream, side) → the most pairs there were."""

    def __post_init__(self) -> None:
        self.hub.watch_page = self.page
        self.hub.watch_read = self.read

    def page(self, message: FetchPage, page: Page) -> None:
        """Note what a page of a whole read holds; with the last, what the read lacked."""
        if message.since is not None:
            return
        read = (message.run, message.stream, message.side)
        self.listed[read].update(o.external_id for o in page.observations)
        if page.next is None and message.whole and page.complete:
            self.lacking[read] = message, self._lacking(read)
            kept = self.kept[f"{message.stream}/{message.side.other}"]
            for link in kept.keys() - self.lacking[read][1]:
                del kept[link]  # it is back: nobody has said anything

    def _pairs(self, stream: str, side: Side) -> dict[str, str]:
        """Link id → id on the side."""
        live = {LinkState.LINKED, LinkState.CLAIMED}
        return {link.id: link.ids[side] for link in self.hub.links(stream) if link.state in live and side in link.ids}

    def _lacking(self, read: Read) -> set[str]:
        return {link for link, own in self._pairs(*read[1:]).items() if own not in self.listed[read]}

    def read(self, message: FetchPage) -> None:
        """A function that read the last page has ended: from now on a list that is too long is known to the hub."""
        read = (message.run, message.stream, message.side)
        delivery, before = self.lacking.pop(read, (None, set()))
        if delivery is not message:  # nothing was read, or by a function that died
            return
        absent, pairs = before & self._lacking(read), len(self._pairs(*read[1:]))
        guard, name = self.hub.history.guard_at(self.hub.clock.time), f"{message.stream}/{message.side.other}"
        if guard.trips(len(absent), pairs) or guard.shrank(pairs, pairs - len(absent)):
            self.stopped[name] = self.hub.clock.time, absent
        else:
            self.stopped.pop(name, None)

    def archive(self, done: EngineWrite, asked: VendorWrite) -> None:
        """Check one delete that a vendor carried out."""
        stream, side, _ = done.record
        link, name = asked.key.rpartition("@")[0], f"{stream}/{side}"
        at = self.hub.history.let_out.get((stream, asked.key), self.hub.clock.time)
        if self.hub.history.allowed(f"{name}/{ARCHIVE}", link, at):
            return
        if self.kept[name].get(link, at) < at:
            raise Broken("INV-DELETE-GUARD", f"{link} was archived on {side}, which a person had refused")
        since, absent = self.stopped.get(name, (at, set()))
        if link in absent and since < at:
            raise Broken("INV-DELETE-GUARD", f"{link} was archived on {side}, out of a list of {len(absent)}")
        self._count("INV-DELETE-GUARD", f"{name}/{ARCHIVE}", link, at)

    def change(self, kinds: Iterable[str], record: Record, asked: VendorWrite) -> None:
        """Check one create, or values that are replaced, while a vendor carries it out."""
        stream, side, _ = record
        link = asked.key.rpartition("@")[0]
        at = self.hub.history.let_out.get((stream, asked.key), self.hub.clock.time)
        for kind in kinds:
            name = f"{stream}/{side}/{kind}"
            if not self.hub.history.allowed(name, link, at):
                self._count("INV-CHANGE-GUARD", name, link, at)

    def _count(self, invariant: str, name: str, link: str, at: float) -> None:
        """Count a record that met a kind of change without anybody's yes."""
        stream, side, _ = name.split("/", 2)
        day = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
        met, guards = self.met[name, day], [self.hub.history.guard_at(at)]
        met.add(link)
        for (known, attempt), before in self.hub.history.let_out.items():
            if known == stream and attempt.startswith(f"{link}@"):  # whoever was counted is not counted again
                guards.append(self.hub.history.guard_at(before))
        self.note_pairs()
        limit = max(guard.limit(self.pairs[stream, Side(side)] + len(met)) for guard in guards)
        if len(met) > limit:
            raise Broken(invariant, f"{len(met)} records met {name} in a day; the limit is {limit}")

    def note_pairs(self) -> None:
        """Note how many pairs there are: the hub's limit may be a share of what it counted before."""
        for stream in self.hub.flow.streams:
            for side in Side:
                key = stream.name, side
                self.pairs[key] = max(self.pairs[key], len(self._pairs(*key)))

    def refused(self, found: HeldList) -> None:
        """A person refused the list: what of it was only absent stays until a whole read holds it again."""
        self.hub.history.refused |= {(found.name, link): content for link, content in found.entries.items()}
        name = found.name.rpartition("/")[0]
        self.stopped.pop(name, None)
        if found.stop.kind == ARCHIVE:
            self.kept[name] |= dict.fromkeys(found.entries.keys() - set(found.told), self.hub.clock.time)
