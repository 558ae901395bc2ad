"""A hub whose parts lie in AWS, in process: people and functions have the rights that the template gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from samspill.hints import Hints
from samspill.messages import Message, decode, encode
from samspill.ports import DeadLetter
from samspill.state import FlowKey, Run
from samspill.store.budget import BudgetRule
from samspill.store.claims import check_in, open_claim
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
from samspill.store.faults import translate
from samspill.store.memory import MemoryWorld
from samspill.store.s3 import S3Blobs
from samspill.store.s3_files import S3Files
from samspill.store.scheduler import SchedulerSchedules
from samspill.store.secrets_manager import SecretsManagerSecrets
from samspill.store.ses import SesMailer
from tests.flows.hub import Hub
from tests.support.aws import REGION, client_of, make_tables, refusal
from tests.support.ids import CountingIds
from tests.support.stack import Stack, listed

SERVICES = ("cloudformation", "dynamodb", "s3", "scheduler", "secretsmanager", "sesv2")
MAIL_FROM = "hub@hub.example"
TABLES = {"state": "StateTable", "journal": "JournalTable", "webhooks": "WebhookTable"}
_STACK = "${AWS::StackName}"
_PARTS = dict.fromkeys(("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), "PutObject")
"""The right to put an object is the right to put it in parts."""
_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


@dataclass(frozen=True)
class Deed:
    """What somebody asks AWS for."""

    action: str
    place: str
    """The part of the stack by its logical id, and what is in it: `BlobBucket/runs/…`."""
    partition: str = ""
    """Of a table: the leading key."""


class Right(NamedTuple):
    """What a statement of a policy or role allows."""

    policy: str
    statement: str
    action: str
    place: str
    """As the statement names it."""


@dataclass
class People:
    """Whoever acts: a person with policies, or a function with its role. Nobody named: the test, which may do all."""

    stack: Stack
    attached: tuple[str, ...] | None = None
    used: set[Right] = field(default_factory=set)
    """Every right that somebody needed."""
    denied: list[Deed] = field(default_factory=list)

    @property
    def at_a_terminal(self) -> bool:
        """True while a person acts."""
        return self.attached is not None and self.attached[0] not in self.stack.of_type("AWS::IAM::Role")

    @contextmanager
    def acting(self, *policies: str) -> Iterator[None]:
        """Let somebody act who has these policies, or this role."""
        before, self.attached = self.attached, policies
        try:
            yield
        finally:
            self.attached = before

    def function(self, step: str) -> AbstractContextManager[None]:
        """Let the function of a step act, with its own role."""
        return self.acting(f"{step.title()}Role")

    def given(self, policy: str) -> set[Right]:
        """Return every right that a policy or role gives."""
        return {
            Right(policy, statement["Sid"], action, _place(resource))
            for statement in self._statements(policy)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }

    def _statements(self, policy: str) -> list[dict[str, Any]]:
        whole = self.stack.whole(policy)
        if whole["Type"] == "AWS::IAM::Role":
            return self.stack.statements_of(policy)
        found: list[dict[str, Any]] = whole["Properties"]["PolicyDocument"]["Statement"]
        return found

    def ask(self, *deeds: Deed) -> None:
        """Refuse as AWS does, where no statement allows one of the deeds."""
        if self.attached is None:
            return
        for deed in deeds:
            allowing = {
                Right(policy, statement["Sid"], deed.action, place)
                for policy in self.attached
                for statement in self._statements(policy)
                for place in _allowing(statement, deed)
            }
            if not allowing:
                self.denied.append(deed)
                raise refusal("AccessDeniedException", deed.action)
            self.used |= allowing

    def watch(self) -> None:
        """Ask before every call that reaches a service."""
        for service in SERVICES:
            client_of(service).meta.events.register(f"provide-client-params.{service}.*", self._called)
        client_of("s3").meta.events.register("after-call.s3.GetObject", self._not_there)

    def leave(self) -> None:
        """Ask no more."""
        for service in SERVICES:
            client_of(service).meta.events.unregister(f"provide-client-params.{service}.*", self._called)
        client_of("s3").meta.events.unregister("after-call.s3.GetObject", self._not_there)

    def _called(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if self.attached is not None:
            self.ask(*_deeds(model.service_model.service_name, model.name, params))

    def _not_there(self, parsed: Mapping[str, Any], **_: Any) -> None:
        """S3 tells that there is no such object only to those who may list; others are denied."""
        if parsed.get("Error", {}).get("Code") == "NoSuchKey":
            self.ask(Deed("s3:ListBucket", "BlobBucket"))


def _allowing(statement: Mapping[str, Any], deed: Deed) -> list[str]:
    """Return the places named by the statement that allow the deed."""
    if statement["Effect"] != "Allow" or deed.action not in listed(statement["Action"]):
        return []
    keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", "*")
    if not any(fnmatchcase(deed.partition, key) for key in listed(keys)):
        return []
    return [place for place in map(_place, listed(statement["Resource"])) if fnmatchcase(deed.place, place)]


def _place(resource: Any) -> str:
    match resource:
        case {"Fn::GetAtt": [str(name), "Arn" | "Id"]} | {"Ref": str(name)} | str(name):
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
        return _on_bucket(operation, params)
    if service == "cloudformation":  # asked for by its name, a stack is any of that name
        return [Deed(f"cloudformation:{operation}", f"stack/{params['StackName'].replace('samspill', _STACK)}/*")]
    if service == "secretsmanager":
        name = params.get("SecretId") or params["Name"]
        if name == "signing":
            return [Deed(f"secretsmanager:{operation}", "SigningSecret")]
        return [Deed(f"secretsmanager:{operation}", f"secret:{name.replace('samspill', _STACK)}")]
    return _of_people(service, operation, params)


def _of_people(service: str, operation: str, params: Mapping[str, Any]) -> Sequence[Deed]:
    if service == "sesv2":
        return [Deed(f"ses:{operation}", f"identity/{params['FromEmailAddress']}")]
    schedule = f"schedule/${{ScheduleGroup}}/{params['Name']}"
    passing = [] if operation == "DeleteSchedule" else [Deed("iam:PassRole", "ScheduleRole")]
    return [Deed(f"scheduler:{operation}", schedule), *passing]


def _on_bucket(operation: str, params: Mapping[str, Any]) -> list[Deed]:
    match operation:
        case "ListObjectsV2":
            return [Deed("s3:ListBucket", "BlobBucket")]
        case "DeleteObjects":
            return [Deed("s3:DeleteObject", f"BlobBucket/{each['Key']}") for each in params["Delete"]["Objects"]]
        case _:
            return [Deed(f"s3:{_PARTS.get(operation, operation)}", f"BlobBucket/{params['Key']}")]


def _on_tables(operation: str, params: Mapping[str, Any]) -> Iterator[Deed]:
    if operation == "BatchGetItem":
        for name, wanted in params["RequestItems"].items():
            yield from (Deed("dynamodb:BatchGetItem", TABLES[name], key["pk"]["S"]) for key in wanted["Keys"])
        return
    if operation == "BatchWriteItem":
        for name, requests in params["RequestItems"].items():
            items = (next(iter(request.values())) for request in requests)
            yield from (Deed("dynamodb:BatchWriteItem", TABLES[name], _partition(each)) for each in items)
        return
    if operation == "Scan":
        yield Deed("dynamodb:Scan", TABLES[params["TableName"]])
        return
    each = params["TransactItems"] if operation == "TransactWriteItems" else [{operation: params}]
    for kind, it in (pair for write in each for pair in write.items()):
        index = f"/index/{it['IndexName']}" if "IndexName" in it else ""
        yield Deed(f"dynamodb:{_WRITES.get(kind, kind)}", TABLES[it["TableName"]] + index, _partition(it))


def _partition(params: Mapping[str, Any]) -> str:
    """Return the leading key that a call names."""
    if "KeyConditionExpression" in params:
        return str(params["ExpressionAttributeValues"][":pk"]["S"])
    key = params.get("Item") or params["Key"]
    return str(key["pk"]["S"])


class _Queues:
    """The queues of a hub in memory, asked for as those of AWS are; large messages lie in the bucket meanwhile."""

    def __init__(self, people: People, queues: Any, blobs: S3Blobs) -> None:
        self._people, self._queues, self._blobs = people, queues, blobs
        self._claims: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queues, name)

    def _ask(self, *deeds: Deed) -> None:
        try:
            self._people.ask(*deeds)
        except ClientError as refused:
            raise translate(refused) from refused

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        self._ask(*(Deed("sqs:SendMessage", f"{message.step.title()}Queue") for message in messages))
        # What notify is sent is small.
        large = [encode(message) for message in messages if message.step != "notify"]
        self._claims |= {body: check_in(body, self._blobs) for body in large}
        self._queues.send(messages, delay_s=delay_s)

    def hint(self, hints: Sequence[Hints]) -> None:
        self.send([decode(it.encode()) for it in hints])

    def open(self, body: str) -> str:
        return open_claim(self._claims.get(body, body), self._blobs)

    def bury(self, step: str, body: str, why: str) -> None:
        self._ask(_dead("SendMessage", step))
        self._queues.bury(step, body, why)

    def count_dead(self, step: str) -> int:
        self._ask(_dead("GetQueueAttributes", step))
        found: int = self._queues.count_dead(step)
        return found

    def take_dead(self, step: str) -> list[DeadLetter]:
        self._ask(_dead("ReceiveMessage", step))
        found: list[DeadLetter] = self._queues.take_dead(step)
        return found

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        action = "DeleteMessage" if gone else "ChangeMessageVisibility"
        self._ask(*(_dead(action, letter.step) for letter in letters))
        self._queues.settle_dead(letters, gone=gone)


def _dead(action: str, step: str) -> Deed:
    return Deed(f"sqs:{action}", f"{step.title()}DeadQueue")


class _WorkingRuns(DynamoRuns):
    """Runs that are over by the time a person looks at them: the functions do it meanwhile."""

    def __init__(self, table: Table, hub: Hub, people: People) -> None:
        super().__init__(table, hub.clock)
        self._hub, self._people = hub, people

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        if self._people.at_a_terminal:
            self._hub.drain()
        return super().get(key, run_id)


def on_aws(hub: Hub, people: People) -> MemoryWorld:
    """Return the hub's world with its parts on AWS's interfaces; tables and bucket are made."""
    make_tables()
    s3, scheduler = client_of("s3"), client_of("scheduler")
    s3.create_bucket(Bucket="blobs", CreateBucketConfiguration={"LocationConstraint": REGION})
    scheduler.create_schedule_group(Name="samspill")
    client_of("secretsmanager").create_secret(Name="signing", SecretString="of the stack")
    state, journal, webhooks = (Table(name, lambda: client_of("dynamodb"), sleep=_never) for name in TABLES)
    leases = DynamoLeases(state, hub.clock)
    secrets = SecretsManagerSecrets(
        "samspill",
        leases,
        clock=hub.clock,
        ids=CountingIds(),
        make=lambda: client_of("secretsmanager"),
        signing="signing",
        sleep=_never,
    )
    blobs = S3Blobs("blobs", lambda: s3)
    hub.budgets = DynamoBudgets(state, hub.clock, lambda _key: BudgetRule(1_000_000, 10))
    hub.as_function = people.function
    client_of("sesv2").create_email_identity(EmailIdentity=MAIL_FROM)
    arn = f"arn:aws:sqs:{REGION}:123456789012:fetch"
    parts: dict[str, Any] = {
        "links": DynamoLinks(state, hub.clock),
        "keys": DynamoKeyIndex(state),
        "registry": DynamoRegistry(state),
        "tenants": DynamoTenants(state),
        "runs": _WorkingRuns(state, hub, people),
        "cursors": DynamoCursors(state),
        "leases": leases,
        "quotas": DynamoQuotas(state, hub.clock),
        "line": DynamoLine(state, hub.clock),
        "journal": DynamoJournal(journal, hub.clock),
        "decisions": DynamoDecisions(journal, hub.clock),
        "blobs": blobs,
        "files": DynamoFiles(state),
        "file_store": S3Files("blobs", lambda: s3),
        "secrets": secrets,
        "deliveries": DynamoDeliveries(webhooks, hub.clock),
        "queues": _Queues(people, hub.world.queues, blobs),
        "notices": DynamoNotices(state),
        "mailer": SesMailer(MAIL_FROM, lambda: client_of("sesv2")),
        "schedules": SchedulerSchedules("samspill", arn, "arn:aws:iam::123456789012:role/start", lambda: scheduler),
    }
    return replace(hub.world, **parts)


def _never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for nobody")
