"""Control totals: what both sides hold, added up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from samspill.canon.numbers import decimal_text
from samspill.engine.model import Side
from samspill.modes.hours.totals import Total, all_totals
from samspill.ports import World
from samspill.state import FlowKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.totals import StreamTotals, Totals, TotalView


@needs(Role.OPERATOR, decides=False)  # it asks the vendors, and changes nothing
def totals(world: World, _actor: Actor, key: FlowKey, *, every: bool) -> Totals:
    """Read both sides anew and add up; with `every`, what agrees is told, too."""
    streams: list[StreamTotals] = []
    shown: list[TotalView] = []
    for stream, found in all_totals(world, key):
        streams.append(
            StreamTotals(
                stream=stream.name,
                systems={side.value: name for side, name in stream.rules.systems.items()},
                left=_sum(found, Side.LEFT),
                right=_sum(found, Side.RIGHT),
                count=len(found),
                differ=sum(total.differs for total in found),
            )
        )
        shown += [_view(stream.name, total) for total in found if every or total.differs]
    return Totals(totals=tuple(shown), streams=tuple(streams))


def _sum(found: Sequence[Total], side: Side) -> str:
    return decimal_text(sum((total.hours[side] for total in found), start=Decimal()))


def _view(stream: str, total: Total) -> TotalView:
    return TotalView(
        reason=total.why[0] if total.differs and total.why else None,
        stream=stream,
        day=total.day,
        employee=total.names["employee"],
        project=total.names["project"],
        left=decimal_text(total.hours[Side.LEFT]),
        right=decimal_text(total.hours[Side.RIGHT]),
        differs=total.differs,
        reasons=tuple(reason.code for reason in total.why),
    )
