"""Everything about Svenn's interface that may turn out otherwise."""

from __future__ import annotations

from samspill.connectors.contract.profile import Profile, changes, rights

PROFILE = Profile(
    system="Svenn",
    paths={"customers": "/v1/customers", "projects": "/v1/projects", "employees": "/v1/employees"},
    events={"customers": changes("customer"), "projects": changes("project"), "employees": changes("employee")},
    rights=rights("customers", "projects", "employees", "webhooks"),
    header_prefix="X-Svenn",
    fields={
        "customers": {
            "name": "name",
            "number": "number",
            "organization_number": "organizationNumber",
            "email": "email",
            "invoice_email": "invoiceEmail",
            "phone": "phone",
            "mobile": "mobile",
            "postal_address": "postalAddress",
            "is_active": "active",
            "is_private": "private",
            "description": "description",
        },
        "projects": {
            "name": "name",
            "number": "number",
            "customer": "customerId",
            "start": "startDate",
            "end": "endDate",
            "is_active": "status",
            "is_internal": "internal",
        },
        "employees": {
            "number": "number",
            "first_name": "firstName",
            "last_name": "lastName",
            "email": "email",
            "mobile": "mobile",
            "is_active": "active",
        },
    },
    filters={
        "customers": frozenset({"number", "organization_number"}),
        "projects": frozenset({"number"}),
        "employees": frozenset({"number", "email"}),
    },
)
