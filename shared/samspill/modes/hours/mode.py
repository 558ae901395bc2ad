"""Hours, as the pipeline asks about them: day sheets on one side, cells on the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from samspill.canon.work import Cell
from samspill.engine.guard import FIELD, kinds
from samspill.engine.model import DetailKind, Link, Observation, Result, Side, Write, detail_of
from samspill.flows.flow import Stream
from samspill.messages import Message, RecordHint, Subject, TaskMessage
from samspill.modes.hours.cell_pairs import each_cell, with_other_cells
from samspill.modes.hours.sheets import by_cell
from samspill.modes.hours.tasks import CheckTotals, CompareTotals
from samspill.modes.hours.totals_check import SETTLED_S, check_totals
from samspill.modes.hours.totals_parts import compare_totals
from samspill.modes.mode import Mode, tasks
from samspill.ports import Connector, World
from samspill.state import Run
from samspill.work.context import Opened


class Hours(Mode):
    """See `Mode`."""

    finds_by_scan = False
    tasks = tasks(CheckTotals, CompareTotals)
    settles_s = SETTLED_S
    rules_are_fixed = "hours_as_declared"
    """Another rule could write over hours that a person registered in accounting."""
    never_taken_back = "undo_hours"
    """A cell holds a sum, and not what one run added to it."""

    def view(self, world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
        """Return the connector that tells day sheets as one that tells cells."""
        return by_cell(world, opened, stream, side, connector)

    def read_with(self, stream: Stream, side: Side, external_id: str) -> str:
        """Return the day sheet that a cell stands on."""
        return Cell.of(external_id).sheet if stream.source is side else external_id

    def expand(
        self, stream: Stream, hint: RecordHint, read: Mapping[Side, Mapping[str, Observation]]
    ) -> Sequence[RecordHint]:
        """Return a hint at a day sheet as hints at its cells."""
        return each_cell(hint, read, stream.source)

    def pair(self, world: World, opened: Opened, stream: Stream, subjects: Sequence[Subject]) -> list[Subject]:
        """Return each cell with the one at the same place on the other side."""
        return with_other_cells(world, opened, stream, subjects)

    def concerns(self, stream: Stream, side: Side, link: Link | None) -> bool:
        """Tell whether a cell is ours: hours that others wrote into accounting are nobody's concern here."""
        return stream.source is side or link is not None

    def is_unfinished(self, stream: Stream, side: Side, link: Link | None, *, tries: bool) -> bool:
        """Tell whether a cell has to be looked at again although its hours are the same.

        Accounting lists no cell that holds nothing, so what is unsettled there shows here only. What it refused is
        tried once a night, and when its sheet changes (`tries`): the month may have been opened, the project may have
        started. A moment after the refusal, and with every read of changes, nothing has. What had no activity was never
        sent.
        """
        if stream.source is not side or link is None:
            return False
        failed = link.outcome is not None and link.outcome.result is Result.FAILED
        refused = failed and (tries or detail_of(link).kind is DetailKind.NO_COUNTERPART)
        return refused or (side.other in link.shadows and not link.shadows[side.other].fingerprint)

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Count what empties a field: many cells change every day. One whose hours were set elsewhere loses nothing."""
        if detail_of(before).kind is DetailKind.MOVING:
            return frozenset()
        found = kinds(write, overwritten, before)
        return frozenset(
            kind for kind in found if not kind.startswith(FIELD) or write.fields[kind.removeprefix(FIELD)] is None
        )

    def do_task(self, world: World, message: TaskMessage) -> None:
        """Add the hours of both sides up, and compare them."""
        if isinstance(message, CheckTotals):
            check_totals(world, message)
        elif isinstance(message, CompareTotals):
            compare_totals(world, message)

    def after_full_read(self, run: Run, stream: Stream) -> Sequence[Message]:
        """Have the hours of both sides added up."""
        return [CheckTotals(tenant=run.tenant, flow=run.flow, run=run.id, trigger=run.trigger, stream=stream.name)]


MODE: Mode = Hours()
