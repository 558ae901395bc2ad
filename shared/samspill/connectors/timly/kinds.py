"""The kinds of record we speak with Timly about, and their rows on the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Required, TypedDict

from samspill.connectors.decode import Int64, RowDecoder
from samspill.connectors.mapping import Mapped, Row
from samspill.connectors.timly import mapping
from samspill.connectors.timly.attributed import Attributed
from samspill.connectors.timly.profile import FIELDS, PATHS, SYSTEM, VALUES
from samspill.errors import ContractError
from samspill.reasons import Reason


class Assignee(TypedDict):
    """A place or a person."""

    type: str
    id: str


class ExternalRef(TypedDict, total=False):
    """What another system calls a record, and where it shows it."""

    system: Required[str]
    external_id: str | None
    url: str | None


_TYPES: Mapping[str, Any] = {
    "name": str,
    "key": str,
    "created_at": str,
    "quantity": Int64 | None,
    "place": Assignee | None,
    "person": Assignee | None,
    "external_refs": list[ExternalRef] | None,
    "is_builtin": bool,
    "is_list": bool,
    "is_planned": bool,
    "choices": list[str] | None,
    "categories": list[str] | None,
}
"""Our field → its type on the wire, where that is not text that may be missing."""


def _every_row(_row: Row) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """One kind of record."""

    name: str
    mapped: Mapped
    label: Callable[[Row], str]
    archive: Mapping[str, object] = field(default_factory=dict)
    """What to set so that a record is no longer in use; empty where there is no such thing."""
    fixed: frozenset[str] = frozenset()
    """Fields that are set when a record is created, and never changed."""
    preset: Mapping[str, object] = field(default_factory=dict)
    """What every new record is created with."""
    keeps: Callable[[Row], bool] = _every_row
    """Which rows of the list are of this kind."""
    is_item: bool = False
    writable: bool = True

    @property
    def path(self) -> str:
        """Where its list is; of what each item has a list of its own of, with a place for the item's id."""
        return PATHS[self.name]

    @property
    def is_nested(self) -> bool:
        """Tell whether each item has a list of its own."""
        return "{item}" in self.path

    @property
    def has_attributes(self) -> bool:
        """Tell whether accounts have attributes of their own for it."""
        return isinstance(self.mapped, Attributed)

    @cached_property
    def versioned(self) -> RowDecoder:
        """Reads lists whose rows have a version."""
        return self._decoder({"version": Required[Int64]})

    @cached_property
    def unversioned(self) -> RowDecoder:
        """Reads lists whose rows have none, or none that writes can be held to."""
        return self._decoder({})

    def _decoder(self, more: Mapping[str, Any]) -> RowDecoder:
        shape: dict[str, Any] = {wire: _TYPES.get(ours, str | None) for ours, wire in FIELDS[self.name].items()}
        shape |= {"id": Required[str], "updated_at": str, **more}
        if self.is_item:
            shape |= {"item_type": Required[str], "external_refs": _TYPES["external_refs"]}
        if self.has_attributes:
            shape[VALUES] = dict[str, Any]
        row = TypedDict("row", shape, total=False)  # type: ignore[misc]  # the names are data

        class Page(TypedDict, total=False):
            data: Required[list[row]]
            total: Int64
            next_page: Int64 | None

        return RowDecoder(SYSTEM, Page, row, "data")


def _name_and_number(row: Row) -> str:
    number = row.get("number")
    return f"{row['name']} ({number})" if number else str(row["name"])


def _named(wire: str) -> Callable[[Row], str]:
    return lambda row: str(row[wire])


def _full_name(row: Row) -> str:
    return f"{row.get('first_name') or ''} {row['last_name']}".strip()


_OUT_OF_USE = {FIELDS["items"]["is_active"]: mapping.INACTIVE}
_ALL = (
    Kind(
        "items",
        mapping.ITEMS,
        _name_and_number,
        archive=_OUT_OF_USE,
        fixed=frozenset({"blueprint"}),
        keeps=lambda row: row["item_type"] != mapping.BLUEPRINT,
        is_item=True,
    ),
    Kind(
        "blueprints",
        mapping.BLUEPRINTS,
        _name_and_number,
        archive=_OUT_OF_USE,
        preset={"item_type": mapping.BLUEPRINT},
        keeps=lambda row: row["item_type"] == mapping.BLUEPRINT,
        is_item=True,
    ),
    Kind("categories", mapping.CATEGORIES, _named("name")),
    Kind("places", mapping.PLACES, _named("name")),
    Kind("organizational_units", mapping.ORGANIZATIONAL_UNITS, _named("name")),
    Kind("statuses", mapping.STATUSES, _named("name"), fixed=frozenset({"is_active"})),
    Kind(
        "attributes",
        mapping.ATTRIBUTES,
        _named("label"),
        fixed=frozenset({"key", "scope", "type", "is_list"}),
    ),
    Kind("people", mapping.PEOPLE, _full_name),
    Kind("tickets", mapping.TICKETS, _named("title"), archive={FIELDS["tickets"]["state"]: "cancelled"}),
    Kind("assignments", mapping.ASSIGNMENTS, _named("from"), fixed=frozenset({"item", "place", "person"})),
    Kind("status_history", mapping.STATUS_HISTORY, _named("changed_at"), writable=False),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


def kind_of(name: str) -> Kind:
    """Return a kind by its name; ContractError when there is none such."""
    try:
        return KINDS[name]
    except KeyError:
        raise ContractError(f"no kind {name} here; there are {', '.join(KINDS)}", reason=Reason("defect")) from None
