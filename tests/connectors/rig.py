"""A connector opened on its vendor's sandbox in process, with everything in sight: what was sent, logged and stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import httpx
import orjson
import pytest

from local.vendors.app import Sandbox
from local.vendors.transport import SandboxTransport
from samspill.canon.values import Fields, Value
from samspill.connectors.context import ConnectorContext
from samspill.connectors.http.address import check_address
from samspill.connectors.http.wire import Call
from samspill.engine.model import Observation
from samspill.engine.revision import Revision
from samspill.ports import Connector, VendorWrite
from samspill.state import Connection
from tests.connectors.twins import MemorySecrets, WindowBudgets
from tests.support.clock import START, FixedClock


class Recorder(httpx.BaseTransport):
    """Keeps every request on its way to the sandbox, and may answer in its place."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.sent: list[httpx.Request] = []
        self.answers: list[httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]] = []
        """Given instead of the sandbox's, first one first."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, httpx.Response) else answer(request)
        return self.inner.handle_request(request)


@dataclass(frozen=True, slots=True)
class Subject:
    """The kind of record that the conformance suite tries, and which of its fields, by their names in the canon.

    A field that the kind does not have is empty: what needs it is not asked of that vendor.
    """

    kind: str
    name: str = "name"
    """A text that every record has, and that its label holds."""
    text: str = ""
    """A text that may be empty."""
    key: str = ""
    """A field that records are found by, beside the name."""
    keys: tuple[str, str, str] = ("1001", "1002", "1003")
    """Three values of it."""
    on_the_wire: frozenset[str] = frozenset({"name"})
    """What the vendor calls the name, and the fields it makes of it."""
    active: str = ""
    """Whether the record is in use; archiving takes it out of use."""
    whole: str = ""
    """A value of several parts that is written as one."""
    parts: Mapping[str, Value] = field(default_factory=dict)
    """What the parts of it may be."""
    further: Mapping[str, Value] = field(default_factory=dict)
    """Further fields, of other types where there are such."""
    foreign: Mapping[str, Value] = field(default_factory=dict)
    """A field that the vendor cannot hold."""


CUSTOMERS = Subject(
    kind="customers",
    text="email",
    key="organization_number",
    keys=("923609016", "974760673", "916823525"),
    active="is_active",
    whole="postal_address",
    parts={"line1": "Storgata 1", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"},
    further={"number": "7", "organization_number": "923609016"},
    foreign={"level": 3},
)
"""What systems with customers are tried with."""
WRITES = frozenset({"writes", "preconditions", "search"})
"""What a connector does that writes, and whose vendor refuses a write of what changed meanwhile."""


def needs(*what: str) -> pytest.MarkDecorator:
    """Ask a test of those vendors only that do, or have, all of this: see `Rig.offers`."""
    return pytest.mark.needs(*what)


class Rig(ABC):
    """One vendor under test."""

    vendor: ClassVar[str]
    does: ClassVar[frozenset[str]]
    """Which of `writes`, `preconditions`, `search`, `markers`, `webhooks`, `sessions` the vendor has."""
    subject: ClassVar[Subject] = CUSTOMERS
    revisions: ClassVar[frozenset[str]] = frozenset({"order"})
    """What a record's revision tells: `order`, `tag`, or both."""
    batch: ClassVar[int] = 100
    """How many records one call writes."""
    events: ClassVar[int] = 3
    """How many events tell the changes of the kind."""
    whoami: ClassVar[str]
    """How the path ends that tells whose the key is."""
    company: ClassVar[str]
    """The field of that answer that identifies the company."""
    document: ClassVar[str] = ""
    """The contract of the API that requests are held against; empty where there is none."""
    page_size: ClassVar[int]
    lists: ClassVar[int] = 1
    """Queries a whole list takes, each at least one call."""
    windowed: ClassVar[frozenset[str]] = frozenset()
    """Kinds of which only some days are listed, so that a list is never complete."""
    update_method: ClassVar[str] = "PUT"
    needed: ClassVar[frozenset[str]] = frozenset()
    """The fields without which no record is created; empty where that is the name alone."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.clock = FixedClock()
        self.sandbox = self.new_sandbox()
        self.secrets = MemorySecrets(self.credentials())
        self.budgets = WindowBudgets(self.clock)
        self.transport = Recorder(SandboxTransport(self.sandbox))
        self.logged: list[Call] = []
        self.connection = Connection(
            tenant="t1",
            id="c1",
            vendor=self.vendor,
            base_url=self.base_url(),
            settings=dict(settings or {}),
            created_at=START,
        )
        self.connector = self.open()

    @classmethod
    def offers(cls) -> frozenset[str]:
        """Return what tests may ask of the vendor: what it does, and the fields of what is tried."""
        fields = ("text", "key", "active", "whole", "foreign")
        return cls.does | {name for name in fields if getattr(cls.subject, name)}

    @property
    def kind(self) -> str:
        """The kind of record that is tried."""
        return self.subject.kind

    def row(self, name: str, **more: object) -> dict[str, Any]:
        """Return canonical fields of the kind that is tried; `text`, `key` and `active` stand for its own names."""
        names = {"text": self.subject.text, "key": self.subject.key, "active": self.subject.active}
        return {self.subject.name: name, **{names.get(part, part): value for part, value in more.items()}}

    def is_next(self, before: Observation, after: Observation) -> bool:
        """Tell whether exactly one change lies between both. A tag tells only that there was one."""
        assert before.version is not None
        assert after.version is not None
        if "tag" in self.revisions and before.version.tag == after.version.tag:
            return False
        return "order" not in self.revisions or order_of(after) == order_of(before) + 1

    def complaints(self) -> list[str]:
        """Return what the contract of the API does not allow of what was sent."""
        return []

    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    @contextmanager
    def every_call_taking(self, seconds: float) -> Iterator[None]:
        """Have the vendor take so long over each call; it looks when half of that is over."""
        inner = self.transport.inner

        class Slow(httpx.BaseTransport):
            def handle_request(_, request: httpx.Request) -> httpx.Response:  # noqa: N805 - `self` is the rig
                self.clock.advance(seconds / 2)
                response = inner.handle_request(request)
                self.clock.advance(seconds / 2)
                return response

        self.transport.inner = Slow()
        yield
        self.transport.inner = inner

    def context(self) -> ConnectorContext:
        """What the connector is opened with."""
        return ConnectorContext(
            connection=self.connection,
            secrets=self.secrets,
            budgets=self.budgets,
            now=self.clock.now,
            base_url=self.connection.base_url,
            transport=self.transport,
            log=self.logged.append,
            check_address=partial(check_address, resolve=lambda _host: ["185.60.216.35"]),
        )

    @abstractmethod
    def new_sandbox(self) -> Sandbox: ...

    @abstractmethod
    def credentials(self) -> dict[str, str]: ...

    @abstractmethod
    def base_url(self) -> str: ...

    @abstractmethod
    def open(self) -> Connector:
        """Open the connector as a new process would."""

    @abstractmethod
    def add(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Create a record as a person would, from canonical fields; return its id."""

    @abstractmethod
    def edit(self, kind: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Change a record as a person would."""

    @abstractmethod
    def remove(self, kind: str, record_id: str) -> None:
        """Delete a record as a person would."""

    @abstractmethod
    def names(self, kind: str) -> list[str]:
        """Return the names of all records, as the vendor holds them."""

    @abstractmethod
    def refusal(self, message: str) -> httpx.Response:
        """Return the vendor's answer to a record it does not take, in these words."""

    @abstractmethod
    def broken(self, row: dict[str, Any]) -> None:
        """Make a row on the wire impossible to take."""

    rows_key: ClassVar[str]

    def expire_session(self) -> None:
        """Make what the connector signs calls with worthless, while its keys stay good."""
        raise NotImplementedError

    @abstractmethod
    def revoke_key(self) -> None:
        """Make the customer's key worthless."""

    @property
    def secret_values(self) -> list[str]:
        """Everything that must never be seen."""
        open_to_see = {"company_id", "session_expires_on"}
        return [value for name, value in self.secrets.held.items() if name not in open_to_see]

    def calls(self, method: str | None = None, path: str = "") -> int:
        """Count what reached the wire, sessions aside."""
        return sum(
            1
            for each in self.transport.sent
            if "/token/" not in each.url.path and method in {None, each.method} and path in each.url.path
        )

    def forget_budget(self) -> None:
        """Let the connector lease anew: what it holds is too old."""
        self.clock.advance(6)

    def alter_row(self, position: int, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the row at `position` of the next list on its way back."""

        def altered(request: httpx.Request) -> httpx.Response:
            answer = self.transport.inner.handle_request(request)
            body = orjson.loads(answer.content)
            change(body[self.rows_key][position])
            return httpx.Response(answer.status_code, content=orjson.dumps(body))

        self.transport.answers = [altered]

    @abstractmethod
    def be_strict(self) -> None:
        """Let the sandbox refuse query parameters it does not know, where it would ignore them."""

    def forget_calls(self) -> None:
        """Count from here."""
        self.transport.sent.clear()
        self.logged.clear()

    def read_all(self, kind: str | None = None, since: str | None = None) -> tuple[list[Observation], bool, str | None]:
        """Read a list to its end: the rows, whether it was complete, the cursor."""
        rows: list[Observation] = []
        token: str | None = None
        complete = True
        while True:
            page = self.connector.page(kind or self.kind, token=token, since=since)
            rows += page.observations
            complete &= page.complete
            token = page.next
            if token is None:
                return rows, complete, page.cursor

    def one(self, record_id: str, kind: str | None = None) -> Observation:
        """Read one record."""
        [found] = self.connector.read(kind or self.kind, [record_id])
        return found


def order_of(record: Observation) -> int:
    """Return the version of a record, of a vendor that counts."""
    assert record.version is not None
    assert record.version.order is not None
    return record.version.order


def create(key: str, **fields: Any) -> VendorWrite:
    """A create."""
    return VendorWrite(key, fields)


def change(
    record: Observation, fields: Fields, *, version: Revision | None = None, archive: bool = False
) -> VendorWrite:
    """A change of what was read."""
    return VendorWrite(
        record.external_id, fields, record.external_id, record.version if version is None else version, archive=archive
    )
