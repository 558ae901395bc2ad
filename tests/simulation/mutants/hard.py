"""Wrong engines that only difficult vendors show: order without versions, what comes again, twins (35 to 37)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Link, Observation
from samspill.pipeline.upsert import upsert
from samspill.ports import Page
from samspill.state import StreamKey
from samspill.store.memory import MemoryLinks
from tests.simulation.connector import SimulatedConnector


def writes_count_from_when_sent(patch: pytest.MonkeyPatch) -> None:
    """35: the answer to a write counts from when it was sent; a read sent later may show what was before."""
    patch.setattr(SimulatedConnector, "_written_at", lambda _self, sent_at: int(sent_at * 1000))


def reads_count_from_when_answered(patch: pytest.MonkeyPatch) -> None:
    """35b: a read counts from when its answer came, though it was taken before a write that was answered earlier."""
    page, read = SimulatedConnector.page, SimulatedConnector.read

    def now(self: SimulatedConnector, seen: Sequence[Observation]) -> list[Observation]:
        return [replace(each, seen_at=int(self._hub.clock.time * 1000)) for each in seen]

    def page_late(self: SimulatedConnector, kind: str, **asked: Any) -> Page:
        found = page(self, kind, **asked)
        return replace(found, observations=now(self, found.observations))

    patch.setattr(SimulatedConnector, "page", page_late)
    patch.setattr(SimulatedConnector, "read", lambda self, kind, ids: now(self, read(self, kind, ids)))


def refusals_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """36: nothing tells a write that was refused from one that was done, once its message is delivered again."""
    get = MemoryLinks.get

    def without(self: MemoryLinks, stream: StreamKey, link_ids: Sequence[str]) -> dict[str, Link]:
        return {name: replace(link, refusal=None) for name, link in get(self, stream, link_ids).items()}

    patch.setattr(MemoryLinks, "get", without)


def created_without_a_look(patch: pytest.MonkeyPatch) -> None:
    """37: nobody looks whether a record was made on the other side by hand."""
    patch.setattr(upsert, "not_there_already", lambda _room, jobs: jobs)
