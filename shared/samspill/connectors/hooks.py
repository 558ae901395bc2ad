"""Reads webhooks of every vendor. Imports no HTTP client, and a vendor's reader only when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from samspill.errors import ContractError
from samspill.ports import Hook, Hooks
from samspill.reasons import Reason


class VendorHooks(Hooks):
    """The `Hooks` port over all vendors."""

    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        """Verify one delivery and return what it hints at; header names in any case.

        Raises:
            SignatureError: the signature is missing, wrong or too old.
            ContractError: signed, but not a shape we know; or a vendor that sends none.
        """
        if vendor == "tripletex":
            from samspill.connectors.tripletex.webhooks import read as read_tripletex

            return read_tripletex(headers, body, secret)
        if vendor == "timerabbit":
            from samspill.connectors.timerabbit.webhooks import read as read_timerabbit

            return read_timerabbit(headers, body, secret, now)
        if vendor == "svenn":
            from samspill.connectors.svenn.webhooks import read as read_svenn

            return read_svenn(headers, body, secret, now)
        raise ContractError(f"{vendor} sends no webhooks", reason=Reason("bad_message", {"field": "vendor"}))
