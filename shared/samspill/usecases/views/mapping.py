"""Mapped fields and lookups, as people see them."""

from __future__ import annotations

from typing import ClassVar

from samspill.engine.rules import OnConflict, Policy
from samspill.flows.lookups import Direction
from samspill.flows.problems import Problem
from samspill.reasons import Language
from samspill.usecases.views.base import Answer, Explained, View

POLICIES = tuple(str(policy) for policy in Policy)
CONFLICTS = tuple(str(each) for each in OnConflict)
DIRECTIONS = tuple(str(each) for each in Direction)


class Note(Explained):
    """Something that is wrong, or has to be known."""

    stops: bool
    """Whether it has to be put right; otherwise it is worth knowing."""

    @classmethod
    def of(cls, problem: Problem) -> Note:
        """Return the view."""
        return cls(reason=problem.reason, stops=problem.stops)


class PairView(View):
    """Two fields that are kept in step."""

    stream: str
    left: str
    right: str
    policy: str
    master: str
    """The system that owns the field, or wins."""
    on_conflict: str
    lookup: str
    """The lookup that translates its values; empty where both sides hold the same ones."""


class MappingView(Answer):
    """The fields that an admin mapped."""

    command: ClassVar[str] = "mapping"
    mapping: tuple[PairView, ...]
    notes: tuple[Note, ...] = ()
    """What has to be known of the change that was just made."""


class MappingChecked(Answer):
    """What is wrong with mapping and lookups."""

    command: ClassVar[str] = "mapping-check"
    problems: tuple[Note, ...]

    @property
    def needs_person(self) -> bool:
        """Whether something has to be put right."""
        return any(each.stops for each in self.problems)


class FieldView(View):
    """A field of an account."""

    system: str
    field: str
    labels: dict[Language, str]
    """What people call it there."""
    type: str
    access: str
    required: bool
    mapped: bool
    """Whether it is kept in step already, as declared or as mapped."""
    choices: tuple[str, ...]


class FieldsView(Answer):
    """The fields that both accounts have."""

    command: ClassVar[str] = "mapping-fields"
    fields: tuple[FieldView, ...]


class LookupRowView(View):
    """A value of the left system and what it means in the right one."""

    left: str
    right: str


class LookupView(View):
    """A value map."""

    name: str
    direction: str
    kinds: dict[str, str]
    """By system: the kind whose ids its values are."""
    rows: tuple[LookupRowView, ...]


class Lookups(Answer):
    """The value maps of a flow."""

    command: ClassVar[str] = "lookups"
    left: str
    """The system on the left."""
    right: str
    lookups: tuple[LookupView, ...]
    notes: tuple[Note, ...] = ()
    """What has to be known of the change that was just made."""
