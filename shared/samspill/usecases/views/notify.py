"""Recipients and notices, as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.usecases.views.base import Answer, Explained, View


class RecipientView(View):
    """Somebody, or some program, that is told."""

    recipient: str
    way: str
    """`mail`, `webhook` or `chat`."""
    address: str
    """A mail address; of an https address the host only, for the rest of a chat's opens it."""
    language: str
    kinds: tuple[str, ...]
    """What it is told of; empty for everything."""
    everywhere: bool
    """True where it is told of every tenant."""


class MuteView(View):
    """What nobody is told of for a while."""

    until: datetime
    kind: str | None
    flow: str | None
    by: str


class NoticeView(Explained):
    """A condition, and who was told of it."""

    kind: str
    flow: str | None
    connection: str | None
    count: int
    at_least: bool
    """True where there are more than were counted."""
    since: datetime
    ended_at: datetime | None
    """When its all-clear was given; null while it lasts."""
    told: tuple[str, ...]
    """Recipients who were told of its start."""
    waiting: tuple[str, ...]
    """Recipients who are yet to be told something."""
    given_up: tuple[str, ...]
    """Recipients to whom something could not be delivered."""


class NotifyList(Answer):
    """Who is told of what, what is muted, and what was told."""

    command: ClassVar[str] = "notify-list"
    recipients: tuple[RecipientView, ...]
    mutes: tuple[MuteView, ...]
    notices: tuple[NoticeView, ...]


class RecipientAdded(Answer):
    """A recipient that was just added."""

    command: ClassVar[str] = "notify-add"
    recipient: RecipientView
    secret: str | None = None
    """What its webhooks are signed with; shown once."""


class RecipientAnswer(Answer):
    """A recipient that was removed, or is being tried."""

    command: ClassVar[str] = "notify-recipient"
    recipient: RecipientView


class Muted(Answer):
    """What is muted now."""

    command: ClassVar[str] = "notify-mute"
    mutes: tuple[MuteView, ...]
