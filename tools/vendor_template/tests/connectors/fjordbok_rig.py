"""Fjordbok under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from local.vendors.fjordbok.sandbox import PAGE, FjordbokSandbox
from samspill.connectors.fjordbok.connector import Fjordbok
from samspill.connectors.fjordbok.mapping import CUSTOMERS
from samspill.ports import Connector
from tests.connectors.rig import Rig, Subject


class FjordbokRig(Rig):
    """An empty account."""

    vendor = "fjordbok"
    does = frozenset({"search"})
    subject = Subject(
        kind="customers",
        text="email",
        key="organization_number",
        keys=("923609016", "974760673", "916823525"),
        active="is_active",
        foreign={"level": 3},
    )
    whoami = "/me"
    company = "companyId"
    page_size = PAGE
    rows_key = "items"

    def new_sandbox(self) -> FjordbokSandbox:
        return FjordbokSandbox(clock=self.clock.now)

    def credentials(self) -> dict[str, str]:
        return self.sandbox.tokens()

    def base_url(self) -> str:
        return "https://fjordbok.sandbox"

    def open(self) -> Connector:
        return Fjordbok(self.context())

    def add(self, kind: str, fields: Mapping[str, Any]) -> str:
        return str(self.sandbox.add("contacts", CUSTOMERS.write(fields, create=True))["id"])

    def edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self.sandbox.edit("contacts", record_id, CUSTOMERS.write(fields))

    def remove(self, kind: str, record_id: str) -> None:
        self.sandbox.remove("contacts", record_id)

    def names(self, kind: str) -> list[str]:
        return [str(row["name"]) for row in self.sandbox.rows("contacts")]

    def be_strict(self) -> None:
        """Fjordbok always refuses filters that it does not know."""

    def refusal(self, message: str) -> httpx.Response:
        return httpx.Response(422, json={"code": "length", "field": "name", "message": message})

    def broken(self, row: dict[str, Any]) -> None:
        row["mail"] = 7

    def revoke_key(self) -> None:
        self.sandbox.set_faults({"revoke_key": True})


RIG = FjordbokRig
