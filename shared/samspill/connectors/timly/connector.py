"""Timly on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import override

from samspill.canon.values import Fields
from samspill.connectors.context import ConnectorContext
from samspill.connectors.timly import identity
from samspill.connectors.timly.attributed import Attributed
from samspill.connectors.timly.client import Client
from samspill.connectors.timly.kinds import KINDS, kind_of
from samspill.connectors.timly.profile import ME, SYSTEM
from samspill.connectors.timly.reads import Reader
from samspill.connectors.timly.writes import Writer
from samspill.engine.model import Observation
from samspill.errors import ContractError, UsageError
from samspill.flows.schema import Schema
from samspill.ports import Capabilities, Connector, Page, Subscribed, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Identity


class Timly(Connector):
    """Reads and writes one account."""

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        self._client = Client(context)
        self._reader, self._writer = Reader(self._client), Writer(self._client)
        features = self._client.features
        items = frozenset(name for name, kind in KINDS.items() if kind.is_item)
        writable = frozenset(name for name, kind in KINDS.items() if kind.writable)
        self.capabilities = Capabilities(
            kinds=frozenset(KINDS),
            writable=writable,
            deletable=writable,
            preconditions=features.versions,
            unguarded=writable - items,
            markers=items if features.external_references else frozenset(),
        )

    @override
    def reach(self) -> None:
        self._client.gateway.reach()

    @override
    def check(self) -> Identity:
        return identity.of(self._client.gateway.call("GET", ME))

    @override
    def describe(self, kind: str) -> Schema:
        found = kind_of(kind)
        schema = found.mapped.describe(kind, changeable=found.writable, fixed=found.fixed)
        if isinstance(found.mapped, Attributed):
            return found.mapped.with_attributes(schema, self._client.rows(KINDS["attributes"]))
        return schema

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        return self._reader.page(kind_of(kind), token, since)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        return self._reader.read(kind_of(kind), external_ids)

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        if kind not in self.capabilities.writable:
            raise ContractError(f"{kind} cannot be written in {SYSTEM}", reason=Reason("defect"))
        return self._writer.write(kind_of(kind), writes)

    @override
    def delete(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        return self._writer.delete(kind_of(kind), writes)

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        if not marker and not keys:
            raise UsageError("nothing to search by")
        return self._reader.find(kind_of(kind), marker, keys or {})

    @override
    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> Iterator[Observation]:
        return self._reader.unread(kind_of(kind), records, since)

    @override
    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        return Subscribed({})  # Timly tells no changes: the schedule finds them


CONNECTOR = Timly
"""What the registry opens."""
