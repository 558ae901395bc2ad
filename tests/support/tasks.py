"""What modes ask for by messages of their own, with what those hold."""

from __future__ import annotations

from samspill.messages import Message, TaskMessage, decode, decode_task
from samspill.modes.exports.mode import MODE as EXPORTS
from samspill.modes.hours.mode import MODE as HOURS

_TASKS = {**HOURS.tasks, **EXPORTS.tasks}


def message_in(body: str) -> Message:
    """The message in a queue's body; a mode's own with what it holds."""
    message = decode(body)
    return decode_task(message, _TASKS) if isinstance(message, TaskMessage) else message
