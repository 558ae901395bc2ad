"""People who work on a hub whose parts lie in AWS, in process, with the rights that the template gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from samspill.messages import Message
from samspill.ports import DeadCount, DeadLetter
from samspill.state import FlowKey, Run
from samspill.store.dynamo import Table
from samspill.store.dynamo_journal import DynamoJournal
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_marks import DynamoCursors, DynamoLeases
from samspill.store.dynamo_quotas import DynamoQuotas
from samspill.store.dynamo_registry import DynamoRegistry
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.memory import MemoryWorld
from samspill.store.s3 import S3Blobs
from samspill.store.scheduler import SchedulerSchedules
from samspill.store.secrets_manager import SecretsManagerSecrets
from tests.flows.hub import Hub
from tests.support.aws import REGION, client_of, make_tables, refusal
from tests.support.ids import CountingIds
from tests.support.stack import Stack, listed

SERVICES = ("dynamodb", "s3", "scheduler", "secretsmanager")
TABLES = {"state": "StateTable", "journal": "JournalTable"}
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


@dataclass(frozen=True)
class Deed:
    """What somebody asks AWS for."""

    action: str
    place: str
    """The part of the stack by its logical id, and what is in it: `BlobBucket/runs/…`."""
    partition: str = ""
    """Of a table: the leading key."""


@dataclass
class People:
    """Whoever acts, with the policies attached to them. Nobody named: a function, which may do everything."""

    stack: Stack
    attached: tuple[str, ...] | None = None
    used: set[tuple[str, str]] = field(default_factory=set)
    """(policy, statement): every right that somebody needed."""
    denied: list[Deed] = field(default_factory=list)

    @contextmanager
    def acting(self, *policies: str) -> Iterator[None]:
        """Let somebody act who has these policies."""
        before, self.attached = self.attached, policies
        try:
            yield
        finally:
            self.attached = before

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let the functions work."""
        before, self.attached = self.attached, None
        try:
            yield
        finally:
            self.attached = before

    def ask(self, *deeds: Deed) -> None:
        """Refuse as AWS does, where no statement allows one of the deeds."""
        if self.attached is None:
            return
        for deed in deeds:
            allowing = [
                (policy, statement["Sid"])
                for policy in self.attached
                for statement in self.stack.whole(policy)["Properties"]["PolicyDocument"]["Statement"]
                if _allows(statement, deed)
            ]
            if not allowing:
                self.denied.append(deed)
                raise refusal("AccessDeniedException", deed.action)
            self.used.update(allowing)

    def watch(self) -> None:
        """Ask before every call that reaches a service."""
        for service in SERVICES:
            client_of(service).meta.events.register(f"provide-client-params.{service}.*", self._called)

    def leave(self) -> None:
        """Ask no more."""
        for service in SERVICES:
            client_of(service).meta.events.unregister(f"provide-client-params.{service}.*", self._called)

    def _called(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.ask(*_deeds(model.service_model.service_name, model.name, params))


def _allows(statement: Mapping[str, Any], deed: Deed) -> bool:
    if deed.action not in listed(statement["Action"]):
        return False
    if not any(fnmatchcase(deed.place, _place(each)) for each in listed(statement["Resource"])):
        return False
    keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", "*")
    return fnmatchcase(deed.partition, keys)


def _place(resource: Any) -> str:
    match resource:
        case {"Fn::GetAtt": [str(name), "Arn"]} | {"Ref": str(name)}:
            return name
        case {"Fn::Sub": str(text)}:
            return (
                text.rpartition("${AWS::AccountId}:")[2]
                .replace("${BlobBucket.Arn}", "BlobBucket")
                .replace("${StateTable.Arn}", "StateTable")
            )
    raise AssertionError(resource)


def _deeds(service: str, operation: str, params: Mapping[str, Any]) -> Sequence[Deed]:
    if service == "dynamodb":
        return list(_on_tables(operation, params))
    if service == "s3":
        listing = operation == "ListObjectsV2"
        return [
            Deed("s3:ListBucket", "BlobBucket") if listing else Deed(f"s3:{operation}", f"BlobBucket/{params['Key']}")
        ]
    if service == "secretsmanager":
        name = params.get("SecretId") or params["Name"]
        return [Deed(f"secretsmanager:{operation}", f"secret:{name.replace('samspill', '${AWS::StackName}')}")]
    schedule = f"schedule/${{ScheduleGroup}}/{params['Name']}"
    return [Deed(f"scheduler:{operation}", schedule), Deed("iam:PassRole", "ScheduleRole")]


def _on_tables(operation: str, params: Mapping[str, Any]) -> Iterator[Deed]:
    if operation == "BatchGetItem":
        yield from (Deed("dynamodb:BatchGetItem", TABLES[name]) for name in params["RequestItems"])
        return
    each = params["TransactItems"] if operation == "TransactWriteItems" else [{operation: params}]
    for kind, it in (pair for write in each for pair in write.items()):
        index = f"/index/{it['IndexName']}" if "IndexName" in it else ""
        key = it.get("Item") or it.get("Key") or {"pk": {"S": ""}}
        yield Deed(f"dynamodb:{_WRITES.get(kind, kind)}", TABLES[it["TableName"]] + index, key["pk"]["S"])


class _Queues:
    """The queues of a hub in memory, asked for as those of AWS are."""

    def __init__(self, people: People, queues: Any) -> None:
        self._people, self._queues = people, queues

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queues, name)

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        self._people.ask(*(Deed("sqs:SendMessage", f"{message.step.title()}Queue") for message in messages))
        self._queues.send(messages, delay_s=delay_s)

    def count_dead(self, step: str) -> DeadCount:
        self._people.ask(_dead("GetQueueAttributes", step), _dead("ReceiveMessage", step))
        found: DeadCount = self._queues.count_dead(step)
        return found

    def take_dead(self, step: str) -> list[DeadLetter]:
        self._people.ask(_dead("ReceiveMessage", step))
        found: list[DeadLetter] = self._queues.take_dead(step)
        return found

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        action = "DeleteMessage" if gone else "ChangeMessageVisibility"
        self._people.ask(*(_dead(action, letter.step) for letter in letters))
        self._queues.settle_dead(letters, gone=gone)


def _dead(action: str, step: str) -> Deed:
    return Deed(f"sqs:{action}", f"{step.title()}DeadQueue")


class _WorkingRuns(DynamoRuns):
    """Runs that are over by the time a person looks at them: the functions do it meanwhile."""

    def __init__(self, table: Table, hub: Hub, people: People) -> None:
        super().__init__(table, hub.clock)
        self._hub, self._people = hub, people

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        if self._people.attached is not None:
            with self._people.away():
                self._hub.drain()
        return super().get(key, run_id)


def on_aws(hub: Hub, people: People) -> MemoryWorld:
    """Return the hub's world with its parts on AWS's interfaces; tables and bucket are made."""
    make_tables()
    s3, scheduler = client_of("s3"), client_of("scheduler")
    s3.create_bucket(Bucket="blobs", CreateBucketConfiguration={"LocationConstraint": REGION})
    scheduler.create_schedule_group(Name="samspill")
    state, journal = (Table(name, lambda: client_of("dynamodb"), sleep=_never) for name in TABLES)
    leases = DynamoLeases(state, hub.clock)
    secrets = SecretsManagerSecrets(
        "samspill", leases, clock=hub.clock, ids=CountingIds(), make=lambda: client_of("secretsmanager"), sleep=_never
    )
    arn = f"arn:aws:sqs:{REGION}:123456789012:fetch"
    parts: dict[str, Any] = {
        "links": DynamoLinks(state, hub.clock),
        "registry": DynamoRegistry(state),
        "runs": _WorkingRuns(state, hub, people),
        "cursors": DynamoCursors(state),
        "leases": leases,
        "quotas": DynamoQuotas(state, hub.clock),
        "journal": DynamoJournal(journal, hub.clock),
        "blobs": S3Blobs("blobs", lambda: s3),
        "secrets": secrets,
        "queues": _Queues(people, hub.world.queues),
        "schedules": SchedulerSchedules("samspill", arn, "arn:aws:iam::123456789012:role/start", lambda: scheduler),
    }
    return replace(hub.world, **parts)


def _never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for nobody")
