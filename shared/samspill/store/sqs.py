"""Queues in SQS."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from samspill.errors import UnavailableError
from samspill.ports import MAX_DELAY_S, Blobs, Step
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
    ) -> None:
        """Look queues up by step, when they are first used."""
        self._urls, self._blobs, self._make, self._sleep = urls, blobs, make, sleep

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
        # Customers share a queue; the group lets SQS keep one customer's flood from delaying the others.
        group = quote(f"{message.tenant}/{message.flow}")[:128]
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
