"""A contract vendor on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, override

from samspill.canon.values import Fields
from samspill.connectors.auth.api_key import ApiKeyAuth
from samspill.connectors.context import ConnectorContext
from samspill.connectors.contract import subscriptions
from samspill.connectors.contract.client import Client
from samspill.connectors.contract.errors import dialect
from samspill.connectors.contract.kinds import Kinds
from samspill.connectors.contract.profile import Profile
from samspill.connectors.contract.reads import Reader
from samspill.connectors.contract.writes import Writer
from samspill.engine.model import Observation
from samspill.errors import ContractError, UsageError
from samspill.flows.schema import Schema
from samspill.ports import Capabilities, Connector, Page, Subscribed, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Identity

SEARCH_LAG_S = 10
"""The contracts say "some seconds" for the search by external reference."""


class ContractConnector(Connector):
    """Reads and writes one account. A vendor says its names and kinds, and adds what only it has."""

    profile: ClassVar[Profile]
    kinds: ClassVar[Kinds]

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        key = ApiKeyAuth(context.credentials(self.profile.system, ("api_key",)), self.profile.key_header)
        gateway = context.gateway(dialect(self.profile.system), auth=key, secrets=key.secrets)
        self.settings = context.connection.settings
        self.capabilities = self.able()
        self.client = Client(self.profile, gateway, context.now)
        self.reader = Reader(self.client)
        self.writer = Writer(self.client)

    def able(self) -> Capabilities:
        """Return what this connection can do: all of the contract, with the kinds that this vendor has."""
        kinds = frozenset(self.kinds)
        return Capabilities(
            kinds=kinds,
            writable=kinds,
            markers=kinds,
            webhooks=kinds & self.profile.events.keys(),
            search_lag_s=SEARCH_LAG_S,
        )

    @override
    def reach(self) -> None:
        self.client.gateway.reach()

    @override
    def check(self) -> Identity:
        reply = self.client.gateway.call("GET", self.profile.me)
        me = reply.json()
        if (
            not isinstance(me, dict)
            or not isinstance(me.get("accountId"), str | int)
            or not str(me["accountId"]).strip()
        ):
            raise reply.unreadable("accountId", "the answer does not tell whose account it is")
        rights = tuple(sorted(str(each) for each in me["permissions"]))
        missing = [
            Reason("missing_right", {"system": self.profile.system, "what": each})
            for each in self.profile.rights
            if each not in rights
        ]
        return Identity(
            user=str(me["keyName"]),
            company=str(me["accountName"]),
            company_id=str(me["accountId"]),
            rights=rights,
            missing=tuple(missing),
        )

    @override
    def describe(self, kind: str) -> Schema:
        found = self.kinds.of(kind)
        return found.mapped.describe(kind)

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        return self.reader.page(self.kinds.of(kind), token, since)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        return self.reader.read(self.kinds.of(kind), external_ids)

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        if kind not in self.capabilities.writable:
            raise ContractError(f"{kind} cannot be written in {self.profile.system}", reason=Reason("defect"))
        return self.writer.write(self.kinds.of(kind), writes)

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        if not marker and not keys:
            raise UsageError("nothing to search by")
        return self.reader.find(self.kinds.of(kind), marker, keys or {})

    @override
    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        return self.reader.unread(self.kinds.of(kind), since)

    @override
    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        return subscriptions.subscribe(self.client, url, kinds, secret, renew=renew)
