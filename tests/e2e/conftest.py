"""A machine for each file of tests, on ports and in a home of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.launcher.machine import OneMachine
from local.launcher.ports import free_port
from tests.e2e.reading import Heard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """The demo after its first sync."""
    home: Path = tmp_path_factory.mktemp("machine")
    with OneMachine(home, port=free_port(), sandbox_port=free_port()) as machine:
        demo = Heard(machine)
        with demo.vendors:
            demo.connect()
            demo.first_sync()
            yield demo
