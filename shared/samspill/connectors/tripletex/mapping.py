"""Tripletex's records and ours, one table per kind. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from samspill.canon import numbers
from samspill.canon.customers import address
from samspill.canon.text import typed
from samspill.canon.values import Value
from samspill.connectors.mapping import (
    UNTOLD,
    Field,
    Mapped,
    Patch,
    Row,
    bad_value,
    computed,
    day,
    flag,
    inverted,
    text,
    title,
)
from samspill.signs import visible

_ACTIVITY_TYPES = {
    "GENERAL_ACTIVITY": "internal",
    "PROJECT_GENERAL_ACTIVITY": "project",
    "PROJECT_SPECIFIC_ACTIVITY": "project_specific",
    "TASK": "task",
}
_ACTIVITY_TYPES_BACK = {ours: theirs for theirs, ours in _ACTIVITY_TYPES.items()}


def reference(name: str, wire: str) -> Field:
    """Another record, by id. References are sent as `{id}` only (Tripletex/tripletex-api2 issues 23, 112)."""

    def write(value: str | None) -> Patch:
        if value is None:
            return {wire: None}
        if not value.isdecimal():
            raise bad_value(name, "a reference that is not known there")
        return {wire: {"id": int(value)}}

    return Field(name, wire, plain=_read_id, write=write)


def _read_id(ref: Any) -> Value:
    return str(ref["id"]) if ref else None


def _read_number(value: int | None) -> Value:
    return str(value) if value else None


def _write_number(value: str | None) -> Patch:
    # The number is an integer of 32 bits there (specification, Customer), and a record cannot be without one.
    misfit = numbers.misfit(value or "")
    if value is None or misfit is not None:
        raise bad_value("number", misfit or "empty")
    return {"customerNumber": int(numbers.as_integer(value))}


def _read_address(row: Row) -> Any:
    told = row["postalAddress"]
    if told is None:
        return None
    if "addressLine1" not in told:
        return UNTOLD
    country = told.get("country")
    code = country.get("isoAlpha2Code") if country else None
    return address(told["addressLine1"], told.get("addressLine2"), told.get("postalCode"), told.get("city"), code)


def _write_address(value: Any) -> Patch:
    """Return the whole address: a part that is empty is emptied.

    That `null` empties the country is assumed: it does so with other references, and the documentation does not say.
    """
    given = value or {}
    patch: Patch = {
        "addressLine1": given.get("line1") or "",
        "addressLine2": given.get("line2") or "",
        "postalCode": given.get("postcode") or "",
        "city": given.get("city") or "",
    }
    country = given.get("country")
    patch["country"] = {"isoAlpha2Code": country.strip().upper()} if country else None
    return {"postalAddress": patch}


CUSTOMERS = Mapped(
    "customer",
    (
        title("name", "name"),
        Field("number", "customerNumber", plain=_read_number, write=_write_number),
        text("organization_number", "organizationNumber"),
        text("email", "email"),
        text("invoice_email", "invoiceEmail"),
        text("phone", "phoneNumber"),
        text("mobile", "phoneNumberMobile"),
        Field("postal_address", "postalAddress", _read_address, _write_address),
        inverted("is_active", "isInactive"),
        flag("is_private", "isPrivateIndividual"),
        text("description", "description"),
    ),
)


def _read_period(row: Row) -> Value:
    return {"start": row["startDate"], "end": row.get("endDate")}


def _write_period(value: Any) -> Patch:
    given = value or {}
    return {"startDate": day("period", given.get("start")), "endDate": day("period", given.get("end"))}


def _parent_label(row: Row) -> Any:
    parent = row["mainProject"]
    if parent is None:
        return None
    if "name" not in parent:
        return UNTOLD
    return " ".join(part for part in (parent.get("number"), parent["name"]) if part) or None


PROJECTS = Mapped(
    "project",
    (
        text("number", "number"),
        title("name", "name"),
        text("description", "description"),
        reference("customer", "customer"),
        reference("parent", "mainProject"),
        reference("manager", "projectManager"),
        reference("department", "department"),
        Field("period", "startDate", _read_period, _write_period, also=("endDate",), required=True),
        inverted("is_active", "isClosed"),
        flag("is_internal", "isInternal"),
        flag("is_offer", "isOffer"),
        computed("level", "hierarchyLevel", lambda row: (row["hierarchyLevel"] or 0) + 1),
        computed("parent_label", "mainProject", _parent_label),
    ),
)


def _employed(today: str) -> Callable[[Row], Value]:
    def read(row: Row) -> Value:
        # Without the payroll module nobody has employments, and everybody listed works there.
        ends = [each.get("endDate") for each in row["employments"] or ()]
        return not ends or any(end is None or end >= today for end in ends)

    return read


def _write_email(value: str | None) -> Patch:
    # An address with æ, ø or å was seen refused with no more than "invalid format". What does not show is no letter.
    address = visible(value) if value else ""
    if not address.isascii():
        raise bad_value("email", "letters such as æ, ø and å")
    return {"email": address}


def employees(today: str) -> Mapped:
    """Return the table for employees; whether one is active depends on the day (ISO date, in Norway)."""
    return Mapped(
        "employee",
        (
            text("number", "employeeNumber"),
            text("first_name", "firstName"),
            text("last_name", "lastName"),
            Field("email", "email", plain=typed, write=_write_email),
            text("mobile", "phoneNumberMobile"),
            reference("department", "department"),
            computed("is_active", "employments", _employed(today)),
            computed(
                "may_register_hours", "allowInformationRegistration", lambda row: row["allowInformationRegistration"]
            ),
        ),
    )


DEPARTMENTS = Mapped(
    "department",
    (text("number", "departmentNumber"), title("name", "name"), inverted("is_active", "isInactive")),
)


def _read_type(row: Row) -> Value:
    told = row["activityType"]
    if told not in _ACTIVITY_TYPES:
        raise bad_value("activityType", "not one of the known values")
    return _ACTIVITY_TYPES[told]


def _write_type(value: str) -> Patch:
    if value not in _ACTIVITY_TYPES_BACK:
        raise bad_value("type", "not one of the known values")
    return {"activityType": _ACTIVITY_TYPES_BACK[value]}


ACTIVITIES = Mapped(
    "activity",
    (
        text("number", "number"),
        title("name", "name"),
        Field("type", "activityType", _read_type, _write_type, choices=_ACTIVITY_TYPES_BACK),
        flag("is_chargeable", "isChargeable"),
        computed("is_active", "isDisabled", lambda row: not row["isDisabled"]),
    ),
)
