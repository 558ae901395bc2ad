"""Two-way sync: what an edit costs, and a first sync of two large registers that overlap."""

import math
import time
from collections.abc import Iterator
from typing import override

from local.vendors.app import Sandbox
from samspill.engine.model import LinkState, Side
from samspill.usecases import limits
from tests.flows.hub import Hub
from tests.support.actors import admin
from tools.bench.figures import Figure

FLOW = "svenn-tripletex"
EDITS = 60
RECORDS, BOTH = 10_000, 8_000
"""On each side, and on both: half of them customers, half their projects."""
BATCH = 100
PAGES = {"svenn": 200, "tripletex": 1_000}
LISTS = {
    "svenn": {"customers": 1, "projects": 1, "employees": 1, "tasks": 1, "tags": 1},
    "tripletex": {"customer": 2, "project": 1, "employee": 1, "activity": 1},
}
"""What the flow lists, and in how many parts: Tripletex tells active and inactive customers apart."""


def two_way() -> Iterator[Figure]:
    """Yield the figures."""
    yield from _per_edit()
    yield from _first_sync()


def _per_edit() -> Iterator[Figure]:
    """Edit linked customers by turns on either side, with real connectors, webhooks and all."""
    hub = Hub(flow=FLOW)
    hub.first_sync()
    limits.change(hub.world, admin("bench"), hub.flow, at_least=limits.MOST)  # so many in a day are a mass change
    _settle(hub)
    settled = [link for link in hub.links("customers") if link.state is LinkState.LINKED and not link.conflicts]
    before, arrived = _writes(hub), 0
    for turn in range(EDITS):
        ids = settled[turn % len(settled)].ids
        email = f"post{turn}@kunde.example"
        if turn % 2:
            hub.svenn.edit("customers", ids[Side.LEFT], {"email": email})
        else:
            hub.tripletex.edit("customer", ids[Side.RIGHT], {"email": email})
        _settle(hub)
        rows = {row["id"]: row for row in hub.svenn.rows("customers")}
        twins = {str(row["id"]): row for row in hub.tripletex.rows("customer")}
        arrived += rows[ids[Side.LEFT]]["email"] == twins[ids[Side.RIGHT]]["email"] == email
    writes = (_writes(hub) - before) / EDITS
    yield Figure("engine writes per edit by a person, both ways", writes, "calls", most=1.0, least=1.0)
    yield Figure(f"of {EDITS} edits, on both sides after the webhook", arrived, "edits", most=EDITS, least=EDITS)


def _first_sync() -> Iterator[Figure]:
    hub = _registers()
    hub.connect()
    before = {vendor: _rows(sandbox) for vendor, sandbox in hub.sandboxes.items()}
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()
    began = time.process_time()
    plan = hub.plan()
    reads = _calls(hub)
    hub.approve(plan)
    seconds = time.process_time() - began
    writes = _calls(hub) - reads
    least_reads = sum(_pages(vendor, before[vendor]) for vendor in hub.sandboxes)
    least_writes = sum(_batches(before[vendor], _rows(sandbox)) for vendor, sandbox in hub.sandboxes.items())
    registers = (
        hub.svenn.rows("customers"),
        hub.svenn.rows("projects"),
        *map(hub.tripletex.rows, ("customer", "project")),
    )
    created = sum(map(len, registers)) - 2 * RECORDS
    missing = 2 * (RECORDS - BOTH)
    what = f"first sync of {RECORDS:,} + {RECORDS:,} records, {BOTH:,} the same"
    yield Figure(f"{what}: calls to plan beyond its {least_reads} pages", reads - least_reads, "calls", most=0, least=0)
    yield Figure(
        f"{what}: calls to apply beyond its {least_writes} batches", writes - least_writes, "calls", most=0, least=0
    )
    yield Figure(f"{what}: records created beyond those missing", created - missing, "records", most=0, least=0)
    yield Figure(f"{what}: plan and apply, ledger and vendors in memory, processor time", seconds, "s", most=60)


class _Empty(Hub):
    """A hub between two accounts without customers and projects."""

    def __init__(self) -> None:
        """Make the accounts."""
        super().__init__(0, flow=FLOW)

    @override
    def manager(self) -> str:
        """See `Hub.manager`: the administrator, as nobody leads a project yet."""
        return str(self.tripletex.rows("employee")[0]["id"])

    @override
    def connect(self) -> None:
        """See `Hub.connect`; and say which department those have who come without one."""
        super().connect()
        connection = self.world.registry.connection(self.flow.tenant, "tripletex")
        settings = {**connection.settings, "default_department": str(self.tripletex.rows("department")[0]["id"])}
        self.world.registry.save_connection(connection.model_copy(update={"settings": settings}))


def _registers() -> Hub:
    """Return a hub between two registers of the same length that overlap."""
    hub, each, both = _Empty(), RECORDS // 2, BOTH // 2
    began, manager = "2026-01-01", {"id": int(hub.manager())}
    for index in range(2 * each - both):
        customer, project, number = f"Kunde {index} AS", f"Oppdrag {index}", 10_001 + index
        if index < each:
            made = hub.svenn.add("customers", {"name": customer, "number": str(number)})
            job = {"name": project, "number": str(number), "startDate": began, "customerId": str(made["id"])}
            hub.svenn.add("projects", job)
        if index >= each - both:
            made = hub.tripletex.add("customer", {"name": customer, "customerNumber": number, "isCustomer": True})
            whose = {"projectManager": manager, "customer": {"id": made["id"]}}
            hub.tripletex.add("project", {"name": project, "number": str(number), "startDate": began, **whose})
    return hub


def _settle(hub: Hub) -> None:
    for _ in range(3):
        hub.deliver_webhooks()
        hub.drain()


def _writes(hub: Hub) -> int:
    return sum(hub.writes(vendor) for vendor in hub.sandboxes)


def _calls(hub: Hub) -> int:
    return sum(len(sandbox.calls) for sandbox in hub.sandboxes.values())


def _rows(sandbox: Sandbox) -> dict[str, dict[str, int]]:
    """Return every record of the kinds that the flow lists, by kind and id."""
    return {kind: {str(row["id"]): row["version"] for row in sandbox.rows(kind)} for kind in LISTS[sandbox.name]}


def _pages(vendor: str, rows: dict[str, dict[str, int]]) -> int:
    """Return in how many calls all of it is read. Of a list told in parts, all but one are empty here."""
    every = LISTS[vendor].items()
    return sum(max(1, math.ceil(len(rows[kind]) / PAGES[vendor])) + parts - 1 for kind, parts in every)


def _batches(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> int:
    """Return in how many calls all that was made, and all that was changed, is written."""
    made = sum(math.ceil(len(after[kind].keys() - before[kind].keys()) / BATCH) for kind in before)
    changed = (sum(after[kind][each] != version for each, version in before[kind].items()) for kind in before)
    return made + sum(math.ceil(count / BATCH) for count in changed)
