"""Connectors on their sandboxes. What they send in any test is held against the vendor's document or our contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.rig import Rig
from tests.connectors.rigs import RIGS
from tests.connectors.svenn_rig import SvennRig
from tests.connectors.timerabbit_rig import TimerabbitRig
from tests.connectors.timly_rig import TimlyRig
from tests.connectors.tripletex_rig import TripletexRig


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask a test of every vendor that has what it needs."""
    chosen_there = any(mark.args[0] == "rig" for mark in metafunc.definition.iter_markers("parametrize"))
    if "rig" in metafunc.fixturenames and not chosen_there:
        needed = {each for mark in metafunc.definition.iter_markers("needs") for each in mark.args}
        metafunc.parametrize("rig", [vendor for vendor, rig in RIGS.items() if needed <= rig.offers()], indirect=True)


@pytest.fixture
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Open a vendor."""
    yield from _opened(RIGS[request.param])


@pytest.fixture
def tripletex() -> Iterator[TripletexRig]:
    """Open Tripletex on a first-day account."""
    yield from _opened(TripletexRig)


@pytest.fixture
def timerabbit() -> Iterator[TimerabbitRig]:
    """Open Timerabbit on an empty account."""
    yield from _opened(TimerabbitRig)


@pytest.fixture
def svenn() -> Iterator[SvennRig]:
    """Open Svenn on an empty account."""
    yield from _opened(SvennRig)


@pytest.fixture
def timly() -> Iterator[TimlyRig]:
    """Open Timly on an account without items."""
    yield from _opened(TimlyRig)


def _opened[T: Rig](kind: type[T]) -> Iterator[T]:
    rig = kind()
    yield rig
    assert rig.complaints() == []
