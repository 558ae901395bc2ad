"""Snapshots of whole lists, page by page in blobs, for plans."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from pydantic import ConfigDict, TypeAdapter

from samspill.canon.json_form import jsonable
from samspill.engine.model import Observation, Side
from samspill.messages import FetchPage
from samspill.ports import World
from samspill.state import Run
from samspill.work.isolation import sound

_OBSERVATIONS = TypeAdapter(list[Observation], config=ConfigDict(defer_build=True))


def folder(run: Run) -> str:
    """Return the prefix under which everything of a run lies."""
    return f"runs/{run.tenant}/{run.flow}/{run.id}"


def save(world: World, run: Run, message: FetchPage, observations: Sequence[Observation]) -> None:
    """Keep one page."""
    key = f"{folder(run)}/{message.stream}/{message.side}/{message.page:06}"
    world.blobs.put(key, orjson.dumps([sound(each) for each in observations], default=jsonable))


def share(world: World, run: Run, listed: tuple[str, Side], part: int, parts: int) -> list[tuple[int, str]]:
    """Return one of equal parts of the pages of a list (stream, side): the number and the key of each."""
    keys = world.blobs.keys(f"{folder(run)}/{'/'.join(listed)}/")
    first, last = (len(keys) * edge // parts for edge in (part, part + 1))
    return list(enumerate(keys))[first:last]


def page(world: World, key: str) -> list[Observation]:
    """Return the records of a page. Of one that stands on several, the last one tells."""
    return _OBSERVATIONS.validate_json(world.blobs.get(key) or b"[]")
