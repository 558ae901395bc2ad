"""What a person is asked and told when a vendor is connected. Data; imports no connector.

The texts stand in the vendor's folder, `texts/`: `vendor.<name>.help` says what to do in the vendor's own screens first
and where the keys come from, `vendor.<name>.<ask>` is the prompt of one thing to ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar

from samspill.canon.key_end import KEY_ENDS_ON


class Level(IntEnum):
    """How far a vendor's connector goes. `tools.check_vendors` holds it to that."""

    BRONZE = 1
    """It reads: facts, texts, credentials with help pages, limits, a sandbox, a page in the docs."""
    SILVER = 2
    """It also writes, and passes the conformance suite with that."""
    GOLD = 3
    """It also hears of changes, keeps to the limit that the vendor tells, and is held against a contract of the API."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask for. `name` is its key in the credentials, or in the connection's settings."""

    name: str
    help_page: str = ""
    """Where a person reads how to get it: an address, or a document of this project. Every credential has one."""
    secret: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    """What is taken where nothing is given; the prompt shows it as `{default}`."""


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """One vendor, as the command line and the console present it."""

    name: str
    title: str
    """What people call it, as the vendor writes it."""
    level: Level
    """What it promises."""
    credentials: tuple[Ask, ...]
    calls: tuple[tuple[int, int], ...]
    """Limits, each as calls and the seconds of the window they are for; first the one that the vendor's answers tell.

    What to assume until they do.
    """
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Known base addresses by what they are for; empty when every customer has one of their own."""
    settings: tuple[Ask, ...] = ()
    webhooks: str = ""
    """How many subscriptions it takes and how a delivery is signed, in a few words; empty where it sends none."""

    of_all: ClassVar[frozenset[str]] = frozenset({KEY_ENDS_ON})
    """Settings that a connection of any vendor may have; nobody is asked for them."""

    def texts(self) -> Iterator[str]:
        """Yield the keys of the texts that are shown to who connects it."""
        yield self.help_text
        yield from (self.prompt(ask) for ask in (*self.credentials, *self.settings))

    @property
    def help_text(self) -> str:
        """The key of the text on what to do first, and where the keys come from."""
        return f"vendor.{self.name}.help"

    def prompt(self, ask: Ask) -> str:
        """Return the key of the prompt of one thing to ask for."""
        return f"vendor.{ask.name}" if ask is OWN_CA else f"vendor.{self.name}.{ask.name}"


CA_CERTIFICATE = "ca_certificate"
"""The setting that holds a customer's own certificate authority, as PEM."""
OWN_CA = Ask(CA_CERTIFICATE, optional=True)
"""For vendors that run on a customer's own server. It has the same prompt for all of them."""
