"""What every sandbox has in common: one WSGI application, one lock, faults, a log of calls, webhooks, a god's view."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from itertools import count
from random import Random
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar, Required, TypedDict

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.calls import Call, CallLog
from local.vendors.faults import Faults, hit
from local.vendors.webhooks import Deliver, Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from local.vendors.clock import Clock
    from local.vendors.data.dataset import Dataset

type Json = dict[str, Any]


class DroppedConnection(Exception):  # noqa: N818  # named for what happens
    """The sandbox cuts the connection instead of answering."""


class Refused(Exception):  # noqa: N818  # named for what happens
    """The vendor says no, to a client or to a person."""

    status: int

    def document(self) -> Json:
        """Return what the vendor says."""
        raise NotImplementedError


class NoSuchRecord(LookupError):  # noqa: N818  # named for what is missing
    """A collection or a record that a person asked for does not exist."""


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `body` as JSON; bytes are taken as JSON already."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return Response(data, status, headers, mimetype="application/json")


class Opening(TypedDict, total=False):
    """What a sandbox is opened with."""

    clock: Required[Clock]
    """The time."""
    deliver: Deliver
    """Sends webhooks; the default takes them for arrived."""
    sleep: Callable[[float], None]
    """Makes the latency fault."""
    address: str
    """Where it is served, without a scheme."""
    https_only: bool
    """Whether a webhook's address must be https, as it is by default."""


class Sandbox(ABC):
    """One vendor's server, in memory.

    The vendor's own API is the WSGI application; the other methods are for people and tests, and the
    `/_sandbox` calls are a thin door to them.
    """

    name: ClassVar[str]
    give_up_after_s: ClassVar[float] = 24 * 3600
    """How long a webhook is tried."""

    def __init__(self, faults: Faults, opening: Opening) -> None:
        """Open a sandbox with the vendor's switches."""
        self.clock = opening["clock"]
        self.calls = CallLog()
        self.lock = RLock()
        self.faults = faults
        deliver = opening.get("deliver", lambda _request: 200)
        self.webhooks = Outbox(self.clock, deliver, faults, self.lock, give_up_after_s=self.give_up_after_s)
        self._address = opening.get("address", f"{self.name}.sandbox")
        self._https_only = opening.get("https_only", True)
        self._sleep = opening.get("sleep", time.sleep)
        self._request_ids = count(1)
        self._dice = Random(0)

    # What a vendor's sandbox says for itself.

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """Answer a call to the vendor's API; runs under the lock."""

    @abstractmethod
    def failure(self, status: int) -> Response:
        """Return the vendor's way of answering with an error nobody caused."""

    @abstractmethod
    def reset(self) -> None:
        """Empty the account: what a customer has on the first day."""

    @abstractmethod
    def load(self, dataset: Dataset) -> None:
        """Fill the emptied account with demo data."""

    @abstractmethod
    def tokens(self) -> Json:
        """Return the made-up secrets a client needs."""

    @abstractmethod
    def collections(self) -> tuple[str, ...]:
        """Name what `rows`, `add`, `edit` and `remove` know."""

    @abstractmethod
    def rows(self, collection: str) -> list[Json]:
        """Return everything of one kind, as the vendor's API would show it, hidden ones too."""

    @abstractmethod
    def add(self, collection: str, body: Json) -> Json:
        """Create a record as a person would on the vendor's screens; webhooks go out.

        Raises:
            Refused: The vendor's rules do not allow it; so with `edit` and `remove`.
            NoSuchRecord: There is no such collection or record; so with all of these.
        """

    @abstractmethod
    def edit(self, collection: str, record_id: str, body: Json) -> Json:
        """Change a record as a person would; webhooks go out."""

    @abstractmethod
    def remove(self, collection: str, record_id: str) -> None:
        """Delete a record as a person would; webhooks go out."""

    def set_faults(self, changes: Json) -> None:
        """Merge `changes` into the switches, `{}` resets them.

        Raises:
            ValueError: A switch does not exist or cannot hold the value.
        """
        with self.lock:
            self.faults.merge(changes)
            self._dice.seed(0)

    def redacted(self, request: Request) -> tuple[str, str]:
        """Return path and query as they may be logged."""
        return request.path, request.query_string.decode("latin-1")

    # The way of a call.

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one call.

        Raises:
            DroppedConnection: A fault cuts the connection.
        """
        request = Request(environ)
        at = self.clock()
        response: Response | None = None
        try:
            response = self._serve(request)
        finally:
            sent = 0 if response is None else response.calculate_content_length() or 0
            status = None if response is None else response.status_code
            self.calls.append(
                Call(at, request.method, *self.redacted(request), status, request.content_length or 0, sent)
            )
            if self.webhooks.automatic:
                self.webhooks.pump()
        return response(environ, start_response)

    def _serve(self, request: Request) -> Response:
        faults, method, path = self.faults, request.method, request.path
        if faults.latency_ms:
            self._sleep(faults.latency_ms / 1000)
        with self.lock:
            if hit(faults.drop_request_next, method, path):
                raise DroppedConnection("cut before the work was done")
            if target := hit(faults.fail_next, method, path):
                return self.failure(target.status)
            if faults.error_rate and self._dice.random() < faults.error_rate:
                return self.failure(502)
            response = self.answer(request)
            if hit(faults.drop_answer_next, method, path):
                raise DroppedConnection("cut after the work was done")
        if faults.answer_delay_ms and method not in {"GET", "HEAD"}:
            self._sleep(faults.answer_delay_ms / 1000)
        return response
