"""docs/cost.md: what AWS costs per million records, from counted operations and listed prices."""

from dataclasses import asdict

from tools.bench import prices
from tools.bench.counted import kept, rounded
from tools.bench.prices import PRICES, ROWS_A_PAGE, Price, bills
from tools.pages.markdown import page, table

INTRODUCTION = """\
What a million records cost on AWS, from what the hub was counted to ask for (`python -m tools.bench.counted` counts:
real stores, real messages, AWS in one process) and list prices. `make bench` counts again and tells when this page no
longer holds. Free tiers are left out; so is what does not grow with records: secrets, alarms, metrics, a run every few
minutes."""
BUDGET = """\
The goal is 2 USD for a million records that changed. **It is missed**, and DynamoDB is why: an update is written
twice, the intent before the vendor is called and the commit after it, and a write in a transaction counts double.
That is {units:.1f} write units, {ledger:.2f} USD by themselves. Conditional writes one by one would halve it,
and make a hundred calls where a transaction makes one. We keep the transactions: time is what a customer waits for."""
COUNTED = {
    "read": "a record read on one side and compared",
    "page": "a page read, without its records",
    "changed": "a record changed, in batches of a hundred",
    "created": "a record created, in batches of a hundred",
    "announced": "a record changed and told by a webhook of its own, from receipt to commit",
}
SOURCES = "Of us-east-1, on demand, second-hand copies: look into AWS's calculator before quoting them to anybody."
FORMULA = """\
```
pages      = {pages}, for a million records on each side
compared   = 2 000 000 × read + pages × page
changed    = compared + 1 000 000 × changed         created = compared + 1 000 000 × created

DynamoDB   = write units × {write:g} + read units × {read:g}
SQS        = requests × {queue:g}              one per 64 KB: to send up to ten, to receive each, to delete each
functions  = invocations × {invocation:g} + seconds × {memory_gb:g} GB × {second:g}
seconds    = vendor calls × {call:g} s + processor seconds ÷ {share:.2f}
S3         = puts and lists × {put:g} + gets × {got:g}
logs       = invocations × {log:g} KB × {kb:g}
                                            prices in USD for a million
```

Assumed, not counted: {read_cpu:g} ms of processor for a record that is compared, {change_cpu:g} ms for one that
changes, {call:g} s for a vendor's answer, {log:g} KB of log for an invocation, one invocation per message although a
function takes several where several wait. A function of {memory} MB has {share:.2f} of a processor."""


def cost() -> str:
    """Return the page."""
    counted = kept()
    billed = bills(counted)
    rows = [
        (what, *(f"{usd:.2f}" for usd in asdict(bill).values()), f"**{bill.total:.2f}**")
        for what, bill in billed.items()
    ]
    budget = BUDGET.format(
        units=counted.changed.write_units, ledger=counted.changed.write_units * prices.WRITE_UNIT.usd
    )
    return page(
        "What it costs",
        INTRODUCTION,
        "## A million records\n\n"
        + table(
            ["USD for a million that are …", "DynamoDB", "SQS", "functions", "S3", "logs", "API", "together"], rows
        ),
        budget,
        "## Counted\n\n" + _counted(),
        "## Formula\n\n" + _formula(),
        f"## Prices\n\n{SOURCES}\n\n" + table(["USD for a million", "of", "source"], [_row(price) for price in PRICES]),
    )


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
        second=prices.GB_SECOND.usd,
        call=prices.VENDOR_CALL_S,
        share=memory / prices.VCPU_MB,
        put=prices.OBJECT_PUT.usd,
        got=prices.OBJECT_GOT.usd,
        log=prices.LOG_KB_EACH,
        kb=prices.LOG_KB.usd,
        read_cpu=prices.READ_CPU_S * 1000,
        change_cpu=prices.CHANGE_CPU_S * 1000,
    )


def _row(price: Price) -> tuple[str, str, str]:
    return f"{price.usd:g}", price.unit, price.source
