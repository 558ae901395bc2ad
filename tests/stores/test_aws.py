"""Queues, blobs and secrets on AWS's interfaces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from samspill.engine.model import Observation
from samspill.errors import ContractError
from samspill.messages import MapRecords, StartRun, Subject, decode
from samspill.store.memory import MemoryLeases
from samspill.store.s3 import S3Blobs
from samspill.store.secrets_manager import SecretsManagerSecrets
from samspill.store.sqs import QueueUrls, SqsQueues
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

REGION: Final = "eu-north-1"


class Aws:
    def __init__(self) -> None:
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.s3 = boto3.client("s3", region_name=REGION)
        self.s3.create_bucket(Bucket="blobs", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.live = self.sqs.create_queue(QueueName="live")["QueueUrl"]
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.blobs = S3Blobs("blobs", lambda: self.s3)
        self.queues = SqsQueues(lambda _step: QueueUrls(self.live, self.dead), self.blobs, lambda: self.sqs)

    def received(self, url: str) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        while found := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            out += [dict(message) for message in found]
        return out


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Aws()


def test_more_than_ten_messages_go_in_several_calls(aws: Aws) -> None:
    aws.queues.send([StartRun(tenant="t", flow=f"f{n}") for n in range(23)])
    flows = {decode(message["Body"]).flow for message in aws.received(aws.live)}
    assert flows == {f"f{n}" for n in range(23)}


def test_a_large_message_travels_by_claim_check_and_comes_back_whole(aws: Aws) -> None:
    subjects = tuple(Subject(left=Observation(str(n), {"name": "x" * 5000})) for n in range(100))
    message = MapRecords(tenant="t", flow="f", stream="s", subjects=subjects)
    aws.queues.send([message])
    (body,) = [message["Body"] for message in aws.received(aws.live)]
    assert len(body) < 1000
    assert decode(aws.queues.open(body)) == message
    aws.blobs.put(json.loads(body)["key"], b"something else")
    with pytest.raises(ContractError):
        aws.queues.open(body)


def test_a_buried_message_says_why(aws: Aws) -> None:
    aws.queues.bury("fetch", "garbage", "not JSON")
    (message,) = aws.received(aws.dead)
    assert message["Body"] == "garbage"
    assert message["MessageAttributes"]["why"]["StringValue"] == "not JSON"


def test_blobs_are_listed_by_prefix_and_absent_ones_are_none(aws: Aws) -> None:
    aws.blobs.put("a/2", b"two")
    aws.blobs.put("a/1", b"one")
    aws.blobs.put("b/1", b"other")
    assert aws.blobs.keys("a/") == ["a/1", "a/2"]
    assert aws.blobs.get("a/1") == b"one"
    assert aws.blobs.get("nothing") is None


def test_credentials_of_one_connection_are_replaced_and_the_others_stay(aws: Aws) -> None:
    client = boto3.client("secretsmanager", region_name=REGION)
    clock = FixedClock()

    def secrets() -> SecretsManagerSecrets:
        return SecretsManagerSecrets(
            "samspill", MemoryLeases(clock), clock=clock, ids=CountingIds(), make=lambda: client
        )

    one = secrets()
    assert one.get("t", "tx") == {}
    one.put("t", "tx", {"key": "a"})
    one.put("t", "tr", {"key": "b"})
    one.put("t", "tx", {"key": "c"})
    assert one.get("t", "tx") == {"key": "c"}
    assert secrets().get("t", "tr") == {"key": "b"}
    assert client.list_secrets()["SecretList"][0]["Name"] == "samspill/tenants/t"
