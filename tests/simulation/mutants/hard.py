"""Wrong engines that only difficult vendors show: order without versions, repeats, twins, looks, tags (35 to 40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.case import Case
from samspill.engine.model import Link, Observation, Shadow, Side
from samspill.engine.revision import Revision
from samspill.pipeline.upsert import upsert
from samspill.pipeline.upsert.upsert_context import Job, UpsertContext
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


def a_field_left_out_passes_for_unchanged(patch: pytest.MonkeyPatch) -> None:
    """38: what the look before a write does not tell passes for what the plan was made on."""
    as_planned = upsert._is_as_planned

    def passes(context: UpsertContext, job: Job, record: Observation) -> bool:
        shadow = job.planned.link.shadows.get(context.message.side, Shadow({}))
        told = context.references.to_ids(context.message.side, [shadow.fields])[0] or {}
        return as_planned(context, job, replace(record, fields={**told, **record.fields}, problem=None))

    patch.setattr(upsert, "_is_as_planned", passes)


def archived_whatever_the_look_shows(patch: pytest.MonkeyPatch) -> None:
    """39: what an archive would put away with its record is not looked at."""
    as_planned = upsert._is_as_planned

    def passes(context: UpsertContext, job: Job, record: Observation) -> bool:
        return job.planned.write.archive or as_planned(context, job, record)

    patch.setattr(upsert, "_is_as_planned", passes)


def a_write_carries_no_tag(patch: pytest.MonkeyPatch) -> None:
    """40: a write names the order it was planned on, and where a vendor tells only tags nothing."""
    version = Case.version

    def ordered(self: Case, side: Side) -> Revision | None:
        told = version(self, side)
        return Revision.of(told.order) if told else None

    patch.setattr(Case, "version", ordered)
