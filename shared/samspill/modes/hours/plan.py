"""What would become of hours: of each cell that a run would look at. Where it goes is looked up, not matched."""

from __future__ import annotations

from samspill.engine.case import Plan, Seen
from samspill.engine.model import Link, Result, Side, link_id
from samspill.engine.plan import new_link, plan
from samspill.errors import SamspillError
from samspill.messages import FetchPage, Subject
from samspill.plan.draft import StreamDraft
from samspill.plan.lines import line_of
from samspill.plan.preflight import foreseen
from samspill.plan.records import Records
from samspill.plan.rows import Row, read_row
from samspill.plan.slice import Slice
from samspill.reasons import Reason
from samspill.work import snapshots
from samspill.work.as_seen import as_seen, named
from samspill.work.context import now_s
from samspill.work.isolation import apart
from samspill.work.known import changed
from samspill.work.references import References


def work(draft: StreamDraft, at: Slice) -> tuple[Records | None, int]:
    """See `Planner.work`."""
    return _plan_cells(draft, at.bucket) if at.stage == "plan/00" else (None, _read_cells(draft, at.bucket))


def next_stage(draft: StreamDraft, at: Slice) -> str:
    """See `Planner.next_stage`."""
    del draft
    return "plan/00" if at.stage == "read" else ""


def _read_cells(draft: StreamDraft, part: int) -> int:
    """Bring both halves of each pair of cells together, of a share of the pages; return how many cells there were."""
    count = 0
    for side in Side:
        for number, key in draft.pages(side, part):
            cells = snapshots.page(draft.world, key)
            parted = draft.rows.count > 1
            links = draft.links.of_records(side, [cell.external_id for cell in cells]) if parted else {}
            for index, cell in enumerate(cells):
                link = links.get(cell.external_id)
                row = Row(side, cell, number * 100_000 + index, link.id if link else "")
                draft.rows.put("cells", row.link or row.place, row)
            count += len(cells)
    return count


def _foreseen(draft: StreamDraft, planned: Plan) -> Reason | None:
    """Return why accounting would refuse; what is noted on a sheet is what accounting holds."""
    noted = planned.write is not None and planned.write.side is draft.stream.source
    return None if noted else foreseen(draft, planned.write)


def _plan_cells(draft: StreamDraft, bucket: int) -> tuple[Records, int]:
    """Return a line for every cell of a bucket that is not as it was, once though both sides may tell of it."""
    run, stream = draft.run, draft.stream
    references = References(draft.world, draft.key, stream.rules)
    rows: list[Row] = sorted(draft.rows.take("cells", bucket, read_row), key=lambda row: row.number)
    raw = {side: {row.seen.external_id: row.seen for row in rows if row.side is side} for side in Side}
    found: dict[str, tuple[Link | None, Subject]] = {}
    for side in Side:
        page = FetchPage(tenant=run.tenant, flow=run.flow, run=run.id, stream=stream.name, side=side)
        subjects = changed(draft.world, draft.opened, page, list(raw[side].values()))
        cells = {o.external_id: subject for subject in subjects if (o := subject.on(side))}
        known = draft.world.links.of_records(draft.key, side, list(cells))
        for name, subject in cells.items():
            link = known.get(name)
            pair = {each.value: raw[each].get(i) for each, i in link.ids.items()} if link else {}
            found.setdefault(link.id if link else link_id(side, name), (link, subject.model_copy(update=pair)))
    for side in Side:
        references.load(side, [o for _, subject in found.values() if (o := subject.on(side))])
    made = Records()
    for link, subject in found.values():
        faults: list[SamspillError] = []
        with apart(faults, f"{stream.name} {named(subject)}"):
            seen, waits = as_seen(draft.opened, references, subject)
            planned = plan(stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
        for fault in faults:
            told = {side: Seen(cell) for side in Side if (cell := subject.on(side)) is not None}
            planned = Plan(link or new_link(told), Result.FAILED, fault.reason, store=False)
        made.lines.append(line_of(stream.name, planned, subject, _foreseen(draft, planned)))
    return made, len(rows)
