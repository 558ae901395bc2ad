"""Delivers one thing to one recipient: a mail, a signed document, or a line in a chat."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samspill.notices.recipients import Recipient, Way
from samspill.ports import Letter, World

SIGNATURE, NAME = "samspill-signature", "samspill-notice"
"""Headers: `t=SECONDS,v1=HEX`, the HMAC-SHA-256 over `SECONDS.BODY`; and what the telling is called."""
_MENTION = re.compile(r"(?<!\S)@")


@dataclass(frozen=True, slots=True)
class Telling:
    """What a recipient is told."""

    name: str
    """The same however often it is sent."""
    letter: Letter
    data: Mapping[str, Any]
    """The same for programs."""


def signed_for(tenant: str, recipient: Recipient) -> tuple[str, str, int]:
    """Return what the secret of a recipient's webhooks is derived from: see `Secrets.hook_secret`."""
    return tenant, f"notify/{recipient.id}", recipient.generation


def deliver(world: World, tenant: str, recipient: Recipient, telling: Telling) -> None:
    """Send it; `tenant` is the one whose recipient it is.

    Raises:
        RejectedError: it can never be delivered.
        SamspillError: not now.
    """
    if recipient.way is Way.MAIL:
        world.mailer.send(recipient.address, telling.letter, name=telling.name)
    elif recipient.way is Way.CHAT:
        text = json.dumps({"text": _for_chat(telling.letter)}, ensure_ascii=False).encode()
        world.poster.post(recipient.address, text, {})
    elif recipient.way is Way.WEBHOOK:
        body = json.dumps(dict(telling.data), ensure_ascii=False).encode()
        seconds = str(int(world.clock.now().timestamp()))
        secret = world.secrets.hook_secret(*signed_for(tenant, recipient))
        digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hex()
        world.poster.post(
            recipient.address, body, {SIGNATURE: f"t={seconds},v1={digest}", NAME: telling.name.replace("\n", " ")}
        )


def _for_chat(letter: Letter) -> str:
    """Return the words without what a chat would take for a link or for calling everybody."""
    plain = f"{letter.subject}\n\n{letter.text}".replace("<", "‹").replace(">", "›")
    return _MENTION.sub("＠", plain)
