"""Svenn's records and ours, one table per kind. Pure."""

from __future__ import annotations

from samspill.connectors.contract.mapping import period, plain, postal_address, status
from samspill.connectors.mapping import Mapped
from samspill.connectors.svenn.profile import PROFILE

_CUSTOMER, _PROJECT, _EMPLOYEE = (PROFILE.fields[kind] for kind in ("customers", "projects", "employees"))

CUSTOMERS = Mapped("customer", plain(_CUSTOMER, postal_address(_CUSTOMER["postal_address"], PROFILE.address)))
PROJECTS = Mapped("project", plain(_PROJECT, period(_PROJECT["start"], _PROJECT["end"]), status(_PROJECT["is_active"])))
EMPLOYEES = Mapped("employee", plain(_EMPLOYEE))
