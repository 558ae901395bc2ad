"""What people are told, and how it is put into words and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from samspill.notices.notice import Notice
    from samspill.notices.recipients import Audience
    from samspill.reasons import Language


class Notices(Protocol):
    """What people are told of, and who they are. `save*` raises ConflictError on a revision that is not stored."""

    def of(self, tenant: str) -> tuple[Audience, list[Notice]]:
        """Return all of a tenant in one read; the audience is empty where nobody was ever named."""
        ...

    def get(self, tenant: str, place: tuple[str, str, str]) -> Notice | None:
        """Return one notice, read consistently."""
        ...

    def save(self, notice: Notice) -> Notice:
        """Store it on its revision and return it with the next one. One that is over is forgotten in time."""
        ...

    def save_audience(self, audience: Audience) -> Audience:
        """Store it on its revision and return it with the next one."""
        ...


class Letter(NamedTuple):
    """What one recipient is told, in words."""

    subject: str
    text: str


class Letters(Protocol):
    """Puts notices into words."""

    def of(self, notice: Notice, edge: str, language: Language) -> Letter:
        """Return what is told of the start or the end of a condition."""
        ...

    def test(self, language: Language) -> Letter:
        """Return what is told to try a recipient."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    def send(self, address: str, letter: Letter, *, name: str) -> None:
        """Hand a mail over for delivery. `name` goes along: a mail that came twice has one name.

        Raises:
            RejectedError: it can never be sent, such as to an address that is none.
            ConfigurationError: nobody may send mail here, or no sender is set.
        """
        ...


class Poster(Protocol):
    """Posts to addresses that people named, never to private ones."""

    def check(self, address: str) -> None:
        """Refuse an address that may not be called with an AddressError."""
        ...

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post, and return once it was answered with 2xx. Redirects are not followed.

        Raises:
            AddressError: the address may not be called.
            UnavailableError: no answer, or one of 408, 429 and 5xx: try again later.
            RejectedError: any other answer.
        """
        ...
