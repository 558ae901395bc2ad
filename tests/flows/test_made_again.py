"""A record that was deleted and made again under its number finds the partner that stayed."""

from __future__ import annotations

import pytest

from samspill.engine.model import LinkState, Side
from tests.flows.hub import Hub
from tests.flows.test_svenn_tripletex import NAME, customer, work


@pytest.fixture
def hub() -> Hub:
    made = Hub(flow=NAME)
    made.first_sync()
    return made


def without_projects(hub: Hub) -> int:
    used = {row["customerId"] for row in hub.svenn.rows("projects")}
    return next(
        int(row["number"])
        for row in hub.svenn.rows("customers")
        if (row["number"] or "").isdecimal() and row["id"] not in used and row["active"] and linked(hub, row["id"])
    )


def linked(hub: Hub, left: str) -> bool:
    return any(
        link.ids.get(Side.LEFT) == left and link.state is LinkState.LINKED and not link.conflicts
        for link in hub.links("customers")
    )


def test_made_again_in_svenn_it_is_joined_with_the_customer_that_stayed_in_tripletex(hub: Hub) -> None:
    number = without_projects(hub)
    left, right = customer(hub, number)
    hub.svenn.remove("customers", left["id"])
    work(hub)
    count = len(hub.tripletex.rows("customer"))

    again = hub.svenn.add("customers", {"name": left["name"], "number": str(number)})
    work(hub)

    assert linked(hub, again["id"])
    assert len(hub.tripletex.rows("customer")) == count
    hub.tripletex.edit("customer", str(right["id"]), {"email": "ny@kunde.no"})
    work(hub)
    assert customer(hub, number)[0]["email"] == "ny@kunde.no"


def test_made_again_in_tripletex_it_is_joined_with_the_customer_that_was_put_away_in_svenn(hub: Hub) -> None:
    number = without_projects(hub)
    left, right = customer(hub, number)
    hub.tripletex.remove("customer", str(right["id"]))
    work(hub)
    assert not customer_in_svenn(hub, number)["active"]
    count = len(hub.svenn.rows("customers"))

    again = hub.tripletex.add("customer", {"name": right["name"], "customerNumber": number, "isCustomer": True})
    work(hub)

    assert len(hub.svenn.rows("customers")) == count
    assert linked(hub, left["id"])
    hub.tripletex.edit("customer", str(again["id"]), {"email": "ny@kunde.no"})
    work(hub)
    assert customer_in_svenn(hub, number)["email"] == "ny@kunde.no"
    assert customer_in_svenn(hub, number)["active"]


def customer_in_svenn(hub: Hub, number: int) -> dict[str, object]:
    (row,) = (row for row in hub.svenn.rows("customers") if row["number"] == str(number))
    return dict(row)
