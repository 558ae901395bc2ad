"""Connectors on their sandboxes. Whatever Tripletex is sent in any test is held against its published document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.openapi import SPEC, complaints
from tests.connectors.rig import Rig
from tests.connectors.timerabbit_rig import TimerabbitRig
from tests.connectors.tripletex_rig import TripletexRig

RIGS: dict[str, type[Rig]] = {"tripletex": TripletexRig, "timerabbit": TimerabbitRig}


@pytest.fixture
def tripletex() -> Iterator[TripletexRig]:
    """Open Tripletex on a first-day account."""
    rig = TripletexRig()
    yield rig
    _hold_against_document(rig)


@pytest.fixture
def timerabbit() -> TimerabbitRig:
    """Open Timerabbit on an empty account."""
    return TimerabbitRig()


@pytest.fixture(params=[*RIGS])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Open each vendor in turn."""
    rig = RIGS[request.param]()
    yield rig
    _hold_against_document(rig)


def _hold_against_document(rig: Rig) -> None:
    if rig.vendor == "tripletex" and SPEC.exists():
        assert complaints(rig.transport.sent) == []
