"""Wrong engines that create wrongly: claims, repetition, the search index, likeness (7 to 9, 19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine import interrupted, pairs
from samspill.engine.case import Plan
from samspill.engine.identity import Judgement, Verdict
from samspill.engine.model import LinkState, Observation, Outcome, Result, Shadow, Write
from samspill.errors import UnknownOutcomeError
from samspill.pipeline.upsert import creates, upsert, upsert_context
from samspill.ports import VendorWrite, Written
from samspill.reasons import Reason
from samspill.work import known, markers
from tests.simulation.connector import SimulatedConnector
from tests.simulation.vendor import SimulatedVendor


def no_claim(patch: pytest.MonkeyPatch) -> None:
    """7: records are created without a claim, and linked afterwards."""
    patch.setattr(upsert, "_claimed", lambda _room, jobs: jobs)
    patch.setattr(upsert, "not_there_already", lambda _room, jobs: jobs)
    patch.setattr(markers, "marked_for", lambda _stream, _mark: None)


def link_with_the_present_source(patch: pytest.MonkeyPatch) -> None:
    """7b: an interrupted create is linked with the source as it is now."""

    def recover(case: Any, claim: Any) -> Plan:
        side = claim.side.other
        view = case.seen.get(side)
        if view is None:
            return Plan(case.link, Result.WAITING, Reason("record_busy"), look=(side,), store=False)
        fields = dict(view.observation.fields)
        after = replace(
            case.link,
            state=LinkState.LINKED,
            base=fields,
            shadows={side: view.shadow(fields), claim.side: Shadow(fields)},
            outcome=Outcome(Result.APPLIED, Reason("recovered")),
        )
        return Plan(after, Result.APPLIED, Reason("recovered"), Write(claim.side, claim.fields), recover=True)

    adopt = creates._adopt

    def adopt_as_known(room: Any, job: Any, record: Observation) -> None:
        side = room.message.side
        shadows = dict(job.planned.link.shadows)
        shadows[side] = replace(shadows[side], fingerprint=known.salted(room.opened, record))
        link = replace(job.planned.link, shadows=shadows)
        adopt(room, replace(job, planned=job.planned.model_copy(update={"link": link})), record)

    patch.setattr(interrupted, "_recover", recover)
    patch.setattr(creates, "_adopt", adopt_as_known)


def post_is_retried(patch: pytest.MonkeyPatch) -> None:
    """8: the transport repeats a create that was not answered."""
    write = SimulatedConnector._write

    def twice(self: SimulatedConnector, kind: str, asked: VendorWrite) -> Written:
        answer = write(self, kind, asked)
        again = isinstance(answer.error, UnknownOutcomeError) and asked.external_id is None
        return write(self, kind, asked) if again else answer

    patch.setattr(SimulatedConnector, "_write", twice)


def no_wait_for_the_index(patch: pytest.MonkeyPatch) -> None:
    """9: recovery does not wait until a search can find what was made."""
    init = SimulatedConnector.__init__

    def hasty(self: SimulatedConnector, vendor: SimulatedVendor, io: Any) -> None:
        init(self, vendor, io)
        self.capabilities = replace(self.capabilities, search_lag_s=0)

    patch.setattr(SimulatedConnector, "__init__", hasty)
    patch.setattr(upsert, "INTENT_S", 1)


def likeness_links(patch: pytest.MonkeyPatch) -> None:
    """19: two records are joined because they look alike: here, because both have a name."""
    patch.setattr(pairs, "judge", lambda *_: Judgement(Verdict.SAME, 100, "name"))

    def by_likeness(room: Any, todo: list[Any]) -> Iterator[Any]:
        for job in todo:
            if job.is_create:
                rows = room.connector._vendor.rows[room.stream.kind].values()
                links = room.world.links.of_records(room.message.stream_key, room.message.side, [r.id for r in rows])
                free = [r.id for r in rows if r.id not in links]
                if free:
                    upsert_context.requeue(room, job.planned, delay_s=0, found=free[0])
                    continue
            yield job

    patch.setattr(upsert, "not_there_already", lambda room, todo: list(by_likeness(room, todo)))
