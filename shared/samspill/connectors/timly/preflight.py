"""What Timly would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.timly import bodies
from samspill.connectors.timly.features import Features
from samspill.connectors.timly.kinds import kind_of
from samspill.ports import VendorWrite


def check(settings: Mapping[str, str], kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused."""
    bodies.check(kind_of(kind), write, Features.of(settings))
