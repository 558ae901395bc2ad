"""The door to `fetch`: messages of its queue, one step each."""

from samspill.bootstrap import world_from_environment
from samspill.runtime import queue_handler
from samspill.steps.dispatch import handle

handler = queue_handler("fetch", world_from_environment, handle)
