"""Peak memory and the longest slice of a first sync's plan, in a fresh process; and of the sweep after a whole read.

Times are the processor's, so that neighbours do not count.

What lies in a bucket and in tables is on disk or made up as it is asked for: a function does not hold it.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import orjson

from samspill.engine.model import Link, Observation, Side
from samspill.engine.revision import Revision
from samspill.messages import FetchPage, MakePlan, Message, SweepLinks, decode
from samspill.pipeline.dispatch import handle
from samspill.ports import LinkCommit
from samspill.state import FlowStatus, Run, RunStatus, StreamKey
from samspill.store.memory import MemoryLinks, MemoryWorld
from samspill.work import snapshots
from tests.flows.hub import FLOW, Hub
from tools.bench.figures import Figure
from tools.bench.long_list import LongLinks

RECORDS = (20_000, 100_000)
"""A side."""
PAGE = 200
MAP_S, FETCH_S = 60, 60
"""Time-outs of the functions that make plans and sweep."""
_FIRST = (
    "Fjell",
    "Berg",
    "Dal",
    "Vik",
    "Sund",
    "Holm",
    "Strand",
    "Haug",
    "Lund",
    "Bakke",
    "Skog",
    "Moen",
    "Nes",
    "Vang",
)
_KINDS = (
    "Rør",
    "Elektro",
    "Bygg",
    "Maskin",
    "Transport",
    "Regnskap",
    "Eiendom",
    "Maler",
    "Tak",
    "Anlegg",
    "Data",
    "Mat",
)


class Measured(NamedTuple):
    """What a piece of work took."""

    peak_mb: float
    longest_s: float
    messages: int
    seconds: float


def plan() -> Iterator[Figure]:
    """Yield the figures of plans and of the sweep."""
    for records in RECORDS:
        made = _measured("plan", records)
        yield Figure(f"peak memory of a plan, {records:,} records a side", made.peak_mb, "MB", most=200)
        yield Figure(f"its longest slice, of {made.messages}", made.longest_s, "s", most=MAP_S / 3)
    swept = _measured("sweep", RECORDS[-1])
    yield Figure(f"peak memory of a sweep of {RECORDS[-1]:,} links", swept.peak_mb, "MB", most=200)
    yield Figure(f"its longest slice, of {swept.messages}", swept.longest_s, "s", most=FETCH_S / 3)


def _measured(what: str, records: int) -> Measured:
    command = [sys.executable, "-m", "tools.bench.plan", what, str(records)]
    return Measured(*json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


class DiskBlobs:
    """Blobs in a folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._folder = folder

    def put(self, key: str, body: bytes) -> None:
        """See `Blobs.put`."""
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def get(self, key: str) -> bytes | None:
        """See `Blobs.get`."""
        path = self._folder / key
        return path.read_bytes() if path.is_file() else None

    def keys(self, prefix: str) -> list[str]:
        """See `Blobs.keys`."""
        root = self._folder / (prefix if prefix.endswith("/") else prefix.rpartition("/")[0])
        found = (str(path.relative_to(self._folder)) for path in root.rglob("*") if path.is_file())
        return sorted(key for key in found if key.startswith(prefix))

    def remove(self, prefix: str, limit: int) -> int:
        """See `Blobs.remove`."""
        first = self.keys(prefix)[:limit]
        for key in first:
            (self._folder / key).unlink()
        return len(first)


class NoLinks(MemoryLinks):
    """A table that takes everything in and that nobody reads."""

    def commit(self, _stream: StreamKey, commits: Sequence[LinkCommit]) -> list[bool]:
        """See `Links.commit`."""
        return [True] * len(commits)


class SortedLinks(LongLinks):
    """Links that are told in the order of their ids."""

    def following(self, _stream: StreamKey, link_id: str, limit: int) -> list[Link]:
        """See `Links.following`."""
        first = int(link_id.removeprefix("left-9")) + 1 if link_id else 1
        return [self.link(number) for number in range(first, min(first + limit, self._records + 1))]


def company(number: int, side: Side) -> Observation:
    """Return a company as one side has it: some have the same number on the other, some are spelled otherwise."""
    first, second = _FIRST[number % len(_FIRST)], _FIRST[number // 7 % len(_FIRST)]
    name = f"{first}{second.lower()} {_KINDS[number // 3 % len(_KINDS)]} {number // 11} AS"
    told = name.upper() if number % 9 == 0 and side is Side.RIGHT else name
    fields: dict[str, Any] = {
        "name": told,
        "number": str(10_000 + number) if number % 4 else None,
        "organization_number": None,
        "email": f"post@{number}.example",
        "phone": f"{22_000_000 + number}",
        "postal_address": {"line1": f"Storgata {number}", "line2": None, "postcode": "0155", "city": "Oslo"},
        "is_active": True,
    }
    return Observation(f"{side[0]}{number}", fields, Revision(1), 1, label=told)


def make_plan(records: int, folder: Path) -> Measured:
    """Plan two registers of so many companies each, four fifths of which are in both."""
    hub = Hub(2)
    hub.connect()
    world = dataclasses.replace(hub.world, blobs=DiskBlobs(folder), links=NoLinks())
    counters = {f"customers.{side}.read": records for side in Side}
    run = _run(world, "plan", RunStatus.PLANNING, counters)
    for side in Side:
        begins = 0 if side is Side.LEFT else records // 5
        for page, first in enumerate(range(begins, begins + records, PAGE)):
            rows = [company(number, side) for number in range(first, min(first + PAGE, begins + records))]
            snapshots.save(world, run, _page(run, side, page), rows)
    measured = _work_off(world, MakePlan(tenant=run.tenant, flow=run.flow, run=run.id), "map")
    after = world.runs.get(FLOW, run.id)
    if after is None or after.status is not RunStatus.PLANNED:
        raise AssertionError(f"not planned: {after}")
    return measured


def sweep(records: int, folder: Path) -> Measured:
    """Compare so many links with the ids that a whole read held: all but one."""
    hub = Hub(2)
    hub.connect()
    state = hub.world.registry.flow(FLOW)
    hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.ACTIVE}))
    world = dataclasses.replace(hub.world, blobs=DiskBlobs(folder), links=SortedLinks(records))
    run = _run(world, "sync", RunStatus.READING, {"customers.begun": 1, "customers.right.read": records})
    for page, first in enumerate(range(2, records + 1, PAGE)):
        ids = [str(number) for number in range(first, min(first + PAGE, records + 1))]
        world.blobs.put(f"{snapshots.folder(run)}/customers/right/seen/{page:06}", orjson.dumps(ids))
    names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "stream": "customers", "side": Side.RIGHT}
    return _work_off(world, SweepLinks.model_validate(names), "fetch")


def _run(world: MemoryWorld, purpose: Any, status: RunStatus, counters: dict[str, int]) -> Run:
    names: dict[str, Any] = {"tenant": FLOW.tenant, "flow": FLOW.flow, "id": "bench", "purpose": purpose}
    run = Run(**names, trigger="manual", status=status, started_at=world.clock.now(), counters=counters)
    world.runs.start(run)
    return run


def _page(run: Run, side: Side, page: int) -> FetchPage:
    return FetchPage(tenant=run.tenant, flow=run.flow, run=run.id, stream="customers", side=side, page=page)


def _work_off(world: MemoryWorld, first: Message, step: str) -> Measured:
    """Handle a message and those that follow from it on the same queue; return what it took."""
    _forget_peak()
    world.queues.send([first])
    longest, messages, began = 0.0, 0, time.process_time()
    while deliveries := world.queues.receive(step, 1):
        for delivery in deliveries:
            started = time.process_time()
            message = decode(delivery.body)
            if type(message) is type(first):
                handle(world, message)
                messages += 1
                longest = max(longest, time.process_time() - started)
            world.queues.done(delivery.handle)
    return Measured(_highest_kb() / 1024, longest, messages, time.process_time() - began)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _highest_kb() -> int:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        done = cast("Any", {"plan": make_plan, "sweep": sweep}[sys.argv[1]])(int(sys.argv[2]), Path(name))
        print(json.dumps(done))
