"""What Fjordbok would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.fjordbok.mapping import CUSTOMERS
from samspill.ports import VendorWrite


def check(_settings: Mapping[str, str], _kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused."""
    CUSTOMERS.write(write.fields, create=write.external_id is None)
