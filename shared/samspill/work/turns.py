"""When a message that a vendor's limit stops comes back: at its turn, a little later by chance, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from zlib import crc32

from samspill.errors import KeyRefusedError, RateLimitedError
from samspill.messages import Message
from samspill.ports import MAX_DELAY_S, World
from samspill.state import Run
from samspill.work.context import now_s

MOST_PAGES = 50_000
"""Pages of one list, slices of one sweep or plan: ten million records of a vendor that gives 200 a page."""
_COUNTS = ("page", "number", "part")
"""By these messages count how long their chain is."""
MOST_SLICES = 50_000
"""Messages of one piece of work that is done in slices: a plan of a million records a side takes some thousand."""
MOST_WAITS = 200
"""Times in a row that a message waits for a vendor's limit without getting anything done."""

LONGEST_S = 90
"""The longest that a function works: a run that does not move for longer waits for something."""
BACK_S = 540
"""How long a message stays away at most whose function broke off: six times as long, as the queues have it."""


def turn_of(world: World, error: RateLimitedError | KeyRefusedError) -> int:
    """Return the epoch second of a refused caller's turn. Chance spreads those that were told the same moment."""
    wait_s = int(error.retry_after_s) + 1
    return now_s(world) + wait_s + crc32(world.ids.new().encode()) % (max(wait_s // 10, 2) + 1)


def delay_until(world: World, turn: int) -> int:
    """Return the seconds until then, as far as a queue holds a message back."""
    return min(max(turn - now_s(world), 0), MAX_DELAY_S)


def wait_for_turn(world: World, messages: list[Message], turn: int) -> None:
    """Send messages back to their queue until their turn, and count that they waited."""
    later = [each.model_copy(update={"turn": turn, "waits": each.waits + 1}) for each in messages]
    world.queues.send(later, delay_s=delay_until(world, turn))


def is_early(world: World, message: Message) -> bool:
    """Tell whether a message came back before its turn, because no queue holds one back for so long."""
    return message.turn > now_s(world)


def comes_back_by(run: Run, now: datetime) -> datetime | None:
    """Return when a message of the run whose function broke off comes back at the latest; None while the run moves.

    Nobody hears of a function that broke off. If the message fails again, it stays away for as long again.
    """
    since = run.moved_at or run.started_at
    rests_s = (now - since).total_seconds()
    if run.status.is_over or rests_s <= LONGEST_S:
        return None
    return since + ceil(rests_s / BACK_S) * timedelta(seconds=BACK_S)


def has_no_end(message: Message) -> str:
    """Return why a message must not go on, in words for whoever finds it; empty when it may."""
    counted = {name: count for name in _COUNTS if isinstance(count := getattr(message, name, 0), int)}
    if max(counted.values(), default=0) >= MOST_PAGES:
        return f"chain ended: more than {MOST_PAGES} pages, slices or parts"
    if max(counted.get("number", 0), counted.get("part", 0)) >= MOST_SLICES:
        return f"chain ended: it has more than {MOST_SLICES} slices"
    if message.waits > MOST_WAITS:
        return f"chain ended: it waited {MOST_WAITS} times in a row for a vendor's limit"
    return ""
