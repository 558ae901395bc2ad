"""A hub that sends hours: Alpha has day sheets made of lines people write, Beta holds at most one entry per cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast, override

from samspill.canon.numbers import decimal_text
from samspill.canon.values import Value
from samspill.canon.work import NOTHING, Cell, cell_key
from samspill.engine.model import Link, LinkState, Observation, Shadow, Side
from samspill.engine.revision import Revision
from samspill.errors import ConflictError, RejectedError, SamspillError
from samspill.flows import hours
from samspill.flows.catalogue import FLOWS
from samspill.flows.flow import Flow
from samspill.flows.hours import CELLS
from samspill.messages import Replay
from samspill.pipeline.dispatch import handle
from samspill.pipeline.log import wake
from samspill.ports import Connector, LinkCommit, Page, VendorWrite, World, Written
from samspill.reasons import Reason
from samspill.state import Connection, StreamKey
from tests.simulation.connector import SimulatedConnector
from tests.simulation.flows import SYSTEMS
from tests.simulation.history import EngineWrite
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import CALM, VendorOptions, Weather
from tests.simulation.played import FLOW
from tests.simulation.vendor import Row, SimulatedVendor

PEOPLE, PROJECTS, TASKS = ("e1", "e2"), ("p1", "p2"), ("t1", "t2", "t3")
DAYS = ("2026-03-02", "2026-03-03")
ACTIVITY_OF = {"t1": "a1", "t2": "a2", "t3": "a2"}
"""The third task is not known in accounting: its hours are put on the standard activity, in one cell with others."""
HOURS = StreamKey(*FLOW, "hours")
LOCKED = RejectedError("the period is locked", reason=Reason("hours_month_locked", {"system": "Beta"}))


@dataclass(slots=True)
class Line:
    """What somebody worked, as written in Alpha."""

    employee: str
    date: str
    project: str
    task: str
    hours: Decimal
    approved: bool = True

    @property
    def sheet(self) -> str:
        return f"{self.employee}|{self.date}"

    @property
    def cell(self) -> str:
        return Cell(self.employee, self.date, self.project, ACTIVITY_OF[self.task]).id


def theirs(cell: str) -> str:
    """Return what a cell of Alpha is called in Beta."""
    employee, date, project, activity = Cell.of(cell)
    return Cell(employee.upper(), date, project.upper(), activity).id


def ours(cell: str) -> str:
    """Return what a cell of Beta is called in Alpha."""
    employee, date, project, activity = Cell.of(cell)
    return Cell(employee.lower(), date, project.lower(), activity).id


class EntryVendor(SimulatedVendor):
    """Beta: sets what a cell holds, under the version that was read; 0 stands for no entry."""

    @override
    def execute(self, kind: str, write: VendorWrite) -> Row | SamspillError:
        cell, rows = write.external_id or "", self.rows[CELLS]
        row = rows.get(cell)
        if self.is_locked(cell) and (row is None or self.world.refuses_locked):
            return LOCKED
        if Revision(row.version if row else 0) != write.version:
            return ConflictError("another version")
        self.world.setting(cell, row.fields["hours"] if row else None, write)
        return self.world.put_entry(cell, cast("str | None", write.fields.get("hours")), write)

    def is_locked(self, cell: str) -> bool:
        return Cell.of(cell).date in self.world.locked

    @property
    def world(self) -> HoursHub:
        return cast("HoursHub", self.hub)


class SimulatedCells(SimulatedConnector):
    """The connector to Beta: every cell exists, and is read before it is written."""

    _held: dict[str, Revision]
    _read_at: float

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        self._call("page")
        rows = [self._cell(cell) for cell in sorted(self._vendor.rows[CELLS])]
        self._answered("page")
        return Page(rows, None, complete=False)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        self._call("read")
        rows = self._vendor.rows[CELLS]
        self._held = {cell: Revision(rows[cell].version if cell in rows else 0) for cell in external_ids}
        self._read_at = self._hub.clock.time
        out = [self._cell(cell) for cell in external_ids]
        self._answered("read")
        return out

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        cast("EntryVendor", self._vendor).world.looked |= {write.key: self._read_at for write in writes}
        return super().write(kind, [replace(write, version=self._held[write.external_id or ""]) for write in writes])

    @override
    def _observe(self, kind: str, row: Row, seen_at: float, *, exact: bool = False) -> Observation:
        return self._cell(row.id)

    def _cell(self, cell: str) -> Observation:
        row = self._vendor.rows[CELLS].get(cell)
        held: Mapping[str, Value] = NOTHING
        if row is not None:
            held = {"hours": row.fields["hours"], "comment": None, "exported": row.fields["hours"]}
        locked = cast("EntryVendor", self._vendor).is_locked(cell)
        seen_at = int(self._hub.clock.time * 1000)
        return Observation(cell, {**Cell.of(cell).place, **held, "is_locked": locked}, seen_at=seen_at, label=cell)


class _Connectors:
    def __init__(self, hub: HoursHub) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        side = Side(connection.id)
        kind = SimulatedConnector if side is Side.LEFT else SimulatedCells
        made = kind(self._hub.vendors[side], self._hub.io)
        made.capabilities = replace(made.capabilities, unguarded=frozenset({CELLS}))
        return cast("Connector", made)


class HoursHub(SimulatedHub):
    """One customer whose hours go from Alpha to Beta. Employees, projects and activities are linked already."""

    def __init__(self, seed: int = 0, *, weather: Weather = CALM, webhooks: bool = True) -> None:
        super().__init__(seed, left=VendorOptions(webhooks="exact" if webhooks else "none"), weather=weather)
        self.flow = Flow(
            name=FLOW.flow,
            vendors={Side.LEFT: "alpha", Side.RIGHT: "beta"},
            streams=(hours.stream(Side.LEFT, SYSTEMS),),
        )
        FLOWS[self.flow.name] = self.flow
        wake._referred_to.cache_clear()
        self.vendors[Side.RIGHT] = EntryVendor(self, Side.RIGHT, VendorOptions(webhooks="none"))
        self.vendors[Side.LEFT].rows["hours"] = {}
        self.vendors[Side.RIGHT].rows[CELLS] = {}
        self.inner = replace(self.inner, connectors=_Connectors(self))
        self.world: World = self._wrapped()
        self.lines: list[Line] = []
        self.locked: dict[str, float] = {}
        """Days whose hours are approved there, and since when."""
        self.looked: dict[str, float] = {}
        """Write → when the hub had read its cell."""
        self.refuses_locked = True
        """Whether Beta refuses to change them, or only says that they are."""
        self.sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal()])
        """Cell → every sum of approved lines it ever had."""
        self.by_person: dict[str, str | None] = {}
        """Cell of Beta → what a person put there last, until the hub is asked to write over it."""
        self.setting: Callable[[str, Value, VendorWrite], None] = lambda *_: None
        """Called before Beta carries out a write of the hub: the cell, what it holds, the write."""
        for stream, ids in (("employees", PEOPLE), ("projects", PROJECTS)):
            self._linked(stream, {each: each.upper() for each in ids})
        self._linked("activities", {"t1": "a1", "t2": "a2"})
        state = self.inner.registry.flow(FLOW)
        self.inner.registry.save_flow(state.model_copy(update={"settings": {"project_activity": "t2"}}))

    def _linked(self, stream: str, pairs: Mapping[str, str]) -> None:
        key = StreamKey(*FLOW, stream)
        for left, right in pairs.items():
            ids = {Side.LEFT: left, Side.RIGHT: right}
            shadows = {side: Shadow({}) for side in Side}
            link = Link(id=f"left-{left}", ids=ids, state=LinkState.LINKED, shadows=shadows, label=left)
            self.inner.links.commit(key, [LinkCommit(link, ((Side.RIGHT, right),))])

    # --- what people do in Alpha -------------------------------------------------------------------------------------

    def write_line(self, line: Line) -> Line:
        """Somebody writes down hours."""
        self.lines.append(line)
        self._changed(line.sheet)
        return line

    def change_line(self, line: Line, **fields: object) -> None:
        """Somebody corrects, moves, approves or withdraws."""
        before = line.sheet
        for name, value in fields.items():
            setattr(line, name, value)
        for sheet in dict.fromkeys((before, line.sheet)):
            self._changed(sheet)

    def strike_line(self, line: Line) -> None:
        """Somebody deletes a line."""
        self.lines.remove(line)
        self._changed(line.sheet)

    def _changed(self, sheet: str) -> None:
        for cell, total in self.approved().items():
            self.sums[cell].append(total)
        for cell in [*self.sums]:
            if cell not in self.approved():
                self.sums[cell].append(Decimal())
        vendor, employee, date = self.vendors[Side.LEFT], *sheet.split("|")
        held: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            if line.sheet == sheet and line.approved and line.hours > 0:
                held[cell_key(line.project, line.task)] += line.hours
        fields: dict[str, Value] = {
            "employee": employee,
            "date": date,
            "hours": {key: decimal_text(total) for key, total in held.items()},
            "comments": {},
        }
        row = vendor.rows["hours"].get(sheet)
        if row is None:
            row = vendor.rows["hours"][sheet] = Row(sheet, {"exported": {}, "name": sheet}, version=0)
            self.history.born(("hours", Side.LEFT, sheet), sheet)
        vendor.put("hours", row, fields)

    def approved(self) -> dict[str, Decimal]:
        """Return what each cell is to hold."""
        out: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            if line.approved and line.hours > 0:
                out[line.cell] += line.hours
        return dict(out)

    # --- what Beta holds ---------------------------------------------------------------------------------------------

    def lock(self, day: str) -> None:
        """Somebody approves a day's hours there: nobody is to change them."""
        self.locked[day] = self.clock.time

    def put_entry(self, cell: str, value: str | None, write: VendorWrite | None = None) -> Row:
        """Set an entry, by hand or for the hub; None takes it away."""
        rows = self.vendors[Side.RIGHT].rows[CELLS]
        row = rows.get(cell) or Row(cell, {}, version=0)
        row.fields["hours"] = value
        row.version += 1
        if value is None:
            rows.pop(cell, None)
        else:
            rows[cell] = row
        if write is None:
            self.by_person[cell] = value
        else:
            self.by_person.pop(cell, None)
            now, record = self.clock.time, (CELLS, Side.RIGHT, cell)
            done = EngineWrite(now, record, cell, dict(write.fields), write.key, create=False, archive=False)
            self.history.writes.append(done)
        return row

    @property
    def entries(self) -> dict[str, Decimal]:
        """Return Beta's cells by their names in Alpha."""
        return {
            ours(cell): Decimal(str(row.fields["hours"])) for cell, row in self.vendors[Side.RIGHT].rows[CELLS].items()
        }

    @property
    def exported(self) -> Decimal:
        """Return the hours that Alpha notes as taken over."""
        noted = (row.fields["exported"] for row in self.vendors[Side.LEFT].rows["hours"].values())
        return sum(
            (Decimal(str(value)) for group in noted if isinstance(group, Mapping) for value in group.values()),
            Decimal(),
        )

    def replay(self) -> None:
        """A person has everything that failed looked at again."""
        self.call(lambda: handle(self.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, by="tester")), 60)
