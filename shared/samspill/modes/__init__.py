"""The ways in which a stream works, one package each. Other packages know only `Mode` and `Planner`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samspill.flows.flow import Stream
    from samspill.modes.mode import Mode
    from samspill.modes.planner import Planner


class Modes:
    """Finds the mode that a declaration names; a function loads those of the streams it meets."""

    def of(self, stream: Stream) -> Mode:
        """Return what the pipeline asks about the stream."""
        mode: Mode = import_module(f"{__name__}.{stream.mode}.mode").MODE
        return mode

    def planner(self, stream: Stream) -> Planner:
        """Return what plans the stream."""
        planner: Planner = import_module(f"{__name__}.{stream.mode}.plan")
        return planner
