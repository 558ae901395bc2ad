"""What the rules of one entity look like. Each entity fills in what is special about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from local.vendors.tripletex.model import Model
    from local.vendors.tripletex.query import Filter, Predicate, Query
    from local.vendors.tripletex.table import Row
    from local.vendors.tripletex.world import World

type Computed = Callable[[World, Row], Any]
type Values = dict[str, Any]
type Computations = Mapping[str, Computed]
type Filters = Mapping[str, Filter]


class Entity:
    """An entity with no rules of its own."""

    model: ClassVar[Model]
    indexed: ClassVar[tuple[str, ...]] = ()
    first_version: ClassVar[int] = 0
    event: ClassVar[str | None] = None
    """The subject of the webhooks it fires, such as `customer`."""
    digest: ClassVar[bool] = True
    """Whether a list of it can be checked with If-None-Match."""
    by_hand: ClassVar[frozenset[str]] = frozenset()
    """Fields that people set on the vendor's screens, while the API only shows them."""
    filters: ClassVar[Filters] = {}
    params: ClassVar[frozenset[str]] = frozenset()
    """Query parameters of the list that are not plain filters."""
    computed: ClassVar[Computations] = {}
    own_only: ClassVar[bool] = True
    """Whether everything computed comes from the row itself, so that a rendering of it can be kept."""
    addressed: ClassVar[tuple[str, ...]] = ()
    """Addresses that a new record gets empty when none is sent."""
    nulled: ClassVar[bool] = False
    """Whether a field that a PUT sends empty or 0 becomes null (timesheet entries)."""

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Return what a list is filtered by beside its plain filters."""
        del world, query
        return []

    def refuse(self, body: Values) -> None:
        """Refuse what may never be in a body of this entity.

        Raises:
            Refusal: The vendor says no.
        """

    def complete(self, world: World, values: Values) -> None:
        """Fill in what the vendor fills in on a new record."""

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse values that the vendor refuses; `old` is None for a new record.

        Raises:
            Refusal: The vendor says no.
        """

    def created(self, world: World, row: Row) -> None:
        """Make what comes with a new record."""

    def may_change(self, world: World, row: Row) -> None:
        """Refuse to touch a record that is closed to changes.

        Raises:
            Refusal: The vendor says no.
        """

    def may_delete(self, world: World, row: Row) -> None:
        """Refuse to delete what is in use.

        Raises:
            Refusal: The vendor says no.
        """

    def gone(self, world: World, row: Row) -> None:
        """Take away what went with a record that was deleted."""

    def listed(self, world: World, rows: list[Row]) -> Mapping[str, Any]:
        """Return what a list's envelope says beside the usual."""
        del world, rows
        return {}
