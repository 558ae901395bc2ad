"""What the hub holds of one person, as people see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from samspill.usecases.views.base import Answer, View


class PersonRecord(View):
    """A record that is the person."""

    name: str
    """`flow/stream/link`, which names it in the commands."""
    label: str
    """Empty where it was forgotten."""
    ids: dict[str, str]
    """Side → id in that system."""


class PlaceView(View):
    """One place in which something of the person is stored."""

    kind: str
    """`link`, `journal`, `decisions`, `notice`, `list`, `run`, `plan`, `webhook`, `message`, `file` or `settings`."""
    at: str
    """Where: a flow, a record, a day, or the name of an object in the bucket."""
    until: datetime | None
    """When it is gone by itself at the latest; None where it stays."""
    can_go: bool
    """Whether `forget` takes it out."""
    holds: Any
    """What is stored there, as JSON."""


class Personal(Answer):
    """Everything that the hub holds of one person."""

    command: ClassVar[str] = "person"
    tenant: str
    at: datetime
    records: tuple[PersonRecord, ...]
    places: tuple[PlaceView, ...]
    shared: tuple[str, ...]
    """Names that somebody else has as well. What holds only such a name is not looked for: nobody knows whose it is."""


class Forgotten(Answer):
    """What was taken out, and what stays."""

    command: ClassVar[str] = "forget"
    tenant: str
    records: tuple[str, ...]
    removed: dict[str, int]
    """Kind → in how many places."""
    stays: tuple[PlaceView, ...]
    """What could not be taken out, without what it holds."""
    leaves_out: bool
