"""What the steps need of the machine they run on: time, new ids, who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        ...


class Ids(Protocol):
    """The only source of randomness."""

    def new(self) -> str:
        """Return a new id that sorts by time."""
        ...

    def secret(self) -> str:
        """Return 40 or more characters that nobody can guess."""
        ...


class SignIn(Protocol):
    """Who works at the command line."""

    def name(self) -> str:
        """Return the name that the sign-in proves; empty where it names nobody."""
        ...
