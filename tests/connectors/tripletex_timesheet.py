"""Somebody to register hours on, and something to register them for."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

from samspill.ports import VendorWrite, Written
from tests.connectors.rig import create
from tests.connectors.tripletex_rig import TripletexRig

MONDAY = "2026-03-02"


class Timesheet:
    """An employee, a project, an activity of each sort, and a hand that writes hours."""

    def __init__(self, rig: TripletexRig) -> None:
        self.rig = rig
        self.kari = rig.owner()
        self.bath = rig.add("projects", {"name": "Bad", "number": "100"})
        activities = {row["name"]: str(row["id"]) for row in rig.sandbox.rows("activity")}
        self.work, self.office = activities["Fakturerbart arbeid"], activities["Administrasjon"]

    def fields(self, **changes: Any) -> dict[str, Any]:
        """Return the cell of a day's work on the bath, with hours."""
        usual = {
            "employee": self.kari,
            "project": self.bath,
            "activity": self.work,
            "date": MONDAY,
            "hours": "7.5",
            "comment": None,
        }
        return {**usual, **changes}

    def entry(self, **changes: Any) -> str:
        """Register hours as a person would."""
        return self.rig.add("hours", self.fields(**changes))

    def write(self, *writes: VendorWrite) -> list[Written]:
        """Write hours, without a session among the calls."""
        self.rig.connector.check()
        self.rig.forget_calls()
        return self.rig.connector.write("hours", writes)

    def create(self, **changes: Any) -> Written:
        """Create one entry."""
        self.rig.connector.check()
        self.rig.forget_calls()
        return self.create_unchecked(**changes)

    def create_unchecked(self, **changes: Any) -> Written:
        """Create one entry with the session at hand."""
        [written] = self.rig.connector.write("hours", [create("k", **self.fields(**changes))])
        return written

    def approve(self, month: str = "2026-03") -> None:
        """Approve the employee's month on the vendor's screens."""
        self._act("approve", month)

    def unapprove(self, month: str = "2026-03") -> None:
        """Take the approval back."""
        self._act("unapprove", month)

    def _act(self, action: str, month: str) -> None:
        query = {"employeeIds": self.kari, "monthYear": month}
        self.rig.connector._gateway.call("PUT", f"/timesheet/month/:{action}", query=query)  # type: ignore[attr-defined]  # by hand

    def held(self) -> list[tuple[str, float]]:
        """Return day and hours of every entry the vendor has."""
        return sorted((row["date"], row["hours"]) for row in self.rig.sandbox.rows("timesheetEntry"))


def asked(rig: TripletexRig) -> list[str]:
    """Return method and path of every call, sessions aside."""
    return [
        f"{each.method} {each.url.path.removeprefix('/v2')}"
        for each in rig.transport.sent
        if "/token/" not in each.url.path
    ]


def body(request: httpx.Request) -> Any:
    """Return what was sent."""
    return orjson.loads(request.content)
