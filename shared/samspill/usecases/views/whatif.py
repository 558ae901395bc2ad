"""What other rules would do, as people see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from samspill.usecases.views.base import Answer, Explained, Said, View


class StreamRead(View):
    """How many records of a stream were read."""

    stream: str
    left: int
    right: int


class LeftOut(Explained):
    """A stream that such a change does not concern, and why."""

    stream: str


class ActionCount(View):
    """How many records would be treated otherwise."""

    stream: str
    now: str
    """What the next run does under the present rules: `link`, `create`, `update`, `archive`, `review`, `skip` (out of
    scope), `wait`, `fail` or `none`."""
    new: str
    """What it would do under the other ones."""
    count: int


class FieldCount(View):
    """In how many records a field would hold another value."""

    stream: str
    system: str
    """The system whose field it is."""
    field: str
    count: int


class FieldValues(View):
    """A field that would hold another value."""

    system: str
    field: str
    held: Any
    """What is there."""
    now: Any
    """What would be there after a run under the present rules."""
    new: Any
    """What would be there after a run under the other ones."""


class RecordChange(Explained):
    """A record that would be treated otherwise; the reason is that of the other rules."""

    stream: str
    link: str
    label: str
    now: str
    new: str
    fields: tuple[FieldValues, ...]
    foreseen: Said | None = None
    """Why the write would be refused, as far as that is known beforehand."""


class GuardStop(View):
    """What the guard would stop as a batch: more of one kind than a day allows."""

    stream: str
    system: str
    what: str
    """`create`, `archive`, or `field:` with the field's name."""
    count: int
    limit: int
    """Of a day; what was used of it today is not counted."""


class PastCount(View):
    """What became of a field in the journal's lines."""

    stream: str
    field: str
    """Empty for lines that tell of a record and name no field."""
    same: int
    otherwise: int
    untold: int
    """Lines that do not tell: the journal keeps no value that was sent, and of what was asked no field."""


class PastChange(Explained):
    """A line of the journal that would be otherwise; the reason is the line's."""

    at: datetime
    stream: str
    link: str
    label: str
    fields: tuple[str, ...]


class WhatIf(Answer):
    """What a change of rules, mapping or lookups would do. Nothing of it was done."""

    command: ClassVar[str] = "whatif"
    flow: str
    read: tuple[StreamRead, ...]
    left_out: tuple[LeftOut, ...]
    differing: int
    """How many of the present records would be treated otherwise."""
    actions: tuple[ActionCount, ...]
    fields: tuple[FieldCount, ...]
    refused: int
    """How many of the writes would be refused, as far as that is known beforehand, that would not be now."""
    guard: tuple[GuardStop, ...]
    examples: tuple[RecordChange, ...]
    """The first of each stream."""
    since: datetime
    past: tuple[PastCount, ...]
    """Of the streams whose rules would change."""
    past_examples: tuple[PastChange, ...]
