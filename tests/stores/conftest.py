"""Every port once in memory and once on AWS's interfaces, so that both pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samspill.ports import (
    Blobs,
    Budgets,
    Cursors,
    Decisions,
    Deliveries,
    FileRegistry,
    Files,
    Journal,
    KeyIndex,
    Leases,
    Line,
    Links,
    Notices,
    Queues,
    Quotas,
    Registry,
    Runs,
    Secrets,
    Tenants,
)
from samspill.store.budget import BudgetRule
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.dynamo_decisions import DynamoDecisions
from samspill.store.dynamo_deliveries import DynamoDeliveries
from samspill.store.dynamo_files import DynamoFiles
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_key_index import DynamoKeyIndex
from samspill.store.dynamo_line import DynamoLine
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoLeases
from samspill.store.dynamo_notices import DynamoNotices
from samspill.store.dynamo_quotas import DynamoQuotas
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.dynamo_tenants import DynamoTenants
from samspill.store.memory import (
    MemoryBlobs,
    MemoryBudgets,
    MemoryCursors,
    MemoryDecisions,
    MemoryDeliveries,
    MemoryFiles,
    MemoryFileStore,
    MemoryJournal,
    MemoryKeyIndex,
    MemoryLeases,
    MemoryLine,
    MemoryLinks,
    MemoryNotices,
    MemoryQueues,
    MemoryQuotas,
    MemoryRegistry,
    MemoryRuns,
    MemorySecrets,
    MemoryTenants,
)
from samspill.store.s3 import S3Blobs
from samspill.store.s3_files import S3Files
from samspill.store.secrets_manager import SecretsManagerSecrets
from samspill.store.sqs import QueueUrls, SqsQueues
from tests.support.aws import REGION, aws_in_process, client_of, make_tables
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

RULE = BudgetRule(limit=12, window_s=10, reserve=2)


class Stores:
    """The ports under test, and the clock they go by."""

    clock: FixedClock
    links: Links
    keys: KeyIndex
    registry: Registry
    tenants: Tenants
    runs: Runs
    cursors: Cursors
    leases: Leases
    quotas: Quotas
    line: Line
    notices: Notices
    budgets: Budgets
    deliveries: Deliveries
    journal: Journal
    decisions: Decisions
    blobs: Blobs
    files: FileRegistry
    file_store: Files
    secrets: Secrets
    queues: Queues


class InMemory(Stores):
    def __init__(self) -> None:
        self.clock = FixedClock()
        self.links, self.registry, self.runs, self.cursors = (
            MemoryLinks(),
            MemoryRegistry(),
            MemoryRuns(self.clock),
            MemoryCursors(),
        )
        self.keys, self.tenants, self.notices = MemoryKeyIndex(), MemoryTenants(), MemoryNotices()
        self.leases, self.deliveries = MemoryLeases(self.clock), MemoryDeliveries(self.clock)
        self.quotas = MemoryQuotas(self.clock)
        self.line = MemoryLine(self.clock)
        self.budgets = MemoryBudgets(self.clock, lambda _key: RULE)
        self.journal = MemoryJournal(self.clock)
        self.decisions = MemoryDecisions()
        self.blobs, self.secrets = MemoryBlobs(), MemorySecrets()
        self.files, self.file_store = MemoryFiles(), MemoryFileStore()
        self.queues = MemoryQueues(self.clock)


class OnAws(Stores):
    def __init__(self) -> None:
        make_tables()
        self.dynamodb = client_of("dynamodb")
        self.state = Table("state", lambda: self.dynamodb, sleep=_never)
        self.clock = FixedClock()
        self.links, self.registry = DynamoLinks(self.state, self.clock), DynamoRegistry(self.state)
        self.runs, self.cursors = DynamoRuns(self.state, self.clock), DynamoCursors(self.state)
        self.keys, self.tenants = DynamoKeyIndex(self.state), DynamoTenants(self.state)
        self.notices = DynamoNotices(self.state)
        self.leases = DynamoLeases(self.state, self.clock)
        self.quotas = DynamoQuotas(self.state, self.clock)
        self.line = DynamoLine(self.state, self.clock)
        self.budgets = DynamoBudgets(self.state, self.clock, lambda _key: RULE)
        self.deliveries = DynamoDeliveries(Table("webhooks", lambda: self.dynamodb), self.clock)
        self.journal = DynamoJournal(Table("journal", lambda: self.dynamodb), self.clock)
        self.decisions = DynamoDecisions(Table("journal", lambda: self.dynamodb), self.clock)
        s3 = client_of("s3")
        s3.create_bucket(Bucket="blobs", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.blobs = S3Blobs("blobs", lambda: s3)
        self.files, self.file_store = DynamoFiles(self.state), S3Files("blobs", lambda: s3)
        self.secretsmanager = client_of("secretsmanager")
        self.secretsmanager.create_secret(Name="signing", SecretString="of the stack")
        self.secrets = SecretsManagerSecrets(
            "samspill",
            self.leases,
            clock=self.clock,
            ids=CountingIds(),
            make=lambda: self.secretsmanager,
            signing="signing",
            sleep=_never,
        )
        sqs = client_of("sqs")
        urls = {step: sqs.create_queue(QueueName=f"{step}-dead")["QueueUrl"] for step in ("fetch", "map")}
        self.queues = SqsQueues(lambda step: QueueUrls("", urls[step]), self.blobs, lambda: sqs, _never, wait_s=0)


def _never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for nobody")


@pytest.fixture
def aws() -> Iterator[OnAws]:
    """The stores on AWS's interfaces, for what only they do."""
    with aws_in_process():
        yield OnAws()


@pytest.fixture(params=["memory", "aws"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """The stores, once of each kind."""
    return InMemory() if request.param == "memory" else request.getfixturevalue("aws")
