"""What Timerabbit would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.contract import bodies
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.ports import VendorWrite


def check(_settings: Mapping[str, str], kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused."""
    bodies.check(KINDS.of(kind), write)
