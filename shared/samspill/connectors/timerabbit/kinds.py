"""The kinds of record we speak with Timerabbit about."""

from __future__ import annotations

from samspill.connectors.contract.kinds import Kind, Kinds
from samspill.connectors.timerabbit import mapping
from samspill.connectors.timerabbit.profile import PROFILE

KINDS = Kinds(
    Kind("customers", mapping.CUSTOMERS, PROFILE, archive={PROFILE.fields["customers"]["is_active"]: False}),
    Kind(
        "projects",
        mapping.PROJECTS,
        PROFILE,
        archive={PROFILE.fields["projects"]["is_active"]: "completed"},
        types={"is_active": str},
    ),
)
