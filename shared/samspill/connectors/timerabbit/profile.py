"""Everything about Timerabbit's interface that may turn out otherwise: paths, headers and field names, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Names on the wire. `customers`, `address` and `projects` map our field to theirs."""

    me: str
    webhooks: str
    paths: Mapping[str, str]
    events: Mapping[str, str]
    """Kind → what its events are called."""
    key_header: str
    signature_header: str
    timestamp_header: str
    delivery_header: str
    marker: str
    updated_at: str
    customers: Mapping[str, str]
    address: Mapping[str, str]
    projects: Mapping[str, str]
    filters: Mapping[str, frozenset[str]]
    """Kind → our fields a list can be narrowed by, under their names on the wire."""


PROFILE = Profile(
    me="/v1/me",
    webhooks="/v1/webhooks",
    paths={"customers": "/v1/customers", "projects": "/v1/projects"},
    events={"customers": "customer", "projects": "project"},
    key_header="X-Api-Key",
    signature_header="X-Timerabbit-Signature",
    timestamp_header="X-Timerabbit-Timestamp",
    delivery_header="X-Timerabbit-Delivery",
    marker="externalReference",
    updated_at="updatedAt",
    customers={
        "name": "name",
        "number": "number",
        "organization_number": "organizationNumber",
        "email": "email",
        "phone": "phone",
        "postal_address": "postalAddress",
        "is_active": "active",
    },
    address={"line1": "line1", "line2": "line2", "postcode": "postcode", "city": "city", "country": "country"},
    projects={
        "name": "name",
        "number": "number",
        "customer": "customerId",
        "parent": "parentId",
        "start": "startDate",
        "end": "endDate",
        "is_active": "status",
        "is_internal": "internal",
    },
    filters={"customers": frozenset({"number", "organization_number"}), "projects": frozenset({"number"})},
)
