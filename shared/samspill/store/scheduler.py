"""Schedules in EventBridge Scheduler: for each flow one that looks for changes and one that compares everything."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.messages import StartRun, encode
from samspill.state import FlowKey, FlowState
from samspill.store import keys
from samspill.store.aws import call
from samspill.store.faults import code_of, translate

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_NAME_CHARACTERS = 64
_RETRIES = {"MaximumEventAgeInSeconds": 900, "MaximumRetryAttempts": 10}
"""A start that cannot be put into the queue for a quarter of an hour is left out: the next one finds the same."""


class SchedulerSchedules:
    """See `ports.Schedules`."""

    def __init__(
        self, group: str, queue_arn: str, role_arn: str, make: Callable[[], EventBridgeSchedulerClient]
    ) -> None:
        """Let schedules of the group send to the fetch queue, in the role that may do only that."""
        self._group, self._queue_arn, self._role_arn, self._make = group, queue_arn, role_arn, make

    def set(self, flow: FlowState, *, enabled: bool) -> None:
        """See `Schedules.set`."""
        unit = "minute" if flow.every_min == 1 else "minutes"
        self._set(flow, "changes", f"rate({flow.every_min} {unit})", full=None, enabled=enabled)
        self._set(flow, "nightly", f"cron(0 {flow.full_at_hour} * * ? *)", full=True, enabled=enabled)

    def _set(self, flow: FlowState, what: str, expression: str, *, full: bool | None, enabled: bool) -> None:
        message = StartRun(tenant=flow.tenant, flow=flow.flow, trigger="schedule", full=full)
        arguments: dict[str, Any] = {
            "GroupName": self._group,
            "Name": schedule_name(flow.key, what),
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": flow.time_zone,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED" if enabled else "DISABLED",
            "Target": {
                "Arn": self._queue_arn,
                "RoleArn": self._role_arn,
                "Input": encode(message),
                "RetryPolicy": _RETRIES,
            },
        }
        try:
            self._make().update_schedule(**arguments)
        except (BotoCoreError, ClientError) as error:
            if code_of(error) != "ResourceNotFoundException":
                raise translate(error) from error
            call(self._make, "create_schedule", **arguments)


def schedule_name(key: FlowKey, what: str) -> str:
    """Return the name of a flow's schedule: as much as a person needs to know it, and a digest that tells it apart."""
    digest = hashlib.blake2b(keys.join(*key).encode(), digest_size=5).hexdigest()
    readable = re.sub(r"[^0-9A-Za-z_.-]", "-", f"{key.tenant}-{key.flow}")
    return f"{readable[: _NAME_CHARACTERS - len(digest) - len(what) - 2]}-{digest}-{what}"
