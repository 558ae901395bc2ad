"""Timerabbit's records and ours, one table per kind. Pure."""

from __future__ import annotations

from samspill.connectors.contract.mapping import period, plain, postal_address, status
from samspill.connectors.mapping import Mapped, computed
from samspill.connectors.timerabbit.profile import PROFILE

_CUSTOMER, _PROJECT = PROFILE.fields["customers"], PROFILE.fields["projects"]
_PARENT = _PROJECT["parent"]

CUSTOMERS = Mapped("customer", plain(_CUSTOMER, postal_address(_CUSTOMER["postal_address"], PROFILE.address)))
PROJECTS = Mapped(
    "project",
    plain(
        _PROJECT,
        period(_PROJECT["start"], _PROJECT["end"]),
        status(_PROJECT["is_active"]),
        computed("level", _PARENT, lambda row: 1 if row[_PARENT] is None else 2),
    ),
)
