"""The hub as somebody sees it who may only read: what would store, send or write is not there at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, cast

from samspill.canon.values import Fields
from samspill.engine.model import Observation
from samspill.errors import CredentialsError, KeyRefusedError
from samspill.flows.schema import Schema
from samspill.ports import Blobs, Capabilities, Clock, Connector, Page, World
from samspill.state import Connection

READS: Mapping[str, frozenset[str]] = {
    "links": frozenset({"of_records", "get", "beginning", "all", "following", "with_result", "tally"}),
    "registry": frozenset({"connection", "connections", "flow", "flows"}),
    "runs": frozenset({"get", "latest"}),
    "journal": frozenset({"read"}),
    "blobs": frozenset({"get", "keys"}),
}
"""By port: what may be done with it. Of a port that is not named, nothing."""
_FREE = frozenset({"clock", "modes", "calm", "contact", "hook_url", "preflight", "remarks"})
"""What holds nothing that could be written."""


class ReadOnlyError(AttributeError):
    """A defect of ours: something was to be written where nothing may be."""


class _Reads:
    """A port, as far as it reads."""

    def __init__(self, name: str, port: object) -> None:
        """Name the port."""
        self._name, self._port = name, port

    def __getattr__(self, name: str) -> Any:
        """Return what reads; ReadOnlyError for anything else."""
        if name in READS.get(self._name, ()):
            return getattr(self._port, name)
        raise ReadOnlyError(f"{self._name}.{name} while nothing may be written")


def read_only(world: World) -> World:
    """Return the hub without anything that stores, sends or writes, here or at a vendor."""
    ports = {each.name: getattr(world, each.name) for each in fields(world) if each.name not in _FREE}
    made: dict[str, Any] = {name: _Reads(name, port) for name, port in ports.items()}
    return replace(world, **{**made, "connectors": _Connectors(world)})


def with_scratch(world: World, blobs: Blobs) -> World:
    """Return the hub at this very moment, with blobs of its own for what is worked out on the way."""
    return replace(world, blobs=blobs, clock=cast("Clock", _Still(world.clock)))


class _Still:
    """A clock that stands still, so that what is worked out twice is worked out at one moment."""

    def __init__(self, clock: Clock) -> None:
        """Stop at the present moment."""
        self._now = clock.now()

    def now(self) -> Any:
        """Return that moment."""
        return self._now


class _Connectors:
    def __init__(self, world: World) -> None:
        self._world = world

    def open(self, connection: Connection) -> Connector:
        """Return the connection as far as it reads."""
        return cast("Connector", _ReadingConnector(self._world, connection))


class _ReadingConnector:
    """A connector that reads and does nothing else. A key that is refused is told, and noted nowhere."""

    def __init__(self, world: World, connection: Connection) -> None:
        self._connection = connection
        self._inner = world.connectors.open(connection)
        self.capabilities: Capabilities = self._inner.capabilities

    def describe(self, kind: str) -> Schema:
        """See `Connector.describe`."""
        try:
            return self._inner.describe(kind)
        except CredentialsError as error:
            raise self._refused(error) from error

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """See `Connector.page`."""
        try:
            return self._inner.page(kind, token=token, since=since)
        except CredentialsError as error:
            raise self._refused(error) from error

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """See `Connector.read`."""
        try:
            return self._inner.read(kind, external_ids)
        except CredentialsError as error:
            raise self._refused(error) from error

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """See `Connector.find`."""
        try:
            return self._inner.find(kind, marker=marker, keys=keys)
        except CredentialsError as error:
            raise self._refused(error) from error

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        """See `Connector.unread`."""
        try:
            return list(self._inner.unread(kind, records, since=since))
        except CredentialsError as error:
            raise self._refused(error) from error

    def _refused(self, error: CredentialsError) -> KeyRefusedError:
        reason = error.reason.filled(system=self._connection.vendor, connection=self._connection.id)
        return KeyRefusedError(f"the key of {self._connection.id} was refused", reason=reason, retry_after_s=0)
