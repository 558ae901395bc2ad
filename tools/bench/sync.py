"""How fast unchanged records are compared, and how many calls a vendor gets for what; calls are counted, not timed."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs

from local.vendors.calls import Call
from tools.bench.figures import Figure
from tools.bench.settled import Settled

CUSTOMERS = 4000
CHANGES = 250
BATCH = 100
SPEED = 30_000
TURNS = 12
LISTS = {
    "tripletex": {"/v2/customer": "customer", "/v2/project": "project"},
    "timerabbit": {"/v1/customers": "customers", "/v1/projects": "projects"},
}
"""What a full read lists: path → the sandbox's collection."""
PARTED = {"customer": "isInactive"}
"""Collections that are listed in two parts, by a flag: Tripletex pages no further than its 10 000th row."""


def sync() -> Iterator[Figure]:
    """Yield the figures of a flow that has been synchronised and of which little changes."""
    hub = Settled(CUSTOMERS)
    yield from _unchanged(hub)
    yield _changed(hub)
    yield _speed(hub)


def _unchanged(hub: Settled) -> Iterator[Figure]:
    hub.forget_calls()
    hub.sync()
    made = pages = 0
    for vendor, lists in LISTS.items():
        calls = list(hub.sandboxes[vendor].calls)
        made += len(calls)
        for path, collection in lists.items():
            first = next(call for call in calls if call.path == path)
            parts = Counter(row.get(PARTED.get(collection, "")) for row in hub.sandboxes[vendor].rows(collection))
            pages += sum(math.ceil(rows / _page_size(first)) for rows in parts.values())
    yield Figure("calls of an unchanged re-sync beyond its pages", made - pages, "calls", most=0)
    yield Figure("writes of an unchanged re-sync", hub.writes("timerabbit"), "calls", most=0)


def _changed(hub: Settled) -> Figure:
    hub.edit_customers(CHANGES)
    hub.forget_calls()
    hub.sync()
    return Figure(f"writes for {CHANGES} changes", hub.writes("timerabbit"), "calls", most=math.ceil(CHANGES / BATCH))


def _speed(hub: Settled) -> Figure:
    hub.sync()
    hub.play()
    best = 0.0
    for _ in range(TURNS):
        began = time.perf_counter()
        run = hub.sync()
        seconds = time.perf_counter() - began
        read = sum(count for name, count in run.counters.items() if name.endswith(("left.read", "right.read")))
        best = max(best, read / seconds)
    return Figure("read, mapped and compared unchanged, ledger in memory", best, "records/s", least=SPEED)


def _page_size(call: Call) -> int:
    query = parse_qs(call.query)
    return int((query.get("count") or query["limit"])[0])
