"""Reads webhooks of every vendor. Imports no HTTP client, and of the vendors only the one whose webhook it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from samspill.errors import ContractError
from samspill.ports import Hook, Hooks
from samspill.reasons import Reason

if TYPE_CHECKING:
    from samspill.connectors.challenge import Challenge


class VendorHooks(Hooks):
    """The `Hooks` port over all vendors."""

    def challenge(self, vendor: str, query: Mapping[str, str]) -> str | None:
        """Return what a vendor wants read back; None where it asks for no handshake, or never does.

        Raises:
            ContractError: not one of the vendor's texts; or a vendor that sends no webhooks.
        """
        declared: Challenge | None = getattr(_webhooks(vendor), "CHALLENGE", None)
        return declared.answer(query) if declared else None

    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        """Verify one delivery and return what it hints at; header names in any case.

        Raises:
            SignatureError: the signature is missing, wrong or too old.
            ContractError: signed, but not a shape we know; or a vendor that sends none.
        """
        found: list[Hook] = _webhooks(vendor).read(headers, body, secret, now)
        return found

    def told(self, vendor: str, body: bytes) -> list[Hook]:
        """See `Hooks.told`."""
        found: list[Hook] = _webhooks(vendor).told(body)
        return found


def _webhooks(vendor: str) -> Any:
    name = f"samspill.connectors.{vendor}.webhooks"
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in {name, name.rpartition(".")[0]}:
            raise
        reason = Reason("bad_message", {"field": "vendor"})
        raise ContractError(f"{vendor} sends no webhooks", reason=reason) from error
