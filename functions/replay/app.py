"""The door to `replay`: invoked by a person with a `samspill.replay/1` message; answers what was put back."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from samspill.bootstrap import world_from_environment
from samspill.messages import Replay
from samspill.runtime import logger
from samspill.steps.replay import replay

world = cache(world_from_environment)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Have the chosen records read and planned again."""
    message = Replay.model_validate(event)
    chosen = replay(world(), message)
    logger.info("replayed", extra={"flow": message.flow, "records": len(chosen), "dry_run": message.dry_run})
    return {"records": [link.id for _, link in chosen], "dry_run": message.dry_run}
