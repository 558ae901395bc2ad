"""A hub on tables as the template makes them, with a meter on all that AWS bills."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto import mock_aws

from samspill.engine.model import LinkState, Side
from samspill.messages import StartRun, WatchTenant
from samspill.store.budget import BudgetRule
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.dynamo_deliveries import DynamoDeliveries
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_key_index import DynamoKeyIndex
from samspill.store.dynamo_line import DynamoLine
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoLeases
from samspill.store.dynamo_notices import DynamoNotices
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.dynamo_tenants import DynamoTenants
from tools.bench.meter import Meter, MeteredBlobs, MeteredDynamo, MeteredQueues, Usage
from tools.bench.settled import Settled
from tools.check_template import load

REGION = "eu-north-1"
TABLES = ("StateTable", "JournalTable", "WebhookTable")


class MeteredHub(Settled):
    """A settled hub whose AWS has a meter. No vendor sends webhooks unless told to."""

    def __init__(self, customers: int) -> None:
        """Fill, connect and synchronise."""
        super().__init__(customers, settle=False)
        client = boto3.client("dynamodb", region_name=REGION)
        resources = load()["Resources"]
        for name in TABLES:
            wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
            properties = resources[name]["Properties"]
            client.create_table(TableName=name, **{key: properties[key] for key in wanted if key in properties})
        self._meter = Meter()
        dynamo = MeteredDynamo(client, self._meter)
        state, journal, webhooks = (Table(name, lambda: dynamo) for name in TABLES)  # type: ignore[arg-type,return-value] # counts as well
        self.world = dataclasses.replace(
            self.world,
            links=DynamoLinks(state, self.clock),
            keys=DynamoKeyIndex(state),
            registry=DynamoRegistry(state),
            runs=DynamoRuns(state, self.clock),
            cursors=DynamoCursors(state),
            leases=DynamoLeases(state, self.clock),
            line=DynamoLine(state, self.clock),
            journal=DynamoJournal(journal, self.clock),
            deliveries=DynamoDeliveries(webhooks, self.clock),
            notices=DynamoNotices(state),
            tenants=DynamoTenants(state),
            queues=MeteredQueues(self.clock, self._meter),
            blobs=MeteredBlobs(self._meter),
        )
        self.budgets = DynamoBudgets(state, self.clock, lambda _key: BudgetRule(1_000_000, 10))
        self.settle()
        self.silence(*self.sandboxes)
        self.sync()

    def silence(self, *vendors: str) -> None:
        """Let the webhooks of these vendors get lost, and of no other."""
        for name, sandbox in self.sandboxes.items():
            sandbox.set_faults({"webhook_drop": name in vendors})

    def usage(self) -> Usage:
        """Return what was asked for since the beginning."""
        calls = sum(len(sandbox.calls) for sandbox in self.sandboxes.values())
        return dataclasses.replace(self._meter.usage(), vendor_calls=calls)

    def strike(self) -> None:
        """Let the flow's schedule strike, as it does between two polls of a flow that webhooks tell enough of."""
        self.world.queues.send([StartRun(tenant=self.flow.tenant, flow=self.flow.flow, trigger="schedule")])
        self.drain()

    def ask_for_webhooks(self) -> None:
        """Let vendors reach the hub, so that it asks them for webhooks with a whole read."""
        self.world = dataclasses.replace(self.world, hook_url="https://hub.example")
        self.sync()

    def look(self) -> None:
        """Look whether anything is wrong with the tenant."""
        self.world.queues.send([WatchTenant(tenant=self.flow.tenant)])
        self.drain()

    def edit_linked(self, count: int) -> None:
        """Change the names of so many active customers of Tripletex that have a partner."""
        self.rename(self.linked(count))

    def linked(self, count: int) -> list[str]:
        """Return the numbers of so many active customers of Tripletex that have a partner."""
        linked = {link.ids[Side.LEFT] for link in self.links("customers") if link.state is LinkState.LINKED}
        rows = [row for row in self.tripletex.rows("customer") if str(row["id"]) in linked and not row["isInactive"]]
        if len(rows) < count:
            raise ValueError(f"only {len(rows)} customers have a partner")
        return [str(row["id"]) for row in rows[:count]]

    def rename(self, numbers: list[str]) -> None:
        """Change the names of these customers of Tripletex."""
        names = {str(row["id"]): row["name"] for row in self.tripletex.rows("customer")}
        for number in numbers:
            self.tripletex.edit("customer", number, {"name": f"{names[number]} endret"})


@contextmanager
def metered_hub(customers: int) -> Iterator[MeteredHub]:
    """Open such a hub; AWS is answered in this process."""
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION=REGION)
    with mock_aws():
        yield MeteredHub(customers)
