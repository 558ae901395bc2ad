"""What a run would keep for the next file: each record that is not as it was."""

from __future__ import annotations

from samspill.engine.case import Plan, Seen
from samspill.engine.model import Link, Side
from samspill.engine.plan import plan
from samspill.messages import FetchPage, Subject
from samspill.plan.draft import StreamDraft
from samspill.plan.lines import line_of
from samspill.plan.records import Records
from samspill.plan.slice import Slice
from samspill.work import snapshots
from samspill.work.context import now_s
from samspill.work.known import changed


def work(draft: StreamDraft, at: Slice) -> tuple[Records | None, int]:
    """See `Planner.work`."""
    side, count, made = draft.stream.source or Side.LEFT, 0, Records()
    for _, key in draft.pages(side, at.bucket):
        seen = snapshots.page(draft.world, key)
        page = FetchPage(
            tenant=draft.run.tenant, flow=draft.run.flow, run=draft.run.id, stream=draft.stream.name, side=side
        )
        subjects = changed(draft.world, draft.opened, page, seen)
        known = draft.world.links.of_records(draft.key, side, [o.external_id for s in subjects if (o := s.on(side))])
        made.lines += [
            line_of(draft.stream.name, _plan(draft, side, known.get(observation.external_id), subject), subject)
            for subject in subjects
            if (observation := subject.on(side)) is not None
        ]
        count += len(seen)
    return made, count


def next_stage(draft: StreamDraft, at: Slice) -> str:
    """See `Planner.next_stage`: there is one."""
    del draft, at
    return ""


def _plan(draft: StreamDraft, side: Side, link: Link | None, subject: Subject) -> Plan:
    observation = subject.on(side)
    assert observation is not None
    return plan(draft.stream.rules, link, {side: Seen(observation)}, now_s(draft.world))
