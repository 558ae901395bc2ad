"""Who decided what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from samspill.decisions import DecisionLine, Part
from samspill.ports import World
from samspill.state import FlowKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.enabling import flow_of
from samspill.usecases.views.audit import UNKNOWN, Audit, ChangeView, DecisionView


@needs(Role.VIEWER)
def audit(
    world: World, _actor: Actor, tenant: str, *, span: timedelta, flow: str | None = None, who: str | None = None
) -> Audit:
    """Return the decisions of that time, newest first: all, of one flow, or of people whose name holds `who`.

    UsageError where there is no such flow and none of that name was decided about in that time, as of one removed.
    """
    now = world.clock.now()
    lines = (
        line
        for line in world.decisions.read(tenant, now - span, now)
        if flow in {None, line.flow} and (who is None or who.casefold() in line.by.casefold())
    )
    found = tuple(_decisions(lines))
    if flow is not None and not found:
        flow_of(world, FlowKey(tenant, flow))
    return Audit(decisions=found)


def _decisions(lines: Iterator[DecisionLine]) -> Iterator[DecisionView]:
    """Return each decision of which the first line is there, with its end where that is there as well."""
    for _, group in groupby(lines, key=lambda line: line.of):
        parts = {line.part: line for line in group}
        if (asked := parts.pop(Part.ASKED, None)) is None:
            continue
        end = next(iter(parts.values()), None)
        yield DecisionView(
            reason=end.reason if end else None,
            **{name: getattr(asked, name) for name in ("at", "by", "note", "deed", "flow", "connection", "asked")},
            ended=end.part if end else UNKNOWN,
            ended_at=end.at if end else None,
            changes={name: ChangeView.of(change) for name, change in (end.changes if end else {}).items()},
        )
