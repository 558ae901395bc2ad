"""Hours are never taken back: a run that wrote nothing else is refused, with what to do instead."""

from __future__ import annotations

from copy import deepcopy

import pytest

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.usecases import undo
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.support.actors import admin


def without_webhooks() -> Site:
    site = Site(Hub(size=6, flow=NAME))
    for sandbox in site.hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    return site


def test_a_run_that_wrote_hours_alone_is_refused_and_says_where_they_are_corrected() -> None:
    site = without_webhooks()
    site.enter("4")
    site.enter("2", tagId=site.tag)
    run = site.hub.sync()
    held = deepcopy(site.rows)
    assert len(held) == 2

    with pytest.raises(UsageError) as refused:
        undo.show(site.hub.world, admin(), "acme", "run", run.id)
    with pytest.raises(UsageError):
        undo.take_back(site.hub.world, admin(), "acme", "run", run.id, "000000000000")

    assert refused.value.reason.code == "undo_hours"
    assert refused.value.reason.params == {"count": "2", "source": "Svenn", "target": "Tripletex"}
    site.settle()
    assert site.rows == held


def test_beside_hours_everything_else_of_the_run_is_taken_back() -> None:
    site = without_webhooks()
    hub = site.hub
    link = next(each for each in hub.links("customers") if len(each.ids) == len(Side) and not each.conflicts)
    customer, partner = (link.ids[side] for side in Side)
    before = next(row for row in hub.tripletex.rows("customer") if str(row["id"]) == partner)["phoneNumberMobile"]
    hub.svenn.edit("customers", customer, {"mobile": "91000001"})
    site.enter("4")
    run = hub.sync()

    shown = undo.show(hub.world, admin(), "acme", "run", run.id)
    undo.take_back(hub.world, admin(), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert (shown.records, shown.left_alone) == (1, 1)
    (left,) = shown.left
    assert left.reason is not None
    assert (left.stream, left.link, left.reason.code, left.reason.params["count"]) == ("hours", "", "undo_hours", "1")
    now = next(row for row in hub.tripletex.rows("customer") if str(row["id"]) == partner)["phoneNumberMobile"]
    assert now == before
    assert site.held == [4]
