"""How much each part of the hub carries, computed: the rows of docs/scale.md."""

from __future__ import annotations

from dataclasses import dataclass

from samspill.bootstrap import assumed_budget
from samspill.messages import BATCH
from tools.bench.counted import kept
from tools.bench.prices import (
    CHANGE_CPU_S,
    LIST_CALL_S,
    MILLION,
    READ_CPU_S,
    RECEIVE_CPU_S,
    ROWS_A_PAGE,
    SINGLE_CALL_S,
    VCPU_MB,
    memory_mb,
)
from tools.check_template import load

PARTITION_WRITES, PARTITION_READS = 1_000, 3_000
"""Units a second of one partition key, until DynamoDB splits it by itself: not at once, and not promised."""
TABLE_UNITS = 40_000
"""Units a second of a table, each of writes and reads: AWS's default quota."""
NEW_TABLE_WRITES = 4_000
"""What a table that never had more takes at once; it doubles within half an hour."""
FUNCTIONS = 1_000
"""Functions of an account that work at the same time: AWS's default quota. A new account has 10."""
API_RATE = 10_000
SCHEDULES, SECRETS = 1_000_000, 500_000
HOP_S = 0.05
"""Assumed: what a function waits for AWS's own services for one webhook."""
LARGE = MILLION
MANY, RECORDS = 10_000, 5_000
BURST = 1_000
NIGHT_H = 6


@dataclass(frozen=True)
class Limit:
    """What one part carries."""

    what: str
    per_s: float
    """Records, tenants or webhooks a second."""
    why: str
    raise_by: str

    def hours(self, amount: float) -> float:
        """Return how long it takes for so many."""
        return amount / self.per_s / 3600


def parameter(name: str) -> int:
    """Return a parameter's default."""
    return int(load()["Parameters"][name]["Default"])


def vendor_calls_per_s(vendor: str) -> float:
    """Return how many calls a second are made to one account of a vendor, which keeps a share for people."""
    return min((rule.limit - rule.reserve) / rule.window_s for rule in assumed_budget(f"{vendor}/x").every)


def creates_in_lists() -> list[Limit]:
    """Return what a first sync's creates go through where the vendor takes them in lists of a hundred."""
    batch_s = LIST_CALL_S + BATCH * CHANGE_CPU_S / share()
    functions, calls = parameter("UpsertConcurrency"), vendor_calls_per_s("tripletex")
    return [
        Limit(
            "functions that write",
            functions * BATCH / batch_s,
            f"{functions} × {BATCH} in {batch_s:.1f} s",
            "`UpsertConcurrency`",
        ),
        _links_partition(),
        Limit("the vendor's limit", calls * BATCH, f"{calls:g} lists a second", "the vendor"),
    ]


def creates_one_by_one() -> list[Limit]:
    """Return what a first sync's creates go through where the vendor takes one record a call."""
    record_s = SINGLE_CALL_S + CHANGE_CPU_S / share()
    functions, calls = parameter("UpsertConcurrency"), vendor_calls_per_s("timerabbit")
    return [
        Limit("the vendor's limit", calls, f"{calls:g} calls a second", "the vendor"),
        Limit(
            "functions that write", functions / record_s, f"{functions} × 1 in {record_s:.2f} s", "`UpsertConcurrency`"
        ),
        _links_partition(),
    ]


def _links_partition() -> Limit:
    units = kept().created.write_units
    return Limit(
        "the stream's links: one partition key",
        PARTITION_WRITES / units,
        f"{PARTITION_WRITES} write units a second ÷ {units:g} a create",
        "[nothing yet](adr/0024-links-of-a-stream-in-one-partition.md)",
    )


def large_compare() -> list[Limit]:
    """Return what a whole comparison of one large tenant goes through, in pairs a second."""
    slowest = min(ROWS_A_PAGE, key=ROWS_A_PAGE.__getitem__)
    rows = ROWS_A_PAGE[slowest]
    reads = 2 * kept().read.read_units
    return [
        Limit(
            f"{slowest}'s pages, one after the other",
            rows / page_s(rows),
            f"{rows} rows in {page_s(rows):.2f} s",
            "the vendor",
        ),
        Limit(
            "the stream's links: one partition key",
            PARTITION_READS / reads,
            f"{PARTITION_READS} read units a second ÷ {reads:g} a pair",
            "nothing yet",
        ),
    ]


def page_s(rows: int) -> float:
    """Return how long a function works on a page."""
    return LIST_CALL_S + rows * READ_CPU_S / share()


def compare_s() -> float:
    """Return how long functions read for one tenant's nightly comparison, all pages together."""
    return sum(RECORDS / rows * page_s(rows) for rows in ROWS_A_PAGE.values())


def compare_of_many(functions: int) -> list[Limit]:
    """Return what a night's comparisons go through with so many functions that read, in tenants a second."""
    reads = 2 * RECORDS * kept().read.read_units
    return [
        Limit(
            "functions that read",
            functions / compare_s(),
            f"{functions} ÷ {compare_s():.1f} s a tenant",
            "`FetchConcurrency`",
        ),
        Limit(
            "the state table",
            TABLE_UNITS / reads,
            f"{TABLE_UNITS} read units a second ÷ {reads:.0f} a tenant",
            "AWS, on request",
        ),
    ]


def functions_for_night() -> int:
    """Return how many functions have to read so that a night's comparisons end in time."""
    within_s = (NIGHT_H - 1) * 3600  # the last of them begin an hour after the first
    return -(-round(MANY * compare_s()) // within_s)


def webhooks() -> list[Limit]:
    """Return what a burst of webhooks goes through, in webhooks a second, by what carries least."""
    counted = kept().announced
    calls = vendor_calls_per_s("tripletex")
    wait_s = SINGLE_CALL_S + HOP_S + CHANGE_CPU_S / 2 / share()
    receive_s = HOP_S + RECEIVE_CPU_S / share("Receive")
    map_s = HOP_S + CHANGE_CPU_S / 2 / share("Map")
    found = [
        Limit("one account at its vendor", calls, f"{calls:g} calls a second, one a webhook", "the vendor"),
        _functions("functions that read", "FetchConcurrency", wait_s),
        _functions("functions that write", "UpsertConcurrency", wait_s),
        _functions("functions that compare", "MapConcurrency", map_s),
        _functions("functions that take webhooks in", "ReceiveConcurrency", receive_s),
        Limit("the API's own limit", parameter("HookRatePerSecond"), "a bound of ours", "`HookRatePerSecond`"),
        Limit(
            "the account's functions",
            FUNCTIONS / (2 * wait_s + receive_s + map_s),
            f"{FUNCTIONS} ÷ {2 * wait_s + receive_s + map_s:.2f} s a webhook",
            "AWS, on request",
        ),
        Limit(
            "a state table that never had more",
            NEW_TABLE_WRITES / counted.write_units,
            f"{NEW_TABLE_WRITES} write units a second ÷ {counted.write_units:g}",
            "time: it doubles in half an hour",
        ),
        Limit(
            "the state table",
            TABLE_UNITS / counted.read_units,
            f"{TABLE_UNITS} read units a second ÷ {counted.read_units:g}",
            "AWS, on request",
        ),
        Limit("the account's API calls", API_RATE, "AWS's default", "AWS, on request"),
    ]
    return sorted(found, key=lambda limit: limit.per_s)


def _functions(what: str, name: str, work_s: float) -> Limit:
    return Limit(what, parameter(name) / work_s, f"{parameter(name)} ÷ {work_s:.3f} s", f"`{name}`")


def share(function: str = "") -> float:
    """Return how much of a processor a function has; by default one that waits for vendors."""
    if not function:
        return memory_mb() / VCPU_MB
    return float(load()["Resources"][f"{function}Function"]["Properties"]["MemorySize"] / VCPU_MB)
