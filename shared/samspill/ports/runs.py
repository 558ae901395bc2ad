"""What is stored of work done: runs, cursors, the journal, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from samspill.decisions import DecisionLine
    from samspill.engine.model import Side
    from samspill.state import FlowKey, JournalEntry, Run, RunStatus, StreamKey


class Runs(Protocol):
    """Runs and their counters."""

    def start(self, run: Run) -> None:
        """Store a new run."""
        ...

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        """Return the run, read consistently."""
        ...

    def latest(self, key: FlowKey, limit: int = 10) -> list[Run]:
        """Return the newest runs first."""
        ...

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        """Add to the counters and return the run; do nothing when `once` was added before. None: no such run."""
        ...

    def note(
        self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str, notes: Mapping[str, str]
    ) -> Run | None:
        """Add to the counters as `add` does, and set notes together with them or not at all."""
        ...

    def move(self, run: Run, *, status: RunStatus, stage: int, ended_at: datetime | None = None) -> bool:
        """Change status and stage if both still are as in `run`; tell whether it did. One caller wins."""
        ...


class Cursors(Protocol):
    """How far a side of a stream has been read."""

    def get(self, stream: StreamKey, side: Side) -> str | None:
        """Return the cursor."""
        ...

    def before(self, stream: StreamKey, side: Side) -> str | None:
        """Return the cursor whose place the present one took: where the read before the last one left off."""
        ...

    def put(self, stream: StreamKey, side: Side, cursor: str, *, by: str = "") -> None:
        """Store the cursor of the run `by`, perhaps again; called only after what was read is safe in a queue."""
        ...

    def remove(self, stream: StreamKey) -> None:
        """Remove the cursors of both sides."""
        ...


class Journal(Protocol):
    """What happened to every record, kept for a time."""

    def append(self, key: FlowKey, batch: str, entries: Sequence[JournalEntry]) -> None:
        """Store the entries under `batch`, once: storing the same batch again changes nothing.

        Nothing that was stored is replaced but by `change`: other entries under the same batch are kept beside it, but
        for those that only have later times, which a step writes that is repeated.
        """
        ...

    def read(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        """Yield entries, newest first."""
        ...

    def change(self, key: FlowKey, day: date, change: Callable[[JournalEntry], JournalEntry]) -> int:
        """Have the entries of a day (UTC) say what `change` makes of them; return how many became others.

        For a person's data that has to go, and for nothing else. Times, and how long entries are kept, stay.
        """
        ...


class Decisions(Protocol):
    """What people decided, kept for years. A line is written once, and never replaced: see `change`."""

    def write(self, line: DecisionLine) -> None:
        """Store a line; storing the same one again changes nothing."""
        ...

    def read(self, tenant: str, since: datetime, until: datetime) -> Iterator[DecisionLine]:
        """Yield the lines of the decisions that were asked for in that time, newest decision first."""
        ...

    def change(self, tenant: str, change: Callable[[DecisionLine], DecisionLine]) -> int:
        """Have all lines say what `change` makes of them; return how many became others.

        For a person's data that has to go, and for nothing else. A line stays its decision's, and is kept as long.
        """
        ...
