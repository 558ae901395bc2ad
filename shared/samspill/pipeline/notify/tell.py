"""Tells people: each recipient once of each edge, whoever dies.

What is to be told stands in the notice before anything is sent, one function at a time sends it, and each recipient is
struck off under a condition. Who dies between sending and striking off tells that one recipient twice, under the same
name, rather than never.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from samspill.errors import ConflictError, RejectedError, SamspillError
from samspill.messages import TellNotice, TryRecipient
from samspill.notices.notice import END, MORE, START, TOLD_WITHIN, Notice, after_telling
from samspill.notices.recipients import INSTALLATION, Audience, Recipient
from samspill.pipeline.notify.deliver import Telling, deliver
from samspill.ports import MAX_DELAY_S, World

ALONE = timedelta(minutes=2)
"""Longer than the function may take."""
BUSY_S = 30
TRIES = 5
SCHEMA = "samspill.notice/1"
_logger = logging.getLogger(__name__)


def tell_notice(world: World, message: TellNotice) -> None:
    """Tell whoever is yet to be told; who cannot be reached is tried again, less and less often, for a day."""
    lease, holder = "/".join(("notice", message.tenant, *message.place)), world.ids.new()
    if not world.leases.take(lease, holder, world.clock.now() + ALONE):
        world.queues.send([message], delay_s=BUSY_S)
        return
    try:
        missed = _tell(world, message)
    finally:
        world.leases.release(lease, holder)
    if missed:
        again = message.model_copy(update={"waits": message.waits + 1})
        world.queues.send([again], delay_s=min(BUSY_S * 2 ** min(message.waits, 5), MAX_DELAY_S))


def _tell(world: World, message: TellNotice) -> bool:
    """Tell everybody once; return whether somebody is to be tried again."""
    notice = world.notices.get(message.tenant, message.place)
    if notice is None or not notice.waits:
        return False
    audiences = [world.notices.of(tenant)[0] for tenant in (message.tenant, INSTALLATION)]
    missed: set[str] = set()
    for edge in (START, MORE, END):
        for name, since in notice.to_tell.get(edge, {}).items():
            if name in missed:
                continue  # nobody hears that something is over before they heard of it
            reached = _send(world, audiences, name, notice, edge)
            if reached is None and world.clock.now() - since < TOLD_WITHIN:
                missed.add(name)
            else:
                _update(world, notice, _struck_off(notice.name_of(edge), edge, name, reached=bool(reached)))
    if missed:
        tried_at = world.clock.now()
        _update(world, notice, lambda now: now.model_copy(update={"tried_at": tried_at}))
    return bool(missed)


def _struck_off(name: str, edge: str, recipient: str, *, reached: bool) -> Callable[[Notice], Notice]:
    return lambda now: after_telling(now, name, edge, recipient, reached=reached)


def _send(world: World, audiences: list[Audience], name: str, notice: Notice, edge: str) -> bool | None:
    """Tell one recipient; None where it may be possible later, False where it never will be."""
    for audience in audiences:
        recipient = audience.recipients.get(name)
        if recipient is None:
            continue
        try:
            deliver(world, audience.tenant, recipient, telling(world, notice, edge, recipient))
        except RejectedError as error:
            _log("notice refused", notice, edge, recipient, error)
            return False
        except SamspillError as error:
            _log("notice not delivered", notice, edge, recipient, error)
            return None
        return True
    return False  # it was removed meanwhile


def _log(what: str, notice: Notice, edge: str, recipient: Recipient, error: SamspillError) -> None:
    _logger.warning(what, extra={"notice": notice.name_of(edge), "recipient": recipient.id, "why": error.reason.code})


def telling(world: World, notice: Notice, edge: str, recipient: Recipient) -> Telling:
    """Return what a recipient is told of an edge."""
    letter = world.letters.of(notice, edge, recipient.language)
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "id": notice.name_of(edge),
        "edge": edge,
        "tenant": notice.tenant,
        "kind": str(notice.kind),
        "flow": notice.flow,
        "connection": notice.connection,
        "count": notice.count,
        "at_least": notice.at_least,
        "since": notice.since.isoformat(),
        "started_at": notice.started_at.isoformat(),
        "ended_at": notice.ended_at.isoformat() if notice.ended_at and edge == END else None,
        "example": notice.label,
        "reason": notice.example.to_json() if notice.example else None,
        "subject": letter.subject,
        "text": letter.text,
    }
    return Telling(notice.name_of(edge), letter, data)


def _update(world: World, notice: Notice, change: Callable[[Notice], Notice]) -> None:
    """Change the notice as it is now, again while a look changes it, too.

    Raises:
        ConflictError: others were always faster; the message comes again.
    """
    for tried in range(TRIES):
        present = world.notices.get(notice.tenant, notice.place)
        if present is None:
            return
        try:
            world.notices.save(change(present))
        except ConflictError:
            if tried == TRIES - 1:
                raise
        else:
            return


def try_recipient(world: World, message: TryRecipient) -> None:
    """Tell one recipient something by the way that notices take, for somebody who looks whether it arrives."""
    audience, _ = world.notices.of(message.tenant)
    recipient = audience.recipients.get(message.recipient)
    if recipient is None:
        return
    letter = world.letters.test(recipient.language)
    data = {"schema": SCHEMA, "id": message.name, "edge": "test", "tenant": message.tenant}
    told = Telling(message.name, letter, {**data, "subject": letter.subject, "text": letter.text})
    deliver(world, message.tenant, recipient, told)
