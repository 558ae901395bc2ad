"""One slice of a plan's making."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slice:
    """One bucket of one stage of one stream."""

    stream: str
    stage: str = "read"
    bucket: int = 0

    @property
    def turn(self) -> int:
        """The turn of a stage that is done again as long as there is more to know."""
        return int(self.stage.rpartition("/")[2])
