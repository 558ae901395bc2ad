"""Notices in memory, and twins of what puts them into words and sends them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from samspill.errors import AddressError, ConflictError
from samspill.notices.notice import Notice
from samspill.notices.recipients import Audience
from samspill.ports import Letter
from samspill.reasons import Language, Reason


class MemoryNotices:
    """Documents by key, replaced on their revision."""

    def __init__(self) -> None:
        """Begin empty."""
        self._notices: dict[tuple[str, tuple[str, str, str]], Notice] = {}
        self._audiences: dict[str, Audience] = {}

    def of(self, tenant: str) -> tuple[Audience, list[Notice]]:
        """See `Notices.of`."""
        found = [self._notices[key] for key in sorted(self._notices) if key[0] == tenant]
        return self._audiences.get(tenant, Audience(tenant=tenant)), found

    def get(self, tenant: str, place: tuple[str, str, str]) -> Notice | None:
        """See `Notices.get`."""
        return self._notices.get((tenant, place))

    def save(self, notice: Notice) -> Notice:
        """See `Notices.save`."""
        saved = _next(notice, self._notices.get((notice.tenant, notice.place)))
        self._notices[notice.tenant, notice.place] = saved
        return saved

    def save_audience(self, audience: Audience) -> Audience:
        """See `Notices.save_audience`."""
        self._audiences[audience.tenant] = saved = _next(audience, self._audiences.get(audience.tenant))
        return saved


class PlainLetters:
    """Words for tests: what the notice is called."""

    def of(self, notice: Notice, edge: str, language: Language) -> Letter:
        """See `Letters.of`."""
        return Letter(f"{notice.kind} {edge}", f"{language} {notice.name_of(edge)}")

    def test(self, language: Language) -> Letter:
        """See `Letters.test`."""
        return Letter("test", language)


@dataclass
class MemoryMailer:
    """Keeps what was sent."""

    sent: list[tuple[str, Letter, str]] = field(default_factory=list)

    def send(self, address: str, letter: Letter, *, name: str) -> None:
        """See `Mailer.send`."""
        self.sent.append((address, letter, name))


@dataclass
class MemoryPoster:
    """Keeps what was posted."""

    posted: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)

    def check(self, address: str) -> None:
        """See `Poster.check`."""
        if not address.startswith("https://"):
            raise AddressError(address, reason=Reason("address_not_https", {"address": address}))

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See `Poster.post`."""
        self.posted.append((address, body, headers))


def _next[D: (Notice, Audience)](document: D, stored: D | None) -> D:
    if (stored.revision if stored else 0) != document.revision:
        raise ConflictError(f"{document.tenant} is no longer at revision {document.revision}")
    return document.model_copy(update={"revision": document.revision + 1})
