"""A kind of record we speak with a contract vendor about, and its shape on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Required, TypedDict

from samspill.connectors.contract.mapping import COMPLETED
from samspill.connectors.contract.profile import Profile
from samspill.connectors.decode import Int64, RowDecoder
from samspill.connectors.mapping import Mapped, Row
from samspill.errors import ContractError
from samspill.reasons import Reason

_TYPES: Mapping[str, Any] = {
    "name": str,
    "is_active": bool,
    "is_internal": bool,
    "is_private": bool,
    "postal_address": dict[str, str | None] | None,
}
"""What is not text that may be missing."""


def _name_and_number(row: Row) -> str:
    number = row.get("number")
    return f"{row['name']} ({number})" if number else str(row["name"])


@dataclass(frozen=True)
class Kind:
    """One kind of record."""

    name: str
    mapped: Mapped
    profile: Profile
    archive: Mapping[str, object] = field(default_factory=dict)
    """What to set so that the record is no longer in use; empty where the vendor has no such thing."""
    types: Mapping[str, Any] = field(default_factory=dict)
    """Our field → its type on the wire, where it is not the usual one."""
    also: Mapping[str, Any] = field(default_factory=dict)
    """Theirs → its type, of what is read for messages only."""
    label: Callable[[Row], str] = _name_and_number
    prefix: str = ""
    """Put before ids, where several of the vendor's lists make one kind."""
    creatable: bool = True

    @property
    def path(self) -> str:
        """Where its list is."""
        return self.profile.paths[self.name]

    @property
    def fields(self) -> Mapping[str, str]:
        """Our field → theirs."""
        return self.profile.fields[self.name]

    @cached_property
    def decoder(self) -> RowDecoder:
        """Reads its lists. Built on first use, from the names in the profile."""
        types = {**_TYPES, **self.types}
        shape: dict[str, Any] = {wire: types.get(ours, str | None) for ours, wire in self.fields.items()}
        shape |= {"id": Required[str], "version": Required[Int64], self.profile.updated_at: str}
        shape |= {self.profile.marker: str | None, **self.also}
        row = TypedDict("row", shape, total=False)  # type: ignore[misc]  # the names are data

        class Page(TypedDict, total=False):
            items: Required[list[row]]
            next: str | None
            cursor: str

        return RowDecoder(self.profile.system, Page, row, "items")


def customers(profile: Profile, mapped: Mapped) -> Kind:
    """Return customers; one that is no longer in use is made inactive."""
    return Kind("customers", mapped, profile, archive={profile.fields["customers"]["is_active"]: False})


def projects(profile: Profile, mapped: Mapped) -> Kind:
    """Return projects; one that is no longer in use is completed."""
    status = profile.fields["projects"]["is_active"]
    return Kind("projects", mapped, profile, archive={status: COMPLETED}, types={"is_active": str})


class Kinds(dict[str, Kind]):
    """A vendor's kinds by name."""

    def __init__(self, *kinds: Kind) -> None:
        """Hold these."""
        super().__init__({kind.name: kind for kind in kinds})

    def of(self, name: str) -> Kind:
        """Return the kind; ContractError when the vendor has none such."""
        try:
            return self[name]
        except KeyError:
            raise ContractError(f"no kind {name} here; there are {', '.join(self)}", reason=Reason("defect")) from None
