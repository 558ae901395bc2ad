"""Queues in SQS: few calls, nothing lost on the way in, large bodies by claim check."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from samspill.engine.model import Observation
from samspill.errors import ConfigurationError, ContractError, UnavailableError
from samspill.messages import (
    FetchRecords,
    LogOutcomes,
    MapRecords,
    Message,
    RecordHint,
    StartRun,
    Subject,
    decode,
    encode,
)
from samspill.store.claims import LIMIT_BYTES
from samspill.store.memory import MemoryBlobs
from samspill.store.sqs import PAUSES_S, QueueUrls, SqsQueues
from tests.support.aws import aws_in_process, client_of, counted


def start(flow: str = "f", tenant: str = "t") -> StartRun:
    return StartRun(tenant=tenant, flow=flow)


def large(name: str, size_bytes: int) -> MapRecords:
    subject = Subject(left=Observation(name, {"name": "x" * size_bytes}))
    return MapRecords(tenant="t", flow="f", stream="s", subjects=(subject,))


class Queues:
    """Queues of two steps, and what lies in them."""

    def __init__(self) -> None:
        self.sqs = client_of("sqs")
        self.urls = {name: self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("fetch", "map", "dead")}
        self.blobs, self.waits = MemoryBlobs(), list[float]()
        self.under_test = self.on(self.sqs)

    def on(self, client: Any) -> SqsQueues:
        def urls(step: str) -> QueueUrls:
            return QueueUrls(self.urls.get(step, self.urls["fetch"] + "-not-there"), self.urls["dead"])

        return SqsQueues(urls, self.blobs, lambda: client, sleep=self.waits.append)

    def received(self, queue: str) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        wanted: dict[str, Any] = {
            "MaxNumberOfMessages": 10,
            "MessageAttributeNames": ["All"],
            "AttributeNames": ["All"],
        }
        while found := self.sqs.receive_message(QueueUrl=self.urls[queue], **wanted).get("Messages"):
            out += found
        return out

    def messages(self, queue: str) -> list[Message]:
        return [decode(self.under_test.open(message["Body"])) for message in self.received(queue)]


@pytest.fixture
def queues() -> Iterator[Queues]:
    with aws_in_process():
        yield Queues()


def test_messages_go_to_the_queues_of_their_steps_ten_a_call(queues: Queues) -> None:
    starts = [start(f"f{n}") for n in range(23)]
    with counted("sqs") as calls:
        queues.under_test.send([*starts, large("1", 10)])
    assert calls == {"SendMessageBatch": 3 + 1}
    assert queues.messages("fetch") == starts
    assert queues.messages("map") == [large("1", 10)]


def test_nothing_to_send_is_no_call(queues: Queues) -> None:
    with counted("sqs") as calls:
        queues.under_test.send([])
    assert calls == {}


def test_a_call_carries_no_more_than_a_megabyte(queues: Queues) -> None:
    messages = [large(str(n), LIMIT_BYTES - 1_000) for n in range(10)]
    with counted("sqs") as calls:
        queues.under_test.send(messages)
    assert calls == {"SendMessageBatch": 2}
    assert queues.messages("map") == messages


def test_each_customer_has_a_group_of_its_own_in_characters_that_sqs_takes(queues: Queues) -> None:
    starts = [start("tripletex-x", "Blåbær/Sønn"), start("svenn-x", "Blåbær/Sønn"), start("f", "t" * 200)]
    queues.under_test.send(starts, delay_s=0)
    groups = [message["Attributes"]["MessageGroupId"] for message in queues.received("fetch")]
    assert groups == ["Bl%C3%A5b%C3%A6r%2FS%C3%B8nn"] * 2 + ["t" * 128], "three flows are not three shares"


def test_a_delay_reaches_the_queue_and_one_too_long_is_refused_before_anything_is_sent(queues: Queues) -> None:
    sent: list[dict[str, Any]] = []
    client = Refusing(queues.sqs, [], sent)
    queues.on(client).send([start()], delay_s=900)
    assert sent[0]["DelaySeconds"] == 900
    for delay_s in (901, -1):
        with pytest.raises(ValueError, match="delay"):
            queues.on(client).send([start()], delay_s=delay_s)
    assert len(sent) == 1


class Refusing:
    """A client whose queue does not take some entries: for each call, which numbers and whose fault."""

    def __init__(self, client: Any, refusals: list[tuple[set[int], bool]], sent: list[dict[str, Any]]) -> None:
        self._client, self._refusals, self.sent = client, refusals, sent

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - AWS's names
        self.sent += Entries
        numbers, is_ours = self._refusals.pop(0) if self._refusals else (set[int](), False)
        taken = [entry for number, entry in enumerate(Entries) if number not in numbers]
        if taken:
            self._client.send_message_batch(QueueUrl=QueueUrl, Entries=taken)
        refused = [entry for number, entry in enumerate(Entries) if number in numbers]
        return {"Failed": [{"Id": e["Id"], "SenderFault": is_ours, "Code": "InternalError"} for e in refused]}


def test_what_the_queue_does_not_take_is_sent_again_alone(queues: Queues) -> None:
    client = Refusing(queues.sqs, [({1, 2}, False), ({0}, False)], [])
    messages = [start(f"f{n}") for n in range(4)]
    queues.on(client).send(messages)
    assert sorted(message.flow for message in queues.messages("fetch")) == ["f0", "f1", "f2", "f3"]
    assert len(client.sent) == 4 + 2 + 1
    assert tuple(queues.waits) == PAUSES_S


@pytest.mark.parametrize(("is_ours", "tries"), [(False, 1 + len(PAUSES_S)), (True, 1)])
def test_a_send_that_is_not_taken_whole_is_an_error(queues: Queues, *, is_ours: bool, tries: int) -> None:
    client = Refusing(queues.sqs, [({0}, is_ours)] * 9, [])
    with pytest.raises(UnavailableError, match="InternalError"):
        queues.on(client).send([start()])
    assert len(client.sent) == tries
    assert queues.messages("fetch") == []


def test_a_queue_that_is_not_there_is_told_to_a_person(queues: Queues) -> None:
    with pytest.raises(ConfigurationError):
        queues.under_test.send([LogOutcomes(tenant="t", flow="f", id="1")])


def test_characters_that_sqs_refuses_travel_as_escapes(queues: Queues) -> None:
    hint = RecordHint(left="a\uffff\ufffe\x01\u2028æ\U0001f600")
    message = FetchRecords(tenant="t", flow="f", stream="s", records=(hint,))
    queues.under_test.send([message])
    (received,) = queues.received("fetch")
    assert "\uffff" not in received["Body"]
    assert decode(received["Body"]) == message


# --- claim checks ----------------------------------------------------------------------------------------------------


def test_a_large_message_travels_by_claim_check_and_comes_back_whole(queues: Queues) -> None:
    message = large("1", LIMIT_BYTES)
    queues.under_test.send([message, message])
    bodies = [received["Body"] for received in queues.received("map")]
    assert [decode(queues.under_test.open(body)) for body in bodies] == [message, message]
    claim = json.loads(bodies[0])
    assert claim == {
        "schema": "samspill.claim/1",
        "key": f"claims/{claim['sha256']}",
        "sha256": claim["sha256"],
        "size_bytes": len(encode(message).encode()),
    }
    assert queues.blobs.keys("") == [claim["key"]], "the same content lies there once"


def test_the_limit_counts_bytes_and_not_characters(queues: Queues) -> None:
    subject = Subject(left=Observation("1", {"name": "æ" * (LIMIT_BYTES // 2)}))
    queues.under_test.send([MapRecords(tenant="t", flow="f", stream="s", subjects=(subject,))])
    assert len(queues.blobs.keys("claims/")) == 1


@pytest.mark.parametrize("content", [None, b"something else"])
def test_a_claim_on_what_is_gone_or_changed_is_refused(queues: Queues, content: bytes | None) -> None:
    queues.under_test.send([large("1", LIMIT_BYTES)])
    (received,) = queues.received("map")
    key = json.loads(received["Body"])["key"]
    blobs = MemoryBlobs()
    if content is not None:
        blobs.put(key, content)
    queues.blobs = blobs
    with pytest.raises(ContractError, match=key):
        queues.on(queues.sqs).open(received["Body"])


SECRET = b"a plan"
ELSEWHERE = f'{{"schema":"samspill.claim/1","key":"plans/x","sha256":"{sha256(SECRET).hexdigest()}"}}'


@pytest.mark.parametrize("body", ['{"schema":"samspill.claim/1"', '{"schema":"samspill.claim/1"}', ELSEWHERE])
def test_what_only_looks_like_a_claim_check_is_refused(queues: Queues, body: str) -> None:
    queues.blobs.put("plans/x", SECRET)
    with pytest.raises(ContractError):
        queues.under_test.open(body)


def test_a_message_that_mentions_claims_is_a_message(queues: Queues) -> None:
    body = encode(start("samspill.claim/1"))
    assert queues.under_test.open(body) == body


# --- dead letters ----------------------------------------------------------------------------------------------------


def test_a_buried_message_lies_unchanged_on_the_dead_letter_queue_and_says_why(queues: Queues) -> None:
    queues.under_test.bury("fetch", "garbage", "not \x00 JSON" + "!" * 300)
    queues.under_test.bury("map", "more", "")
    first, second = queues.received("dead")
    assert (first["Body"], second["Body"]) == ("garbage", "more")
    why = first["MessageAttributes"]["why"]["StringValue"]
    assert why.startswith("not   JSON!!!")
    assert len(why) == 250
    assert second["MessageAttributes"]["why"]["StringValue"] == "?"
    assert queues.received("fetch") == []
