"""The control totals of a large company, compared part by part, ring as those compared in one go."""

from __future__ import annotations

import pytest

from samspill.messages import decode
from samspill.modes.hours import totals_check
from samspill.modes.hours.tasks import CompareTotals
from samspill.pipeline.dispatch import handle
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.support.actors import admin
from tests.support.tasks import message_in


@pytest.fixture
def site() -> Site:
    return Site(Hub(size=6, flow=NAME))


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals_check, "LINES", 1)


def blocked(site: Site) -> None:
    """Hours that cannot go over: the project is closed in accounting."""
    site.hub.tripletex.set_faults({"webhook_drop": True})
    site.hub.tripletex.edit("project", site.job, {"isClosed": True})
    site.enter("4")
    site.settle()


def rung(site: Site) -> list[tuple[str, str, str, str]]:
    told = site.hub.journal("hours_differ")
    return sorted((e.label, e.reason.params["ours"], e.reason.params["theirs"], e.reason.params["codes"]) for e in told)


def test_the_same_rings_in_parts_as_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for lines in (10_000, 1):
        monkeypatch.setattr(totals_check, "LINES", lines)
        site = Site(Hub(size=6, flow=NAME))
        blocked(site)
        site.hub.sync()
        found.append(rung(site))
    assert found[0] == found[1]
    assert len(found[0]) >= 1


@pytest.mark.usefixtures("parted")
def test_whoever_dies_over_a_part_it_rings_once(site: Site) -> None:
    """Each message comes twice, and the first time its function dies at its end."""
    blocked(site)
    seen: set[str] = set()
    parts: list[CompareTotals] = []

    def before(body: str) -> None:
        message = message_in(body)
        if isinstance(message, CompareTotals) and body not in seen:
            seen.add(body)
            parts.append(message)
            handle(site.hub.world, decode(body))

    setup.run(site.hub.world, admin(), site.hub.flow, full=True)
    site.hub.drain(before=before)
    assert len({(each.again, each.part) for each in parts}) == parts[0].parts * 2
    assert len(parts) <= 2 * len({(each.again, each.part) for each in parts})
    assert len(rung(site)) == 1
