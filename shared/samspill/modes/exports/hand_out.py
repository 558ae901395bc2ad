"""Hands files out under links: a page with a button, and behind the button an address that is good for a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from samspill.engine.model import Result
from samspill.errors import BusyError, ConflictError
from samspill.export_files import FileLink
from samspill.messages import LogOutcomes
from samspill.modes.exports.page import HEADERS, closed_page, open_page
from samspill.modes.exports.rules.tokens import hashed, is_token
from samspill.modes.exports.texts import language_of
from samspill.ports import Clock, FileRegistry, Files, Queues
from samspill.reasons import Reason
from samspill.state import JournalEntry

ADDRESS_S = 60
"""How long the address behind the button is good."""
TRIES = 5


class Counter(Protocol):
    """What handing out needs from the world."""

    @property
    def clock(self) -> Clock: ...
    @property
    def files(self) -> FileRegistry: ...
    @property
    def file_store(self) -> Files: ...
    @property
    def queues(self) -> Queues: ...


class Reply(NamedTuple):
    """What a browser gets."""

    status: int
    headers: Mapping[str, str]
    body: str
    link: FileLink | None = None
    """The link that was open."""


def hand_out(world: Counter, method: str, token: str, accepted_languages: str) -> Reply:
    """Answer a browser: `GET` shows the page, `POST` leads to the file. A link that leads nowhere says nothing more."""
    language = language_of(accepted_languages)
    link = world.files.link(hashed(token)) if is_token(token) else None
    if link is None or not link.is_open(world.clock.now()):
        return Reply(404, HEADERS, closed_page(language))
    if method != "POST":
        return Reply(200, HEADERS, open_page(language, link), link)
    counted = _counted(world, link)
    if counted is None:
        return Reply(404, HEADERS, closed_page(language))
    address = world.file_store.address(counted.key, name=counted.name, seconds=ADDRESS_S)
    return Reply(302, {**HEADERS, "Location": address}, "", counted)


def _counted(world: Counter, link: FileLink) -> FileLink | None:
    """Count that the file is fetched, and tell the journal; None where the link was revoked that very moment."""
    for _ in range(TRIES):
        now = world.clock.now()
        try:
            saved = world.files.save_link(link.model_copy(update={"fetched": link.fetched + 1, "fetched_at": now}))
        except ConflictError:
            again = world.files.link(link.hash)
            if again is None or not again.is_open(now):
                return None
            link = again
            continue
        names = {"file": link.name, "number": str(saved.fetched), "person": link.made_by}
        line = JournalEntry(
            at=now, stream="", link="", label=link.file, result=Result.APPLIED, reason=Reason("file_fetched", names)
        )
        name = f"fetched/{link.hash[:16]}/{saved.fetched}"
        world.queues.send([LogOutcomes(tenant=link.tenant, flow=link.flow, id=name, entries=(line,))])
        return saved
    raise BusyError("many fetch the file at once")
