"""Lookups: named value maps of a flow, such as pay codes, VAT types, activities, categories, places, roles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from samspill.canon.numbers import decimal_text
from samspill.canon.open_enum import OpenEnum
from samspill.canon.values import Value
from samspill.engine.model import Side
from samspill.flows.problems import Problem
from samspill.reasons import Reason


class Direction(OpenEnum):
    """Which way values are translated."""

    BOTH = "both"
    TO_LEFT = "to-left"
    TO_RIGHT = "to-right"

    def leads_to(self, side: Side) -> bool:
        """Tell whether values of the other side become values of `side`."""
        return self in {Direction.BOTH, _TO[side]}


_TO = {Side.LEFT: Direction.TO_LEFT, Side.RIGHT: Direction.TO_RIGHT}


class LookupRow(BaseModel):
    """A value on the left and the one that means the same on the right, as the vendors store them."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    left: str
    right: str

    def on(self, side: Side) -> str:
        """Return the value on `side`."""
        return self.left if side is Side.LEFT else self.right

    @property
    def pair(self) -> str:
        """Name the row by both of its values: another name for every other row."""
        return f"{self.left.replace('=', '==')} = {self.right}"


class Lookup(BaseModel):
    """What the values of a field mean on the other side."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    rows: tuple[LookupRow, ...] = ()
    direction: Direction = Direction.BOTH
    kinds: dict[Side, str] = Field(default_factory=dict)
    """The kind whose ids a side's values are; where there is none, the choices of the mapped field tell what exists."""

    def shared(self) -> Mapping[Side, Mapping[str, str]]:
        """Return for each side what its values are in the engine, where both sides have to be comparable.

        Both ways, that is the row: once a value has another row, both sides differ from what they agreed on, and none
        is taken for a change of the other. One way, it is the target's value, so that several may become the same one;
        what the target holds is then compared as it is.
        """
        if self.direction is Direction.BOTH:
            return {side: {row.on(side): row.pair for row in self.rows} for side in Side}
        return {
            side.other: {row.on(side.other): row.on(side) for row in self.rows}
            for side in Side
            if self.direction.leads_to(side)
        }

    def told(self) -> str:
        """Return what the lookup does, for the salt of fingerprints."""
        rows = sorted((row.left, row.right) for row in self.rows)
        return f"{self.direction}{rows}"


def as_key(value: Value) -> str | None:
    """Return a value as rows name it: `true`, `false`, numbers without trailing zeros; None for what no row names."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return decimal_text(value)
    return str(value) if isinstance(value, str | int) else None


def check_rows(name: str, lookup: Lookup, systems: Mapping[Side, str]) -> list[Problem]:
    """Return values that stand in several rows although each of them needs one translation, and empty ones."""
    out: list[Problem] = []
    if not lookup.direction.is_known:
        out.append(Problem(Reason("lookup_direction_unknown", {"lookup": name, "direction": lookup.direction})))
    for side in Side:
        values = Counter(row.on(side) for row in lookup.rows)
        if "" in values:
            out.append(_problem("lookup_empty", name, "", side, systems))
        if lookup.direction.leads_to(side.other):
            twice = sorted(value for value, count in values.items() if value and count > 1)
            out += [_problem("lookup_twice", name, value, side, systems) for value in twice]
    return out


@dataclass(frozen=True, slots=True)
class Records:
    """Which of a lookup's values are ids of records that a system has."""

    ids: frozenset[str]
    inactive: frozenset[str] = frozenset()
    """Those that are not in use there any more."""


def unlisted(
    name: str, lookup: Lookup, side: Side, listed: Collection[str], systems: Mapping[Side, str]
) -> list[Problem]:
    """Return the values of a side that its system does not have."""
    missing = _values(lookup, side) - set(listed)
    return [_problem("lookup_unlisted", name, value, side, systems) for value in sorted(missing)]


def inactive(name: str, lookup: Lookup, side: Side, records: Records, systems: Mapping[Side, str]) -> list[Problem]:
    """Return the values of a side that stand for records which are no longer in use there: told, and translated."""
    found = sorted(_values(lookup, side) & records.inactive)
    return [replace(_problem("lookup_inactive", name, value, side, systems), stops=False) for value in found]


def _values(lookup: Lookup, side: Side) -> set[str]:
    return {row.on(side) for row in lookup.rows} - {""}


def _problem(code: str, name: str, value: str, side: Side, systems: Mapping[Side, str]) -> Problem:
    params = {"lookup": name, "value": value, "system": systems.get(side, side)}
    return Problem(Reason(code, params), side)
