"""Two customers, or two companies of one, in one table and one queue: same ids and numbers; each sees its own alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samspill.state import FlowKey
from tests.simulation.broken import Broken
from tests.simulation.histories import live_beside
from tests.simulation.mixing import MIXES
from tests.simulation.neighbour import COMPANY, CUSTOMER

SEEDS = range(24)
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
