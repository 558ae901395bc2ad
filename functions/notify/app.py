"""The door to `notify`: messages of its queue, one step each."""

from samspill.bootstrap import world_from_environment
from samspill.pipeline.notify.steps import STEPS
from samspill.runtime import queue_handler
from samspill.work.handling import handling

handler = queue_handler("notify", world_from_environment, handling(STEPS))
