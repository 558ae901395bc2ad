"""What Tripletex would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.tripletex.bodies import body_of
from samspill.connectors.tripletex.hours.mapping import HOURS
from samspill.connectors.tripletex.kinds import KINDS
from samspill.ports import VendorWrite

_ANY_DAY = "1970-01-01"
"""Whether somebody is employed depends on the day; what can be written does not."""


def check(settings: Mapping[str, str], kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused. Of a cell, only what it is to hold is looked at."""
    if kind in KINDS:
        body_of(KINDS[kind], KINDS[kind].mapped(_ANY_DAY), settings, write)
    else:
        held = {name: write.fields[name] for name in ("hours", "comment") if write.fields.get(name) is not None}
        HOURS.write(held)
