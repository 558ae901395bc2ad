"""The simulated flow is in the catalogue only while a simulation runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from samspill.flows.catalogue import FLOWS


@pytest.fixture(autouse=True)
def catalogue_as_it_was() -> Iterator[None]:
    before = dict(FLOWS)
    yield
    FLOWS.clear()
    FLOWS.update(before)
