"""AWS with a meter: what the hub asks of DynamoDB, SQS and S3, in the units that AWS bills."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Self

from samspill.messages import Message, encode
from samspill.ports import Clock
from samspill.store.claims import LIMIT_BYTES
from samspill.store.memory import MemoryBlobs, MemoryQueues

KB = 1024
READ_UNIT_BYTES = 4 * KB
QUEUE_UNIT_BYTES = 64 * KB


@dataclass(frozen=True)
class Usage:
    """What was asked for. Fractions are averages per record."""

    write_units: float = 0
    """One per started KB of an item; twice in a transaction; one more where an index holds it."""
    read_units: float = 0
    """One per started 4 KB of an item, half where it need not be the newest; a key that leads nowhere counts as one."""
    transactions: float = 0
    queue_requests: float = 0
    """One per 64 KB: to send up to ten at once, to receive each, to delete each. Pollers may take several at once."""
    invocations: float = 0
    """One per message, although a function takes several where several wait."""
    objects_put: float = 0
    objects_got: float = 0
    vendor_calls: float = 0

    def __sub__(self, other: Self) -> Self:
        """Return what was added since `other`."""
        return self._with(other, lambda mine, theirs: mine - theirs)

    def __add__(self, other: Self) -> Self:
        """Return both together."""
        return self._with(other, lambda mine, theirs: mine + theirs)

    def times(self, factor: float) -> Self:
        """Return so much of it."""
        return self._with(self, lambda mine, _: mine * factor)

    def _with(self, other: Self, merge: Any) -> Self:
        names = [field.name for field in dataclasses.fields(self)]
        return type(self)(**{name: merge(getattr(self, name), getattr(other, name)) for name in names})


class Meter:
    """Adds up."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._seen: defaultdict[str, float] = defaultdict(float)

    def add(self, **amounts: float) -> None:
        """Count."""
        for name, amount in amounts.items():
            self._seen[name] += amount

    def usage(self) -> Usage:
        """Return what was counted so far."""
        return Usage(**self._seen)


class MeteredDynamo:
    """A DynamoDB client that counts what the real stores ask it for."""

    def __init__(self, client: Any, meter: Meter) -> None:
        """Count into `meter`."""
        self._client, self._meter = client, meter

    def __getattr__(self, operation: str) -> Any:
        """Return the client's method, counted."""
        method = getattr(self._client, operation)

        def counted(**arguments: Any) -> Any:
            answer = method(**arguments)
            _COUNT.get(operation, _nothing)(self._meter, arguments, answer)
            return answer

        return counted


class MeteredQueues(MemoryQueues):
    """Queues in memory that count what SQS and Lambda would be asked for."""

    def __init__(self, clock: Clock, meter: Meter) -> None:
        """Count into `meter`."""
        super().__init__(clock)
        self._meter = meter

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """Count and pass on."""
        sizes = [len(encode(message).encode()) for message in messages]
        claims = sum(size > LIMIT_BYTES for size in sizes)
        carried = [size if size <= LIMIT_BYTES else KB for size in sizes]
        for part in batched(carried, 10, strict=False):
            self._meter.add(queue_requests=math.ceil(sum(part) / QUEUE_UNIT_BYTES))
        self._meter.add(
            queue_requests=sum(math.ceil(size / QUEUE_UNIT_BYTES) + 1 for size in carried),
            invocations=len(messages),
            objects_put=claims,
            objects_got=claims,
        )
        super().send(messages, delay_s=delay_s)


class MeteredBlobs(MemoryBlobs):
    """Blobs in memory that count what S3 would be asked for. A list costs what a put costs."""

    def __init__(self, meter: Meter) -> None:
        """Count into `meter`."""
        super().__init__()
        self._meter = meter

    def put(self, key: str, body: bytes) -> None:
        """Count and pass on."""
        self._meter.add(objects_put=1)
        super().put(key, body)

    def get(self, key: str) -> bytes | None:
        """Count and pass on."""
        self._meter.add(objects_got=1)
        return super().get(key)

    def keys(self, prefix: str) -> list[str]:
        """Count and pass on."""
        self._meter.add(objects_put=1)
        return super().keys(prefix)


def _nothing(_meter: Meter, _arguments: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
    """Count nothing: an operation of no cost."""


def _put(meter: Meter, arguments: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
    meter.add(write_units=_write_units(arguments["Item"]))


def _change(meter: Meter, _arguments: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
    meter.add(write_units=1)


def _transact(meter: Meter, arguments: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
    writes = arguments["TransactItems"]
    meter.add(
        transactions=1, write_units=sum(2 * _write_units(write.get("Put", {}).get("Item", {})) for write in writes)
    )


def _batch_write(meter: Meter, arguments: Mapping[str, Any], _answer: Mapping[str, Any]) -> None:
    for requests in arguments["RequestItems"].values():
        items = (request.get("PutRequest", {}).get("Item", {}) for request in requests)
        meter.add(write_units=sum(_write_units(item) for item in items))


def _get(meter: Meter, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    meter.add(read_units=_read_units(_size_of(answer.get("Item", {}))) * _share(arguments))


def _batch_get(meter: Meter, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    for table, request in arguments["RequestItems"].items():
        items = answer["Responses"].get(table, [])
        meter.add(read_units=sum(_read_units(_size_of(item)) for item in items) + len(request["Keys"]) - len(items))


def _query(meter: Meter, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    meter.add(read_units=_read_units(sum(_size_of(item) for item in answer["Items"])) * _share(arguments))


def _share(arguments: Mapping[str, Any]) -> float:
    """Return what a read costs of one that must be the newest."""
    return 1 if arguments.get("ConsistentRead") else 0.5


_COUNT: dict[str, Any] = {
    "put_item": _put,
    "update_item": _change,
    "delete_item": _change,
    "transact_write_items": _transact,
    "get_item": _get,
    "batch_get_item": _batch_get,
    "batch_write_item": _batch_write,
    "query": _query,
}


def _write_units(item: Mapping[str, Any]) -> int:
    return max(1, math.ceil(_size_of(item) / KB)) + ("status_key" in item)


def _read_units(size_bytes: int) -> int:
    return max(1, math.ceil(size_bytes / READ_UNIT_BYTES))


def _size_of(item: Mapping[str, Any]) -> int:
    return sum(len(name) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    return len(content if kind == "B" else str(content).encode())
