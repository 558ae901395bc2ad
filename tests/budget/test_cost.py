"""The meter counts as AWS bills, and the bill is what was counted times the prices."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.messages import StartRun
from tests.support.clock import FixedClock
from tools.bench import prices
from tools.bench.counted import kept
from tools.bench.counting import Counted
from tools.bench.meter import Meter, MeteredDynamo, MeteredQueues, Usage
from tools.bench.prices import bills
from tools.pages.cost import idle_usd


class Answering:
    """A client that answers everything alike."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def __getattr__(self, _operation: str) -> Any:
        return lambda **_arguments: self._answer


def usage(operation: str, answer: dict[str, Any] | None = None, **arguments: Any) -> Usage:
    meter = Meter()
    getattr(MeteredDynamo(Answering(answer or {}), meter), operation)(**arguments)
    return meter.usage()


def item(size_bytes: int, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "x" * (size_bytes - 2)}, **more}


@pytest.mark.parametrize(("size_bytes", "units"), [(3, 1), (1024, 1), (1025, 2)])
def test_a_write_counts_by_started_kilobytes_and_double_in_a_transaction(size_bytes: int, units: int) -> None:
    assert usage("put_item", Item=item(size_bytes)) == Usage(write_units=units)
    writes = [{"Put": {"Item": item(size_bytes)}}, {"Update": {}}]
    assert usage("transact_write_items", TransactItems=writes) == Usage(write_units=2 * units + 2, transactions=1)


def test_an_item_that_an_index_holds_is_written_there_as_well() -> None:
    assert usage("put_item", Item=item(100, status_key={"S": "failed"})).write_units == 2


def test_what_is_read_counts_by_started_four_kilobytes_and_what_is_missing_as_one() -> None:
    assert usage("get_item", {"Item": item(4097)}, ConsistentRead=True).read_units == 2
    assert usage("get_item", ConsistentRead=True).read_units == 1
    found: dict[str, Any] = {"Responses": {"state": [item(10), item(5000)]}}
    assert usage("batch_get_item", found, RequestItems={"state": {"Keys": [{}] * 4}}).read_units == 1 + 2 + 2
    page = {"Items": [item(3000), item(3000)]}
    assert usage("query", page, ConsistentRead=True).read_units == 2, "a page is counted as a whole"


def test_ten_messages_are_one_request_to_send_and_two_each_to_take() -> None:
    meter = Meter()
    MeteredQueues(FixedClock(), meter).send([StartRun(tenant="t", flow="f")] * 11)
    assert meter.usage() == Usage(queue_requests=2 + 11 * 2, invocations=11)


def test_a_read_that_need_not_be_the_newest_counts_half() -> None:
    assert usage("get_item", {"Item": item(10)}, ConsistentRead=False).read_units == 0.5


def test_the_page_keeps_the_budgets_of_a_change_of_a_webhook_and_of_an_idle_tenant() -> None:
    assert bills(kept())[prices.CHANGED].total <= 3.7
    assert bills(kept())[prices.TOLD].total <= 20
    assert idle_usd() <= 0.60


def test_the_bill_is_what_was_counted_times_the_prices() -> None:
    none = Usage()
    changed = Usage(write_units=4, read_units=2, queue_requests=1, invocations=1, objects_put=1, objects_got=1)
    bill = bills(Counted(none, none, changed, none, none, none, none, none))[prices.CHANGED]
    assert bill.dynamodb == pytest.approx(4 * 0.625 + 2 * 0.125)
    assert bill.sqs == pytest.approx(0.5)
    assert bill.s3 == pytest.approx(5.4)
    assert bill.functions > 0.2
    assert bill.total == pytest.approx(bill.dynamodb + bill.sqs + bill.functions + bill.s3 + bill.logs)
