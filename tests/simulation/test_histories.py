"""Random lives, from fixed seeds, and those that once broke something."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.hard import live_hard
from tests.simulation.histories import live, live_beside, live_guarded, only_tried, twice
from tests.simulation.hub import SimulatedHub
from tests.simulation.kinds import KINDS
from tests.simulation.managed import live_managed
from tests.simulation.odd_histories import live_odd
from tests.simulation.options import VendorOptions
from tests.simulation.twins import live_twins
from tests.simulation.typed import live_typed
from tools.uv import ROOT

SEEDS = range(40)
CALM_SEEDS = range(25)
REGRESSIONS = (
    *(1005, 1006, 1028, 1038, 1045, 1059, 1068, 1174, 1204, 1214, 1394, 1424, 1505, 1802, 1821),
    *(2157, 2178, 2198, 2392, 2439, 2640, 3063, 11010, 11013, 12580, 12747, 22144, 24226, 24903, 7001010),
)
"""Lives in which an earlier engine, or an earlier simulation, failed; `docs/simulation.md` tells of what."""
CALM_REGRESSIONS = (5, 14, 26, 73, 77, 79, 84, 98, 113, 141, 208, 230, 323, 376, 597, 7000066, 7000516)
GUARDED_REGRESSIONS = (
    *(42, 313, 5001687, 5002267, 7000877, 7001107, 7001257, 9100074),
    *(62000271, 62000529, 63001021, 63000242),
)
MANAGED_REGRESSIONS = (5001883, 63000746)
HARD_REGRESSIONS = (51000166, 1056)
ODD_REGRESSIONS = (50, 52, 133, 489, 611, 846)
BESIDE_REGRESSIONS = (5000359, 1796052660399)
DELTAS_REGRESSIONS = (28, 180, 190, 198, 501, 732, 1379, 1480, 2023, 3267)


def test_every_invariant_holds_in_random_lives() -> None:
    for seed in SEEDS:
        live(seed)


@pytest.mark.proofs
@pytest.mark.parametrize("first", range(1_000, 1_300, 100))
@pytest.mark.parametrize("kind", KINDS)
def test_every_invariant_holds_in_many_lives_of_every_kind(kind: str, first: int) -> None:
    for seed in range(first, first + 100):
        KINDS[kind](seed)


def test_bounds_on_writes_are_exact_where_calls_do_what_they_are_told() -> None:
    for seed in CALM_SEEDS:
        live(seed, calm=True)


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_what_broke_once_holds(seed: int) -> None:
    live(seed)


@pytest.mark.parametrize("seed", CALM_REGRESSIONS)
def test_what_broke_once_without_faults_holds(seed: int) -> None:
    live(seed, calm=True)


def test_under_small_limits_no_more_goes_out_than_they_and_people_allow() -> None:
    for seed in range(15):
        live_guarded(seed)


@pytest.mark.parametrize("seed", GUARDED_REGRESSIONS)
def test_what_broke_once_under_small_limits_holds(seed: int) -> None:
    live_guarded(seed)


def test_while_rules_change_and_flows_rest_and_what_was_given_up_on_is_put_back() -> None:
    for seed in (*range(20), *MANAGED_REGRESSIONS):
        live_managed(seed)


def test_while_backups_are_restored_records_come_back_and_scopes_are_left() -> None:
    for seed in (*range(20), *ODD_REGRESSIONS):
        live_odd(seed)


def test_among_vendors_that_are_as_difficult_as_real_ones() -> None:
    for seed in (*range(15), *HARD_REGRESSIONS):
        live_hard(seed)


def test_however_a_thing_is_spelled_and_whatever_a_vendor_keeps_of_it() -> None:
    for seed in range(15):
        live_typed(seed)


@pytest.mark.parametrize("seed", BESIDE_REGRESSIONS)
def test_what_broke_once_beside_another_customer_holds(seed: int) -> None:
    live_beside(seed)


def test_without_webhooks_and_whole_reads_the_reads_of_changes_find_everything() -> None:
    for seed in (*range(25), *DELTAS_REGRESSIONS):
        live(seed, calm=True, deltas_only=True)


def test_of_twins_and_of_numbers_that_mean_two_things_nothing_is_joined_or_made_unasked() -> None:
    for seed in range(30):
        live_twins(seed)


def test_the_same_seed_lives_the_same_life() -> None:
    twice(live, 11)
    twice(live_guarded, 11)


def test_the_same_seed_lives_the_same_life_in_another_process_where_sets_have_another_order() -> None:
    code = "from tests.simulation.histories import live, live_guarded as other; print(live(11).trace, other(11).trace)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    traces = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**environment, "PYTHONHASHSEED": order},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for order in ("1", "2")
    }
    assert len(traces) == 1


def test_a_dry_run_writes_nothing() -> None:
    hub = SimulatedHub(3, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    for side in hub.vendors:
        hub.person_adds(side)
    only_tried(hub)
    assert not hub.history.writes
