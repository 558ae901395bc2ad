"""docs/cost.md: what AWS costs per million records, from counted operations and listed prices."""

from datetime import timedelta

from samspill.ports import DELIVERIES_TOLD
from samspill.runs.polling import QUIET_AFTER, SLOWEST
from tools.bench import prices
from tools.bench.counted import kept, rounded
from tools.bench.prices import PRICES, ROWS_A_PAGE, Bill, Price, bills, idle_month
from tools.pages.markdown import page, table

INTRODUCTION = """\
What a million records cost on AWS, computed from counted requests (`python -m tools.bench.counted` counts them: real
stores, real messages, AWS in one process) and list prices. `make bench` counts again and says if this page is out of
date. Free tiers are left out, and so is what a stack costs without any tenant: alarms, metrics and idle logs."""
BUDGET = """\
The goal is 2 USD for a million records that changed. **It is missed**, because of DynamoDB: an update is written
twice, the intent before the vendor is called and the commit after it, and a write in a transaction counts double.
That is {units:.1f} write units, which alone cost {ledger:.2f} USD. Single conditional writes would halve that,
but would need a hundred calls where a transaction needs one.
We keep the transactions: time is what a customer waits for."""
TOLD = """\
A change that its own webhook reports costs the most: it goes through every queue by itself, and waits for the vendor
by itself. The budget is {budget} USD for a million, and it costs {usd:.2f}."""
IDLE = """\
The full cost of a tenant in which nothing happens, in USD a month, with {records} records a side. The schedule fires
every {every} minutes. If webhooks report changes, or nothing has changed for {quiet} days, a poll starts only once in
{slowest:.0f} minutes. The first change after such days, if no webhook reports it, arrives within the hour; after that
the schedule starts a poll each time. The budget of an idle tenant is {budget:.2f} USD; the last column is a tenant
without webhooks that is in use, before what its changes cost."""
TOLD_BUDGET, IDLE_BUDGET = 20, 0.60
COUNTED = {
    "read": "a record read on one side and compared",
    "page": "a page read, without its records",
    "changed": "a record changed, in batches of a hundred",
    "created": "a record created, in batches of a hundred",
    "announced": "a record changed and reported by its own webhook, from receipt to commit",
    "poll": "a poll of five lists that finds nothing",
    "strike": "a start of the schedule that leads to no poll",
    "look": "a check whether anything is wrong with a tenant",
}
SOURCES = "For us-east-1, on demand, from second-hand copies: check AWS's calculator before quoting them."
FORMULA = """\
```
pages      = {pages}, for a million records on each side
compared   = 2 000 000 × read + pages × page
changed    = compared + 1 000 000 × changed         created = compared + 1 000 000 × created

DynamoDB   = write units × {write:g} + read units × {read:g}
SQS        = requests × {queue:g}              one per 64 KB: to send up to ten, to receive each, to delete each
functions  = invocations × {invocation:g} + GB-seconds × {second:g}
GB-seconds = vendor calls × {memory_gb:.3f} GB × seconds + processor seconds × {cpu_gb:.2f} GB
S3         = puts and lists × {put:g} + gets × {got:g}
logs       = (messages × {line:g} KB + webhooks × {hook_line:g} KB + vendor calls × {call_line:g} KB) × {kb:g}
traces     = webhooks × {traced:g} × {trace:g}
kept       = webhooks × {hook_kb:g} KB for {told_days} days, in DynamoDB
                                            prices in USD for a million
```

Assumed, not counted: {read_cpu:g} ms of processor for a record that is compared, {change_cpu:g} ms for one that
changes, {receive_cpu:g} ms for taking a webhook in; {list_s:g} s for a vendor's page or list, {single_s:g} s for a
single record; a line of {line:g} KB per message, and {hook_line:g} KB of lines besides per webhook; one invocation per
message although a function takes several where several wait. {traced:.0%} of webhooks are traced, and at most all
starts of the schedule. Computing costs the same with any memory, because half the memory comes with half the
processor; waiting is paid for with the {memory} MB of the functions that wait for vendors. No waiting is counted for
AWS's own services."""


def cost() -> str:
    """Return the page."""
    counted = kept()
    billed = bills(counted)
    rows = [(what, *_cells(bill, _SERVICES[:-1])) for what, bill in billed.items()]
    budget = BUDGET.format(
        units=counted.changed.write_units, ledger=counted.changed.write_units * prices.WRITE_UNIT.usd
    )
    return page(
        "What it costs",
        INTRODUCTION,
        "## A million records\n\n" + table(["USD for a million that are …", *_HEADS[:-1], "together"], rows),
        budget,
        TOLD.format(budget=TOLD_BUDGET, usd=billed[prices.TOLD].total),
        "## An idle tenant\n\n" + _idle(),
        "## Counted\n\n" + _counted(),
        "## Formula\n\n" + _formula(),
        f"## Prices\n\n{SOURCES}\n\n" + table(["USD for a million", "of", "source"], [_row(price) for price in PRICES]),
    )


_SERVICES = ("dynamodb", "sqs", "functions", "s3", "logs", "api", "traces", "secrets")
_HEADS = ("DynamoDB", "SQS", "functions", "S3", "logs", "API", "traces", "secrets")


def idle_usd() -> float:
    """Return what an idle tenant costs in a month."""
    return sum(bill.total for bill in idle_month(kept(), polls_a_day=_polls_a_day(rare=True)).values())


def _polls_a_day(*, rare: bool) -> float:
    return timedelta(days=1) / (SLOWEST if rare else timedelta(minutes=prices.EVERY_MIN))


def _idle() -> str:
    both = [idle_month(kept(), polls_a_day=_polls_a_day(rare=rare)) for rare in (True, False)]
    rows = [(what, *(f"{month[what].total:.3f}" for month in both)) for what in both[0]]
    rows.append(("together", *(f"**{sum(bill.total for bill in month.values()):.2f}**" for month in both)))
    text = IDLE.format(
        records=f"{prices.IDLE_RECORDS:,}".replace(",", " "),
        slowest=SLOWEST / timedelta(minutes=1),
        quiet=QUIET_AFTER.days,
        every=prices.EVERY_MIN,
        budget=IDLE_BUDGET,
    )
    return f"{text}\n\n" + table(["USD a month for …", "idle", "no webhooks, in use"], rows)


def _cells(bill: Bill, services: tuple[str, ...]) -> tuple[str, ...]:
    usd = bill.by_service
    return (*(f"{usd[name]:.2f}" for name in services), f"**{bill.total:.2f}**")


def _counted() -> str:
    told = rounded(kept())
    units = [name.replace("_", " ") for name in next(iter(told.values()))]
    rows = [(what, *(f"{number:g}" for number in told[name].values())) for name, what in COUNTED.items()]
    return table(["per", *units], rows)


def _formula() -> str:
    memory = prices.memory_mb()
    return FORMULA.format(
        pages=" + ".join(f"1 000 000 ÷ {rows} ({vendor})" for vendor, rows in ROWS_A_PAGE.items()),
        write=prices.WRITE_UNIT.usd,
        read=prices.READ_UNIT.usd,
        queue=prices.QUEUE_REQUEST.usd,
        invocation=prices.INVOCATION.usd,
        memory=memory,
        memory_gb=memory / 1024,
        cpu_gb=prices.VCPU_MB / 1024,
        second=prices.GB_SECOND.usd,
        list_s=prices.LIST_CALL_S,
        single_s=prices.SINGLE_CALL_S,
        put=prices.OBJECT_PUT.usd,
        got=prices.OBJECT_GOT.usd,
        line=prices.LOG_LINE_KB,
        hook_line=prices.LOG_HOOK_KB + prices.LOG_COUNTS_KB,
        traced=prices.traced_share(),
        trace=prices.TRACE.usd,
        hook_kb=prices.HOOK_KB,
        told_days=DELIVERIES_TOLD.days,
        call_line=prices.LOG_CALL_KB,
        kb=prices.LOG_KB.usd,
        read_cpu=prices.READ_CPU_S * 1000,
        change_cpu=prices.CHANGE_CPU_S * 1000,
        receive_cpu=prices.RECEIVE_CPU_S * 1000,
    )


def _row(price: Price) -> tuple[str, str, str]:
    return f"{price.usd:g}", price.unit, price.source
