"""The journal in DynamoDB: one compressed item per batch, so that a line costs a fraction of a write."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from itertools import count, groupby
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from samspill.errors import ContractError
from samspill.ports import Clock
from samspill.state import FlowKey, JournalEntry
from samspill.store import keys
from samspill.store.dynamo import ConditionFailedError, Item, Table

ITEM_BYTES = 350_000
"""Larger batches are split: an item may have 400 KB."""
LONGEST_TEXT = 1_000
"""Characters that are kept of a text that is longer than an item."""
_ENTRIES = TypeAdapter(tuple[JournalEntry, ...], config=ConfigDict(defer_build=True))


class DynamoJournal:
    """See `ports.Journal`. A partition holds a day; an item's key begins with the time of its newest entry."""

    def __init__(self, table: Table, clock: Clock, *, keep_days: int = 90) -> None:
        """Keep the journal in its own table, for so many days."""
        self._table, self._clock, self._keep = table, clock, timedelta(days=keep_days)

    def append(self, key: FlowKey, batch: str, entries: Sequence[JournalEntry]) -> None:
        """See `Journal.append`.

        The same entries land on the same keys. When a step was repeated after a crash, the batch comes again with later
        times; `read` tells only one of the copies.
        """
        ordered = sorted(entries, key=lambda entry: entry.at)
        for day, of_day in groupby(ordered, key=lambda entry: _day(entry.at)):
            for number, (newest, packed) in enumerate(_packed(tuple(of_day))):
                item = {
                    "pk": {"S": keys.journal(key, day)},
                    "sk": {"S": keys.join(_moment(newest), batch, str(number))},
                    "copy": {"S": _moment(ordered[0].at)},
                    "entries": {"B": packed},
                    "expires_at": {"N": str(int((newest + self._keep).timestamp()))},
                }
                stored = self._put(item)
                if stored is not None and _unpacked(stored) != _unpacked(item):
                    beside = keys.join(_moment(newest), batch, str(number), blake2b(packed, digest_size=8).hexdigest())
                    self._put({**item, "sk": {"S": beside}})

    def _put(self, item: Item) -> Item | None:
        """Put an item where nothing lies; return what does."""
        try:
            self._table.call(
                "put_item",
                TableName=self._table.name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailedError as failed:
            return failed.item
        return None

    def read(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        """See `Journal.read`. Entries past their time are not told, although the table removes them later."""
        now = self._clock.now()
        since = max(since, now - self._keep)
        waiting: list[tuple[float, int, JournalEntry]] = []
        copies: dict[str, str] = {}
        order = count()
        for item in self._items(key, since, min(until, now + timedelta(days=1))):
            newest, batch, *_ = keys.split(item["sk"]["S"])
            if copies.setdefault(batch, item["copy"]["S"]) != item["copy"]["S"]:
                continue
            # Batches overlap in time: an entry is told once nothing that is still to be read can be newer.
            while waiting and _moment(waiting[0][2].at) > newest:
                yield heappop(waiting)[2]
            for entry in _unpacked(item):
                if since <= entry.at <= until:
                    heappush(waiting, (-entry.at.timestamp(), next(order), entry))
        while waiting:
            yield heappop(waiting)[2]

    def change(self, key: FlowKey, day: date, change: Callable[[JournalEntry], JournalEntry]) -> int:
        """See `Journal.change`. An item stays at its place, and says less."""
        changed = 0
        for item in self._table.query(keys.journal(key, day.isoformat()), ConsistentRead=True):
            entries = _unpacked(item)
            new = tuple(map(change, entries))
            if new != entries:
                packed = {"B": gzip.compress(_ENTRIES.dump_json(new), mtime=0)}
                self._table.put_if({**item, "entries": packed}, "entries = :old", {":old": item["entries"]})
                changed += sum(one != other for one, other in zip(entries, new, strict=True))
        return changed

    def _items(self, key: FlowKey, since: datetime, until: datetime) -> Iterator[Item]:
        day = until.astimezone(UTC).date()
        while day >= since.astimezone(UTC).date():
            yield from self._table.query(keys.journal(key, day.isoformat()), ScanIndexForward=False)
            day -= timedelta(days=1)


def _packed(entries: tuple[JournalEntry, ...]) -> Iterator[tuple[datetime, bytes]]:
    """Yield entries in time's order as one item, or halved until each part fits, with the time of its newest."""
    packed = gzip.compress(_ENTRIES.dump_json(entries), mtime=0)
    if len(packed) <= ITEM_BYTES:
        yield entries[-1].at, packed
        return
    if len(entries) == 1:
        entries = _by_value(entries[0])
    if len(entries) == 1 and (shortened := _shortened(entries[0])) != entries[0]:
        yield from _packed((shortened,))
        return
    if len(entries) == 1:
        raise ContractError(f"the journal entry of {entries[0].link} has {len(packed)} bytes, compressed")
    middle = len(entries) // 2
    yield from _packed(entries[:middle])
    yield from _packed(entries[middle:])


def _unpacked(item: Item) -> tuple[JournalEntry, ...]:
    return _ENTRIES.validate_json(gzip.decompress(bytes(item["entries"]["B"])))


def _by_value(entry: JournalEntry) -> tuple[JournalEntry, ...]:
    """Return one entry as several, each with one of the values that were there before; one with one value as it is."""
    replaced = entry.effect.replaced if entry.effect is not None else {}
    names = [*dict.fromkeys([*entry.before, *replaced])]
    if len(names) <= 1:
        return (entry,)
    return tuple(
        entry.model_copy(
            update={
                "before": _only(entry.before, name),
                "effect": replace(entry.effect, replaced=_only(replaced, name)) if entry.effect is not None else None,
            }
        )
        for name in names
    )


def _only(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: values[name]} if name in values else {}


def _shortened(entry: JournalEntry) -> JournalEntry:
    """Return the entry with the beginning of each overwritten text that no item holds, and how long it was.

    A line that could not be written would keep its run from ending, and take the lines beside it along. What a write
    would be taken back with is left out instead: half a text is never written.
    """
    before = {
        name: f"{value[:LONGEST_TEXT]}… ({len(value)})" if isinstance(value, str) and len(value) > ITEM_BYTES else value
        for name, value in entry.before.items()
    }
    effect = entry.effect
    if effect is not None:
        replaced = {name: v for name, v in effect.replaced.items() if not (isinstance(v, str) and len(v) > ITEM_BYTES)}
        effect = replace(effect, replaced=replaced)
    return entry.model_copy(update={"before": before, "effect": effect})


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


def _moment(at: datetime) -> str:
    """Return the time in a form that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
