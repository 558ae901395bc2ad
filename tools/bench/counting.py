"""What one record takes of AWS, counted on hubs of two sizes, so that what a page or a batch takes is told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from samspill.messages import BATCH
from samspill.runs.polling import LOOKED_AT
from tools.bench.meter import Usage
from tools.bench.metered import MeteredHub, metered_hub

SIZES = (30, 70)
CHANGES = (10, 30)
LISTS = 5
"""Lists that a whole sync reads, each of them one page here."""


@dataclass(frozen=True)
class Counted:
    """Usage per record, by what happened to it, and per page that was read."""

    read: Usage
    """Read on one side and compared with what is known."""
    page: Usage
    """Everything else that a page takes; a run's own share is in here, as if there were no longer ones."""
    changed: Usage
    """Found changed, written on the other side, and committed; in batches of a hundred, reads not included."""
    created: Usage
    announced: Usage
    """Changed and told by a webhook of its own: everything from its receipt to the commit."""
    poll: Usage
    """A run that the schedule starts and that finds nothing."""
    strike: Usage
    """The schedule strikes, and the run is left out."""
    look: Usage
    """Somebody looks whether anything is wrong that people should be told of, and nothing is."""


def count() -> Counted:
    """Count; takes seconds, and gives the same every time."""
    with metered_hub(SIZES[0]) as hub:
        few, fewer = _sync(hub)
    with metered_hub(SIZES[1]) as hub:
        many, more = _sync(hub)
        read = (many - few).times(1 / (more - fewer))
        updates = [_changed(hub, many, hub.edit_linked, changes) for changes in CHANGES]
        creates = [_changed(hub, many, hub.add_customers, changes) for changes in CHANGES]
        hub.silence("timerabbit")
        numbers = hub.linked(CHANGES[0])  # found without its share in what is counted
        told = _used(hub, lambda: _tell(hub, numbers)).times(1 / CHANGES[0])
        poll, strike = _schedule(hub)
        hub.look()  # the first one may find something, which is then written down
        look = _used(hub, hub.look)
    page = (many - read.times(more)).times(1 / LISTS)
    return Counted(read, page, _in_batches(*updates), _in_batches(*creates), told, poll, strike, look)


def _sync(hub: MeteredHub) -> tuple[Usage, int]:
    """Synchronise whole; return what it took and how many records it read."""
    counters: dict[str, int] = {}
    used = _used(hub, lambda: counters.update(hub.sync().counters))
    return used, sum(number for name, number in counters.items() if name.endswith((".left.read", ".right.read")))


def _changed(hub: MeteredHub, unchanged: Usage, change: Callable[[int], None], changes: int) -> Usage:
    change(changes)
    return _sync(hub)[0] - unchanged


def _in_batches(few: Usage, many: Usage) -> Usage:
    """Return the usage per record when a batch is full."""
    single = (many - few).times(1 / (CHANGES[1] - CHANGES[0]))
    batch = few - single.times(CHANGES[0])
    return single + batch.times(1 / BATCH)


def _schedule(hub: MeteredHub) -> tuple[Usage, Usage]:
    """Return what a poll takes and what a strike takes that starts none: polls are rare once they found nothing."""
    hub.ask_for_webhooks()
    polls = []
    for _ in range(LOOKED_AT):
        hub.clock.advance(3600)
        polls.append(_used(hub, hub.strike))
    return polls[-1], _used(hub, hub.strike)


def _tell(hub: MeteredHub, numbers: list[str]) -> None:
    hub.rename(numbers)
    hub.deliver_webhooks()
    hub.drain()


def _used(hub: MeteredHub, work: Callable[[], None]) -> Usage:
    before = hub.usage()
    work()
    return hub.usage() - before
