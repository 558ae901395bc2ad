"""The door to `map`: messages of its queue, one step each."""

from samspill.bootstrap import world_from_environment
from samspill.pipeline.dispatch import handle
from samspill.runtime import queue_handler

handler = queue_handler("map", world_from_environment, handle)
