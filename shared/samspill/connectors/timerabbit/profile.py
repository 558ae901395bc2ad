"""Everything about Timerabbit's interface that may turn out otherwise."""

from __future__ import annotations

from samspill.connectors.contract.profile import ADDRESS_FITS, Profile, changes, rights
from samspill.connectors.fitting import Fit

PROFILE = Profile(
    system="Timerabbit",
    paths={"customers": "/v1/customers", "projects": "/v1/projects"},
    events={"customers": changes("customer"), "projects": changes("project")},
    rights=rights("customers", "projects", "webhooks"),
    header_prefix="X-Timerabbit",
    fields={
        "customers": {
            "name": "name",
            "number": "number",
            "organization_number": "organizationNumber",
            "email": "email",
            "phone": "phone",
            "postal_address": "postalAddress",
            "is_active": "active",
        },
        "projects": {
            "name": "name",
            "number": "number",
            "customer": "customerId",
            "parent": "parentId",
            "start": "startDate",
            "end": "endDate",
            "is_active": "status",
            "is_internal": "internal",
        },
    },
    fits={
        "customers": {
            "name": Fit(100),
            "number": Fit(50),
            "organization_number": Fit(20),
            "email": Fit(254),
            "phone": Fit(50),
            **ADDRESS_FITS,
        },
        "projects": {"name": Fit(100), "number": Fit(50)},
    },
    filters={"customers": frozenset({"number", "organization_number"}), "projects": frozenset({"number"})},
)
