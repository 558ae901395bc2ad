"""Who acts in tests."""

from __future__ import annotations

from samspill.usecases.actor import Actor, Role


def admin(name: str = "tester") -> Actor:
    """Return somebody who may do everything."""
    return Actor(name, frozenset({Role.ADMIN}))


def schedule() -> Actor:
    """Return what starts runs by the clock: nobody decides that, so nothing is written down."""
    return Actor("schedule", frozenset({Role.OPERATOR}), is_deciding=True)


def viewer(name: str = "visitor") -> Actor:
    """Return somebody who may only look."""
    return Actor(name, frozenset({Role.VIEWER}))
