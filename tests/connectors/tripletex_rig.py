"""Tripletex under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import httpx

from local.vendors.tripletex import TripletexSandbox
from samspill.connectors.tripletex.connector import Tripletex
from samspill.connectors.tripletex.kinds import KINDS
from samspill.ports import Connector
from tests.connectors.openapi import SPEC, complaints
from tests.connectors.rig import WRITES, Rig

COLLECTIONS = {
    "customers": "customer",
    "projects": "project",
    "employees": "employee",
    "departments": "department",
    "activities": "activity",
    "hours": "timesheetEntry",
}


class TripletexRig(Rig):
    """A first-day account."""

    vendor = "tripletex"
    does = WRITES | {"webhooks", "sessions"}
    whoami = "whoAmI"
    company = "companyId"
    document = "Tripletex's OpenAPI document, 2.75.00"
    page_size = 1000
    lists = 2
    rows_key = "values"
    windowed = frozenset({"cells"})

    def complaints(self) -> list[str]:
        return complaints(self.transport.sent) if SPEC.exists() else []

    def new_sandbox(self) -> TripletexSandbox:
        sandbox = TripletexSandbox(clock=self.clock.now)
        sandbox.set_faults({"rate_limit_calls": 100_000})
        return sandbox

    @property
    def tripletex(self) -> TripletexSandbox:
        return cast("TripletexSandbox", self.sandbox)

    def credentials(self) -> dict[str, str]:
        return self.sandbox.tokens()

    def base_url(self) -> str:
        return "https://tripletex.sandbox/v2"

    def open(self) -> Connector:
        return Tripletex(self.context())

    def owner(self) -> str:
        """The administrator, who may manage projects."""
        return str(self.sandbox.rows("employee")[0]["id"])

    def add(self, kind: str, fields: Mapping[str, Any]) -> str:
        mapped = KINDS[kind].mapped("2026-03-02")
        if kind == "projects":
            fields = {"manager": self.owner(), "period": {"start": "2026-01-01", "end": None}, **fields}
        body = {**KINDS[kind].defaults, **mapped.write(fields, create=True)}
        return str(self.sandbox.add(COLLECTIONS[kind], body)["id"])

    def edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self.sandbox.edit(COLLECTIONS[kind], record_id, KINDS[kind].mapped("2026-03-02").write(fields))

    def remove(self, kind: str, record_id: str) -> None:
        self.sandbox.remove(COLLECTIONS[kind], record_id)

    def names(self, kind: str) -> list[str]:
        return [str(row["name"]) for row in self.sandbox.rows(COLLECTIONS[kind])]

    def be_strict(self) -> None:
        self.sandbox.set_faults({"strict_query": True})

    def refusal(self, message: str) -> httpx.Response:
        issue = {"field": "name", "message": message}
        return httpx.Response(
            422, json={"status": 422, "code": 18000, "message": message, "validationMessages": [issue]}
        )

    def broken(self, row: dict[str, Any]) -> None:
        row["customerNumber"] = "many"

    def expire_session(self) -> None:
        self.sandbox.set_faults({"expire_sessions": True})

    def revoke_key(self) -> None:
        self.sandbox.set_faults({"revoke_key": True})


RIG = TripletexRig
