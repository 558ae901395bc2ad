"""Fjordbok on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import override

from samspill.canon.keys import same_key
from samspill.canon.values import Fields
from samspill.connectors.context import ConnectorContext
from samspill.connectors.fjordbok.client import Client
from samspill.connectors.fjordbok.mapping import CUSTOMERS
from samspill.engine.model import Observation
from samspill.errors import ContractError, UsageError
from samspill.flows.schema import Schema
from samspill.ports import Capabilities, Connector, Page, Subscribed, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Identity

OVERLAP = timedelta(minutes=2)
"""How far a read of changes goes back behind the last one: their clock and ours may differ."""
KINDS = frozenset({"customers"})


class Fjordbok(Connector):
    """Reads one account."""

    capabilities = Capabilities(kinds=KINDS, writable=frozenset())

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        self._client = Client(context)

    @override
    def reach(self) -> None:
        self._client.gateway.reach()

    @override
    def check(self) -> Identity:
        reply = self._client.gateway.call("GET", "/me")
        me = reply.json()
        if not isinstance(me, dict) or not me.get("companyId"):
            raise reply.unreadable("companyId", "the answer does not tell whose account it is")
        return Identity(user=str(me.get("user")), company=str(me.get("company")), company_id=str(me["companyId"]))

    @override
    def describe(self, kind: str) -> Schema:
        if kind not in KINDS:
            raise ContractError(f"Fjordbok has no {kind}", reason=Reason("defect"))
        return CUSTOMERS.describe(kind)

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        began, _, after = token.partition(" ") if token else ((self._client.now() - OVERLAP).isoformat(), "", "")
        seen, following = self._client.page({"after": after, "changedSince": since or ""})
        if following is not None:
            return Page.of(seen, following=f"{began} {following}")
        return Page.of(seen, following=None, cursor=began)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        return [self._client.one(each) for each in external_ids]

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        if not marker and not keys:
            raise UsageError("nothing to search by")
        found = self._client.every({"reference": marker})
        return [seen for seen in found if all(_may_be(seen, name, value) for name, value in (keys or {}).items())]

    @override
    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        return self._client.every({"changedSince": since or ""})

    @override
    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        return Subscribed({})  # Fjordbok has no webhooks: the schedule finds what changed

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        raise ContractError(f"{kind} of Fjordbok are only read", reason=Reason("defect"))


CONNECTOR = Fjordbok
"""What the registry opens."""


def _may_be(seen: Observation, name: str, value: str) -> bool:
    return seen.may_have(name) or same_key(name, seen.fields.get(name), value)
