"""Schedules in EventBridge Scheduler: for each flow one that looks for changes and one that compares everything."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from samspill.messages import StartRun, encode
from samspill.state import FlowKey, FlowState
from samspill.store import keys
from samspill.store.aws import call
from samspill.store.faults import code_of, translate

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

WINDOW_MIN = 15
"""Within how many minutes of its time AWS starts a whole comparison: those of one minute do not begin together."""
_NIGHTLY_MINUTES = 60 - WINDOW_MIN
"""Whole comparisons begin within the hour that the flow names."""
_NAME_CHARACTERS = 64
_KINDS = _CHANGES, _NIGHTLY = "changes", "nightly"
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
        # A rate counts from the moment it was set, so these are spread as it is.
        changes = {"ScheduleExpression": f"rate({flow.every_min} {unit})", "FlexibleTimeWindow": {"Mode": "OFF"}}
        self._set(flow, _CHANGES, changes, full=None, enabled=enabled)
        nightly = {
            "ScheduleExpression": f"cron({minute_of(flow.key)} {flow.full_at_hour} * * ? *)",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": WINDOW_MIN},
        }
        self._set(flow, _NIGHTLY, nightly, full=True, enabled=enabled)

    def remove(self, key: FlowKey) -> None:
        """See `Schedules.remove`."""
        for what in _KINDS:
            try:
                self._make().delete_schedule(GroupName=self._group, Name=schedule_name(key, what))
            except (BotoCoreError, ClientError) as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise translate(error) from error

    def _set(self, flow: FlowState, what: str, when: Mapping[str, Any], *, full: bool | None, enabled: bool) -> None:
        message = StartRun(tenant=flow.tenant, flow=flow.flow, trigger="schedule", full=full)
        arguments: dict[str, Any] = {
            "GroupName": self._group,
            "Name": schedule_name(flow.key, what),
            **when,
            "ScheduleExpressionTimezone": flow.time_zone,
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


def minute_of(key: FlowKey) -> int:
    """Return the minute of the hour at which a flow's whole comparison is due: spread over flows, and fixed."""
    return int.from_bytes(hashlib.blake2b(keys.join(*key).encode(), digest_size=8).digest()) % _NIGHTLY_MINUTES


def schedule_name(key: FlowKey, what: str) -> str:
    """Return the name of a flow's schedule: as much as a person needs to know it, and a digest that tells it apart."""
    digest = hashlib.blake2b(keys.join(*key).encode(), digest_size=5).hexdigest()
    readable = re.sub(r"[^0-9A-Za-z_.-]", "-", f"{key.tenant}-{key.flow}")
    return f"{readable[: _NAME_CHARACTERS - len(digest) - len(what) - 2]}-{digest}-{what}"
