"""Wrong engines that remember wrongly: shadows, conditions, tombstones, decisions, names (3, 13, 14, 21, 22, 24)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine import deletes, pairs
from samspill.engine import plan as planning
from samspill.engine.case import Case, Plan
from samspill.engine.model import Link, LinkState, Observation, Outcome, Shadow, Side, Write, record_of
from samspill.pipeline.map import map_records
from samspill.pipeline.upsert import upsert, upsert_context
from samspill.store.memory import MemoryLinks
from samspill.work.known import salted


def shadow_is_what_was_sent(patch: pytest.MonkeyPatch) -> None:
    """3: the shadow after a write is what we sent, not what the vendor answered."""
    written = upsert._written

    def as_sent(room: Any, job: Any, record: Observation) -> Link:
        after = written(room, job, record)
        side = room.message.side
        fields = {**after.shadows[side].fields, **job.planned.write.fields}
        return replace(after, shadows={**after.shadows, side: replace(after.shadows[side], fields=fields)})

    patch.setattr(upsert, "_written", as_sent)


def shadow_from_a_later_read(patch: pytest.MonkeyPatch) -> None:
    """3b: the shadow after a write is what a read afterwards tells, edits of people included."""

    def written(room: Any, job: Any, record: Observation) -> Any:
        side = room.message.side
        (seen,) = room.connector.read(room.stream.kind, [record.external_id])
        room.references.load(side, [seen])
        fields = room.references.to_links(side, seen)[0].fields
        shadow = Shadow(fields, seen.version, seen.seen_at, salted(room.opened, seen))
        return replace(
            job.planned.link,
            ids={**job.planned.link.ids, side: record.external_id},
            shadows={**job.planned.link.shadows, side: shadow},
            attempt=job.planned.attempt,
            revision=job.stored.revision if job.stored else 0,
        )

    patch.setattr(upsert, "_written", written)


def answer_passes_for_known(patch: pytest.MonkeyPatch) -> None:
    """13: the mark "look again" is cleared although the record changed meanwhile."""
    written = upsert._written

    def known(room: Any, job: Any, record: Observation) -> Link:
        after = written(room, job, record)
        side = room.message.side
        shadow = replace(after.shadows[side], fingerprint=salted(room.opened, record))
        return replace(after, shadows={**after.shadows, side: shadow})

    patch.setattr(upsert, "_written", known)


def commits_without_condition(patch: pytest.MonkeyPatch) -> None:
    """14: whoever commits last wins; a worker that slept overwrites what others did."""

    def commit(self: MemoryLinks, places: Any, commit: Any) -> bool:
        home = record_of(commit.link.id)
        held = places.get(home)
        places[home] = replace(commit.link, revision=(held.revision if isinstance(held, Link) else 0) + 1)
        places.update(dict.fromkeys(commit.pointers, commit.link.id))
        return True

    patch.setattr(MemoryLinks, "_commit", commit)
    patch.setattr(planning, "in_order", lambda case, **_: case)
    patch.setattr(
        upsert,
        "_still_valid",
        lambda room: [
            upsert_context.Job(w, room.world.links.get(room.message.stream_key, [w.link.id]).get(w.link.id), f)
            for w, f in zip(
                room.message.writes,
                room.references.to_ids(room.message.side, [w.write.fields for w in room.message.writes]),
                strict=True,
            )
            if f is not None
        ],
    )


def tombstone_is_dropped(patch: pytest.MonkeyPatch) -> None:
    """21: what was deleted is forgotten at once."""
    bury = deletes._bury

    def forget(case: Any, outcome: Outcome, write: Write | None = None) -> Plan:
        made = bury(case, outcome, write)
        return replace(made, link=replace(made.link, state=LinkState.UNLINKED, shadows={}, base={}))

    patch.setattr(deletes, "_bury", forget)


def decision_outlives_what_was_seen(patch: pytest.MonkeyPatch) -> None:
    """22: a decision is applied whatever the record has become."""

    def decided(case: Case, _views: Any) -> dict[str, Side]:
        decision = case.link.decision
        if decision is None or decision.action not in {"take-left", "take-right"}:
            return {}
        return dict.fromkeys(decision.seen, Side(decision.action[5:]))

    patch.setattr(pairs, "_decided", decided)


def attempts_share_a_name(patch: pytest.MonkeyPatch) -> None:
    """24: two writes planned on one revision have one name, so that the second is taken for the first come again."""
    patch.setattr(map_records, "name_of", lambda link, _write: f"{link.id}@{link.revision}")
