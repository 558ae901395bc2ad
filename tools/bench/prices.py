"""What AWS asks for what was counted, in USD: list prices of us-east-1, on demand, without free tiers.

The prices are second-hand copies with the dates given; other regions differ, DynamoDB's by up to 15 %. Look into AWS's
calculator before quoting them to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from samspill.messages import BATCH
from tools.bench.counting import Counted
from tools.bench.meter import Usage
from tools.check_template import load

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """USD for a million of `unit`."""

    usd: float
    unit: str
    source: str

    @property
    def one(self) -> float:
        """USD for one."""
        return self.usd / MILLION


WRITE_UNIT = Price(0.625, "write units of DynamoDB", "AWS's price cut of 1 November 2024; airbyte.com, July 2025")
READ_UNIT = Price(0.125, "read units of DynamoDB", "the same")
QUEUE_REQUEST = Price(0.50, "requests to fair queues of SQS", "factualminds.com, June 2026; cloudburn.io, March 2026")
INVOCATION = Price(0.20, "invocations of Lambda", "cloudchipr.com, 2024; unchanged in 2026")
GB_SECOND = Price(13.3334, "GB-seconds of Lambda, arm64", "the same")
OBJECT_PUT = Price(5.00, "PUT and LIST requests to S3", "commonly known, not looked up")
OBJECT_GOT = Price(0.40, "GET requests to S3", "commonly known, not looked up")
LOG_KB = Price(0.50, "kilobytes of CloudWatch Logs", "duckbillgroup.com, 2025")
HOOK_CALL = Price(3.50, "calls of a REST API", "commonly known, not looked up")
PRICES = (WRITE_UNIT, READ_UNIT, QUEUE_REQUEST, INVOCATION, GB_SECOND, OBJECT_PUT, OBJECT_GOT, LOG_KB, HOOK_CALL)

# What is assumed and not counted.
LOG_KB_EACH = 1.1
"""What an invocation writes: its own line and Lambda's."""
VCPU_MB = 1769
"""The memory that comes with a whole processor (AWS's documentation of Lambda)."""
READ_CPU_S, CHANGE_CPU_S = 0.0001, 0.004
"""Processor time of a record that is read and compared, and of one that goes through all steps. Generous."""
VENDOR_CALL_S = 0.6
"""Waiting for a page, or for a batch of a hundred to be written."""
ROWS_A_PAGE = {"Tripletex": 1000, "Timerabbit": 200}

CHANGED = "changed, found by comparing both sides"


@dataclass(frozen=True)
class Bill:
    """USD for a million records, by service."""

    dynamodb: float
    sqs: float
    functions: float
    s3: float
    logs: float
    api: float = 0

    @property
    def total(self) -> float:
        """All of it."""
        return self.dynamodb + self.sqs + self.functions + self.s3 + self.logs + self.api


def bills(counted: Counted) -> dict[str, Bill]:
    """Return the bill for a million records, by what they are."""
    pages = sum(MILLION / rows for rows in ROWS_A_PAGE.values())
    compared = counted.read.times(2 * MILLION) + counted.page.times(pages)
    calls, cpu_s = pages + MILLION / BATCH, (2 * READ_CPU_S + CHANGE_CPU_S) * MILLION
    return {
        "compared, nothing changed": _bill(compared, pages, 2 * READ_CPU_S * MILLION),
        CHANGED: _bill(compared + counted.changed.times(MILLION), calls, cpu_s),
        "created, found by comparing both sides": _bill(compared + counted.created.times(MILLION), calls, cpu_s),
        "changed, each told by a webhook and written alone": _bill(
            counted.announced.times(MILLION), 2 * MILLION, CHANGE_CPU_S * MILLION, hook_calls=MILLION
        ),
    }


def memory_mb() -> int:
    """Return the memory of the function that writes."""
    return int(load()["Resources"]["UpsertFunction"]["Properties"]["MemorySize"])


def _bill(usage: Usage, vendor_calls: float, cpu_s: float, *, hook_calls: float = 0) -> Bill:
    memory = memory_mb()
    seconds = vendor_calls * VENDOR_CALL_S + cpu_s / (memory / VCPU_MB)
    return Bill(
        dynamodb=usage.write_units * WRITE_UNIT.one + usage.read_units * READ_UNIT.one,
        sqs=usage.queue_requests * QUEUE_REQUEST.one,
        functions=usage.invocations * INVOCATION.one + seconds * memory / 1024 * GB_SECOND.one,
        s3=usage.objects_put * OBJECT_PUT.one + usage.objects_got * OBJECT_GOT.one,
        logs=usage.invocations * LOG_KB_EACH * LOG_KB.one,
        api=hook_calls * HOOK_CALL.one,
    )
