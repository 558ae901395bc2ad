"""Vendors: the connector of one, what goes through it, and its webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from samspill.canon.values import Fields
    from samspill.engine.model import Observation
    from samspill.engine.revision import Revision
    from samspill.errors import SamspillError
    from samspill.flows.schema import Schema
    from samspill.state import Connection, Identity


ID_CHARACTERS = 200
"""A record's id is part of a key of the tables, which has 1024 bytes at most."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    observations: Sequence[Observation]
    next: str | None
    """Token of the next page; None after the last."""
    cursor: str | None = None
    """With the last page: where a later read of changes starts. None when the vendor cannot tell changes, or when the
    list moved while it was read: what was missed would lie behind it."""
    complete: bool = True
    """False when rows may be missing, because the list moved or is one of some days only: no evidence of absence."""
    unnamed: int = 0
    """Rows without an id that can be read: nobody can tell which records they are. Such a page is not complete."""
    wait_s: int = 0
    """How long the vendor asks us to stay away before the next page: it is still making it."""

    @classmethod
    def of(
        cls, seen: Sequence[Observation], *, following: str | None, cursor: str | None = None, complete: bool = True
    ) -> Page:
        """Return the page of what was seen; rows without an id, or with one too long for a key, are only counted."""
        named = [each for each in seen if 0 < len(each.external_id) <= ID_CHARACTERS]
        unnamed = len(seen) - len(named)
        return cls(named, following, cursor, complete and not unnamed, unnamed)


@dataclass(frozen=True, slots=True)
class VendorWrite:
    """One record to create (no `external_id`), change or archive, in the vendor's own reference ids."""

    key: str
    """Names the write in the answer."""
    fields: Fields
    external_id: str | None = None
    version: Revision | None = None
    """The state the write was planned on: refuse with ConflictError when the vendor holds another one by now."""
    marker: str = ""
    """For creates: stored where the vendor has a searchable field, so that the record can be found again."""
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to one write: what the record is now, or why it was not done.

    `error` is a RejectedError and the like (nothing happened), ConflictError (version), NotFoundError, or
    UnknownOutcomeError (it may have happened). An error that concerns every write is raised instead.
    """

    key: str
    record: Observation | None = None
    error: SamspillError | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor can do on one connection, for the steps and the conformance suite."""

    kinds: frozenset[str]
    writable: frozenset[str]
    preconditions: bool = True
    unguarded: frozenset[str] = frozenset()
    """Kinds whose records have no version of their own, although the vendor has them: read again before a write."""
    markers: frozenset[str] = frozenset()
    """Kinds that can be found by marker."""
    webhooks: frozenset[str] = frozenset()
    """Kinds that tell their changes."""
    search_lag_s: int = 0
    """How long after a create a search may still miss the record."""
    reads_together: int = 1
    """How many records one call reads by their ids."""

    def guards(self, kind: str) -> bool:
        """Tell whether a write of this kind is refused when the record changed since it was read."""
        return self.preconditions and kind not in self.unguarded


class Subscribed(NamedTuple):
    """What a vendor sends from now on."""

    events: Mapping[str, str]
    """Subscription id → event, all of ours."""
    repaired: tuple[str, ...] = ()
    """Events that it had not been sending: their subscriptions were switched off, or not there."""


class Connector(Protocol):
    """Our code for one vendor, opened on one connection."""

    capabilities: Capabilities

    def reach(self) -> None:
        """Call the address once, without a key; AddressError when it leads to another host. Any other answer does."""
        ...

    def check(self) -> Identity:
        """Ask who the key is and what it may do; CredentialsError when it is nobody."""
        ...

    def describe(self, kind: str) -> Schema:
        """Return what a record of the kind consists of in this account, by the vendor's own word where it tells."""
        ...

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """Read one page, the first when `token` is None; only changes since the cursor `since` where possible.

        Raises:
            ExpiredCursorError: the vendor no longer knows `since`; not where that is None.
        """
        ...

    def acknowledge(self, kind: str, cursor: str) -> None:
        """Hear that a cursor of `page` is stored, perhaps again: what led up to it will not be asked for any more."""
        del kind, cursor

    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        """Read these records; one that is gone comes back as `deleted`."""
        ...

    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        """Carry out the writes, in as few calls as the vendor allows; one answer per write, in their order."""
        ...

    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        """Find records by the marker of a create, or by natural keys (canonical field → value), checked in code."""
        ...

    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> Iterable[Observation]:
        """Return what may be one of `records` (canonical) and perhaps was never read; it only narrows.

        A vendor that tells its changes gives those since the cursor `since` (None: unknown, as is one that the vendor
        no longer knows); another one is searched by a part of the records' names.
        """
        ...

    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        """Make, re-enable the subscriptions that send these kinds to `url`; `renew` gives them another secret."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """What a verified webhook said: look at this record."""

    delivery: str
    kind: str
    external_id: str
    subscription: str
    deleted: bool = False
    version: Revision | None = None
    """The record's version as it was told, of a vendor that changes it with every change: what is known is not read."""


class Connectors(Protocol):
    """Opens connectors."""

    def open(self, connection: Connection) -> Connector:
        """Return a connector that calls with the connection's credentials, budget and address."""
        ...


class Hooks(Protocol):
    """Reads webhooks. Kept apart from connectors so that intake starts fast."""

    def challenge(self, vendor: str, query: Mapping[str, str]) -> str | None:
        """Return the text that a vendor wants read back before it sends webhooks; None where it does not ask.

        Raises:
            ContractError: the text is not such as this vendor's are.
        """
        ...

    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        """Verify the signature over the raw body and return what it hints at.

        Raises:
            SignatureError: the signature is missing, wrong or too old.
            ContractError: signed, but not a shape we know.
        """
        ...

    def told(self, vendor: str, body: bytes) -> list[Hook]:
        """Return what a body hints at that was verified when it came; ContractError when its shape is not known."""
        ...


class Preflight(Protocol):
    """Knows what a vendor would refuse, without calling it."""

    def __call__(self, connection: Connection, kind: str, write: VendorWrite) -> SamspillError | None:
        """Return why the write would be refused; None where nothing is known against it."""
        ...
