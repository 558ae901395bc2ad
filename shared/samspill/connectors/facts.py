"""What a person is asked and told when a vendor is connected. Data; imports no connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from samspill.reasons import Language

type Text = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask for. `name` is its key in the credentials, or in the connection's settings."""

    name: str
    prompt: Text
    secret: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """One vendor, as the command line and the console present it."""

    name: str
    title: str
    credentials: tuple[Ask, ...]
    calls: tuple[int, int]
    """Calls, and the seconds of the window they are for: what to assume until the vendor tells its limit."""
    help: Text
    """What to do in the vendor's own screens first, and where the keys come from."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Known base addresses by what they are for; empty when every customer has one of their own."""
    settings: tuple[Ask, ...] = ()
