"""What a replay asks for: failed records, or dead letters."""

from __future__ import annotations

from samspill.messages import Replay
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.pipeline.replay.replay import replay
from samspill.ports import World
from samspill.work.handling import Steps


def _replay(world: World, message: Replay) -> None:
    (answer_dead if message.dead else replay)(world, message)


STEPS: Steps = {Replay: _replay}
