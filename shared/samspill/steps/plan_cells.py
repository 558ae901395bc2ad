"""What would become of hours: of each cell that a run would look at. Where it goes is looked up, not matched."""

from __future__ import annotations

from samspill.engine.model import Link, Side, link_id
from samspill.engine.plan import plan
from samspill.flows.flow import Stream
from samspill.messages import FetchPage, Subject
from samspill.state import StreamKey
from samspill.steps.context import now_s
from samspill.steps.decide import as_seen
from samspill.steps.draft import Draft
from samspill.steps.fetch import changed
from samspill.steps.plan_lines import line_of
from samspill.steps.references import References
from samspill.steps.snapshots import load


def plan_cells(draft: Draft, stream: Stream) -> None:
    """Add a line for every cell that is not as it was to the draft, once though both sides may tell of it."""
    run, links = draft.run, draft.world.links
    key = StreamKey(run.tenant, run.flow, stream.name)
    references = References(draft.world, key, stream.rules)
    raw = {side: {o.external_id: o for o in load(draft.world, run, stream.name, side)} for side in Side}
    found: dict[str, tuple[Link | None, Subject]] = {}
    for side in Side:
        page = FetchPage(tenant=run.tenant, flow=run.flow, run=run.id, stream=stream.name, side=side)
        subjects = changed(draft.world, draft.opened, page, list(raw[side].values()))
        cells = {o.external_id: subject for subject in subjects if (o := subject.on(side))}
        known = links.of_records(key, side, list(cells))
        for name, subject in cells.items():
            link = known.get(name)
            pair = {each.value: raw[each].get(i) for each, i in link.ids.items()} if link else {}
            found.setdefault(link.id if link else link_id(side, name), (link, subject.model_copy(update=pair)))
    for side in Side:
        references.load(side, [o for _, subject in found.values() if (o := subject.on(side))])
    for link, subject in found.values():
        seen, waits = as_seen(draft.opened, references, subject)
        made = plan(stream.rules, link, seen, now_s(draft.world), waits=waits, matched=subject.rule)
        draft.lines.append(line_of(stream.name, made, subject))
