"""The lean client against AWS's interfaces: the stores that `receive` uses do with it what they do with botocore."""

from __future__ import annotations

import re
from datetime import timedelta
from http.client import RemoteDisconnected
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest
from botocore.exceptions import ClientError

from samspill.engine.model import Side
from samspill.errors import ConfigurationError, UnavailableError, UsageError
from samspill.hints import HintedRecord, Hints
from samspill.messages import FetchRecords, RecordHint, decode
from samspill.state import Connection, FlowState, FlowStatus
from samspill.store import lean
from samspill.store.dynamo import Table
from samspill.store.dynamo_marks import DELIVERIES_KEPT, DynamoDeliveries
from samspill.store.dynamo_webhooks import HookedConnection, HookedFlow, HookedRegistry
from samspill.store.lean import TRIES, LeanClient, Response, Wire
from samspill.store.s3 import S3Blobs
from samspill.store.secrets_manager import TenantSecrets
from samspill.store.signing import Request
from samspill.store.sqs import QueueUrls, SqsQueues
from tests.stores.conftest import OnAws
from tests.support.aws import REGION, client_of
from tests.support.lean import MotoWire, wires

ENVIRONMENT = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
ITEM = {"TableName": "webhooks", "Key": {"id": {"S": "x"}}}


class Lean:
    """A client, the connections it made, and how long it waited."""

    def __init__(self, aws: OnAws, service: str, *happens: Response | Exception, **environment: str) -> None:
        self.waits: list[float] = []
        connect, self.wires = wires(*happens)
        self.client: Any = LeanClient(
            service, ENVIRONMENT | environment, clock=aws.clock, connect=connect, sleep=self.waits.append
        )

    @property
    def wire(self) -> MotoWire:
        [wire] = self.wires
        return wire


def test_a_delivery_is_known_from_when_it_was_noted_until_it_is_old(aws: OnAws) -> None:
    deliveries = DynamoDeliveries(Table("webhooks", lambda: Lean(aws, "dynamodb").client), aws.clock)
    assert not deliveries.known("t/å/1")
    deliveries.note("t/å/1")
    assert deliveries.known("t/å/1")
    assert aws.deliveries.known("t/å/1"), "botocore sees what it wrote"
    aws.clock.advance(DELIVERIES_KEPT / timedelta(seconds=1) + 1)
    assert not deliveries.known("t/å/1")


def test_connections_and_flows_are_what_the_registry_stored(aws: OnAws) -> None:
    at = aws.clock.now()
    aws.registry.save_connection(
        Connection(
            tenant="t", id="c#1", vendor="v", base_url="https://v", subscriptions={"7": "changed"}, created_at=at
        )
    )
    for name, status in (("a", FlowStatus.ACTIVE), ("b", FlowStatus.PAUSED)):
        aws.registry.save_flow(
            FlowState(
                tenant="t",
                flow=name,
                declaration="d",
                left="c#1",
                right="r",
                status=status,
                every_min=5,
                created_at=at,
            )
        )
    lean = Lean(aws, "dynamodb")
    registry = HookedRegistry(Table("state", lambda: lean.client))
    connection, flows = registry.hooked("t", "c#1")
    assert connection == HookedConnection("t", "c#1", "v", {"7": "changed"})
    assert flows == [HookedFlow("t", "a", "d", "active", "c#1", "r"), HookedFlow("t", "b", "d", "paused", "c#1", "r")]
    assert [flows[0].connection(side) for side in Side] == ["c#1", "r"]
    assert len(lean.wire.sent) == 1, "one read for both"
    with pytest.raises(UsageError):
        registry.hooked("t", "nobody")
    assert len(lean.wires) == 1, "one connection serves all"


def test_a_list_of_several_pages_is_whole(aws: OnAws) -> None:
    for number in range(5):
        text = "x" * 300_000
        aws.dynamodb.put_item(TableName="state", Item={"pk": {"S": "p"}, "sk": {"S": str(number)}, "body": {"S": text}})
    lean = Lean(aws, "dynamodb")
    assert [item["sk"]["S"] for item in Table("state", lambda: lean.client).query("p")] == ["0", "1", "2", "3", "4"]
    assert len(lean.wire.sent) > 1


def test_credentials_are_read_once_and_missing_ones_are_empty(aws: OnAws) -> None:
    aws.secrets.put("t", "c", {"hook_secret": "hush"})
    lean = Lean(aws, "secretsmanager")
    secrets = TenantSecrets("samspill", clock=aws.clock, make=lambda: lean.client)
    assert secrets.get("t", "c") == {"hook_secret": "hush"}
    assert secrets.get("t", "c") == {"hook_secret": "hush"}
    assert len(lean.wire.sent) == 1
    assert secrets.get("nobody", "c") == {}


@pytest.mark.parametrize("key", ["webhooks/raw/t/c/2026-11-21/abc", "webhooks/raw/a b/ø+=&?#%/x"])
def test_a_body_is_kept_under_any_key(aws: OnAws, key: str) -> None:
    lean = Lean(aws, "s3")
    S3Blobs("blobs", lambda: lean.client).put(key, b"\x00body")
    assert aws.blobs.get(key) == b"\x00body"
    assert lean.wire.endpoint == f"https://blobs.s3.{REGION}.amazonaws.com"


def test_hints_arrive_as_the_message_that_fetch_reads(aws: OnAws) -> None:
    url = client_of("sqs").create_queue(QueueName="fetch")["QueueUrl"]
    queues = SqsQueues(lambda _step: QueueUrls(url), aws.blobs, lambda: Lean(aws, "sqs").client)
    queues.hint([Hints("t", "f", "s", [HintedRecord("left", "1"), HintedRecord("right", "ø\x01", deleted=True)])] * 11)
    found: list[Any] = []
    while page := client_of("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += page
    wanted = FetchRecords(
        tenant="t",
        flow="f",
        stream="s",
        trigger="webhook",
        records=(RecordHint(left="1"), RecordHint(right="ø\x01", deleted=True)),
    )
    assert [decode(message["Body"]) for message in found] == [wanted] * 11


@pytest.mark.parametrize(
    "trouble",
    [
        ConnectionResetError("gone"),
        TimeoutError("slow"),
        Response(500, b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}'),
        Response(503, b"<html>"),
        Response(400, b'{"__type":"x#ThrottlingException","message":"slow down"}'),
    ],
    ids=lambda trouble: re.sub(r"\W+", " ", str(trouble))[:40],
)
def test_what_passes_is_tried_again_and_then_told_as_an_outage(aws: OnAws, trouble: Response | Exception) -> None:
    lean = Lean(aws, "dynamodb", *[trouble] * (TRIES - 1))
    assert Table("webhooks", lambda: lean.client).call("get_item", **ITEM) == {}
    assert len(lean.waits) == TRIES - 1
    lean = Lean(aws, "dynamodb", *[trouble] * TRIES)
    with pytest.raises(UnavailableError):
        Table("webhooks", lambda: lean.client).call("get_item", **ITEM)
    assert len(lean.wire.sent) == TRIES


def test_every_try_is_signed_at_its_own_time(aws: OnAws) -> None:
    lean = Lean(aws, "dynamodb", ConnectionResetError())
    lean.client._sleep = lambda _seconds: aws.clock.advance(1)
    lean.client.get_item(**ITEM)
    first, second = (request.headers["x-amz-date"] for request in lean.wire.sent)
    assert first < second


def test_what_is_refused_for_good_is_told_at_once_in_the_services_words(aws: OnAws) -> None:
    refused = {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not for you"}
    lean = Lean(aws, "dynamodb", Response(400, str(refused).replace("'", '"').encode()))
    with pytest.raises(ConfigurationError, match="not for you"):
        Table("webhooks", lambda: lean.client).call("get_item", **ITEM)
    assert lean.waits == []
    with pytest.raises(ClientError) as caught:
        Lean(aws, "s3").client.put_object(Bucket="nowhere", Key="x", Body=b"")
    assert caught.value.response["Error"]["Code"] == "NoSuchBucket"


def test_the_endpoint_is_the_environments_and_a_bucket_there_is_a_folder(aws: OnAws) -> None:
    done = Response(200, b"{}")
    s3 = Lean(aws, "s3", done, AWS_ENDPOINT_URL="http://127.0.0.1:4566/")
    s3.client.put_object(Bucket="blobs", Key="a/b", Body=b"")
    assert (s3.wire.endpoint, s3.wire.sent[0].path) == ("http://127.0.0.1:4566", "/blobs/a/b")
    assert s3.wire.sent[0].headers["host"] == "127.0.0.1:4566"
    own = {"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://y"}
    secrets = Lean(aws, "secretsmanager", done, **own)
    secrets.client.get_secret_value(SecretId="x")
    assert secrets.wire.endpoint == "http://y"


def test_it_does_nothing_but_what_may_be_sent_twice(aws: OnAws) -> None:
    with pytest.raises(AttributeError):
        Lean(aws, "dynamodb").client.transact_write_items(TransactItems=[])
    with pytest.raises(AttributeError):
        Lean(aws, "s3").client.get_object(Bucket="blobs", Key="x")


class Breaking:
    """A connection of the standard library that breaks on its first answer, as one that was open for too long does."""

    opened: ClassVar[list[Breaking]] = []

    def __init__(self, host: str, *, timeout: float) -> None:
        self.host, self.timeouts, self.sock, self.asked = host, [timeout], cast("Any", None), 0
        self.opened.append(self)

    def connect(self) -> None:
        self.sock = SimpleNamespace(settimeout=self.timeouts.append)

    def close(self) -> None:
        self.sock = None

    def request(self, *_arguments: Any) -> None:
        self.asked += 1

    def getresponse(self) -> Any:
        if self.asked == 1:
            raise RemoteDisconnected("closed by the other side")
        return SimpleNamespace(status=200, read=lambda: b"{}")


def test_a_connection_that_broke_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lean, "HTTPConnection", Breaking)
    wire, request = Wire("http://127.0.0.1:4566"), Request("GET", "/", {}, b"")
    [connection] = Breaking.opened
    with pytest.raises(RemoteDisconnected):
        wire(request)
    assert wire(request) == wire(request) == Response(200, b"{}")
    assert connection.host == "127.0.0.1:4566"
    assert connection.timeouts == [3, 10, 10], "opened twice, and read from longer than connected to"
