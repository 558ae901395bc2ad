"""Day sheets, made from entries: one per employee and day, with a version that rises with every change to an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from local.vendors.clock import Clock
from local.vendors.contract.kinds import Kind, Record
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.contract.store import Store, check_version
from local.vendors.svenn.cells import approved, cell_of, confirmed
from local.vendors.svenn.entries import ENTRIES

SHEETS = Kind("day-sheets", "workday", {}, verbs=("changed",))
_SHOWN = ("id", "projectId", "taskId", "tagId", "hours", "comment", "approved")
_NOT_EXPORTED = {"exportedAt": None, "exportedBy": None}


class Sheets:
    """An account's day sheets, kept in its store. `tell` hears of every sheet that changed."""

    def __init__(self, store: Store, clock: Clock, tell: Callable[[Record], None]) -> None:
        """There are none yet."""
        self._store = store
        self._clock = clock
        self._tell = tell
        self._where: dict[str, str] = {}
        self._on: defaultdict[str, set[str]] = defaultdict(set)
        self._noted: dict[str, list[Record]] = {}
        self._stamps: dict[str, Record] = {}
        self._latest: dict[str, int] = {}
        self._changes = 0

    @property
    def cursor(self) -> str:
        """What `changed_since` takes later for all that changes from now on."""
        return str(self._changes)

    def changed_since(self, cursor: str) -> list[str]:
        """Return the ids of the sheets that changed.

        Raises:
            Problem: 410 or 422, this account never told the cursor, or nobody did.
        """
        if not cursor.isdecimal():
            raise invalid(Wrong("since", "invalid", "not a cursor"))
        if int(cursor) > self._changes:
            raise Problem(410, "expired")
        return [sheet_id for sheet_id, change in self._latest.items() if change > int(cursor)]

    def load(self) -> None:
        """Make the sheets of all entries there are, as they are found: nobody hears of them."""
        for stored in self._store.held[ENTRIES.name].values():
            self._place(stored.record)
        for sheet_id in self._on:
            self._make(sheet_id)

    def entry_changed(self, verb: str, entry: Record) -> None:
        """Make the sheet of an entry anew, and the one it stood on before."""
        touched = []
        if before := self._where.pop(entry["id"], None):
            self._on[before].discard(entry["id"])
            touched.append(before)
        if verb != "deleted":
            touched.append(self._place(entry))
        self._stamps.pop(entry["id"], None)
        for sheet_id in dict.fromkeys(touched):
            self._tell(self._make(sheet_id))

    def stamp(self, entry_id: str) -> Record:
        """Return when and by whom an entry was exported."""
        return self._stamps.get(entry_id, _NOT_EXPORTED)

    def confirm(self, sheet_id: str, sent: Any, version: int | None, by: str) -> Record:
        """Note what accounting holds of a day, instead of what was noted before; return the sheet.

        Raises:
            Problem: 404, 412, 422 or 428.
        """
        old = self._store.get(SHEETS, sheet_id)
        if version is None:
            raise Problem(428, "version_required")
        check_version(old, version)
        lines = confirmed(self._store, sent)
        held = {cell_of(line): Decimal(line["hours"]) for line in lines}
        if held == {cell_of(line): Decimal(line["hours"]) for line in old["exported"]}:
            return old
        self._noted[sheet_id] = lines
        entries = self._entries(sheet_id)
        sums = approved(entries)
        for entry in entries:
            cell = cell_of(entry)
            if entry["approved"] and cell in sums and sums[cell] == held.get(cell):
                self._stamps.setdefault(entry["id"], {"exportedAt": self._now(), "exportedBy": by})
            else:
                self._stamps.pop(entry["id"], None)
        record = self._make(sheet_id)
        self._tell(record)
        return record

    def _entries(self, sheet_id: str) -> list[Record]:
        held = self._store.held[ENTRIES.name]
        return [held[entry_id].record for entry_id in sorted(self._on[sheet_id], key=int)]

    def _place(self, entry: Record) -> str:
        sheet_id = f"{entry['employeeId']}|{entry['date']}"
        self._where[entry["id"]] = sheet_id
        self._on[sheet_id].add(entry["id"])
        return sheet_id

    def _make(self, sheet_id: str) -> Record:
        employee_id, _, date = sheet_id.partition("|")
        before = self._store.held[SHEETS.name].get(sheet_id)
        employee = self._store.held["employees"].get(employee_id)
        self._changes += 1
        self._latest[sheet_id] = self._changes
        record = {
            "id": sheet_id,
            "version": before.record["version"] + 1 if before else 1,
            "updatedAt": "",
            "employeeId": employee_id,
            "employeeName": _name(employee.record) if employee else "",
            "date": date,
            "entries": [
                {name: each[name] for name in _SHOWN} | self.stamp(each["id"]) for each in self._entries(sheet_id)
            ],
            "exported": self._noted.get(sheet_id, []),
        }
        return self._store.put(SHEETS, record)

    def _shown(self, entry: Record) -> Record:
        return {name: entry[name] for name in _SHOWN} | self.stamp(entry["id"])

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _name(employee: Record) -> str:
    return " ".join(part for part in (employee["firstName"], employee["lastName"]) if part)
