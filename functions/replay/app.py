"""The door to `replay`: invoked by a person with a `samspill.replay/1` message; answers what was put back."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from samspill.bootstrap import world_from_environment
from samspill.messages import Replay
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.pipeline.replay.replay import replay
from samspill.runtime import log_about, logger
from samspill.work.correlation import correlated

world = cache(world_from_environment)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Have the chosen records, or those that dead letters name, read and planned again."""
    message = Replay.model_validate(event)
    began_with = message.correlation_id or context.aws_request_id
    log_about(message, step="replay", aws_request_id=context.aws_request_id, correlation_id=began_with)
    hub = correlated(world(), began_with)
    if message.dead:
        answers = answer_dead(hub, message)
        logger.info("answered", extra={"letters": len(answers), "dry_run": message.dry_run})
        return {"letters": [answer.to_json() for answer in answers], "dry_run": message.dry_run}
    chosen = replay(hub, message)
    logger.info("replayed", extra={"records": len(chosen), "dry_run": message.dry_run})
    return {"records": [link.id for _, link in chosen], "dry_run": message.dry_run}
