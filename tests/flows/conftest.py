"""What several flows' tests begin with."""

from __future__ import annotations

import pytest

from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides
from tests.support.reasons import every_reason_has_its_sentence

__all__ = ["every_reason_has_its_sentence"]


@pytest.fixture
def hub() -> Hub:
    """A few records in step, and vendors whose webhooks are lost: what happens is what a test asks for."""
    hub = Hub(size=3)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    return hub


@pytest.fixture
def sides() -> TwoSides:
    """Svenn and Tripletex in step, with nothing counted yet."""
    hub = Hub(size=6, flow="svenn-tripletex")
    hub.first_sync()
    both = TwoSides(hub)
    both.settle()
    both.forget()
    return both


@pytest.fixture
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vendor alone know what it refuses: nothing is refused before it is sent."""
    monkeypatch.setattr("samspill.connectors.contract.bodies.check_fit", lambda *_: None)
