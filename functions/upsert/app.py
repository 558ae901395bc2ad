"""The door to `upsert`: messages of its queue, one step each."""

from functools import partial

from samspill.bootstrap import world_from_environment
from samspill.pipeline.upsert.steps import STEPS
from samspill.runtime import log_call, queue_handler
from samspill.work.handling import handling

handler = queue_handler("upsert", partial(world_from_environment, log_call), handling(STEPS))
