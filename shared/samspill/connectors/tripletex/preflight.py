"""What Tripletex would refuse, as far as that is known without calling it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.canon.countries import COUNTRIES
from samspill.connectors.mapping import bad_value
from samspill.connectors.tripletex.bodies import body_of
from samspill.connectors.tripletex.hours.mapping import HOURS
from samspill.connectors.tripletex.kinds import KINDS
from samspill.ports import VendorWrite
from samspill.state import Connection

_ANY_DAY = "1970-01-01"
"""Whether somebody is employed depends on the day; what can be written does not."""


def check(connection: Connection, kind: str, write: VendorWrite) -> None:
    """Raise SamspillError where the write would be refused. Of a cell, only what it is to hold is looked at.

    A country is asked for when one is written. Before that, it is only certain that Tripletex knows none that there is
    not.
    """
    if kind in KINDS:
        needed = connection.identity.needed_settings if connection.identity is not None else ()
        body_of(KINDS[kind], KINDS[kind].mapped(_ANY_DAY), connection.settings, write, needed)
        address = write.fields.get("postal_address")
        country = address.get("country") if isinstance(address, Mapping) else None
        if country and str(country).strip().upper() not in COUNTRIES:
            raise bad_value("postal_address", "a country that is not known there")
    else:
        held = {name: write.fields[name] for name in ("hours", "comment") if write.fields.get(name) is not None}
        HOURS.write(held)
