"""What DynamoDB is asked for per record: counted from the requests that the real store makes, priced as AWS does."""

import dataclasses
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from moto import mock_aws

from samspill.store.budget import BudgetRule
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoLeases
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from tools.bench.figures import Figure
from tools.bench.settled import Settled
from tools.check_template import load

REGION = "eu-north-1"
CUSTOMERS = 50
CHANGES = 100
KB = 1024


@dataclass
class Meter:
    """A DynamoDB client that counts write units: one per started KB, double in a transaction, one more for an index."""

    client: Any
    units: float = 0
    transactions: int = 0
    transacted: int = 0

    def put_item(self, **arguments: Any) -> Any:
        """Count and pass on."""
        self.units += _units(arguments["Item"])
        return self.client.put_item(**arguments)

    def transact_write_items(self, **arguments: Any) -> Any:
        """Count and pass on."""
        writes = arguments["TransactItems"]
        self.transactions += 1
        self.transacted += len(writes)
        self.units += sum(2 * _units(write.get("Put", {}).get("Item", {})) for write in writes)
        return self.client.transact_write_items(**arguments)

    def __getattr__(self, name: str) -> Any:
        """Count a single change or deletion as one unit; reads are not writes."""
        if name in {"update_item", "delete_item"}:
            self.units += 1
        return getattr(self.client, name)


def storage() -> Iterator[Figure]:
    """Yield the write units per applied create and update, beside those of reading alone."""
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION=REGION)
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        meter = Meter(client)
        hub = _hub(meter)
        hub.sync()
        idle = _spent(hub, meter)
        hub.add_customers(CHANGES)
        yield Figure("write units per applied create", (_spent(hub, meter) - idle) / CHANGES, "units", most=8)
        hub.edit_customers(CHANGES)
        meter.transactions = meter.transacted = 0
        yield Figure("write units per applied update", (_spent(hub, meter) - idle) / CHANGES, "units", most=5)
        yield Figure("writes per transaction", meter.transacted / meter.transactions, "writes", least=25)


def _spent(hub: Settled, meter: Meter) -> float:
    before = meter.units
    hub.sync()
    return meter.units - before


def _hub(meter: Meter) -> Settled:
    """A settled hub whose state and journal are in tables as the template makes them."""
    resources = load()["Resources"]
    for name in ("StateTable", "JournalTable"):
        wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        properties = {key: resources[name]["Properties"][key] for key in wanted if key in resources[name]["Properties"]}
        meter.client.create_table(TableName=name, **properties)
    state, journal = Table("StateTable", lambda: meter), Table("JournalTable", lambda: meter)  # type: ignore[arg-type,return-value]  # counts as well
    hub = Settled(CUSTOMERS, settle=False)
    budgets = DynamoBudgets(state, hub.clock, lambda _key: BudgetRule(1_000_000, 10))
    hub.world = dataclasses.replace(
        hub.world,
        links=DynamoLinks(state, hub.clock),
        registry=DynamoRegistry(state),
        runs=DynamoRuns(state, hub.clock),
        cursors=DynamoCursors(state),
        leases=DynamoLeases(state, hub.clock),
        journal=DynamoJournal(journal, hub.clock),
    )
    hub.budgets = budgets  # type: ignore[assignment]  # the same port
    hub.settle()
    return hub


def _units(item: Mapping[str, Any]) -> int:
    size = sum(len(name) + _size(value) for name, value in item.items())
    return max(1, math.ceil(size / KB)) + ("status_key" in item)


def _size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    return len(content if kind == "B" else str(content).encode())
