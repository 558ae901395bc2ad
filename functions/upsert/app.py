"""The door to `upsert`: messages of its queue, one step each."""

from functools import partial

from samspill.bootstrap import world_from_environment
from samspill.pipeline.dispatch import handle
from samspill.runtime import log_call, queue_handler

handler = queue_handler("upsert", partial(world_from_environment, log_call), handle)
