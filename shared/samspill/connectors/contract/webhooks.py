"""Reads webhooks as our contracts have them. Imports no HTTP client: intake has to start fast."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from samspill.connectors import tolerant
from samspill.connectors.contract.profile import Profile
from samspill.engine.revision import Revision
from samspill.errors import ContractError, SignatureError
from samspill.ports import Hook
from samspill.reasons import Reason

TOLERANCE_S = 300
"""Every attempt is signed anew, so what is older was recorded and sent again by somebody else."""


def read(profile: Profile, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
    """Verify one delivery and return what it hints at; nothing when it is about a kind we do not read.

    Raises:
        SignatureError: the signature is missing, wrong or too old.
        ContractError: signed, but of another shape.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    timestamp = by_name.get(profile.timestamp_header.lower(), "")
    digest = hmac.digest(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()
    given = by_name.get(profile.signature_header.lower(), "")
    if not hmac.compare_digest(f"sha256={digest}".encode(), given.encode()):
        raise SignatureError("the signature does not match")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > TOLERANCE_S:
        raise SignatureError("the signature is too old")
    return told(profile, body)


def told(profile: Profile, body: bytes) -> list[Hook]:
    """Return what a verified body hints at; ContractError when its shape is not known."""
    try:
        event = tolerant.read(body)
        name = event["event"]
        verb = name.rpartition(".")[2]
        kind = next((kind for kind, events in profile.events.items() if name in events), None)
        if kind is None:
            return []
        return [
            Hook(
                delivery=str(event["deliveryId"]),
                kind=kind,
                external_id=str(event["id"]),
                subscription="",
                deleted=verb == "deleted",
                version=Revision(int(event["version"])),
            )
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ContractError(
            "signed, but not the contract's shape", reason=Reason("bad_message", {"field": "event"})
        ) from None
