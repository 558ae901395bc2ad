"""Which field a refusal holds up alone, and what is told of it."""

from __future__ import annotations

import pytest

from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.errors import ContractError, PermissionsError, RejectedError
from samspill.flows.svenn_tripletex import CUSTOMERS, EMPLOYEES, PROJECTS
from samspill.flows.tripletex_timerabbit import CUSTOMERS as TIMERABBIT_CUSTOMERS
from samspill.pipeline.upsert.refusals import held_alone, told
from samspill.reasons import Reason

CUSTOMER: Fields = {"name": "Aas", "number": "7", "organization_number": "974760673", "email": "a@b.example"}
PERSON: Fields = {"first_name": "A", "last_name": "B", "number": "7", "email": "a@b.example"}
PROJECT: Fields = {"name": "Bad", "number": "7", "customer": "left-1", "period": {"start": "2026-01-01", "end": None}}


def refused(field: str | None, code: str = "field_refused") -> RejectedError:
    return RejectedError("no", reason=Reason(code, {"field": field} if field else {}), field=field)


@pytest.mark.parametrize("field", [*CUSTOMER])
@pytest.mark.parametrize("code", ["field_refused", "field_required", "cannot_map", "duplicate", "reference_gone"])
def test_an_update_goes_without_whatever_field_was_refused(field: str, code: str) -> None:
    assert held_alone(CUSTOMERS, Side.RIGHT, CUSTOMER, refused(field, code), is_create=False) == field


def test_a_defect_in_one_field_holds_up_that_field() -> None:
    error = ContractError("no", reason=Reason("defect"), field="email")
    assert held_alone(CUSTOMERS, Side.RIGHT, CUSTOMER, error, is_create=False) == "email"


@pytest.mark.parametrize(
    "error",
    [
        refused(None, "rejected"),  # names none
        refused("country"),  # is not among what was sent
        PermissionsError("no", field="email"),  # is not about the value
    ],
)
def test_what_names_no_field_of_the_write_holds_up_the_record(error: RejectedError) -> None:
    assert held_alone(CUSTOMERS, Side.RIGHT, CUSTOMER, error, is_create=False) is None


@pytest.mark.parametrize(
    ("rules", "fields", "field", "alone"),
    [
        (CUSTOMERS, CUSTOMER, "email", True),
        (CUSTOMERS, CUSTOMER, "organization_number", True),
        (CUSTOMERS, CUSTOMER, "name", False),  # the flow needs it
        (CUSTOMERS, CUSTOMER, "number", False),
        (EMPLOYEES, PERSON, "email", True),
        (EMPLOYEES, PERSON, "last_name", False),
        (PROJECTS, PROJECT, "period", False),
        (PROJECTS, PROJECT, "customer", False),  # what it belongs to
        (TIMERABBIT_CUSTOMERS, CUSTOMER, "number", True),  # the other key is left
        (TIMERABBIT_CUSTOMERS, {"name": "Aas", "number": "7"}, "number", False),  # none would be left
    ],
)
def test_a_create_goes_without_what_it_does_not_need(rules: object, fields: Fields, field: str, *, alone: bool) -> None:
    found = held_alone(rules, Side.RIGHT, fields, refused(field), is_create=True)  # type: ignore[arg-type]
    assert found == (field if alone else None)


@pytest.mark.parametrize("key", ["number", "organization_number"])
def test_a_key_that_is_taken_is_never_left_out_of_a_create(key: str) -> None:
    """The record would be made a second time, under no key at all."""
    error = refused(key, "duplicate")
    assert held_alone(TIMERABBIT_CUSTOMERS, Side.RIGHT, CUSTOMER, error, is_create=True) is None


def test_only_what_says_what_a_record_is_can_be_linked_for_being_the_same() -> None:
    assert told(EMPLOYEES, Side.RIGHT, refused("number", "duplicate"), waits_whole=False).code == "duplicate"
    assert told(EMPLOYEES, Side.RIGHT, refused("email", "duplicate"), waits_whole=False).code == "value_taken"
    unnamed = told(EMPLOYEES, Side.RIGHT, refused(None, "duplicate"), waits_whole=False)
    assert (unnamed.code, unnamed.params["field"]) == ("duplicate", "number")


def test_a_record_that_waits_whole_says_so_where_a_field_is_named() -> None:
    reason = told(CUSTOMERS, Side.RIGHT, refused("name"), waits_whole=True)
    assert reason.because == Reason("record_waits_whole", {"system": "Tripletex"})
    assert reason.params["source"] == "Svenn"
    assert told(CUSTOMERS, Side.RIGHT, refused(None, "rejected"), waits_whole=True).because is None
    assert told(CUSTOMERS, Side.RIGHT, refused("name"), waits_whole=False).because is None
