"""AWS in process: tables and buckets as the template makes them, calls that are counted, calls that go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

REGION = "eu-north-1"
TRANSACT = DynamoDBBackend.transact_write_items
type Keys = list[dict[str, Any]]


@contextmanager
def aws_in_process() -> Iterator[None]:
    """Answer every call in this process, with credentials that open nothing."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setattr(DynamoDBBackend, "transact_write_items", _transact)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        yield


def _transact(backend: DynamoDBBackend, items: list[dict[str, Any]], transact: Any = TRANSACT) -> None:
    """Write a transaction; moto copies its table, to roll back, once for every item in it: once is enough."""
    copies: dict[int, Any] = {}

    def once(value: Any, *more: Any) -> Any:
        if isinstance(value, Table) and id(value) not in copies:
            copies[id(value)] = deepcopy(value, *more)
        return copies[id(value)] if isinstance(value, Table) else deepcopy(value, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "copy", SimpleNamespace(deepcopy=once))
        transact(backend, items)


@cache
def client_of(service: str) -> Any:
    """Return the one client of a service; making one takes longer than most tests."""
    access = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=REGION, **access)  # type: ignore[call-overload] # any service


def make_tables() -> None:
    """Create `state`, `journal` and `webhooks`."""
    client = client_of("dynamodb")
    by_status: Any = {
        "IndexName": "by_status",
        "KeySchema": _schema("status_key", "status_at"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    _make_table(client, "state", "pk", "sk", GlobalSecondaryIndexes=[by_status])
    _make_table(client, "journal", "pk", "sk")
    _make_table(client, "webhooks", "id")


def _make_table(client: Any, name: str, *key: str, **more: Any) -> None:
    indexed = [part["AttributeName"] for index in more.get("GlobalSecondaryIndexes", []) for part in index["KeySchema"]]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in (*key, *indexed)],
        KeySchema=_schema(*key),
        **more,
    )


def _schema(*names: str) -> Keys:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


@contextmanager
def counted(service: str) -> Iterator[Counter[str]]:
    """Count the calls of a service by operation, while in this block."""
    calls: Counter[str] = Counter()

    def note(event_name: str, **_: Any) -> None:
        calls[event_name.rpartition(".")[2]] += 1

    events = client_of(service).meta.events
    events.register("before-call.*.*", note)
    yield calls
    events.unregister("before-call.*.*", note)


def refusal(code: str, operation: str = "Any", *, status: int = 400, **more: Any) -> ClientError:
    """Return the error that a client raises when AWS answers with this code."""
    answer: Any = {
        "Error": {"Code": code, "Message": f"told so: {code}"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer | more, operation)


class Disturbed:
    """A client on which something happens just before chosen calls: somebody else is quicker, or AWS says no."""

    def __init__(self, client: Any, **before: list[Callable[[], None] | Exception]) -> None:
        """Before the n-th call of an operation, call or raise the n-th of its list."""
        self._client, self._before = client, before

    def __getattr__(self, operation: str) -> Any:
        """Return the client's method."""
        method = getattr(self._client, operation)

        def disturbed(**arguments: Any) -> Any:
            if self._before.get(operation):
                happens = self._before[operation].pop(0)
                if isinstance(happens, Exception):
                    raise happens
                happens()
            return method(**arguments)

        return disturbed
