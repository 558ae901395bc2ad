"""Vendors under test that serve a contract of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx

from local.vendors.contract.sandbox import ContractSandbox
from samspill.connectors.contract.connector import ContractConnector
from samspill.connectors.contract.kinds import Kinds
from samspill.ports import Connector
from tests.connectors.contract import breaches
from tests.connectors.rig import WRITES, Rig


class ContractRig(Rig):
    """An empty account."""

    does = WRITES | {"markers", "webhooks"}
    whoami = "/me"
    company = "accountId"
    page_size = 200
    rows_key = "items"
    update_method = "PATCH"
    sandbox_class: ClassVar[type[ContractSandbox]]
    connector_class: ClassVar[type[ContractConnector]]

    def __init_subclass__(cls) -> None:
        cls.document = f"docs/contracts/{cls.vendor}.openapi.yaml"

    def complaints(self) -> list[str]:
        return breaches(self.vendor, self.transport.sent)

    @property
    def kinds(self) -> Kinds:
        return self.connector_class.kinds

    def new_sandbox(self) -> ContractSandbox:
        return self.sandbox_class(clock=self.clock.now)

    def credentials(self) -> dict[str, str]:
        return dict(self.sandbox.tokens())

    def base_url(self) -> str:
        return f"https://{self.vendor}.sandbox"

    def open(self) -> Connector:
        return self.connector_class(self.context())

    def add(self, kind: str, fields: Mapping[str, Any]) -> str:
        return str(self.sandbox.add(kind, self.kinds[kind].mapped.write(fields, create=True))["id"])

    def edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self.sandbox.edit(kind, record_id, self.kinds[kind].mapped.write(fields))

    def remove(self, kind: str, record_id: str) -> None:
        self.sandbox.remove(kind, record_id)

    def names(self, kind: str) -> list[str]:
        return [str(row["name"]) for row in self.sandbox.rows(kind)]

    def be_strict(self) -> None:
        """The contract always refuses what it does not know."""

    def refusal(self, message: str) -> httpx.Response:
        wrong = {"field": "name", "code": "invalid", "message": message}
        problem = {"type": "about:blank", "title": message, "status": 422, "code": "validation", "errors": [wrong]}
        return httpx.Response(422, json=problem)

    def broken(self, row: dict[str, Any]) -> None:
        row["name"] = 7

    def revoke_key(self) -> None:
        self.sandbox.set_faults({"revoke_key": True})
