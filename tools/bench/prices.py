"""What AWS asks for what was counted, in USD: list prices of us-east-1, on demand, without free tiers.

The prices are second-hand copies with the dates given; other regions differ, DynamoDB's by up to 15 %. Look into AWS's
calculator before quoting them to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from samspill.ports import DELIVERIES_TOLD
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
SECRET_MONTH = Price(400_000, "secrets kept for a month", "hivebook, 2026")
SECRET_READ = Price(5, "reads of a secret", "the same")
STRIKE = Price(1, "invocations of EventBridge Scheduler", "commonly known, not looked up")
GB_MONTH = Price(250_000, "gigabytes kept in DynamoDB for a month", "commonly known, not looked up")
TRACE = Price(5, "traces of X-Ray", "commonly known, not looked up")
PRICES = (
    *(WRITE_UNIT, READ_UNIT, QUEUE_REQUEST, INVOCATION, GB_SECOND, OBJECT_PUT, OBJECT_GOT, LOG_KB, HOOK_CALL),
    *(SECRET_MONTH, SECRET_READ, STRIKE, GB_MONTH, TRACE),
)

# What is assumed and not counted.
LOG_LINE_KB = 0.42
"""What a message leaves in the log: one line."""
LOG_CALL_KB = 0.54
"""The line of a call to a vendor."""
LOG_HOOK_KB = 0.45
"""A webhook's line in the log of the API and that of `receive`, together."""
LOG_COUNTS_KB = 0.3
"""The line that CloudWatch makes metrics of, once per change that comes alone. `test_log_volume.py` holds all four."""
VCPU_MB = 1769
"""The memory that comes with a whole processor (AWS's documentation of Lambda)."""
READ_CPU_S, CHANGE_CPU_S = 0.0001, 0.004
"""Processor time of a record that is read and compared, and of one that goes through all steps. Generous."""
RECEIVE_CPU_S = 0.01
"""Processor time of taking a webhook in."""
LIST_CALL_S, SINGLE_CALL_S = 0.6, 0.25
"""Waiting for a page, or for a batch of a hundred to be written; waiting for a single record."""
ROWS_A_PAGE = {"Tripletex": 1000, "Timerabbit": 200}

CHANGED = "changed, found by comparing both sides"
TOLD = "changed, each told by a webhook and written alone"

# An idle tenant, in a month.
DAYS = 30
IDLE_RECORDS = 5_000
"""Pairs that are compared every night."""
EVERY_MIN = 15
"""The interval that flows have unless somebody changes it."""
PAIR_KB = 1.5
"""A pair's link and pointer in the table."""
HOOK_KB = 1
"""What is kept of a webhook for a month. Compressed, a body of up to about three kilobytes takes no more."""
LOOKS = 4 * 24
"""How often a day a tenant is looked after: whether anything is wrong that somebody should be told of."""
LOOK_S = 0.15
"""How long the function that does it works for one tenant. Generous: it is a few queries."""


@dataclass(frozen=True)
class Bill:
    """USD, by service."""

    dynamodb: float = 0
    sqs: float = 0
    functions: float = 0
    s3: float = 0
    logs: float = 0
    api: float = 0
    traces: float = 0
    secrets: float = 0

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.by_service.values())

    @property
    def by_service(self) -> dict[str, float]:
        """USD by service."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __add__(self, other: Bill) -> Bill:
        """Return both together."""
        return Bill(**{name: usd + getattr(other, name) for name, usd in self.by_service.items()})

    def times(self, factor: float) -> Bill:
        """Return so much of it."""
        return Bill(**{name: usd * factor for name, usd in self.by_service.items()})


def bills(counted: Counted) -> dict[str, Bill]:
    """Return the bill for a million records, by what they are."""
    compared = compare(counted, MILLION)
    change_cpu_s = CHANGE_CPU_S * MILLION
    changed, created = counted.changed.times(MILLION), counted.created.times(MILLION)
    return {
        "compared, nothing changed": compared,
        CHANGED: compared + _bill(changed, LIST_CALL_S, change_cpu_s),
        "created, found by comparing both sides": compared + _bill(created, SINGLE_CALL_S, change_cpu_s),
        TOLD: _bill(counted.announced.times(MILLION), SINGLE_CALL_S, change_cpu_s, webhooks=MILLION)
        + Bill(dynamodb=HOOK_KB * GB_MONTH.one * DELIVERIES_TOLD.days / DAYS, traces=TRACE.usd * traced_share()),
    }


def compare(counted: Counted, pairs: float) -> Bill:
    """Return the bill for comparing so many records on each side, read page by page."""
    pages = sum(pairs / rows for rows in ROWS_A_PAGE.values())
    return _bill(counted.read.times(2 * pairs) + counted.page.times(pages), LIST_CALL_S, 2 * READ_CPU_S * pairs)


def idle_month(counted: Counted, *, polls_a_day: float) -> dict[str, Bill]:
    """Return what a tenant costs in a month in which nothing changes, by cause."""
    strikes = DAYS * 24 * 60 / EVERY_MIN
    polls = DAYS * polls_a_day
    secret_reads = polls * counted.poll.vendor_calls
    return {
        "its secret": Bill(secrets=SECRET_MONTH.one + secret_reads * SECRET_READ.one),
        "polls": _bill(counted.poll, LIST_CALL_S, 0).times(polls),
        "strikes of the schedule that start none": _bill(counted.strike, 0, 0).times(strikes - polls)
        + Bill(functions=(strikes + DAYS) * STRIKE.one, traces=(strikes + DAYS) * TRACE.one),
        "being looked after": (
            _bill(counted.look, 0, 0) + Bill(functions=LOOK_S * memory_mb("Notify") / 1024 * GB_SECOND.one)
        ).times(DAYS * LOOKS),
        f"comparing {IDLE_RECORDS:,} records a side every night".replace(",", " "): (
            compare(counted, IDLE_RECORDS) + _bill(counted.poll, LIST_CALL_S, 0)
        ).times(DAYS),
        "keeping their links": Bill(dynamodb=IDLE_RECORDS * PAIR_KB / MILLION * GB_MONTH.one),
    }


def memory_mb(*functions: str) -> int:
    """Return the memory of functions, by default of those that wait for vendors; they have the same."""
    resources = load()["Resources"]
    names = functions or ("Fetch", "Upsert")
    (memory,) = {resources[f"{name}Function"]["Properties"]["MemorySize"] for name in names}
    return int(memory)


def traced_share() -> float:
    """Return how many of all webhooks are traced."""
    rule = load()["Resources"]["HookSampling"]["Properties"]["SamplingRule"]
    if rule["ReservoirSize"]:
        raise ValueError("so many in a second are traced whatever the rate is")
    return float(rule["FixedRate"])


def _bill(usage: Usage, call_s: float, cpu_s: float, *, webhooks: float = 0) -> Bill:
    # What a function computes costs the same with any memory: half of it takes twice as long.
    gb_seconds = usage.vendor_calls * call_s * memory_mb() / 1024
    gb_seconds += (cpu_s + webhooks * RECEIVE_CPU_S) * VCPU_MB / 1024
    log_kb = usage.invocations * LOG_LINE_KB + usage.vendor_calls * LOG_CALL_KB
    log_kb += webhooks * (LOG_HOOK_KB + LOG_COUNTS_KB)
    return Bill(
        dynamodb=usage.write_units * WRITE_UNIT.one + usage.read_units * READ_UNIT.one,
        sqs=usage.queue_requests * QUEUE_REQUEST.one,
        functions=(usage.invocations + webhooks) * INVOCATION.one + gb_seconds * GB_SECOND.one,
        s3=usage.objects_put * OBJECT_PUT.one + usage.objects_got * OBJECT_GOT.one,
        logs=log_kb * LOG_KB.one,
        api=webhooks * HOOK_CALL.one,
    )
