"""Wakes records that wait for another one as soon as that one is linked.

Whatever links a record tells so in an outcome, so the log step sees every link that comes about. Only then, and only in
a stream that others refer to, is it asked who waits: nothing is kept for it, and nothing is asked on other days.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import batched

from samspill.engine.model import Result, Side
from samspill.flows.catalogue import declared
from samspill.messages import BATCH, FetchRecords, LogOutcomes, RecordHint
from samspill.ports import World
from samspill.work.references import waits_for
from samspill.work.tries import WAITS

CAME_ABOUT = frozenset({"linked", "linked_again", "created", "recovered", "conflict"})
"""What is said of a link that came about. A pair may be linked and in conflict at once."""
WAKE_S = 2
"""A write is told before its link is stored: by then it is."""


def wake(world: World, message: LogOutcomes) -> None:
    """Have records looked at again that wait for what these outcomes linked."""
    came_about = [entry for entry in message.entries if entry.reason.code in CAME_ABOUT]
    if not came_about:
        return
    referred_to = _referred_to(world.registry.flow(message.flow_key).declaration)
    linked = {
        (entry.stream, Side(side), external_id)
        for entry in came_about
        if entry.stream in referred_to
        for side, external_id in entry.ids.items()
    }
    if not linked:
        return
    hints: dict[str, list[RecordHint]] = defaultdict(list)
    for stream, link in world.links.with_result(message.flow_key, [Result.WAITING]):
        if waits_for(link) in linked:
            hints[stream.stream].append(RecordHint.of(link))
    messages = [
        FetchRecords(
            tenant=message.tenant,
            flow=message.flow,
            trigger=message.trigger,
            stream=stream,
            late_of=message.run,
            records=part,
            attempt=WAITS - 1,  # one more look, should the link be stored late after all
        )
        for stream, waiting in hints.items()
        for part in batched(waiting, BATCH, strict=False)
    ]
    world.queues.send(messages, delay_s=WAKE_S)


@cache
def _referred_to(declaration: str) -> frozenset[str]:
    """Return the streams whose records others refer to."""
    rules = (rule for stream in declared(declaration).streams for rule in stream.rules.fields)
    return frozenset(rule.references for rule in rules if rule.references)
