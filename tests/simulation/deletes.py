"""INV-DELETE-GUARD from god's view: what whole reads lacked, what was let out when, what a person had said by then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from samspill.engine.guard import ARCHIVE, Guard
from samspill.engine.model import LinkState, Side
from samspill.messages import FetchPage
from samspill.ports import Page, VendorWrite
from samspill.steps.pair_count import counted
from tests.simulation.history import EngineWrite
from tests.simulation.hub import Broken, SimulatedHub

type Read = tuple[str, str, Side]
"""Run, stream and side of one whole read."""


@dataclass(slots=True)
class DeleteGuard:
    """Counts the hub's deletes, and knows the lists of which none may be carried out."""

    hub: SimulatedHub
    listed: dict[Read, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every record a whole read was told of."""
    lacking: dict[Read, tuple[FetchPage, set[str]]] = field(default_factory=dict)
    """Links that were complete on the side when its last page came to this delivery, and that the read lacked."""
    stopped: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    """`stream/side` to be archived on → since when and which links: a whole read lacked too many at once."""
    archived: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(`stream/side`, day) → links archived without anybody's yes."""

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
        since, absent = self.stopped.get(name, (at, set()))
        if link in absent and since < at:
            raise Broken("INV-DELETE-GUARD", f"{link} was archived on {side}, out of a list of {len(absent)}")
        archived = self.archived[name, f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"]
        archived.add(link)
        guard: Guard = self.hub.history.guard_at(at)
        # A share of the pairs there are, or were when they were last counted: others may have ended since.
        before = counted(self.hub.inner, self.hub.key(stream)) or 0
        limit = guard.limit(max(before, len(self._pairs(stream, side)) + len(archived)))
        if len(archived) > limit:
            raise Broken("INV-DELETE-GUARD", f"{len(archived)} were archived on {side} in a day; the limit is {limit}")

    def refused(self, name: str) -> None:
        """A person refused the list: it is no list any more, until a whole read makes one again."""
        self.stopped.pop(name, None)
