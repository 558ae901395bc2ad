"""Everything about Timerabbit's interface that may turn out otherwise."""

from __future__ import annotations

from samspill.connectors.contract.profile import Profile, changes, rights

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
    filters={"customers": frozenset({"number", "organization_number"}), "projects": frozenset({"number"})},
)
