"""What may turn out otherwise once a vendor tells its interface: paths, headers and field names, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from samspill.connectors.fitting import Fit

_ADDRESS = {part: part for part in ("line1", "line2", "postcode", "city", "country")}
ADDRESS_FITS: Mapping[str, Fit] = {
    "postal_address.line1": Fit(255),
    "postal_address.line2": Fit(255),
    "postal_address.postcode": Fit(20),
    "postal_address.city": Fit(100),
    "postal_address.country": Fit(2, "[A-Z]{2}"),
}
"""What the contracts take as an address."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One vendor's names on the wire. The defaults are those of our contracts."""

    system: str
    """What people call the vendor."""
    paths: Mapping[str, str]
    """Kind → where its list is."""
    fields: Mapping[str, Mapping[str, str]]
    """Kind → our field → theirs."""
    filters: Mapping[str, frozenset[str]]
    """Kind → our fields a list can be narrowed by, under their names on the wire."""
    events: Mapping[str, tuple[str, ...]]
    """Kind → the events that tell its changes."""
    rights: tuple[str, ...]
    """Every permission the key has to have."""
    header_prefix: str
    """What the headers of a webhook begin with."""
    fits: Mapping[str, Mapping[str, Fit]] = field(default_factory=dict)
    """Kind → our field, or a part of it (`field.part`) → what the contract says that the vendor takes."""
    address: Mapping[str, str] = field(default_factory=lambda: _ADDRESS)
    me: str = "/v1/me"
    webhooks: str = "/v1/webhooks"
    key_header: str = "X-Api-Key"
    marker: str = "externalReference"
    updated_at: str = "updatedAt"

    @property
    def signature_header(self) -> str:
        """Holds the signature of a webhook."""
        return f"{self.header_prefix}-Signature"

    @property
    def timestamp_header(self) -> str:
        """Holds the moment a webhook was signed."""
        return f"{self.header_prefix}-Timestamp"


def changes(subject: str) -> tuple[str, ...]:
    """Return the events of a kind of record that is created, changed and deleted."""
    return tuple(f"{subject}.{verb}" for verb in ("created", "updated", "deleted"))


def rights(*names: str) -> tuple[str, ...]:
    """Return the permissions to read and write these."""
    return tuple(f"{name}:{verb}" for name in names for verb in ("read", "write"))
