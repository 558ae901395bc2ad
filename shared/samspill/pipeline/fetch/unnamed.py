"""Tells that a list held rows without an id: whose they are, nobody knows, so that they have no record to stand on."""

from __future__ import annotations

from samspill.engine.model import Result
from samspill.messages import FetchPage, LogOutcomes
from samspill.ports import Page, World
from samspill.reasons import Reason
from samspill.state import JournalEntry


def tell_unnamed(world: World, message: FetchPage, page: Page, system: str) -> None:
    """Put a line into the journal, once per page and run; reads of changes meet the same rows again and say nothing."""
    if not page.unnamed or message.since is not None:
        return
    reason = Reason("rows_without_id", {"system": system, "count": str(page.unnamed), "stream": message.stream})
    line = JournalEntry(
        at=world.clock.now(),
        stream=message.stream,
        link="",
        result=Result.FAILED,
        reason=reason,
        run=message.run,
        trigger=message.trigger,
    )
    told = LogOutcomes(
        tenant=message.tenant,
        flow=message.flow,
        id=f"unnamed/{message.run}/{message.stream}/{message.side}/{message.page}",
        entries=(line,),
    )
    world.queues.send([told])
