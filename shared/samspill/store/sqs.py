"""Queues in SQS."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from samspill.errors import UnavailableError
from samspill.ports import MAX_DELAY_S, TAKEN_S, Blobs, DeadLetter, Step
from samspill.store.aws import call
from samspill.store.claims import check_in, open_claim

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from samspill.hints import Hints
    from samspill.messages import Message

type Entry = dict[str, Any]

BATCH = 10
BATCH_BYTES = 1_000_000
"""A call may carry 1 MiB."""
PAUSES_S = (0.1, 0.4)
"""Before what a queue did not take is sent again."""
_WHY_CHARACTERS = 250
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]|[\ufffe\uffff]")
"""SQS takes XML's characters only. Three sets: `re` compiles one set of so many ranges for 4 ms at every start."""


@dataclass(frozen=True, slots=True)
class QueueUrls:
    """A step's queue, and where what can never be read goes."""

    live: str
    dead: str = ""


class SqsQueues:
    """See `ports.Queues`."""

    def __init__(
        self,
        urls: Callable[[Step], QueueUrls],
        blobs: Blobs,
        make: Callable[[], SQSClient],
        sleep: Callable[[float], None] = time.sleep,
        *,
        wait_s: int = 1,
    ) -> None:
        """Look queues up by step, when they are first used.

        `wait_s` is for the dead letters: a poll that does not wait asks some of SQS's servers only, and may find
        nothing though there is.
        """
        self._urls, self._blobs, self._make, self._sleep, self._wait_s = urls, blobs, make, sleep, wait_s

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """See `Queues.send`.

        Raises:
            UnavailableError: the queue did not take all of them. Those it took are sent again with the others: a step
                may see a message twice.
        """
        from samspill.messages import encode

        if not 0 <= delay_s <= MAX_DELAY_S:
            raise ValueError(f"a delay of {delay_s} s is not between 0 and {MAX_DELAY_S}")
        for step in dict.fromkeys(message.step for message in messages):
            entries = (self._entry(it, encode(it), delay_s) for it in messages if it.step == step)
            for part in _calls(entries):
                self._send(step, part)

    def hint(self, hints: Sequence[Hints]) -> None:
        """See `Queues.hint`."""
        for part in _calls(self._entry(it, it.encode()) for it in hints):
            self._send("fetch", part)

    def _entry(self, message: Message | Hints, encoded: str, delay_s: int = 0) -> Entry:
        body = check_in(_REFUSED.sub(_escaped, encoded), self._blobs)
        # Customers share a queue; the group lets SQS keep one customer's flood from delaying the others. One that has
        # more flows has no larger share.
        group = quote(message.tenant, safe="")[:128]
        return {"MessageBody": body, "DelaySeconds": delay_s, "MessageGroupId": group}

    def _send(self, step: Step, entries: Sequence[Entry]) -> None:
        todo = {str(number): entry for number, entry in enumerate(entries)}
        url = self._urls(step).live
        for pause_s in (*PAUSES_S, None):
            answer = call(
                self._make,
                "send_message_batch",
                QueueUrl=url,
                Entries=[{"Id": name, **entry} for name, entry in todo.items()],
            )
            failed = answer.get("Failed", [])
            if not failed:
                return
            if pause_s is None or any(failure["SenderFault"] for failure in failed):
                codes = ", ".join(sorted({failure["Code"] for failure in failed}))
                raise UnavailableError(f"the {step} queue did not take {len(failed)} messages: {codes}")
            todo = {failure["Id"]: todo[failure["Id"]] for failure in failed}
            self._sleep(pause_s)

    def open(self, body: str) -> str:
        """See `Queues.open`."""
        return open_claim(body, self._blobs)

    def bury(self, step: Step, body: str, why: str) -> None:
        """See `Queues.bury`. The reason is the message's attribute `why`."""
        text = _REFUSED.sub(" ", why)[:_WHY_CHARACTERS] or "?"
        call(
            self._make,
            "send_message",
            QueueUrl=self._urls(step).dead,
            MessageBody=body,
            MessageAttributes={"why": {"DataType": "String", "StringValue": text}},
        )

    def count_dead(self, step: Step) -> int:
        """See `Queues.count_dead`."""
        url = self._urls(step).dead
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = call(self._make, "get_queue_attributes", QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """See `Queues.take_dead`."""
        answer = call(
            self._make,
            "receive_message",
            QueueUrl=self._urls(step).dead,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=TAKEN_S,
            WaitTimeSeconds=self._wait_s,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["why"],
        )
        return [_letter(step, message) for message in answer.get("Messages", [])]

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """See `Queues.settle_dead`. What SQS does not take comes back by itself, so it is only seen once more."""
        operation = "delete_message_batch" if gone else "change_message_visibility_batch"
        more = {} if gone else {"VisibilityTimeout": 0}
        for step in dict.fromkeys(letter.step for letter in letters):
            handles = [letter.handle for letter in letters if letter.step == step]
            for part in batched(handles, BATCH, strict=False):
                entries = [{"Id": str(number), "ReceiptHandle": each, **more} for number, each in enumerate(part)]
                call(self._make, operation, QueueUrl=self._urls(step).dead, Entries=entries)


def _letter(step: Step, message: Any) -> DeadLetter:
    sent_ms = int(message["Attributes"]["SentTimestamp"])
    why = message.get("MessageAttributes", {}).get("why", {}).get("StringValue", "")
    sent_at = datetime.fromtimestamp(sent_ms / 1000, UTC)
    return DeadLetter(step, message["MessageId"], message["Body"], why, sent_at, message["ReceiptHandle"])


def _calls(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Cut into what one call may carry."""
    part: list[Entry] = []
    size_bytes = 0
    for entry in entries:
        more = len(entry["MessageBody"].encode())
        if part and (len(part) == BATCH or size_bytes + more > BATCH_BYTES):
            yield part
            part, size_bytes = [], 0
        part.append(entry)
        size_bytes += more
    if part:
        yield part


def _escaped(found: re.Match[str]) -> str:
    """Return the JSON escape of a character: raw, it can only stand in a string."""
    return f"\\u{ord(found[0]):04x}"
