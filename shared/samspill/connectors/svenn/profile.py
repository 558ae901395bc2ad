"""Everything about Svenn's interface that may turn out otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.contract.profile import ADDRESS_FITS, Profile, changes, rights
from samspill.connectors.fitting import Fit

_ACTIVITY = {"name": "name", "is_active": "active"}

PROFILE = Profile(
    system="Svenn",
    paths={
        "customers": "/v1/customers",
        "projects": "/v1/projects",
        "employees": "/v1/employees",
        "tasks": "/v1/tasks",
        "tags": "/v1/tags",
        "hours": "/v1/day-sheets",
    },
    events={
        "customers": changes("customer"),
        "projects": changes("project"),
        "employees": changes("employee"),
        "hours": ("workday.changed",),
    },
    rights=(*rights("customers", "projects", "employees", "day-sheets", "webhooks"), "tasks:read", "tags:read"),
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
        "tasks": _ACTIVITY,
        "tags": _ACTIVITY,
        "hours": {"employee": "employeeId", "date": "date", "entries": "entries", "exported": "exported"},
    },
    fits={
        "customers": {
            "name": Fit(255),
            "number": Fit(50),
            "organization_number": Fit(20),
            "email": Fit(254),
            "invoice_email": Fit(254),
            "phone": Fit(50),
            "mobile": Fit(50),
            "description": Fit(10_000),
            **ADDRESS_FITS,
        },
        "projects": {"name": Fit(255), "number": Fit(50, "[0-9A-Za-zÆØÅæøå.]+")},
        "employees": {
            "number": Fit(50),
            "first_name": Fit(100),
            "last_name": Fit(100),
            "email": Fit(254),
            "mobile": Fit(50),
        },
    },
    filters={
        "customers": frozenset({"number", "organization_number"}),
        "projects": frozenset({"number"}),
        "employees": frozenset({"number", "email"}),
        "tasks": frozenset(),
        "tags": frozenset(),
    },
)

CLAIMS = "/v1/exports"
"""Where hours are claimed before they are read."""
CELL: Mapping[str, str] = {"project": "projectId", "task": "taskId", "tag": "tagId", "hours": "hours"}
"""A line of what was exported; an entry has these, too."""
ENTRY: Mapping[str, str] = {**CELL, "comment": "comment", "approved": "approved"}
PERSON = "employeeName"
"""Names the employee of a day sheet, for messages."""
