"""What a person would change: the answers of `rules`, `mapping` and `lookups` with `--json`, edited."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

type _Policy = Literal["master", "report", "two-way", "fill-if-blank", "off"]
type _OnConflict = Literal["master-wins", "newest-wins", "review"]


class _Asked(BaseModel):
    """What is misspelled is refused: passed over, it would look as if it changed nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class AskedRule(_Asked):
    """How a field would be kept in step. What is not given stays as it is."""

    field: str
    """`stream.field`"""
    policy: _Policy
    master: str | None = None
    """The system's name."""
    on_conflict: _OnConflict | None = None
    asks: bool = False
    """Told by `rules`, like `changed`; it asks for nothing."""
    changed: bool = False


class AskedPair(_Asked):
    """Two fields that would be mapped."""

    stream: str
    left: str
    right: str
    policy: _Policy = "two-way"
    master: str | None = None
    """The system's name; the left one where none is given."""
    on_conflict: _OnConflict = "review"
    lookup: str = ""


class AskedRow(_Asked):
    """A row of a lookup."""

    left: str
    right: str


class AskedLookup(_Asked):
    """All rows that a lookup would have."""

    name: str
    direction: Literal["both", "to-left", "to-right"] = "both"
    kinds: dict[str, str] = Field(default_factory=dict)
    """Kind by system, `left` or `right`."""
    rows: tuple[AskedRow, ...] = ()


class Asked(_Asked):
    """A change of rules, mapping or lookups."""

    rules: tuple[AskedRule, ...] = ()
    """Those that would be changed; the others stay."""
    mapping: tuple[AskedPair, ...] | None = None
    """All pairs there would be; None where they stay as they are."""
    lookups: tuple[AskedLookup, ...] = ()
    """Those that would be changed; the others stay."""
    told: str = Field("", alias="schema")
    """What the commands tell beside that asks for nothing."""
    left: str = ""
    right: str = ""
    notes: tuple[object, ...] = ()
