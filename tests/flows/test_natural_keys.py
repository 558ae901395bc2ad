"""A record that is looked for by its number before it is created, and what is found is another company."""

from __future__ import annotations

import pytest

from samspill.engine.model import Result, Side
from samspill.usecases import review
from tests.flows.hub import Hub
from tests.support.actors import admin

HERS = {"name": "Lofoten Fisk AS", "number": "20999", "organizationNumber": "974760673", "email": "post@lofotenfisk.no"}


@pytest.fixture
def hub() -> Hub:
    made = Hub()
    made.first_sync()
    return made


def test_two_companies_with_one_number_are_not_joined_but_asked_about(hub: Hub) -> None:
    by_hand = hub.timerabbit.add("customers", HERS)
    ours = hub.tripletex.add(
        "customer",
        {"name": "Oslo Rør AS", "organizationNumber": "999888777", "customerNumber": 20999, "isCustomer": True},
    )
    count = len(hub.timerabbit.rows("customers"))
    hub.deliver_webhooks()
    hub.drain()
    hub.sync()

    (row,) = (row for row in hub.timerabbit.rows("customers") if row["id"] == by_hand["id"])
    assert {name: row[name] for name in HERS} == HERS
    assert len(hub.timerabbit.rows("customers")) == count
    ((stream, link),) = ((key, link) for key, link in hub.reviews() if link.ids.get(Side.LEFT) == str(ours["id"]))
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "same_key_but_other")
    assert [candidate.external_id for candidate in link.candidates] == [by_hand["id"]]

    hub.timerabbit.edit("customers", by_hand["id"], {"number": "20998"})
    review.decide(hub.world, admin("kari"), stream, [link.id], "create")
    hub.drain()
    assert len(hub.timerabbit.rows("customers")) == count + 1
