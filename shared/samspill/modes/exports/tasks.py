"""What the mode asks for by messages of its own: a file written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from samspill.messages import TaskMessage


class WriteExport(TaskMessage):
    """Write a file of what is new or has changed: the rows are listed, the file is written, then both are noted."""

    schema_: Literal["samspill.write-export/1"] = Field("samspill.write-export/1", alias="schema")
    stage: Literal["list", "write", "note"] = "list"
    number: int = 0
    """Counts the messages of the file."""
    chain: str = ""
    """Names this very message, so that of several for one slice one goes on. See `work.chain`."""
    after: str = ""
    """While rows are listed: the record that was looked at last."""
    slice: int = 0
    """How many slices are listed, or noted."""
