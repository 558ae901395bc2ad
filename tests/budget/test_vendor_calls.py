"""How often a vendor is called: as often as its lists have pages, and once for a hundred changes."""

from __future__ import annotations

from collections import Counter
from math import ceil

import pytest

from samspill.engine.model import LinkState, Side
from samspill.usecases import limits
from tests.flows.hub import Hub
from tests.support.actors import admin

PAGES = Counter({"/v2/customer": 2, "/v2/project": 1, "/v1/customers": 2, "/v1/projects": 1})
"""What 300 customers and 150 projects take: Tripletex lists active and inactive customers apart; Timerabbit has 200."""
BATCH = 100


@pytest.fixture(scope="module")
def _first_sync() -> Hub:
    hub = Hub(300)
    hub.first_sync()
    limits.change(hub.world, admin("test"), hub.flow, at_least=limits.MOST)  # what follows are mass changes
    for name in ("tripletex", "timerabbit"):
        hub.sandboxes[name].set_faults({"webhook_drop": True})
    hub.deliver_webhooks()
    hub.drain()
    return hub


@pytest.fixture
def hub(_first_sync: Hub) -> Hub:
    """A hub at rest, with no call counted yet. Whatever the test before changed is in step."""
    _first_sync.sync()
    for sandbox in _first_sync.sandboxes.values():
        sandbox.calls.clear()
    return _first_sync


def calls(hub: Hub) -> Counter[str]:
    return Counter(call.path for sandbox in hub.sandboxes.values() for call in sandbox.calls)


def writes(hub: Hub) -> Counter[tuple[str, str]]:
    return Counter((call.method, call.path) for call in hub.timerabbit.calls if call.method != "GET")


def edit_customers(hub: Hub, count: int) -> None:
    """Change so many that have a partner, all of one page."""
    linked = {link.ids[Side.LEFT] for link in hub.links("customers") if link.state is LinkState.LINKED}
    rows = [row for row in hub.tripletex.rows("customer") if str(row["id"]) in linked and not row["isInactive"]]
    for row in rows[:count]:
        hub.tripletex.edit("customer", str(row["id"]), {"name": f"{row['name']} endret"})


def test_an_unchanged_account_is_read_in_as_many_calls_as_it_has_pages_and_nothing_is_written(hub: Hub) -> None:
    stored = [(link.id, link.revision) for stream in ("customers", "projects") for link in hub.links(stream)]
    run = hub.sync()
    assert calls(hub) == PAGES
    assert [(li.id, li.revision) for stream in ("customers", "projects") for li in hub.links(stream)] == stored
    assert run.count("customers", "unchanged") == run.count("customers", "read") >= 600


@pytest.mark.parametrize("changes", [1, 100, 101])
def test_changes_are_written_a_hundred_a_call_and_nothing_is_read_for_them(hub: Hub, changes: int) -> None:
    edit_customers(hub, changes)
    hub.sync()
    assert sum(writes(hub).values()) == ceil(changes / BATCH)
    assert sum(calls(hub).values()) == PAGES.total() + ceil(changes / BATCH)


def test_new_records_are_created_a_hundred_a_call_after_one_search_each(hub: Hub) -> None:
    """The rules need the search: somebody may have typed the record on the other side as well."""
    before = len(hub.timerabbit.rows("customers"))
    for number in range(60):
        hub.tripletex.add("customer", {"name": f"Nykunde {number} AS", "isCustomer": True})
    hub.sync()
    assert writes(hub) == {("POST", "/v1/customers/batch"): 1}
    assert calls(hub) == PAGES + Counter({"/v1/customers": 60, "/v1/customers/batch": 1})
    assert len(hub.timerabbit.rows("customers")) == before + 60


def test_what_was_refused_when_it_was_linked_is_not_sent_again_until_it_changes() -> None:
    hub = Hub()
    project = next(row for row in hub.tripletex.rows("project") if row["startDate"] and not row["isClosed"])
    twin = next(row for row in hub.timerabbit.rows("projects") if row["number"] == project["number"])
    hub.tripletex.edit("project", str(project["id"]), {"endDate": "2001-01-01"})  # before it begins: Tripletex has such
    hub.timerabbit.edit("projects", str(twin["id"]), {"name": f"{project['name']} fra før"})
    hub.first_sync()
    hub.sync()
    [failed] = [link for link in hub.links("projects") if str(project["id"]) in link.ids.values()]
    assert failed.outcome is not None
    assert failed.outcome.reason.code == "field_refused"
    hub.timerabbit.calls.clear()
    hub.sync()
    assert writes(hub) == {}
    hub.tripletex.edit("project", str(project["id"]), {"endDate": "2031-01-01"})
    hub.sync()
    assert [row["name"] for row in hub.timerabbit.rows("projects") if row["id"] == twin["id"]] == [project["name"]]
