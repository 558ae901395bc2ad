"""What would be taken back, as people see it."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from samspill.usecases.views.base import Answer, Explained, View


class Back(View):
    """A record of which something is taken back."""

    stream: str
    link: str
    label: str
    system: str
    """The system that is written."""
    action: str
    """`undo-change`: values are set back; `undo-create`: it is archived; `undo-archive`: it is in use again."""
    values: dict[str, dict[str, Any]]
    """Field → what is there `now`, and what comes `back`."""


class Left(Explained):
    """A record of which something is left as it is, and why."""

    stream: str
    link: str
    label: str


class Count(View):
    """How many records of a stream something is done with on one side."""

    stream: str
    system: str
    action: str
    """As `Back.action`."""
    count: int


class Undo(Answer):
    """A batch that takes back what a run or another batch wrote."""

    command: ClassVar[str] = "undo"
    flow: str
    what: str
    """`run` or `batch`: what `name` names."""
    name: str
    hash: str
    back: tuple[Back, ...] = Field(description="The first 1000. A record of which both sides were written has two.")
    left: tuple[Left, ...] = Field(description="The first 1000, and one for each stream that stays as it is.")
    records: int = 0
    """Of how many records something is taken back."""
    counts: tuple[Count, ...] = ()
    left_alone: int = 0
    """How many lines `left` would have."""
    lacking: int = 0
    """How many records were written of which the journal tells nothing any more."""
    by: str = Field(default="", description="Who had it done; empty while it is only shown.")
    done: bool = False
