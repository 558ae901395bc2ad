"""Peak memory of a process that reads a long list whole, page by page, and finds nothing changed.

The vendor's rows and the links are made as they are asked for: in a function they lie at the vendor and in a table.
"""

from __future__ import annotations

import dataclasses
import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, cast

import httpx

from samspill.canon.values import fingerprint
from samspill.connectors.registry import open_connector
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.engine.model import Link, LinkState, Shadow, Side
from samspill.flows.catalogue import flow_named
from samspill.messages import FetchPage, decode
from samspill.state import Connection, Run, StreamKey
from samspill.steps.dispatch import handle
from samspill.store.memory import MemoryLinks
from tests.flows.hub import FLOW, Hub
from tools.bench.figures import Figure

RECORDS = (10_000, 100_000)
PAGE = 200
FLAT_KB = 0.5
"""A link takes five times that: more than this, and something is kept of every record."""
KIND = KINDS["customers"]


class LongList(httpx.BaseTransport):
    """Answers with pages of a list of customers, and with nothing else."""

    def __init__(self, records: int) -> None:
        """Hold so many."""
        self._records = records

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        after = int(request.url.params.get("after", "0"))
        last = min(after + PAGE, self._records)
        following = str(last) if last < self._records else None
        return httpx.Response(200, json={"items": [_row(n) for n in range(after + 1, last + 1)], "next": following})


class LongLinks(MemoryLinks):
    """Links of all those customers, each with a shadow of both sides."""

    def __init__(self, records: int) -> None:
        """Hold so many."""
        super().__init__()
        self._records, self._salt = records, flow_named(FLOW.flow).salt()

    def of_records(self, _stream: StreamKey, _side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.of_records`."""
        return {external_id: self._link(int(external_id)) for external_id in external_ids}

    def all(self, _stream: StreamKey) -> Iterator[Link]:
        """See `Links.all`."""
        return (self._link(number) for number in range(1, self._records + 1))

    def _link(self, number: int) -> Link:
        fields = KIND.mapped.read(_row(number))
        shadow = Shadow(fields, 1, 1, fingerprint(fields, self._salt))
        ids = {Side.LEFT: f"9{number}", Side.RIGHT: str(number)}
        return Link(
            f"left-9{number}",
            ids,
            LinkState.LINKED,
            base=dict(fields),
            shadows={Side.LEFT: dataclasses.replace(shadow, fields=dict(fields)), Side.RIGHT: shadow},
        )


def _row(number: int) -> dict[str, Any]:
    address = {"line1": f"Storgata {number}", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"}
    return {
        "id": str(number),
        "version": 1,
        "updatedAt": "2026-11-01T08:00:00+00:00",
        "name": f"Fjellheim Rør & Sanitær avdeling {number} AS",
        "number": str(10_000 + number),
        "organizationNumber": f"{900_000_000 + number}",
        "email": f"post@fjellheim{number}.example",
        "phone": f"{22_000_000 + number}",
        "postalAddress": address,
        "active": True,
    }


def memory() -> Iterator[Figure]:
    """Yield the peak of a long read (`ru_maxrss` of a fresh process), and what a record adds to it."""
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


def read(records: int) -> Run:
    """Read so many records on one side, page by page as the queue has them; return the run."""
    hub = Hub(2)
    hub.connect()
    secrets, budgets, now = hub.world.secrets, hub.budgets, hub.clock.now
    transport = LongList(records)

    class Connectors:
        """Opens a connection whose vendor has the long list."""

        def open(self, connection: Connection) -> Any:
            """See `Connectors.open`."""
            return open_connector(
                connection,
                secrets=secrets,
                budgets=budgets,
                now=now,
                transport=transport,
                resolve=lambda _host: ["8.8.8.8"],  # never dialled
            )

    world = dataclasses.replace(hub.world, connectors=Connectors(), links=LongLinks(records))
    # Begun already, or the other side would be read as well.
    begun = {"customers.begun": 1}
    run = Run(tenant="acme", flow=FLOW.flow, id="r", purpose="sync", trigger="manual", started_at=now(), counters=begun)
    world.runs.start(run)
    first = FetchPage(tenant=FLOW.tenant, flow=FLOW.flow, run=run.id, stream="customers", side=Side.RIGHT)
    world.queues.send([first])
    queues = cast("Any", world.queues)
    while deliveries := queues.receive("fetch"):
        for delivery in deliveries:
            handle(world, decode(delivery.body))
            queues.done(delivery.handle)
    return world.runs.get(FLOW, run.id) or run


if __name__ == "__main__":
    done = read(int(sys.argv[1]))
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"unchanged": done.count("customers", "unchanged"), "peak_mb": peak_kb / 1024}))
