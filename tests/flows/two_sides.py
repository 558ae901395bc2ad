"""What people do and see on both sides of Svenn ↔ Tripletex, for tests that tell one story each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from samspill.engine.model import Link, LinkState, Side
from tests.flows.hub import Hub

TRIPLETEX = {"customers": "customer", "projects": "project", "employees": "employee"}
"""What Svenn calls a kind, and what Tripletex's sandbox calls it."""


@dataclass(frozen=True)
class TwoSides:
    """A hub whose first sync is done, and a count of what is written from here on."""

    hub: Hub

    def settle(self) -> None:
        """Let the webhooks arrive until nobody has anything to say."""
        for _ in range(5):
            self.hub.deliver_webhooks()
            self.hub.drain()

    def forget(self) -> None:
        """Count writes from here."""
        for sandbox in self.hub.sandboxes.values():
            sandbox.calls.clear()

    @property
    def written(self) -> tuple[int, int]:
        """How many writes Svenn and Tripletex got."""
        return self.hub.writes("svenn"), self.hub.writes("tripletex")

    def link(self, kind: str, side: Side, record_id: object) -> Link:
        """The link of a record."""
        (found,) = (link for link in self.hub.links(kind) if link.ids.get(side) == str(record_id))
        return found

    def reason(self, kind: str, side: Side, record_id: object) -> str:
        """Why the record stands as it does."""
        outcome = self.link(kind, side, record_id).outcome
        assert outcome is not None
        return outcome.reason.code

    def svenn(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        """The records of Svenn that have these values."""
        return [row for row in self.hub.svenn.rows(kind) if all(row[name] == each for name, each in wanted.items())]

    def tripletex(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        """The records of Tripletex that have these values."""
        rows = self.hub.tripletex.rows(TRIPLETEX[kind])
        return [row for row in rows if all(row[name] == each for name, each in wanted.items())]

    def pair(self, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A record that both sides have and that is in use: Svenn's, Tripletex's."""
        for link in self.hub.links(kind):
            if link.state is LinkState.LINKED and not link.conflicts and link.base.get("is_active", True):
                left, right = self.of(kind, link.ids[Side.LEFT], link.ids[Side.RIGHT])
                if left.get("active", left.get("status") == "active") and not right.get("isInternal"):
                    return left, right
        raise AssertionError(f"no {kind} on both sides")

    def of(self, kind: str, left: object, right: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """What both sides hold of a pair."""
        [ours], [theirs] = self.svenn(kind, id=str(left)), self.tripletex(kind, id=int(str(right)))
        return ours, theirs
