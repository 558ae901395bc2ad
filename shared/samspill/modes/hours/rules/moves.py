"""Hours whose lines stay as they are while accounting has another activity for them, or none any more. Pure.

The mark `exported` stays on the line, and so appears in a cell that accounting holds nothing in: it is ours, no earlier
export's. What accounting holds stands where it is until the lines are where they go: first set there, then taken here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from samspill.canon.work import Cell
from samspill.engine.model import Detail, DetailKind, Link, LinkState, Observation, Side, detail_of
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class _Told:
    """A cell as its sheet tells it, and what is known of it."""

    cell: Observation
    link: Link | None
    source: Side

    def told(self, name: str) -> Decimal:
        """Return the hours or the mark that the sheet tells here."""
        return Decimal(str(self.cell.fields.get(name) or 0))

    @property
    def project(self) -> str:
        return Cell.of(self.cell.external_id).project

    @property
    def held(self) -> Decimal:
        """What accounting is known to hold here."""
        if self.link is None or self.link.state is not LinkState.LINKED or self.source.other not in self.link.shadows:
            return Decimal()
        return Decimal(str(self.link.shadows[self.source.other].fields.get("hours") or 0))

    @property
    def left(self) -> Decimal:
        """Hours of ours that accounting holds here, though no line of the sheet stands for them any more."""
        return max(
            min(self.held, _noted(self.link, self.source)) - max(self.told("hours"), self.told("exported")), Decimal()
        )

    @property
    def came(self) -> Decimal:
        """Marked hours that accounting is not known to hold here."""
        if self.cell.problem is not None or detail_of(self.link).kind is DetailKind.KEPT_APART:
            return Decimal()
        return max(min(self.told("hours"), self.told("exported")) - self.held, Decimal())


def in_order(cells: Sequence[Observation], links: Mapping[str, Link], source: Side) -> list[Observation]:
    """Return all cells of one sheet so that nothing is taken out of accounting before it is somewhere else there.

    A cell that marked hours came to is told without their mark. One that they left waits until they are there; while
    accounting has no activity for a line of the sheet, no cell is to hold less than it does.
    """
    sheet = [_Told(cell, links.get(cell.external_id), source) for cell in cells]
    lacking = next((each.cell for each in sheet if _lacks_activity(each.cell)), None)
    left: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in sheet:
        left[each.project] += each.left
    coming = {each.cell.external_id: each for each in sheet if 0 < each.came <= left[each.project]}
    out: list[Observation] = []
    for each in sheet:
        to = next((other.cell for other in coming.values() if other.project == each.project), None)
        if each.cell.external_id in coming:
            fields = {name: value for name, value in each.cell.fields.items() if name != "exported"}
            out.append(replace(each.cell, fields=fields))
        elif each.cell.problem is None and lacking is not None and each.told("hours") < each.held:
            out.append(replace(each.cell, problem=lacking.problem, detail=lacking.detail))
        elif each.left and to is not None:
            activity = Cell.of(to.external_id).activity
            why = Reason("hours_moving", {"activity": activity})
            out.append(replace(each.cell, waits=why, detail=Detail(DetailKind.MOVING, missing=(activity,))))
        else:
            out.append(each.cell)
    return out


def left_its_mark(link: Link) -> bool:
    """Tell whether the cell was emptied while our mark on its hours had gone elsewhere on the sheet."""
    return link.state is LinkState.LINKED and bool(link.base.get("exported")) and not link.base.get("hours")


def _lacks_activity(cell: Observation) -> bool:
    return cell.detail is not None and cell.detail.kind is DetailKind.NO_COUNTERPART


def _noted(link: Link | None, source: Side) -> Decimal:
    """Return the hours that we noted as taken over, or were about to note when somebody died."""
    if link is None:
        return Decimal()
    begun = link.intent.fields.get("exported") if link.intent is not None and link.intent.side is source else None
    return Decimal(str(begun or link.base.get("exported") or 0))
