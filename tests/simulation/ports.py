"""The hub's own ports, every call of which is a step of the simulation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from samspill.engine.model import Side
from samspill.errors import PermanentError, UnstorableError
from samspill.messages import UpsertRecords
from samspill.ports import LinkCommit
from samspill.state import StreamKey

if TYPE_CHECKING:
    from tests.simulation.hub import SimulatedHub

QUIET = {"receive", "done", "back", "duplicate", "depth", "open", "next_due", "dead"}
LOOKS = frozenset(
    {"of_records", "get", "beginning", "all", "with_result", "connection", "connections", "flow", "flows", "latest"}
    | {"read", "keys", "count_dead", "page", "find", "unread", "before", "check", "reader", "first"}
)
"""Calls that only look; every other call counts as a change. `positions.py` proves that these change nothing."""


@cache
def changes(label: str) -> bool:
    """Tell whether a step begins a change: not where a call only looks, nor where one is over."""
    call = label.rpartition(".")[2]
    return " " not in call and call not in LOOKS


class Port:
    """A port every call of which is a step of the simulation."""

    def __init__(self, name: str, inner: Any, io: Callable[[str], None]) -> None:
        self._name, self._inner, self._io = name, inner, io

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in QUIET or not callable(found):
            return found
        label, io = f"{self._name}.{name}", self._io
        done = f"{label} done"

        def call(*arguments: Any, **named: Any) -> Any:
            io(label)
            out = found(*arguments, **named)
            io(done)
            return out

        setattr(self, name, call)
        return call


class Links(Port):
    """Links whose batches are split: a function may die between any two commits."""

    def commit(self, stream: StreamKey, commits: list[LinkCommit]) -> list[bool]:
        """See `Links.commit`."""
        held: list[bool] = []
        blamed: dict[int, PermanentError] = {}
        for index, commit in enumerate(commits):
            try:
                held.append(self._hub.committed(stream, commit, self._inner, self._io))
            except UnstorableError as error:
                held.append(False)
                blamed[index] = error.blamed[0]
        if blamed:
            raise UnstorableError(held, blamed)
        return held

    _hub: SimulatedHub


class Queues(Port):
    """Queues whose batches are split."""

    def send(self, messages: list[Any], *, delay_s: int = 0) -> None:
        """See `Queues.send`."""
        for message in messages:
            if message.step == "notify" and not self._hub.tells_people:
                continue
            if isinstance(message, UpsertRecords):
                self._hub.let_out(message)
            self._io("queues.send")
            self._inner.send([message], delay_s=delay_s)
            self._hub.sent(message)
        self._io("queues.send done")

    _hub: SimulatedHub

    def hint(self, hints: list[Any]) -> None:
        """See `Queues.hint`."""
        for hint in hints:
            self._io("queues.hint")
            self._inner.hint([hint])
            self._hub.hinted(hint)
        self._io("queues.hint done")


class Cursors(Port):
    """Cursors that are watched."""

    def put(self, stream: StreamKey, side: Side, cursor: str, *, by: str = "") -> None:
        """See `Cursors.put`."""
        self._io("cursors.put")
        self._inner.put(stream, side, cursor, by=by)
        self._hub.touched(stream.of_flow)
        self._hub.of(stream.of_flow).watch_cursor(stream, side, cursor)
        self._io("cursors.put done")

    _hub: SimulatedHub


PORTS = {
    "links": Links,
    "keys": Port,
    "queues": Queues,
    "cursors": Cursors,
    "registry": Port,
    "tenants": Port,
    "runs": Port,
    "journal": Port,
    "decisions": Port,
    "blobs": Port,
    "quotas": Port,
    "line": Port,
    "deliveries": Port,
    "schedules": Port,
}
"""Those of the hub's own calls that are steps of the simulation. Leases and secrets are not used by functions that run
by themselves."""
