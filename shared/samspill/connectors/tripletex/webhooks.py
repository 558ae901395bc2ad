"""Reads Tripletex's webhooks. Imports no HTTP client: intake has to start fast.

The signature covers the delivery's key and the raw body (changelog 2.71.19). It carries no time, so an old delivery
cannot be told from a new one by it; deliveries are remembered instead, and what they say is only a hint to read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from samspill.connectors import tolerant
from samspill.errors import ContractError, SignatureError
from samspill.ports import Hook
from samspill.reasons import Reason

SIGNATURE = "x-request-signature"
DELIVERY = "idempotency-key"
_KINDS = {"customer": "customers", "project": "projects", "employee": "employees"}


def read(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
    """Verify one delivery and return what it hints at; nothing when it is about a kind we do not read.

    Raises:
        SignatureError: the signature is missing or wrong.
        ContractError: signed, but of another shape.
    """
    del now  # nothing that is signed tells when
    by_name = {name.lower(): value for name, value in headers.items()}
    delivery = by_name.get(DELIVERY, "")
    expected = base64.b64encode(hmac.digest(secret.encode(), delivery.encode() + b"&" + body, hashlib.sha512)).decode()
    if not delivery or not hmac.compare_digest(expected.encode(), by_name.get(SIGNATURE, "").encode()):
        raise SignatureError("the signature does not match")
    return told(body, delivery)


def told(body: bytes, delivery: str = "") -> list[Hook]:
    """Return what a verified body hints at; ContractError when its shape is not known."""
    try:
        event = tolerant.read(body)
        subject, _, verb = event["event"].partition(".")
        kind = _KINDS.get(subject)
        if kind is None:
            return []
        return [
            Hook(
                delivery=delivery,
                kind=kind,
                external_id=str(int(event["id"])),
                subscription=str(int(event["subscriptionId"])),
                deleted=verb == "delete",  # and no version: Tripletex has edits that do not raise it (issue 107)
            )
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ContractError(
            "signed, but not Tripletex's shape", reason=Reason("bad_message", {"field": "event"})
        ) from None
