"""Every port once in memory and once on AWS's interfaces, so that both pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from samspill.ports import Budgets, Cursors, Deliveries, Journal, Leases, Links, Registry, Runs
from samspill.store.budget import BudgetRule
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoDeliveries, DynamoLeases
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.memory import (
    MemoryBudgets,
    MemoryCursors,
    MemoryDeliveries,
    MemoryJournal,
    MemoryLeases,
    MemoryLinks,
    MemoryRegistry,
    MemoryRuns,
)
from tests.support.clock import FixedClock

REGION = "eu-north-1"
RULE = BudgetRule(limit=10, window_s=10)


def _tables() -> tuple[Table, Table]:
    dynamo = boto3.client("dynamodb", region_name=REGION)
    text: Any = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk", "status_key", "status_at")]
    dynamo.create_table(
        TableName="state",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=text,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_status",
                "KeySchema": [
                    {"AttributeName": "status_key", "KeyType": "HASH"},
                    {"AttributeName": "status_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    dynamo.create_table(
        TableName="webhooks",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return Table("state", lambda: dynamo), Table("webhooks", lambda: dynamo)


class Stores:
    """The ports under test."""

    def __init__(self, kind: str, clock: FixedClock) -> None:
        self.clock = clock
        self.links: Links
        if kind == "memory":
            self.links, self.registry = MemoryLinks(), self._as_registry(MemoryRegistry())
            self.runs: Runs = MemoryRuns()
            self.cursors: Cursors = MemoryCursors()
            self.leases: Leases = MemoryLeases(clock)
            self.budgets: Budgets = MemoryBudgets(clock, lambda _key: RULE)
            self.deliveries: Deliveries = MemoryDeliveries(clock)
            self.journal: Journal = MemoryJournal(clock)
            return
        state, webhooks = _tables()
        self.links, self.registry = DynamoLinks(state, clock), self._as_registry(DynamoRegistry(state))
        self.runs = DynamoRuns(state, clock)
        self.cursors = DynamoCursors(state)
        self.leases = DynamoLeases(state, clock)
        self.budgets = DynamoBudgets(state, clock, lambda _key: RULE)
        self.deliveries = DynamoDeliveries(webhooks, clock)
        self.journal = DynamoJournal(state, clock)

    @staticmethod
    def _as_registry(registry: Registry) -> Registry:
        return registry


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    clock = FixedClock()
    if request.param == "memory":
        yield Stores("memory", clock)
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Stores("dynamodb", clock)
