"""Customers, and projects on two levels."""

from __future__ import annotations

from local.vendors.contract.common import ADDRESS, end_before_start, used_by
from local.vendors.contract.kinds import Attribute, Kind, Record, boolean, choice, day, text
from local.vendors.contract.problems import Wrong
from local.vendors.contract.store import Store


def _has_children(store: Store, project_id: str | None) -> bool:
    return any(each.record["parentId"] == project_id for each in store.held["projects"].values())


def _project_rules(store: Store, record: Record) -> list[Wrong]:
    wrong = []
    if record["parentId"] is not None:
        parent = store.held["projects"][record["parentId"]].record
        is_parent = record["id"] is not None and _has_children(store, record["id"])
        if parent["parentId"] is not None or is_parent or parent["id"] == record["id"]:
            wrong.append(Wrong("parentId", "too_deep", "projects have two levels"))
    return wrong + end_before_start(store, record)


CUSTOMERS = Kind(
    "customers",
    "customer",
    {
        "name": Attribute(text(100, least=1, nullable=False), required=True),
        "number": Attribute(text(50)),
        "organizationNumber": Attribute(text(20)),
        "email": Attribute(text(254)),
        "phone": Attribute(text(50)),
        "postalAddress": ADDRESS,
        "active": Attribute(boolean, default=True),
    },
    in_use=used_by("projects", "customerId"),
    filters=("number", "organizationNumber"),
)

PROJECTS = Kind(
    "projects",
    "project",
    {
        "name": Attribute(text(100, least=1, nullable=False), required=True),
        "number": Attribute(text(50)),
        "customerId": Attribute(text(40), references="customers"),
        "parentId": Attribute(text(40), references="projects"),
        "startDate": Attribute(day),
        "endDate": Attribute(day),
        "status": Attribute(choice("active", "completed"), default="active"),
        "internal": Attribute(boolean, default=False),
    },
    rules=_project_rules,
    in_use=_has_children,
    filters=("number",),
)
