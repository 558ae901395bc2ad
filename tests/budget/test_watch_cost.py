"""What it costs to look after a tenant of whom nothing is to be told: an idle one stays cheap."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from samspill.messages import WatchTenant, WatchTenants
from samspill.pipeline.notify.watch import PAGE, watch_tenant, watch_tenants
from samspill.ports import World
from samspill.store.dynamo import Table
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_notices import DynamoNotices
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.dynamo_tenants import DynamoTenants
from samspill.usecases.tenants import tenants
from tests.flows.hub import Hub
from tests.support.actors import admin
from tests.support.aws import aws_in_process, client_of, counted, make_tables
from tools.bench.meter import Meter, MeteredDynamo
from tools.bench.prices import GB_SECOND, INVOCATION, LOG_KB, LOG_LINE_KB, QUEUE_REQUEST, READ_UNIT, WRITE_UNIT

BYTES = 400
"""Of a tenant's summary, about."""
LOOKS_A_MONTH = 30 * 24 * 4
SECONDS, GB = 0.15, 0.5
"""Of a look, and of the memory of its function. Generous: it is five queries."""
QUEUE_REQUESTS = 3
"""To send, to receive and to delete the message of one tenant; sent alone, though ten go together."""
IDLE_USD, MINE_USD = 0.60, 0.05
"""What an idle tenant may cost in a month, all in, and what being looked after may be of that."""


def on_dynamo(hub: Hub, meter: Meter) -> World:
    """The hub's world with what a look reads on DynamoDB's interface."""
    make_tables()
    hub.connect()
    client: Any = MeteredDynamo(client_of("dynamodb"), meter)
    state = Table("state", lambda: client)
    made = replace(
        hub.world,
        registry=DynamoRegistry(state),
        links=DynamoLinks(state, hub.clock),
        runs=DynamoRuns(state, hub.clock),
        notices=DynamoNotices(state),
        tenants=DynamoTenants(state),
    )
    made.tenants.note("acme")
    for connection in hub.world.registry.connections("acme"):
        made.registry.save_connection(connection.model_copy(update={"revision": 0}))
    for flow in hub.world.registry.flows("acme"):
        made.registry.save_flow(flow.model_copy(update={"revision": 0, "last_good_at": hub.clock.now()}))
    return made


def test_a_look_at_an_idle_tenant_is_a_few_queries_and_costs_a_few_cents_a_month() -> None:
    with aws_in_process():
        hub, meter = Hub(size=3), Meter()
        world = on_dynamo(hub, meter)
        before = meter.usage()
        with counted("dynamodb") as calls:
            watch_tenant(world, WatchTenant(tenant="acme"))
        used = meter.usage() - before

    assert calls == {"Query": 7, "PutItem": 1}, "notices, flows, connections; three results and the newest run; summary"
    assert used.write_units == 1
    month = LOOKS_A_MONTH * (
        used.read_units * READ_UNIT.one
        + used.write_units * WRITE_UNIT.one
        + QUEUE_REQUESTS * QUEUE_REQUEST.one
        + INVOCATION.one
        + SECONDS * GB * GB_SECOND.one
        + LOG_LINE_KB * LOG_KB.one
    )
    assert month <= MINE_USD < IDLE_USD


def test_a_page_of_tenants_is_one_query_and_no_table_is_scanned() -> None:
    with aws_in_process():
        hub = Hub(size=3)
        world = on_dynamo(hub, Meter())
        for number in range(PAGE + 5):
            world.tenants.note(f"t{number:04}")
        with counted("dynamodb") as calls:
            watch_tenants(world, WatchTenants(after="", part=0))

    assert calls == {"Query": 1}


def test_the_list_of_tenants_is_read_without_any_tenants_own_things() -> None:
    with aws_in_process():
        hub, meter = Hub(size=3), Meter()
        world = on_dynamo(hub, meter)
        for number in range(PAGE):
            world.tenants.note(f"t{number:04}")
        for name in ("acme", *(f"t{number:04}" for number in range(PAGE))):
            watch_tenant(world, WatchTenant(tenant=name))
        before = meter.usage()
        with counted("dynamodb") as calls:
            found = tenants(world, admin()).tenants
        used = meter.usage() - before

    assert calls == {"Query": 1}
    assert len(found) == PAGE + 1
    assert used.read_units <= (PAGE + 1) * BYTES / 4096, "10 000 tenants: four megabytes, some four calls"
