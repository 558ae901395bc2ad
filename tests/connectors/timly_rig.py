"""Timly under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from local.vendors.timly import TimlySandbox
from samspill.connectors.timly.connector import Timly
from samspill.connectors.timly.features import Features
from samspill.connectors.timly.kinds import KINDS
from samspill.connectors.timly.mapping import assigned
from samspill.connectors.timly.profile import FIELDS, PATHS
from samspill.ports import Connector
from tests.connectors.contract import breaches
from tests.connectors.rig import WRITES, Rig, Subject

ATTRIBUTES = (
    ("serial_number", "text", False),
    ("mac_addresses", "mac", True),
    ("purchase_price_net", "money", False),
    ("purchase_date", "date", False),
    ("weight_kg", "number", False),
    ("is_leased", "boolean", False),
    ("manual", "url", False),
    ("cost_centre", "choice", False),
)


class TimlyRig(Rig):
    """An account with a category and attributes of its own, and no item."""

    vendor = "timly"
    does = WRITES | {"markers"}
    subject = Subject(
        kind="items",
        text="barcode",
        key="attributes.serial_number",
        keys=("00A1", "0042", "PF3XYZ"),
        on_the_wire=frozenset({"name"}),
        active="is_active",
        further={
            "number": "007",
            "attributes.serial_number": "00A1",
            "attributes.mac_addresses": ["3C:52:82:00:00:01"],
            "attributes.is_leased": True,
        },
        foreign={"level": 3},
    )
    batch = 1
    whoami = "/me"
    company = "account"
    document = "docs/contracts/timly.openapi.yaml"
    page_size = 500
    rows_key = "data"
    update_method = "PATCH"
    needed = frozenset({"name", "category"})
    sandbox: TimlySandbox

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(settings)
        self.category = str(self.sandbox.add("categories", {"name": "Notebooks"})["id"])
        for key, type_, is_list in ATTRIBUTES:
            choices = ["0100", "4711"] if type_ == "choice" else []
            made = {"key": key, "label": key, "type": type_, "is_list": is_list, "choices": choices}
            self.sandbox.add("attributes", made)

    def row(self, name: str, **more: object) -> dict[str, Any]:
        return {**super().row(name, **more), "category": self.category}

    def complaints(self) -> list[str]:
        return breaches(self.vendor, self.transport.sent)

    def new_sandbox(self) -> TimlySandbox:
        return TimlySandbox(clock=self.clock.now)

    def credentials(self) -> dict[str, str]:
        return dict(self.sandbox.tokens())

    def base_url(self) -> str:
        return "https://timly.sandbox"

    def open(self) -> Connector:
        return Timly(self.context())

    @property
    def features(self) -> Features:
        return Features.of(self.connection.settings)

    def _body(self, kind: str, fields: Mapping[str, Any], *, create: bool) -> dict[str, Any]:
        body = KINDS[kind].mapped.write(fields, create=create)
        wanted = body.pop(FIELDS["items"]["is_active"], None)
        if wanted is not None:
            body["status_id"] = self.status(wanted)
        return assigned(body, "assigned_to") | (dict(KINDS[kind].preset) if create else {})

    def status(self, kind: str) -> str:
        """Return the built-in status with the name of a kind."""
        return next(str(row["id"]) for row in self.sandbox.rows("statuses") if row["name"].casefold() == kind)

    def add(self, kind: str, fields: Mapping[str, Any]) -> str:
        return str(self.sandbox.add(self.collection(kind), self._body(kind, fields, create=True))["id"])

    def edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self.sandbox.edit(self.collection(kind), record_id, self._body(kind, fields, create=False))

    def remove(self, kind: str, record_id: str) -> None:
        self.sandbox.remove(self.collection(kind), record_id)

    def names(self, kind: str) -> list[str]:
        return [str(row["name"]) for row in self.sandbox.rows(self.collection(kind))]

    @staticmethod
    def collection(kind: str) -> str:
        return PATHS[kind].rpartition("/")[2]

    def be_strict(self) -> None:
        """The contract always refuses what it does not know."""

    def refusal(self, message: str) -> httpx.Response:
        return httpx.Response(422, json={"errors": [{"code": "invalid", "field": "name", "message": message}]})

    def broken(self, row: dict[str, Any]) -> None:
        row["name"] = 7

    def revoke_key(self) -> None:
        self.sandbox.set_faults({"revoke_key": True})


RIG = TimlyRig
