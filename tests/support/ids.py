"""Ids that a test can foretell."""

from __future__ import annotations

from itertools import count


class CountingIds:
    """An ids port: `id-00001`, `id-00002` and so on."""

    def __init__(self, prefix: str = "id") -> None:
        """Begin at one."""
        self._prefix = prefix
        self._numbers = count(1)

    def new(self) -> str:
        """Return the next id; they sort in the order they were made."""
        return f"{self._prefix}-{next(self._numbers):05}"

    def secret(self) -> str:
        """Return the next secret; no test shall meet it where it does not belong."""
        return f"{self._prefix}-secret-{next(self._numbers):05}-that-only-tests-can-foretell"
