"""The page of sizes reckons with how things are: key shapes, the template's numbers, what was counted."""

from __future__ import annotations

from samspill.engine.model import Link, LinkState, Side, link_id
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from samspill.store.dynamo import Table
from samspill.store.dynamo_links import DynamoLinks
from tests.support.aws import aws_in_process, client_of, make_tables
from tests.support.clock import FixedClock
from tools.bench.counted import kept
from tools.bench.prices import LIST_CALL_S, ROWS_A_PAGE, idle_month
from tools.pages import scale_figures as figures
from tools.pages.scale import scale
from tools.pages.scale_figures import BURST, LARGE, MANY, NIGHT_H, RECORDS, Limit


def first(limits: list[Limit]) -> Limit:
    return min(limits, key=lambda limit: limit.per_s)


def test_all_links_and_pointers_of_a_stream_are_written_to_one_partition_key() -> None:
    with aws_in_process():
        make_tables()
        client = client_of("dynamodb")
        links = DynamoLinks(Table("state", lambda: client), FixedClock())
        for name in map(str, range(20)):
            ids = {Side.LEFT: name, Side.RIGHT: f"r{name}"}
            commit = LinkCommit(Link(link_id(Side.LEFT, name), ids, LinkState.LINKED), ((Side.RIGHT, f"r{name}"),))
            links.commit(StreamKey("t", "f", "customers"), [commit])
        written = {item["pk"]["S"] for item in client.scan(TableName="state")["Items"]}
    assert len(written) == 1, "no longer: docs/adr/0024 and the page say otherwise"
    [partition] = [limit for limit in figures.creates_in_lists() if "one partition key" in limit.what]
    assert partition.per_s * kept().created.write_units == figures.PARTITION_WRITES
    assert 1.5 < partition.hours(LARGE) < 2, "docs/adr/0024 says 1.7 hours"


def test_nightly_comparisons_of_ten_thousand_tenants_end_in_six_hours() -> None:
    functions = figures.functions_for_night()
    slowest = first(figures.compare_of_many(functions))
    assert slowest.hours(MANY) + 1 <= NIGHT_H, "the last of them begin an hour after the first"
    assert first(figures.compare_of_many(functions - 1)).hours(MANY) + 1 > NIGHT_H, "and with no fewer functions"
    assert functions <= 20
    assert MANY * 2 <= figures.SCHEDULES
    assert MANY <= figures.SECRETS


def test_a_tenants_night_is_all_its_pages_of_both_sides() -> None:
    pages = sum(RECORDS / rows for rows in ROWS_A_PAGE.values())
    assert figures.compare_s() > pages * LIST_CALL_S


def test_what_breaks_first_in_a_burst_is_a_vendor_and_then_functions_that_a_parameter_adds() -> None:
    names = [limit.raise_by for limit in figures.webhooks()]
    assert names[:3] == ["the vendor", "`FetchConcurrency`", "`UpsertConcurrency`"]
    account = next(limit for limit in figures.webhooks() if "account's functions" in limit.what)
    assert account.per_s >= BURST, "the account's default quota is enough for the burst"


def test_the_page_tells_the_bill_of_the_cost_page() -> None:
    month = sum(bill.total for bill in idle_month(kept(), polls_a_day=24).values())
    assert f"{MANY * month:,.0f} USD a month".replace(",", " ") in scale()
