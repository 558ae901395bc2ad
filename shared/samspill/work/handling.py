"""One message in, one step done; what a vendor's limit or a refused key stops comes again in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samspill.errors import CredentialsError, GoneError, KeyRefusedError, RateLimitedError
from samspill.messages import Message, UpsertRecords, encode
from samspill.ports import World
from samspill.work.context import stop_run
from samspill.work.turns import delay_until, has_no_end, is_early, turn_of, wait_for_turn

type Steps = Mapping[type[Message], Callable[[World, Any], object]]
"""What is done for each kind of message."""


def handling(steps: Steps) -> Callable[[World, Message], None]:
    """Return the function that does the step a message asks for.

    A spent rate limit is no failure: the message waits for its turn. Stopped there again it waits in halves, for it may
    need more calls than the vendor has in a window, and would begin anew for ever. Neither is a key that was refused a
    moment ago: the message waits until it may be tried again. A key that was refused for long has stopped the
    connection by the time it gets here; the run ends, and what it did not do is found again by the read after the key
    is accepted. What has come to the bound of its chain goes to the dead letters, and its run ends.
    """

    def handle(world: World, message: Message) -> None:
        if why := has_no_end(message):
            world.queues.bury(message.step, encode(message), why)
            stop_run(world, message.flow_key, message.run)
        elif is_early(world, message):
            world.queues.send([message], delay_s=delay_until(world, message.turn))
        else:
            _do(steps, world, message)

    return handle


def _do(steps: Steps, world: World, message: Message) -> None:
    try:
        steps[type(message)](world, message)
    except RateLimitedError as error:
        wait_for_turn(world, _halves(message), turn_of(world, error))
    except KeyRefusedError as error:
        world.queues.send([message], delay_s=delay_until(world, turn_of(world, error)))
    except CredentialsError:
        stop_run(world, message.flow_key, message.run)
    except GoneError:
        return  # its flow was removed while it lay in the queue


def _halves(message: Message) -> list[Message]:
    if isinstance(message, UpsertRecords) and message.waits and len(message.writes) > 1:
        half = len(message.writes) // 2
        parts = message.writes[:half], message.writes[half:]
        return [message.model_copy(update={"writes": part}) for part in parts]
    return [message]
