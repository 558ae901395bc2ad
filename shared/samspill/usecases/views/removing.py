"""What is removed, and what stays for how long, as people see it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.usecases.views.base import Answer, Explained, View


class Keeping(View):
    """Something that stays for a while."""

    what: str
    """`journal`, `decisions`, `messages` or `systems`."""
    days: int | None
    """How long at most; None where it stays."""


class RemovalPreview(Answer):
    """What a removal takes away, and what it leaves."""

    command: ClassVar[str] = "remove-preview"
    tenant: str
    flows: tuple[str, ...]
    connections: tuple[str, ...]
    whole_tenant: bool
    kept: tuple[Keeping, ...]


class Undone(Explained):
    """What could not be undone at a vendor, and why."""

    connection: str
    vendor: str


class RemovalStep(View):
    """What one step did. The next one goes on, until it is over."""

    removed: int = 0
    """Records, pointers and files that went."""
    undone: Undone | None = None
    waits_until: datetime | None = None
    """Nothing is left to remove now; from then on nothing can come any more, and the last step may be done."""
    token: str = ""
    """Where the next step goes on."""
    is_over: bool = False


class Removed(Answer):
    """What was removed."""

    command: ClassVar[str] = "remove"
    tenant: str
    flows: tuple[str, ...]
    connections: tuple[str, ...]
    removed: int
    undone: tuple[Undone, ...]
    waits_until: datetime | None
    """When the command is to be repeated, for what functions at work may have left behind."""
    is_over: bool
