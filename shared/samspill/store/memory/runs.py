"""Runs and the journal in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from samspill.ports import Clock
from samspill.state import FlowKey, JournalEntry, Run, RunStatus


class MemoryRuns:
    """Runs by id, with the names of what was added to them."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Begin empty; `clock` tells when a run moved."""
        self._clock = clock
        self._runs: dict[FlowKey, dict[str, Run]] = defaultdict(dict)
        self._added: set[tuple[FlowKey, str, str]] = set()

    def start(self, run: Run) -> None:
        """See `Runs.start`."""
        self._runs[run.key].setdefault(run.id, run)

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        """See `Runs.get`."""
        return self._runs[key].get(run_id)

    def latest(self, key: FlowKey, limit: int = 10) -> list[Run]:
        """See `Runs.latest`."""
        runs = self._runs[key]
        return [runs[run_id] for run_id in sorted(runs, reverse=True)[:limit]]

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        """See `Runs.add`."""
        return self.note(key, run_id, counters, once, {})

    def note(
        self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str, notes: Mapping[str, str]
    ) -> Run | None:
        """See `Runs.note`."""
        run = self.get(key, run_id)
        if run is None or not counters or (key, run_id, once) in self._added:
            return run
        self._added.add((key, run_id, once))
        sums = run.counters | {name: run.counters.get(name, 0) + count for name, count in counters.items()}
        update = {"counters": sums, "notes": {**run.notes, **notes}, "moved_at": self._now()}
        self._runs[key][run_id] = run = run.model_copy(update=update)
        return run

    def move(self, run: Run, *, status: RunStatus, stage: int, ended_at: datetime | None = None) -> bool:
        """See `Runs.move`."""
        stored = self.get(run.key, run.id)
        if stored is None or (stored.status, stored.stage) != (run.status, run.stage):
            return False
        ended_at = ended_at or stored.ended_at
        update = {"status": status, "stage": stage, "ended_at": ended_at, "moved_at": self._now()}
        self._runs[run.key][run.id] = stored.model_copy(update=update)
        return True

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock else None


class MemoryJournal:
    """Entries by flow and batch, shown for `keep_days`."""

    def __init__(self, clock: Clock, *, keep_days: int = 90) -> None:
        """Begin empty."""
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._batches: dict[FlowKey, dict[str, list[tuple[JournalEntry, ...]]]] = defaultdict(dict)

    def append(self, key: FlowKey, batch: str, entries: Sequence[JournalEntry]) -> None:
        """See `Journal.append`."""
        told = tuple(sorted(entries, key=lambda entry: entry.at))
        copies = self._batches[key].setdefault(batch, [])
        if not copies or (told and told[0].at == copies[0][0].at and told not in copies):
            copies.append(told)

    def read(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        """See `Journal.read`."""
        since = max(since, self._clock.now() - self._keep)
        copies = [entries for batch in self._batches[key].values() for entries in batch]
        entries = [entry for each in copies for entry in each if since <= entry.at <= until]
        return iter(sorted(entries, key=lambda entry: entry.at, reverse=True))

    def change(self, key: FlowKey, day: date, change: Callable[[JournalEntry], JournalEntry]) -> int:
        """See `Journal.change`."""
        changed = 0
        for copies in self._batches[key].values():
            for place, entries in enumerate(copies):
                new = tuple(change(each) if each.at.astimezone(UTC).date() == day else each for each in entries)
                changed += sum(one != other for one, other in zip(entries, new, strict=True))
                copies[place] = new
        return changed
