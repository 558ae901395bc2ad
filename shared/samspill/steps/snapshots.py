"""Snapshots of whole lists, page by page in blobs, for plans."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from pydantic import ConfigDict, TypeAdapter

from samspill.engine.model import Observation, Side
from samspill.messages import FetchPage
from samspill.ports import World
from samspill.state import Run
from samspill.steps.isolation import sound

_OBSERVATIONS = TypeAdapter(list[Observation], config=ConfigDict(defer_build=True))


def folder(run: Run) -> str:
    """Return the prefix under which everything of a run lies."""
    return f"runs/{run.tenant}/{run.flow}/{run.id}"


def save(world: World, run: Run, message: FetchPage, observations: Sequence[Observation]) -> None:
    """Keep one page."""
    key = f"{folder(run)}/{message.stream}/{message.side}/{message.page:06}"
    world.blobs.put(key, orjson.dumps([sound(each) for each in observations]))


def load(world: World, run: Run, stream: str, side: Side) -> list[Observation]:
    """Return the whole list, each record once: the last page that held it tells."""
    found: dict[str, Observation] = {}
    for key in world.blobs.keys(f"{folder(run)}/{stream}/{side}/"):
        for observation in _OBSERVATIONS.validate_json(world.blobs.get(key) or b"[]"):
            found[observation.external_id] = observation
    return list(found.values())
