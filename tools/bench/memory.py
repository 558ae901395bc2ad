"""Peak memory of a process that reads a long list whole, page by page, and finds nothing changed.

The vendor's rows and the links are made as they are asked for: in a function they lie at the vendor and in a table.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from samspill.connectors.registry import open_connector
from samspill.ports import Connector
from samspill.state import Connection, Run
from tests.flows.hub import Hub
from tools.bench.figures import Figure
from tools.bench.long_list import LongLinks, page, read

RECORDS = (10_000, 100_000)
FLAT_KB = 0.5
"""A link takes five times that: more than this, and something is kept of every record."""


def memory() -> Iterator[Figure]:
    """Yield the peak of a long read (`VmHWM` of a fresh process), and what a record adds to it."""
    few, many = (_peak_mb(records) for records in RECORDS)
    grown_kb = (many - few) * 1024 / (RECORDS[1] - RECORDS[0])
    yield Figure(f"peak memory of a whole read of {RECORDS[1]:,} records, nothing changed", many, "MB", most=150)
    yield Figure("what a record adds to it, its id being kept to tell what is absent", grown_kb, "KB", most=FLAT_KB)


def _peak_mb(records: int) -> float:
    command = [sys.executable, "-m", "tools.bench.memory", str(records)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if told["unchanged"] != records:
        raise AssertionError(f"read {told}, not {records} unchanged records")
    return float(told["peak_mb"])


def _highest_kb() -> int:
    """Return the most memory this process has held. `ru_maxrss` would count what its parent held before it began."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _read(records: int) -> Run:
    """Read so many from a vendor that answers in this process."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=page(int(request.url.params.get("after", "0")), records))

    def connect(hub: Hub, connection: Connection) -> Connector:
        return open_connector(
            connection,
            secrets=hub.world.secrets,
            budgets=hub.budgets,
            now=hub.clock.now,
            transport=httpx.MockTransport(answer),
            resolve=lambda _host: ["8.8.8.8"],  # never dialled
        )

    return read(LongLinks(records), connect)


if __name__ == "__main__":
    done = _read(int(sys.argv[1]))
    print(json.dumps({"unchanged": done.count("customers", "unchanged"), "peak_mb": _highest_kb() / 1024}))
