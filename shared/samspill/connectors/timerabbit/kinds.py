"""The kinds of record we speak with Timerabbit about, and their shapes on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Required, TypedDict

from samspill.connectors.decode import RowDecoder
from samspill.connectors.mapping import Mapped
from samspill.connectors.timerabbit import mapping
from samspill.connectors.timerabbit.profile import PROFILE, Profile

_TYPES: Mapping[str, Any] = {
    "name": str,
    "is_active": bool,
    "is_internal": bool,
    "postal_address": dict[str, str | None] | None,
}
"""What is not text that may be missing."""


@dataclass(frozen=True)
class Kind:
    """One kind of record."""

    name: str
    mapped: Mapped
    fields: Mapping[str, str]
    types: Mapping[str, Any]
    archive: Mapping[str, object]
    profile: Profile = PROFILE

    @property
    def path(self) -> str:
        """Where its list is."""
        return self.profile.paths[self.name]

    @cached_property
    def decoder(self) -> RowDecoder:
        """Reads its lists. Built on first use, from the names in the profile."""
        shape: dict[str, Any] = {wire: self.types.get(ours, str | None) for ours, wire in self.fields.items()}
        shape |= {"id": Required[str], "version": Required[int], self.profile.updated_at: str}
        row = TypedDict("row", shape, total=False)  # type: ignore[misc]  # the names are data

        class Page(TypedDict, total=False):
            items: Required[list[row]]
            next: str | None

        return RowDecoder(Page, row, "items")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customers",
            mapping.CUSTOMERS,
            PROFILE.customers,
            _TYPES,
            {PROFILE.customers["is_active"]: False},
        ),
        Kind(
            "projects",
            mapping.PROJECTS,
            PROFILE.projects,
            {**_TYPES, "is_active": str},
            {PROFILE.projects["is_active"]: "completed"},
        ),
    )
}
