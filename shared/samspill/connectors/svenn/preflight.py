"""What Svenn would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from samspill.connectors.contract.bodies import body_of
from samspill.connectors.svenn.kinds import KINDS
from samspill.ports import VendorWrite
from samspill.state import Connection


def check(_connection: Connection, kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused."""
    body_of(KINDS.of(kind), write)
