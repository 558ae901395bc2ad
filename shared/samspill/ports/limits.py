"""What several functions share and take turns at: leases, quotas, the vendors' rate limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Leases(Protocol):
    """Mutual exclusion with an end. Never the only fence: commits are conditional."""

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """Take or renew the lease; False while somebody else has it."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give it back, if still held."""
        ...


class Quotas(Protocol):
    """Which records met a kind of change in a time, so that no more than a limit do."""

    def take(self, name: str, members: Sequence[str], *, limit: int, until: datetime) -> bool:
        """Note the members under `name`, all or none; False where that would make more than `limit` of them.

        A member that was noted before is not counted again. What `name` holds is forgotten after `until`.
        """
        ...


class Budgets(Protocol):
    """The vendors' rate limits, shared by every function that calls on the same key."""

    def lease(self, key: str, want: int) -> int:
        """Take up to `want` calls out of the present window.

        Raises:
            RateLimitedError: none is left. Whoever is refused gets a place in line: `retry_after_s` is the time until
                their own turn, not only until the next window.
        """
        ...

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """Note what the vendor's answer told."""
        ...

    def pause(self, key: str, seconds: float) -> None:
        """Let nobody call for a while (after a 429)."""
        ...
