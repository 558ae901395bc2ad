"""Customers, projects on one level, employees, and what hours are put on."""

from __future__ import annotations

from local.vendors.contract.common import ADDRESS, end_before_start, used_by
from local.vendors.contract.kinds import Attribute, Kind, Record, boolean, choice, day, pattern, text
from local.vendors.contract.problems import Wrong
from local.vendors.contract.store import Store

FIRST_PROJECT_NUMBER = 1


def _next_number(store: Store, record: Record) -> None:
    if record["number"] is None:
        taken = (each.record["number"] for each in store.held["projects"].values())
        numbers = [int(number) for number in taken if number and number.isdecimal()]
        record["number"] = str(max(numbers, default=FIRST_PROJECT_NUMBER - 1) + 1)


def _project_rules(store: Store, record: Record) -> list[Wrong]:
    missing = [] if record["number"] else [Wrong("number", "required", "a project keeps its number")]
    return missing + end_before_start(store, record)


CUSTOMERS = Kind(
    "customers",
    "customer",
    {
        "name": Attribute(text(255, least=1, nullable=False), required=True),
        "number": Attribute(text(50)),
        "organizationNumber": Attribute(text(20)),
        "email": Attribute(text(254)),
        "invoiceEmail": Attribute(text(254)),
        "phone": Attribute(text(50)),
        "mobile": Attribute(text(50)),
        "postalAddress": ADDRESS,
        "active": Attribute(boolean, default=True),
        "private": Attribute(boolean, default=False),
        "description": Attribute(text(10_000)),
    },
    in_use=used_by("projects", "customerId"),
    filters=("number", "organizationNumber"),
    unique=("number",),
)

PROJECTS = Kind(
    "projects",
    "project",
    {
        "name": Attribute(text(255, least=1, nullable=False), required=True),
        "number": Attribute(pattern("[0-9A-Za-zÆØÅæøå.]+", 50)),
        "customerId": Attribute(text(40), references="customers"),
        "startDate": Attribute(day),
        "endDate": Attribute(day),
        "status": Attribute(choice("active", "completed"), default="active"),
        "internal": Attribute(boolean, default=False),
    },
    rules=_project_rules,
    in_use=used_by("entries", "projectId"),
    filters=("number",),
    unique=("number",),
    fill=_next_number,
)

EMPLOYEES = Kind(
    "employees",
    "employee",
    {
        "number": Attribute(text(50)),
        "firstName": Attribute(text(100, least=1, nullable=False), required=True),
        "lastName": Attribute(text(100)),
        "email": Attribute(text(254)),
        "mobile": Attribute(text(50)),
        "active": Attribute(boolean, default=True),
    },
    in_use=used_by("entries", "employeeId"),
    filters=("number", "email"),
    unique=("number",),
)


def _activities(name: str, attribute: str) -> Kind:
    attributes = {
        "name": Attribute(text(255, least=1, nullable=False), required=True),
        "active": Attribute(boolean, default=True),
    }
    return Kind(name, name, attributes, in_use=used_by("entries", attribute), verbs=(), rights=("read",))


TASKS = _activities("tasks", "taskId")
TAGS = _activities("tags", "tagId")
