"""Who is told of what: recipients, what they want to hear, and what is muted for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from samspill.canon.open_enum import OpenEnum
from samspill.notices.kinds import Kind
from samspill.reasons import Language
from samspill.state import AnyText, Document, Kept

INSTALLATION = ""
"""Stands for a tenant where the installation as a whole is meant: its recipients hear of every tenant."""


class Way(OpenEnum):
    """How a recipient is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    """A signed JSON document for programs."""
    CHAT = "chat"
    """`{"text": …}`, as the incoming webhooks of chats take it."""


class Recipient(Kept):
    """Somebody, or some program, that is told."""

    id: str
    way: Way
    address: str
    """A mail address or an https address. That of a chat opens it, so it is shown to nobody in full."""
    language: Annotated[Language, AnyText()] = "en"
    kinds: tuple[Kind, ...] = ()
    """What it wants to hear of; empty for everything."""
    made_by: str
    made_at: AwareDatetime
    generation: int = 1
    """Which secret its webhooks are signed with."""

    def wants(self, kind: Kind) -> bool:
        """Tell whether it wants to hear of a kind."""
        return not self.kinds or kind in self.kinds


class Mute(Kept):
    """What nobody is told of for a while. What still holds at its end is told then."""

    until: AwareDatetime
    by: str
    kind: Kind | None = None
    """None for every kind."""
    flow: str = ""
    """Empty for all of the tenant."""

    def covers(self, kind: Kind, flow: str, now: datetime) -> bool:
        """Tell whether a start of this kind in this flow is to stay untold now."""
        return now < self.until and self.kind in {None, kind} and self.flow in {"", flow}


class Audience(Document):
    """The recipients of a tenant, or of the installation, and what is muted for them."""

    tenant: str
    recipients: dict[str, Recipient] = Field(default_factory=dict)
    """By id."""
    mutes: tuple[Mute, ...] = ()
    made: int = 0
    """How many recipients there ever were: an id is never used again."""

    def wanting(self, kind: Kind) -> set[str]:
        """Return the ids of those who want to hear of a kind."""
        return {each.id for each in self.recipients.values() if each.wants(kind)}

    def mutes_now(self, kind: Kind, flow: str, now: datetime) -> bool:
        """Tell whether a condition is not to be told now."""
        return any(mute.covers(kind, flow, now) for mute in self.mutes)
