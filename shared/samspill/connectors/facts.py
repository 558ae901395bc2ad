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
    calls: tuple[tuple[int, int], ...]
    """Limits, each as calls and the seconds of the window they are for; first the one that the vendor's answers tell.

    What to assume until they do.
    """
    help: Text
    """What to do in the vendor's own screens first, and where the keys come from."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Known base addresses by what they are for; empty when every customer has one of their own."""
    settings: tuple[Ask, ...] = ()


CA_CERTIFICATE = "ca_certificate"
"""The setting that holds a customer's own certificate authority, as PEM."""
OWN_CA = Ask(
    CA_CERTIFICATE,
    {
        "nb": "Sertifikatet til kundens egen utsteder (CA) som PEM, når serveren har et slikt",
        "en": "The certificate of the customer's own authority (CA) as PEM, where the server has one of its own",
        "de": "Zertifikat der eigenen Zertifizierungsstelle (CA) des Kunden als PEM, falls der Server ein solches hat",
    },
    optional=True,
)
"""For vendors that run on a customer's own server."""
