"""docs/scale.md: what breaks first, and at what size."""

from collections.abc import Sequence

from samspill.runs.polling import SLOWEST
from tools.bench import prices
from tools.bench.counted import kept
from tools.bench.prices import bills, idle_month
from tools.pages import scale_figures as figures
from tools.pages.markdown import page, table
from tools.pages.scale_figures import BURST, LARGE, MANY, NIGHT_H, RECORDS, Limit

INTRODUCTION = """\
What the hub carries, on paper: `make docs` computes it from what was counted (see [cost](cost.md)), from how keys are
shaped and from the template's own numbers, so this page changes when they do. Nobody has run these sizes on AWS, whose
quotas are its documented defaults. In each table the first row is what breaks first. Nothing is lost there: what is too
much waits in its queue, and a vendor whose webhook was refused delivers again."""
LARGE_TEXT = """\
**A first sync** that creates all of them. A vendor that takes a hundred in one call is limited by our functions and our
table, one that takes a single record by itself:"""
LARGE_REST = """\
**The nightly comparison** reads a list page by page, each page naming the next one:

{compare}

A plan is made in slices, and the search for missing records goes on slice by slice, so memory does not grow with the
account (`make bench` holds both). A list of changes that the guard stopped holds 100 000 records; the next whole read
finds the others."""
MANY_TEXT = """\
**The night**, with every flow at the same hour: comparisons begin within that hour, spread by name, and read for
{each:.0f} s a tenant. To end in {night} hours takes `FetchConcurrency={needed}`.

{night_table}

**The day**: {polls:.1f} polls a second where webhooks tell of changes, which keep {busy:.0f} functions busy; where none
do, {more:.1f} polls a second and {more_busy:.0f} functions. Queues are fair by tenant, so the work of one does not push
another's back.

**The bill**: {usd} USD a month when nothing changes, {secrets} of it for secrets. {schedules} schedules
of {schedules_most} and {secrets_kept} secrets of {secrets_most} are within an account's quotas."""
BURST_TEXT = """\
{table}

To take {burst} a second: `HookRatePerSecond={burst}`, `ReceiveConcurrency={receive}`, `FetchConcurrency={fetch}`,
`MapConcurrency={map}`, `UpsertConcurrency={upsert}`, and a quota of the account for all of them. They have to come from
at least {accounts} accounts, for each vendor takes only so many calls: what is more waits in line for its account, and
holds up no other tenant. An hour of it costs {usd:.0f} USD."""


def scale() -> str:
    """Return the page."""
    return page(
        "What it carries",
        INTRODUCTION,
        f"## One tenant with {_number(LARGE)} records a side",
        LARGE_TEXT,
        _table("records created", figures.creates_in_lists(), LARGE, "in lists: "),
        _table("records created", figures.creates_one_by_one(), LARGE, "one by one: "),
        LARGE_REST.format(compare=_table("pairs compared", figures.large_compare(), LARGE)),
        f"## {_number(MANY)} tenants with {_number(RECORDS)} records a side each",
        _many(),
        f"## {_number(BURST)} webhooks a second",
        _burst(),
    )


def _many() -> str:
    rows = []
    for functions in (figures.parameter("FetchConcurrency"), figures.functions_for_night(), 100):
        first, *_ = sorted(figures.compare_of_many(functions), key=lambda limit: limit.per_s)
        rows.append(
            (
                functions,
                first.what,
                f"{first.hours(MANY) + 1:.1f}",
                f"{first.per_s * (NIGHT_H - 1) * 3600:,.0f}".replace(",", " "),
            )
        )
    polls = MANY / SLOWEST.total_seconds()
    more = MANY / (prices.EVERY_MIN * 60)
    poll_s = kept().poll.vendor_calls * prices.LIST_CALL_S
    month = idle_month(kept(), polls_a_day=24)
    return MANY_TEXT.format(
        each=figures.compare_s(),
        night=NIGHT_H,
        needed=figures.functions_for_night(),
        night_table=table(["`FetchConcurrency`", "what limits", "hours for all", f"tenants in {NIGHT_H} hours"], rows),
        polls=polls,
        busy=polls * poll_s,
        more=more,
        more_busy=more * poll_s,
        usd=_number(MANY * sum(bill.total for bill in month.values())),
        secrets=_number(MANY * month["its secret"].total),
        schedules=_number(2 * MANY),
        schedules_most=_number(figures.SCHEDULES),
        secrets_kept=_number(MANY),
        secrets_most=_number(figures.SECRETS),
    )


def _burst() -> str:
    limits = figures.webhooks()
    needed = {
        limit.raise_by.strip("`"): figures.parameter(limit.raise_by.strip("`")) * BURST / limit.per_s
        for limit in limits
        if limit.raise_by.endswith("Concurrency`")
    }
    return BURST_TEXT.format(
        table=table(
            ["what limits", "webhooks a second", "because", "raised by"],
            [(it.what, _number(it.per_s), it.why, it.raise_by) for it in limits],
        ),
        burst=BURST,
        receive=_up(needed["ReceiveConcurrency"]),
        fetch=_up(needed["FetchConcurrency"]),
        map=_up(needed["MapConcurrency"]),
        upsert=_up(needed["UpsertConcurrency"]),
        accounts=_up(BURST / figures.vendor_calls_per_s("tripletex")),
        usd=bills(kept())[prices.TOLD].total / prices.MILLION * BURST * 3600,
    )


def _table(what: str, limits: Sequence[Limit], amount: int, prefix: str = "") -> str:
    rows = [
        (prefix + it.what, _number(it.per_s), f"{it.hours(amount):.1f}", it.why, it.raise_by)
        for it in sorted(limits, key=lambda limit: limit.per_s)
    ]
    return table(["what limits", f"{what} a second", f"hours for {_number(amount)}", "because", "raised by"], rows)


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def _up(value: float) -> int:
    return -int(-value // 1)
