"""What the mode asks for by messages of its own: control totals read, and compared."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from samspill.engine.model import Side
from samspill.messages import TaskMessage


class CheckTotals(TaskMessage):
    """Compare the hours of every employee, day and project on both sides: one page of one side, then the next."""

    schema_: Literal["samspill.check-totals/1"] = Field("samspill.check-totals/1", alias="schema")
    places: tuple[tuple[str, str, str], ...] = ()
    """(employee, day, project) that differed and are compared again; empty for all."""
    side: Side | None = None
    """The side that is being read; None where it begins."""
    token: str | None = None
    page: int = 0
    lines: int = 0
    """How many lines were read so far."""
    parts: int = 0
    """Into how many parts the totals are cut for the second look: the places that differed are kept by part."""
    chain: str = ""
    """Names this very message, so that of several for one page one goes on. See `work.chain`."""


class CompareTotals(TaskMessage):
    """Compare one part of the totals of a large company, then the next part."""

    schema_: Literal["samspill.compare-totals/1"] = Field("samspill.compare-totals/1", alias="schema")
    parts: int
    part: int = 0
    again: bool = False
    """True for the second look, which tells what differs."""
    chain: str = ""
    """Names this very message, so that of several for one part one goes on. See `work.chain`."""
