"""Two customers, or two companies of one, in one table and one queue: same ids and numbers; each sees its own alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samspill.engine.model import Side
from samspill.state import FlowKey
from samspill.usecases import setup
from tests.simulation.broken import Broken
from tests.simulation.histories import live_beside
from tests.simulation.hub import SimulatedHub
from tests.simulation.mixing import MIXES
from tests.simulation.neighbour import COMPANY, CUSTOMER, Neighbour
from tests.simulation.options import VendorOptions, Weather
from tests.support.actors import admin

SEEDS = range(12)
REGRESSIONS = (63001575, 72000114)
MANY = 100
"""Lives to try until the mix is told by its name: most break something else first."""


def test_nothing_of_one_customer_is_read_written_or_told_to_another() -> None:
    live_apart(CUSTOMER)


def test_nothing_of_one_flow_is_read_written_or_told_to_another_of_its_declaration() -> None:
    live_apart(COMPANY)


def live_apart(flow: FlowKey) -> None:
    """Live the lives of two, of whom nearly all write something."""
    written: list[bool] = []
    for seed in SEEDS:
        first, second = live_beside(seed, flow).hubs
        assert set(first.history.entity_of) & set(second.history.entity_of), "the two have records of the same id"
        written += [bool(first.history.writes), bool(second.history.writes)]
    assert sum(written) > len(written) * 0.9


@pytest.mark.parametrize("flow", [CUSTOMER, COMPANY])
def test_what_a_person_of_one_flow_does_while_a_function_of_another_works_is_no_mixing(flow: FlowKey) -> None:
    exact = VendorOptions(webhooks="exact")
    first = SimulatedHub(3, left=exact, right=exact)
    other = Neighbour(first, flow, left=exact, right=exact)
    met: list[str] = []

    def enter_key() -> None:
        if not first.at("left.read answered"):
            return
        first.weather = Weather()
        met.append(first.call(lambda: setup.test(first.world, admin(), *_connection(first)), 60))

    other.person_adds(Side.LEFT)
    first.meanwhile, first.weather = enter_key, Weather(meanwhile=1.0)
    first.drain()
    assert met == ["done"]
    assert other.links("customers")[0].ids.keys() == {*Side}


def _connection(hub: SimulatedHub) -> tuple[str, str]:
    return hub.flow_key.tenant, hub.connections[Side.LEFT]


@pytest.mark.parametrize("flow", [CUSTOMER, COMPANY])
@pytest.mark.parametrize("seed", REGRESSIONS)
def test_what_broke_once_holds(seed: int, flow: FlowKey) -> None:
    live_beside(seed, flow)


@pytest.mark.parametrize(("mix", "flow"), MIXES.values(), ids=MIXES)
def test_an_engine_that_mixes_customers_or_flows_is_caught(
    mix: Callable[[pytest.MonkeyPatch], None], flow: FlowKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    mix(monkeypatch)
    for seed in range(MANY):
        try:
            live_beside(seed, flow)
        except Broken as broken:
            if "INV-TENANT" in broken.names:
                return
    pytest.fail("nobody noticed by the tenant")
