"""A long list of customers at a vendor, and links that know them all: a read of it finds nothing changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from samspill.canon.values import fingerprint
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.engine.model import Link, LinkState, Shadow, Side
from samspill.engine.revision import Revision
from samspill.flows.catalogue import declared
from samspill.messages import FetchPage, decode
from samspill.pipeline.dispatch import handle
from samspill.ports import Connector, Links
from samspill.state import Connection, Run, StreamKey
from samspill.store.memory import MemoryLinks
from tests.flows.hub import FLOW, Hub

PAGE = 200
KIND = KINDS["customers"]


def row(number: int) -> dict[str, Any]:
    """Return a customer as the vendor tells it."""
    address = {"line1": f"Storgata {number}", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"}
    hour, minute, second = number // 3600 % 24, number // 60 % 60, number % 60
    return {
        "id": str(number),
        "version": 1,
        "updatedAt": f"2026-11-{1 + number // 86_400:02}T{hour:02}:{minute:02}:{second:02}+00:00",
        "name": f"Fjellheim Rør & Sanitær avdeling {number} AS",
        "number": str(10_000 + number),
        "organizationNumber": f"{900_000_000 + number}",
        "email": f"post@fjellheim{number}.example",
        "phone": f"{22_000_000 + number}",
        "postalAddress": address,
        "active": True,
    }


def page(after: int, records: int) -> dict[str, Any]:
    """Return the page after a row, of a list of so many."""
    last = min(after + PAGE, records)
    return {
        "items": [row(number) for number in range(after + 1, last + 1)],
        "next": str(last) if last < records else None,
    }


class LongLinks(MemoryLinks):
    """Links of all those customers, each with a shadow of both sides, made as they are asked for."""

    def __init__(self, records: int) -> None:
        """Hold so many."""
        super().__init__()
        self._records, self._salt = records, declared(FLOW.flow).salt()

    def of_records(self, _stream: StreamKey, _side: Side, external_ids: Sequence[str]) -> dict[str, Link]:
        """See `Links.of_records`."""
        return {external_id: self.link(int(external_id)) for external_id in external_ids}

    def all(self, _stream: StreamKey) -> Iterator[Link]:
        """See `Links.all`."""
        return (self.link(number) for number in range(1, self._records + 1))

    def link(self, number: int) -> Link:
        """Return the link of one customer."""
        fields = KIND.mapped.read(row(number))
        right = Shadow(fields, Revision(1), 1, fingerprint(fields, self._salt))
        left = dataclasses.replace(right, fields=dict(fields))
        ids = {Side.LEFT: f"9{number}", Side.RIGHT: str(number)}
        link_id = f"left-9{number}"
        return Link(link_id, ids, LinkState.LINKED, base=dict(fields), shadows={Side.LEFT: left, Side.RIGHT: right})


class OneConnector:
    """The `Connectors` port over one connector, whatever the connection."""

    def __init__(self, connector: Connector) -> None:
        """Keep it."""
        self._connector = connector

    def open(self, _connection: Connection) -> Connector:
        """See `Connectors.open`."""
        return self._connector


def read(links: Links, connect: Callable[[Hub, Connection], Connector]) -> Run:
    """Read the list on one side, page by page as the queue has them; return the run."""
    hub = Hub(2)
    hub.connect()
    connector = connect(hub, hub.world.registry.connection(FLOW.tenant, "timerabbit"))
    world = dataclasses.replace(hub.world, connectors=OneConnector(connector), links=links)
    run = Run(
        tenant=FLOW.tenant,
        flow=FLOW.flow,
        id="long",
        purpose="sync",
        trigger="manual",
        started_at=hub.clock.now(),
        counters={"customers.begun": 1},  # or the other side would be read as well
    )
    world.runs.start(run)
    first = FetchPage(tenant=FLOW.tenant, flow=FLOW.flow, run=run.id, stream="customers", side=Side.RIGHT)
    world.queues.send([first])
    queues = cast("Any", world.queues)
    while deliveries := queues.receive("fetch"):
        for delivery in deliveries:
            handle(world, decode(delivery.body))
            queues.done(delivery.handle)
    return world.runs.get(FLOW, run.id) or run
