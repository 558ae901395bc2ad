"""Control totals of more pages than the vendor's minute has calls: read window after window, each page once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from samspill.cli.waiting_budget import PatientBudgets
from samspill.connectors.contract import reads
from samspill.engine.model import Side
from samspill.messages import decode
from samspill.modes.hours import totals
from samspill.modes.hours.tasks import CheckTotals
from samspill.pipeline.dispatch import handle
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, TODAY, Site
from tests.support.actors import admin
from tests.support.tasks import message_in

DAYS, PEOPLE = 10, 3
SHEETS = DAYS * PEOPLE
MINUTE = BudgetRule(20, 60, reserve=2)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """A month of some people's hours, one sheet a page, and a hub that may ask each system sixty times a minute."""
    made = Site(Hub(size=6, flow=NAME))
    people = {str(row["employeeNumber"]): row for row in made.hub.tripletex.rows("employee")}
    known = [row for row in made.hub.svenn.rows("employees") if row["number"] in people]
    staff = [row["id"] for row in known if people[row["number"]]["allowInformationRegistration"]][:PEOPLE]
    for day in range(DAYS):
        for employee in staff:
            date_ = (date.fromisoformat(TODAY) + timedelta(days=day)).isoformat()
            made.enter("4", employeeId=employee, date=date_)
    made.settle()
    made.hub.sync()
    assert len(made.rows) == SHEETS
    assert made.hub.journal("hours_differ") == []
    monkeypatch.setattr(reads, "PAGE", 1)
    made.hub.budgets = MemoryBudgets(made.hub.clock, lambda _key: MINUTE)
    for sandbox in made.hub.sandboxes.values():
        sandbox.calls.clear()
    return made


def check(site: Site) -> None:
    told = CheckTotals(tenant="acme", flow=NAME, stream="hours", run="r1", trigger="schedule")
    site.hub.world.queues.send([told])
    site.hub.drain(limit_s=1500)


def pages(site: Site) -> int:
    """Calls for lists of day sheets."""
    return sum(call.path == "/v1/day-sheets" and call.method == "GET" for call in site.hub.svenn.calls)


def test_totals_of_more_pages_than_a_minute_has_calls_come_to_an_end_and_read_each_page_once(site: Site) -> None:
    began = site.hub.clock.now()

    check(site)

    assert site.hub.world.queues.depth() == 0
    assert pages(site) == len(site.hub.svenn.rows("day-sheets")) > SHEETS
    assert site.hub.clock.now() - began < timedelta(minutes=5)
    assert site.hub.journal("hours_differ") == []
    assert site.hub.writes("svenn") == site.hub.writes("tripletex") == 0


def test_a_difference_on_the_last_page_is_looked_into_and_rings_once(site: Site) -> None:
    site.hub.tripletex.set_faults({"webhook_drop": True})
    row = max(site.rows, key=lambda each: each["date"])
    site.hub.tripletex.edit("timesheetEntry", str(row["id"]), {"hours": 1})

    check(site)

    assert site.hub.world.queues.depth() == 0
    (told,) = site.hub.journal("hours_differ")
    assert (told.reason.params["ours"], told.reason.params["theirs"]) == ("4", "1")
    assert told.reason.params["codes"] == "conflict"


def test_a_page_whose_message_comes_again_is_not_added_twice(site: Site) -> None:
    """Whoever read a page died before the message was done: it is read again, and so is what follows."""
    queues, died = site.hub.world.queues, False

    def check_totals(body: str) -> None:
        nonlocal died
        message = message_in(queues.open(body))
        if isinstance(message, CheckTotals) and message.page == 3 and not died:
            died = True
            handle(site.hub.world, decode(queues.open(body)))

    site.hub.world.queues.send([CheckTotals(tenant="acme", flow=NAME, stream="hours", run="r1", trigger="schedule")])
    site.hub.drain(limit_s=1500, before=check_totals)

    assert died
    assert site.hub.world.queues.depth() == 0
    assert site.hub.journal("hours_differ") == []


@pytest.mark.parametrize("differs", [False, True])
def test_however_often_its_messages_come_one_chain_of_pages_goes_on(site: Site, *, differs: bool) -> None:
    """Each message comes twice: the first time its function dies at its end, when the next page is asked for."""
    site.hub.budgets = MemoryBudgets(site.hub.clock, lambda _key: BudgetRule(10**6, 60))
    if differs:
        site.hub.tripletex.set_faults({"webhook_drop": True})
        site.hub.tripletex.edit("timesheetEntry", str(site.rows[0]["id"]), {"hours": 1})
    queues, seen = site.hub.world.queues, set[str]()
    asked: dict[tuple[bool, str, int], set[str]] = defaultdict(set)

    def before(body: str) -> None:
        message = message_in(queues.open(body))
        if isinstance(message, CheckTotals) and body not in seen:
            seen.add(body)
            asked[bool(message.places), str(message.side or ""), message.page].add(message.chain)
            assert len(seen) < 500, "the chain forks"
            handle(site.hub.world, decode(queues.open(body)))

    run = setup.run(site.hub.world, admin(), site.hub.flow, full=True)
    site.hub.drain(before=before)

    assert len(asked) >= SHEETS * (1 + differs)
    assert {len(chains) for chains in asked.values()} <= {1, 2}, "of the two for a page one goes on"
    assert len(site.hub.journal("hours_differ")) == differs
    found = site.hub.world.runs.get(site.hub.flow, run.id)
    assert found is not None
    assert found.count("hours", "totals.pages") == len(asked)


def test_a_person_who_asks_for_the_totals_waits_for_the_next_minute(site: Site) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        site.hub.clock.advance(seconds)

    site.hub.budgets = PatientBudgets(site.hub.budgets, lambda *_: None, sleep)

    [(_, found)] = totals.all_totals(site.hub.world, site.hub.flow)

    assert waits
    assert pages(site) == len(site.hub.svenn.rows("day-sheets"))
    assert (
        sum(total.hours[Side.LEFT] for total in found) == sum(total.hours[Side.RIGHT] for total in found) == 4 * SHEETS
    )
    assert not any(total.differs for total in found)
