"""Connectors on their sandboxes. What they send in any test is held against the vendor's document or our contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.contract import breaches
from tests.connectors.contract_rig import ContractRig, SvennRig, TimerabbitRig
from tests.connectors.openapi import SPEC, complaints
from tests.connectors.rig import Rig
from tests.connectors.tripletex_rig import TripletexRig

RIGS: dict[str, type[Rig]] = {"tripletex": TripletexRig, "timerabbit": TimerabbitRig, "svenn": SvennRig}


@pytest.fixture
def tripletex() -> Iterator[TripletexRig]:
    """Open Tripletex on a first-day account."""
    rig = TripletexRig()
    yield rig
    _hold_against_document(rig)


@pytest.fixture
def timerabbit() -> Iterator[TimerabbitRig]:
    """Open Timerabbit on an empty account."""
    rig = TimerabbitRig()
    yield rig
    _hold_against_document(rig)


@pytest.fixture
def svenn() -> Iterator[SvennRig]:
    """Open Svenn on an empty account."""
    rig = SvennRig()
    yield rig
    _hold_against_document(rig)


@pytest.fixture(params=[*RIGS])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Open each vendor in turn."""
    rig = RIGS[request.param]()
    yield rig
    _hold_against_document(rig)


def _hold_against_document(rig: Rig) -> None:
    if isinstance(rig, ContractRig):
        assert breaches(rig.vendor, rig.transport.sent) == []
    elif SPEC.exists():
        assert complaints(rig.transport.sent) == []
