"""What AWS is asked for per record, counted from the requests that the real stores make, and what it costs."""

from collections.abc import Iterator

from tools.bench.counted import differing
from tools.bench.counting import count
from tools.bench.figures import Figure
from tools.bench.prices import CHANGED, TOLD, bills
from tools.pages.cost import IDLE_BUDGET, TOLD_BUDGET, idle_usd


def storage() -> Iterator[Figure]:
    """Yield the figures: all of a full batch of a hundred, beside those of reading alone."""
    counted = count()
    yield Figure("write units per applied create", counted.created.write_units, "units", most=6.3)
    yield Figure("write units per applied update", counted.changed.write_units, "units", most=4.1)
    yield Figure("records created per transaction", 1 / counted.created.transactions, "records", least=25)
    yield Figure("records updated per transaction", 1 / counted.changed.transactions, "records", least=25)
    billed = bills(counted)
    yield Figure("cost of a million records changed, see docs/cost.md", billed[CHANGED].total, "USD", most=3.7)
    yield Figure("cost of a million changes told by webhooks", billed[TOLD].total, "USD", most=TOLD_BUDGET)
    yield Figure("cost of an idle tenant in a month", idle_usd(), "USD", most=IDLE_BUDGET)
    yield Figure("counted operations that docs/cost.md tells otherwise", differing(counted), "operations", most=0)
