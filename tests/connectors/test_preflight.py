"""What is known of a refusal before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from samspill.connectors.preflight import refusal
from samspill.ports import VendorWrite
from samspill.state import Connection, Identity
from tests.connectors.rigs import RIGS


def living_at(**place: str) -> dict[str, Any]:
    return {"name": "Bad", "number": "17", "postal_address": place}


AT = datetime(2026, 3, 1, tzinfo=UTC)
WHOLE = {"name": "Bad", "number": "17", "period": {"start": "2026-03-01", "end": None}}


DEPARTMENTS = Identity(user="Kari", company="Bad", company_id="1", needed_settings=("default_department",))
KARI = {"number": "7", "first_name": "Kari", "last_name": "Dal", "email": "kari@dal.example"}


def told(
    vendor: str,
    kind: str,
    fields: dict[str, Any],
    settings: dict[str, str],
    external_id: str | None,
    identity: Identity | None = None,
) -> str:
    connection = Connection(
        tenant="acme",
        id="one",
        vendor=vendor,
        base_url="https://x.example",
        settings=settings,
        created_at=AT,
        identity=identity,
    )
    error = refusal(connection, kind, VendorWrite("w", fields, external_id))
    return f"{error.reason.code} {error.field}" if error is not None else ""


@pytest.mark.parametrize("vendor", [vendor for vendor, rig in RIGS.items() if rig.subject.kind == "customers"])
def test_nothing_is_known_against_a_customer_as_every_vendor_takes_it(vendor: str) -> None:
    assert told(vendor, "customers", {"name": "Bad", "number": "17"}, {}, None) == ""


@pytest.mark.parametrize(
    ("vendor", "kind", "fields", "expected"),
    [
        ("tripletex", "projects", WHOLE, "default_required manager"),
        ("tripletex", "projects", {"name": "Bad"}, "field_required period"),
        ("tripletex", "customers", {"name": "Bad", "number": "A-1"}, "cannot_map number"),
        ("tripletex", "customers", {"number": "1"}, "field_required name"),
        ("tripletex", "cells", {"hours": "25"}, "hours_over_day hours"),
        ("svenn", "projects", {**WHOLE, "number": "2026-17"}, "field_refused number"),
        ("svenn", "customers", {"number": "1"}, "field_required name"),
        ("timerabbit", "customers", {"name": "X" * 101}, "field_refused name"),
        ("timerabbit", "customers", living_at(country="no"), "field_refused postal_address"),
        ("svenn", "customers", living_at(postcode="0" * 21), "field_refused postal_address"),
        ("tripletex", "customers", {"name": "X" * 256}, "field_refused name"),
        ("tripletex", "customers", living_at(city="X" * 101), "field_refused postal_address"),
        ("tripletex", "customers", living_at(country="QQ"), "cannot_map postal_address"),
        ("tripletex", "employees", {**KARI, "first_name": "X" * 101}, "field_refused first_name"),
    ],
)
def test_what_a_new_record_would_be_refused_for(vendor: str, kind: str, fields: dict[str, Any], expected: str) -> None:
    assert told(vendor, kind, fields, {}, None) == expected


def test_a_setting_of_the_connection_fills_what_a_record_lacks() -> None:
    assert told("tripletex", "projects", WHOLE, {"default_project_manager": "7"}, None) == ""


def test_of_a_change_only_what_changes_is_looked_at() -> None:
    assert told("tripletex", "projects", {"name": "Bad"}, {}, "7") == ""
    assert told("svenn", "projects", {"number": "A-1"}, {}, "7") == "field_refused number"


def test_where_a_company_has_several_departments_an_employee_without_one_is_foreseen_as_refused() -> None:
    assert told("tripletex", "employees", KARI, {}, None, DEPARTMENTS) == "default_required department"
    assert told("tripletex", "employees", {**KARI, "department": "4"}, {}, None, DEPARTMENTS) == ""
    assert told("tripletex", "employees", KARI, {"default_department": "4"}, None, DEPARTMENTS) == ""
    assert told("tripletex", "employees", KARI, {}, None) == "", "one department: Tripletex fills it in"


def test_a_country_that_there_is_is_foreseen_as_known_however_it_is_written() -> None:
    assert told("tripletex", "customers", living_at(country="se"), {}, None) == ""
