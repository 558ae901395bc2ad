"""What refers to something that is gone says so: what it is, where it was deleted, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, Result, Side
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.flows.two_sides import TwoSides

BY_ITSELF = ("goes on by itself", "av seg selv", "von selbst")


def told(link: Link) -> list[str]:
    """What the record says, in every language."""
    assert link.outcome is not None
    assert link.outcome.result is Result.WAITING
    return [reason_text(link.outcome.reason, language) for language in LANGUAGES]


def assert_told_as_deleted(link: Link, record: str, system: str, source: str) -> None:
    assert link.outcome is not None
    assert link.outcome.reason.code == "waiting_for_deleted"
    for text in told(link):
        assert record in text
        assert system in text
        assert source in text
        assert "{" not in text
        assert not any(phrase in text for phrase in BY_ITSELF)


def customer(sides: TwoSides) -> tuple[str, str]:
    made = sides.hub.tripletex.add("customer", {"name": "Fjordhus AS", "isCustomer": True, "customerNumber": 20050})
    sides.settle()
    [ours] = sides.svenn("customers", name="Fjordhus AS")
    return ours["id"], str(made["id"])


def project(hub: Hub, side: Side, customer_id: str) -> str:
    if side is Side.LEFT:
        naust = {"name": "Naust", "number": "N1", "startDate": "2026-01-01", "customerId": customer_id}
        return str(hub.svenn.add("projects", naust)["id"])
    references = {"customer": {"id": int(customer_id)}, "projectManager": {"id": int(hub.manager())}}
    naust = {"name": "Naust", "number": "N1", "startDate": "2026-01-01"}
    return str(hub.tripletex.add("project", {**naust, **references})["id"])


def test_a_project_in_svenn_on_a_customer_that_accounting_deleted(sides: TwoSides) -> None:
    hub, (ours, theirs) = sides.hub, customer(sides)
    hub.tripletex.remove("customer", theirs)
    sides.settle()
    made = project(hub, Side.LEFT, ours)
    sides.settle()
    hub.sync()
    assert_told_as_deleted(sides.link("projects", Side.LEFT, made), "Fjordhus AS", "Tripletex", "Svenn")


def test_a_project_in_accounting_on_a_customer_that_svenn_deleted(sides: TwoSides) -> None:
    hub, (ours, theirs) = sides.hub, customer(sides)
    hub.svenn.remove("customers", ours)
    sides.settle()
    made = project(hub, Side.RIGHT, theirs)
    sides.settle()
    hub.sync()
    assert_told_as_deleted(sides.link("projects", Side.RIGHT, made), "Fjordhus AS", "Svenn", "Tripletex")


@pytest.mark.parametrize("remedy", ["taken back", "made again", "another one"])
def test_what_the_reason_says_to_do_helps(sides: TwoSides, remedy: str) -> None:
    hub, (ours, theirs) = sides.hub, customer(sides)
    stored: Any = hub.svenn.store.held["customers"][ours]
    hub.svenn.remove("customers", ours)
    sides.settle()
    made = project(hub, Side.RIGHT, theirs)
    sides.settle()
    if remedy == "taken back":
        hub.svenn.store.held["customers"][ours] = stored
        hub.svenn.edit("customers", ours, {"description": "tilbake"})
    elif remedy == "made again":
        hub.svenn.add("customers", {"name": "Fjordhus AS", "number": "20050"})
    else:
        other = sides.pair("customers")[1]
        hub.tripletex.edit("project", made, {"customer": {"id": other["id"]}})
    sides.settle()
    assert len(sides.svenn("projects", number="N1")) == 1


def test_what_waits_for_one_that_waits_names_the_end_and_where_it_was_deleted(sides: TwoSides) -> None:
    hub, (ours, theirs) = sides.hub, customer(sides)
    hub.tripletex.remove("customer", theirs)
    sides.settle()
    made = project(hub, Side.LEFT, ours)
    sides.settle()
    person = next(row for row in hub.svenn.rows("employees") if row["active"])
    line = {"employeeId": person["id"], "date": "2026-03-02", "projectId": made, "hours": "4", "approved": True}
    hub.svenn.add("entries", line | {"taskId": next(row["id"] for row in hub.svenn.rows("tasks"))})
    sides.settle()
    hours = [link for link in hub.links("hours") if f"|{made}|" in link.id]
    assert hours
    for link in hours:
        assert_told_as_deleted(link, "Fjordhus AS", "Tripletex", "Svenn")


def test_hours_on_a_project_that_accounting_deleted() -> None:
    site = Site(Hub(size=6, flow=NAME))
    made = site.hub.svenn.add("projects", {"name": "Naust", "number": "9001", "startDate": "2026-01-01"})
    site.settle()
    [job] = [row for row in site.hub.tripletex.rows("project") if row["number"] == "9001"]
    site.hub.tripletex.remove("project", str(job["id"]))
    site.settle()
    site.enter("4", projectId=made["id"])
    site.settle()
    [link] = site.links()
    assert_told_as_deleted(link, "Naust", "Tripletex", "Svenn")
    assert site.held == []


def test_what_waits_for_a_record_that_is_left_out_says_what_is_to_be_done() -> None:
    site = Site(Hub(size=6, flow=NAME))
    made = site.hub.svenn.add("projects", {"name": "Uten dato", "number": "9002"})
    site.enter("4", projectId=made["id"])
    site.settle()
    [link] = site.links()
    assert link.outcome is not None
    assert link.outcome.reason.because is not None
    assert link.outcome.reason.because.code == "no_start_date"
    for text in told(link):
        assert "Svenn" in text
        assert not any(phrase in text for phrase in BY_ITSELF)
