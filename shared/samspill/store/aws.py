"""Queues, blobs, secrets and schedules on AWS, and the world made of them. Clients are made on first use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import BusyError, ContractError, UnavailableError
from samspill.messages import Message, StartRun, encode
from samspill.ports import Blobs, Clock, Ids, Leases, Step
from samspill.state import FlowState
from samspill.store.dynamo import translate

CLAIM_BYTES = 200_000
"""Larger bodies lie in the bucket, and the queue carries their claim check."""
CLAIM = "samspill.claim/1"
BATCH = 10
"""Messages one call may carry."""
_SECRET_LEASE = timedelta(seconds=20)


@cache
def client(service: str) -> Any:
    """Return the process's client of one service; region and endpoint come from the environment."""
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard", "max_attempts": 3}
    config = Config(retries=retries, connect_timeout=3, read_timeout=10, max_pool_connections=10)
    return boto3.client(service, config=config)  # type: ignore[call-overload]  # the service is a plain string here


def call(make: Callable[[], Any], operation: str, **arguments: Any) -> Any:
    """Call a service with its errors in our words."""
    try:
        return getattr(make(), operation)(**arguments)
    except (BotoCoreError, ClientError) as error:
        raise translate(error) from error


class S3Blobs:
    """See `ports.Blobs`."""

    def __init__(self, bucket: str, make: Callable[[], Any]) -> None:
        """Name the bucket."""
        self._bucket, self._make = bucket, make

    def put(self, key: str, body: bytes) -> None:
        """See `Blobs.put`."""
        call(self._make, "put_object", Bucket=self._bucket, Key=key, Body=body)

    def get(self, key: str) -> bytes | None:
        """See `Blobs.get`."""
        try:
            answer = self._make().get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                return None
            raise translate(error) from error
        except BotoCoreError as error:
            raise translate(error) from error
        body: bytes = answer["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        """See `Blobs.keys`."""
        found: list[str] = []
        arguments: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            page = call(self._make, "list_objects_v2", **arguments)
            found += [item["Key"] for item in page.get("Contents", [])]
            if not page.get("IsTruncated"):
                return sorted(found)
            arguments["ContinuationToken"] = page["NextContinuationToken"]


@dataclass(frozen=True)
class QueueUrls:
    """A step's queue, and where what can never be read goes."""

    live: str
    dead: str = ""


class SqsQueues:
    """See `ports.Queues`."""

    def __init__(self, urls: Callable[[Step], QueueUrls], blobs: Blobs, make: Callable[[], Any]) -> None:
        """Look queues up by step, when they are first used."""
        self._urls, self._blobs, self._make = urls, blobs, make

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """See `Queues.send`. Ten a call, and no more than the call may carry."""
        for step in dict.fromkeys(message.step for message in messages):
            entries: list[dict[str, Any]] = []
            size = 0
            for message in messages:
                if message.step != step:
                    continue
                body = self._checked(encode(message))
                if entries and (len(entries) == BATCH or size + len(body) > CLAIM_BYTES):
                    self._send(step, entries)
                    entries, size = [], 0
                entry = {"Id": str(len(entries)), "MessageBody": body, "DelaySeconds": delay_s}
                # Fairness between customers on one shared queue; a delayed message cannot belong to a group.
                if not delay_s:
                    entry["MessageGroupId"] = f"{message.tenant}.{message.flow}"[:128]
                entries.append(entry)
                size += len(body)
            if entries:
                self._send(step, entries)

    def _send(self, step: Step, entries: list[dict[str, Any]]) -> None:
        answer = call(self._make, "send_message_batch", QueueUrl=self._urls(step).live, Entries=entries)
        if answer.get("Failed"):
            raise UnavailableError(f"{len(answer['Failed'])} messages were not taken by the queue")

    def _checked(self, body: str) -> str:
        data = body.encode()
        if len(data) <= CLAIM_BYTES:
            return body
        digest = hashlib.sha256(data).hexdigest()
        key = f"claims/{digest}"
        self._blobs.put(key, data)
        return orjson.dumps({"schema": CLAIM, "key": key, "sha256": digest, "size_bytes": len(data)}).decode()

    def open(self, body: str) -> str:
        """See `Queues.open`."""
        if CLAIM not in body[:200]:
            return body
        claim = orjson.loads(body)
        data = self._blobs.get(claim["key"])
        if data is None or hashlib.sha256(data).hexdigest() != claim["sha256"]:
            raise ContractError("what the claim check names is gone or not what it was")
        return data.decode()

    def bury(self, step: Step, body: str, why: str) -> None:
        """See `Queues.bury`."""
        attributes = {"why": {"DataType": "String", "StringValue": why[:256] or "?"}}
        call(
            self._make,
            "send_message",
            QueueUrl=self._urls(step).dead,
            MessageBody=body,
            MessageAttributes=attributes,
        )


class SecretsManagerSecrets:
    """See `ports.Secrets`. One secret per tenant, read once in five minutes, changed by one at a time."""

    def __init__(
        self, prefix: str, leases: Leases, *, clock: Clock, ids: Ids, make: Callable[[], Any], cache_s: int = 300
    ) -> None:
        """Secrets are named `<prefix>/tenants/<tenant>`."""
        self._prefix, self._leases, self._clock, self._ids, self._make = prefix, leases, clock, ids, make
        self._cache_s = cache_s
        self._cached: dict[str, tuple[float, dict[str, dict[str, str]]]] = {}

    def _name(self, tenant: str) -> str:
        return f"{self._prefix}/tenants/{tenant}"

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:
        """See `Secrets.get`."""
        now = self._clock.now().timestamp()
        held = self._cached.get(tenant)
        if fresh or held is None or held[0] < now or connection_id not in held[1]:
            held = (now + self._cache_s, self._read(tenant))
            self._cached[tenant] = held
        return dict(held[1].get(connection_id, {}))

    def _read(self, tenant: str) -> dict[str, dict[str, str]]:
        try:
            answer = self._make().get_secret_value(SecretId=self._name(tenant), VersionStage="AWSCURRENT")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return {}
            raise translate(error) from None  # the answer of a secret store is kept out of every trace
        values: dict[str, dict[str, str]] = orjson.loads(answer["SecretString"])
        return values

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """See `Secrets.put`."""
        lease, holder = f"secret/{tenant}", self._ids.new()
        if not self._leases.take(lease, holder, self._clock.now() + _SECRET_LEASE):
            raise BusyError("the credentials are being changed by somebody else")
        try:
            whole = {**self._read(tenant), connection_id: dict(values)}
            text = orjson.dumps(whole).decode()
            try:
                self._make().put_secret_value(SecretId=self._name(tenant), SecretString=text)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise translate(error) from None
                call(self._make, "create_secret", Name=self._name(tenant), SecretString=text)
            self._cached.pop(tenant, None)
        finally:
            self._leases.release(lease, holder)


class SchedulerSchedules:
    """See `ports.Schedules`: one schedule for changes, one for the nightly full comparison."""

    def __init__(self, group: str, queue_arn: str, role_arn: str, make: Callable[[], Any]) -> None:
        """Schedules send to the fetch queue, in the role that may only do that."""
        self._group, self._queue_arn, self._role_arn, self._make = group, queue_arn, role_arn, make

    def set(self, flow: FlowState, *, enabled: bool) -> None:
        """See `Schedules.set`."""
        unit = "minute" if flow.every_min == 1 else "minutes"
        self._set(flow, "changes", f"rate({flow.every_min} {unit})", full=None, enabled=enabled)
        self._set(flow, "nightly", f"cron(0 {flow.full_at_hour} * * ? *)", full=True, enabled=enabled)

    def _set(self, flow: FlowState, name: str, expression: str, *, full: bool | None, enabled: bool) -> None:
        message = StartRun(tenant=flow.tenant, flow=flow.flow, trigger="schedule", full=full)
        arguments: dict[str, Any] = {
            "GroupName": self._group,
            "Name": f"{flow.tenant}-{flow.flow}-{name}"[:64],
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": "Europe/Oslo",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED" if enabled else "DISABLED",
            "Target": {"Arn": self._queue_arn, "RoleArn": self._role_arn, "Input": encode(message)},
        }
        try:
            self._make().update_schedule(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise translate(error) from error
            call(self._make, "create_schedule", **arguments)
