"""The door to `fetch`: messages of its queue, one step each."""

from functools import partial

from samspill.bootstrap import world_from_environment
from samspill.pipeline.dispatch import handle
from samspill.runtime import log_call, queue_handler

handler = queue_handler("fetch", partial(world_from_environment, log_call), handle)
