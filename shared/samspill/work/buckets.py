"""Rows on their way through a long piece of work, parted by key, so that each part is worked on alone.

An external hash partition: what a slice puts is read by a later one, which takes everything with its share of the keys.
A slice writes under its own name, so that done again it takes its own place. Work of one bucket stays in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any, Protocol

import orjson

from samspill.canon.json_form import jsonable, loads
from samspill.ports import Blobs


def bucket_of(key: str, count: int) -> int:
    """Return which of `count` buckets a key belongs to."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % count if count > 1 else 0


class Buckets(Protocol):
    """Items by name and bucket. Items are dataclasses and JSON values; `read` makes them again from JSON."""

    count: int

    def put(self, name: str, key: str, item: object) -> None:
        """Add an item to the bucket of its key; it can be taken once the slice is saved."""
        ...

    def take(self, name: str, bucket: int, read: Callable[[Any], Any] | None = None) -> list[Any]:
        """Return the items of a bucket; they stay there."""
        ...

    def tell(self, name: str, item: object) -> None:
        """Add an item that every slice may need: all of one name are in the first bucket."""
        ...

    def has(self, name: str) -> bool:
        """Tell whether there is any item of that name."""
        ...

    def save(self, source: str) -> None:
        """Store what was put under the name of the slice."""
        ...


class OneBucket:
    """Everything in memory, for what is small enough."""

    count = 1

    def __init__(self) -> None:
        """Begin empty."""
        self._items: dict[str, list[Any]] = defaultdict(list)

    def put(self, name: str, key: str, item: object) -> None:  # noqa: ARG002 - there is one bucket
        """See `Buckets.put`."""
        self._items[name].append(item)

    def tell(self, name: str, item: object) -> None:
        """See `Buckets.tell`."""
        self._items[name].append(item)

    def take(self, name: str, bucket: int, read: Callable[[Any], Any] | None = None) -> list[Any]:  # noqa: ARG002 - never left memory
        """See `Buckets.take`."""
        return list(self._items[name]) if bucket == 0 else []

    def has(self, name: str) -> bool:
        """See `Buckets.has`."""
        return bool(self._items[name])

    def save(self, source: str) -> None:
        """See `Buckets.save`."""


class StoredBuckets:
    """Blobs: one per name, bucket and slice that put something there."""

    def __init__(self, blobs: Blobs, folder: str, count: int) -> None:
        """Keep so many buckets under a prefix."""
        self._blobs, self._folder, self.count = blobs, folder, count
        self._put: dict[tuple[str, int], list[object]] = defaultdict(list)

    def put(self, name: str, key: str, item: object) -> None:
        """See `Buckets.put`."""
        self._put[name, bucket_of(key, self.count)].append(item)

    def tell(self, name: str, item: object) -> None:
        """See `Buckets.tell`."""
        self._put[name, 0].append(item)

    def take(self, name: str, bucket: int, read: Callable[[Any], Any] | None = None) -> list[Any]:
        """See `Buckets.take`."""
        items = self._stored(name, bucket)
        return [read(item) for item in items] if read else list(items)

    def _stored(self, name: str, bucket: int) -> Iterator[Any]:
        for key in self._blobs.keys(f"{self._folder}/{name}/{bucket:05}/"):
            yield from loads(self._blobs.get(key) or b"[]")

    def has(self, name: str) -> bool:
        """See `Buckets.has`."""
        return bool(self._blobs.keys(f"{self._folder}/{name}/"))

    def save(self, source: str) -> None:
        """See `Buckets.save`."""
        for (name, bucket), items in self._put.items():
            self._blobs.put(f"{self._folder}/{name}/{bucket:05}/{source}", orjson.dumps(items, default=jsonable))
        self._put.clear()


class Scoped:
    """Buckets in which names stand for one stream's items; a name that begins with a slash is everybody's."""

    def __init__(self, inner: Buckets, scope: str) -> None:
        """Name the stream."""
        self._inner, self._scope, self.count = inner, scope, inner.count

    def _named(self, name: str) -> str:
        return name[1:] if name.startswith("/") else f"{self._scope}/{name}"

    def put(self, name: str, key: str, item: object) -> None:
        """See `Buckets.put`."""
        self._inner.put(self._named(name), key, item)

    def tell(self, name: str, item: object) -> None:
        """See `Buckets.tell`."""
        self._inner.tell(self._named(name), item)

    def take(self, name: str, bucket: int, read: Callable[[Any], Any] | None = None) -> list[Any]:
        """See `Buckets.take`."""
        return self._inner.take(self._named(name), bucket, read)

    def has(self, name: str) -> bool:
        """See `Buckets.has`."""
        return self._inner.has(self._named(name))

    def save(self, source: str) -> None:
        """See `Buckets.save`."""
        self._inner.save(source)
