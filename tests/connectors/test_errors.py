"""What refusals mean: class, reason and field, from what the vendors say in both languages."""

from __future__ import annotations

import httpx
import pytest

from samspill.connectors.contract.errors import ROWS as CONTRACT
from samspill.connectors.contract.errors import dialect
from samspill.connectors.contract.errors import refused as refused_by_contract
from samspill.connectors.faults import DEFAULT_ROWS, ErrorTable, Fault, Row, canonical
from samspill.connectors.http.reply import Reply
from samspill.connectors.tripletex.errors import TABLE as TRIPLETEX
from samspill.connectors.tripletex.errors import refused
from samspill.connectors.tripletex.mapping import CUSTOMERS, PROJECTS
from samspill.errors import (
    ConflictError,
    ContractError,
    CredentialsError,
    NotFoundError,
    PermissionsError,
    RejectedError,
    SamspillError,
    UnavailableError,
)
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text, sentences


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (Fault(401, "3000"), CredentialsError, "key_invalid"),
        (Fault(403, "9000"), PermissionsError, "missing_access"),
        (Fault(404, "6000"), NotFoundError, "not_found"),
        (Fault(400, "11000"), ContractError, "defect"),
        (Fault(409, "8000"), ConflictError, "changed_meanwhile"),
        (Fault(409, "7000"), RejectedError, "duplicate"),
        (Fault(409, "14000"), RejectedError, "duplicate"),
        (Fault(409, "10000"), RejectedError, "locked"),
        (Fault(422, "15000", "dateFrom", "Kan ikke være null."), RejectedError, "field_required"),
        (Fault(422, "16000", "nmae", "Feltet eksisterer ikke i objektet."), ContractError, "defect"),
        (Fault(422, "17000"), ContractError, "defect"),
        (Fault(422, "21000"), ContractError, "defect"),
        (Fault(422, "22000"), ContractError, "defect"),
        (Fault(422, "23000", None, "Result set too large."), RejectedError, "result_too_large"),
        (
            Fault(422, "18000", "arg:consumerToken", "The consumer token is invalid"),
            CredentialsError,
            "consumer_key_invalid",
        ),
        (Fault(422, "18000", "arg:employeeToken", "The employee token is invalid"), CredentialsError, "key_invalid"),
        (Fault(422, "18000", "name", "Kan ikke være null."), RejectedError, "field_required"),
        (Fault(422, "18000", "startDate", "Feltet må fylles ut."), RejectedError, "field_required"),
        (Fault(422, "18000", "email", "Må angis for Tripletex-brukere."), RejectedError, "field_required"),
        (Fault(422, "18000", "name", "Length of field must be between 1 and 100."), RejectedError, "field_refused"),
        (Fault(422, "18000", "departmentNumber", "Nummeret er i bruk."), RejectedError, "duplicate"),
        (Fault(422, "18000", "name", "The name is in use."), RejectedError, "duplicate"),
        (Fault(422, "18000", None, "Nummeret er allerede i bruk: 7"), RejectedError, "duplicate"),
        (Fault(422, "18000", "number", "Already exists."), RejectedError, "duplicate"),
        (
            Fault(422, "18000", "email", "Det finnes allerede en bruker med denne e-postadressen."),
            RejectedError,
            "duplicate",
        ),
        (
            Fault(422, "18000", "projectManager.id", "Oppgitt prosjektleder har ikke fått tilgang som prosjektleder i"),
            RejectedError,
            "manager_without_right",
        ),
        (Fault(422, "18000", None, 'Feltet "Prosjektleder" må fylles ut.'), RejectedError, "default_required"),
        (Fault(422, "18000", None, "Prosjekter er registrert."), RejectedError, "rejected"),
        (Fault(500, "1000"), UnavailableError, "vendor_unavailable"),
        (Fault(502), UnavailableError, "vendor_unavailable"),
        (Fault(418), RejectedError, "rejected"),
    ],
)
def test_tripletex_refusals(fault: Fault, error: type[SamspillError], reason: str) -> None:
    found = TRIPLETEX.error([fault])
    assert type(found) is error
    assert found.reason.code == reason
    for language in LANGUAGES:
        text = reason_text(found.reason, language)
        assert "{system}" not in text
        assert "{message}" not in text
        if fault.field:
            assert "{field}" not in text


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (Fault(401, "unauthorized"), CredentialsError, "key_invalid"),
        (Fault(403, "forbidden"), PermissionsError, "missing_right"),
        (Fault(404, "not_found"), NotFoundError, "not_found"),
        (Fault(409, "in_use"), RejectedError, "locked"),
        (Fault(412, "stale"), ConflictError, "changed_meanwhile"),
        (Fault(413, "too_many_items"), ContractError, "defect"),
        (Fault(422, "unknown_field", "x"), ContractError, "defect"),
        (Fault(422, "taken", "number"), RejectedError, "duplicate"),
        (Fault(428, "version_required"), ContractError, "defect"),
        (Fault(422, "required", "name"), RejectedError, "field_required"),
        (Fault(422, "too_long", "name"), RejectedError, "field_refused"),
        (Fault(422, "unknown_reference", "customerId"), RejectedError, "reference_gone"),
        (Fault(422, "too_deep", "parentId"), RejectedError, "field_refused"),
        (Fault(503), UnavailableError, "vendor_unavailable"),
    ],
)
def test_refusals_of_our_contracts(fault: Fault, error: type[SamspillError], reason: str) -> None:
    found = dialect("Timerabbit").errors.error([fault])
    assert type(found) is error
    assert found.reason.code == reason


def test_the_reason_names_our_field_and_keeps_the_vendors_words_and_request() -> None:
    fault = Fault(422, "18000", "projectManager.id", "Oppgitt prosjektleder har ikke fått tilgang", "req-7")
    error = TRIPLETEX.error([fault], PROJECTS.names)
    assert error.field == "manager"
    assert error.request_id == "req-7"
    assert error.vendor_code == "18000"
    assert error.vendor_message == "Oppgitt prosjektleder har ikke fått tilgang"
    assert error.reason.vendor == "request req-7 18000: Oppgitt prosjektleder har ikke fått tilgang"


def test_of_several_faults_the_best_known_decides_and_all_are_told() -> None:
    faults = [Fault(422, "18000", "x", "Ugyldig format."), Fault(422, "18000", "name", "Navnet er i bruk.")]
    error = TRIPLETEX.error(faults)
    assert error.reason.code == "duplicate"
    assert error.field == "name"
    assert error.vendor_message == "Ugyldig format.; Navnet er i bruk."


def test_rows_of_a_vendor_go_before_ours() -> None:
    table = ErrorTable("V", (Row(RejectedError, "locked", 404),))
    assert table.error([Fault(404)]).reason.code == "locked"


def test_every_reason_in_the_tables_is_in_the_catalogue() -> None:
    rows = (*DEFAULT_ROWS, *TRIPLETEX.rows, *CONTRACT)
    assert {row.reason for row in rows} <= sentences("en").keys()


def reply(status: int, body: object) -> Reply:
    answer = httpx.Response(status, json=body)
    return Reply("Tripletex", status, answer.headers, answer.content, "header-id")


def test_tripletex_bodies_are_read_with_or_without_validation_messages() -> None:
    body = {"status": 422, "code": 18000, "message": "Validering feilet.", "requestId": "b", "validationMessages": None}
    assert refused(reply(422, body)) == [Fault(422, "18000", None, "Validering feilet.", "header-id")]
    body["validationMessages"] = [{"field": "name", "message": "Kan ikke være null.", "path": "[3].name"}]
    assert refused(reply(422, body)) == [Fault(422, "18000", "name", "Kan ikke være null.", "header-id")]


@pytest.mark.parametrize("read", [refused, refused_by_contract])
def test_a_body_of_another_shape_still_gives_its_status(read) -> None:  # type: ignore[no-untyped-def]  # two of a kind
    assert [each.status for each in read(reply(503, ["oops"]))] == [503]
    assert [each.status for each in read(Reply("Tripletex", 502, {}, b"<html>Bad gateway</html>", None))] == [502]


def test_problem_documents_are_read_with_or_without_fields() -> None:
    problem: dict[str, object] = {"title": "Gone", "status": 404, "code": "not_found"}
    assert refused_by_contract(reply(404, problem)) == [Fault(404, "not_found", None, "Gone", "header-id")]
    problem = {"status": 422, "code": "validation", "errors": [{"field": "name", "code": "required", "message": "m"}]}
    assert refused_by_contract(reply(422, problem)) == [Fault(422, "required", "name", "m", "header-id")]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, CredentialsError),
        (403, PermissionsError),
        (404, NotFoundError),
        (410, NotFoundError),
        (408, UnavailableError),
        (500, UnavailableError),
        (503, UnavailableError),
        (599, UnavailableError),
        (409, ConflictError),
        (412, ConflictError),
        (400, ContractError),
        (405, ContractError),
        (415, ContractError),
        (402, RejectedError),
        (422, RejectedError),
        (451, RejectedError),
    ],
)
def test_a_status_that_no_vendor_explains_means_what_http_says(status: int, error: type[SamspillError]) -> None:
    assert type(ErrorTable("X").error([Fault(status)])) is error


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("postalAddress", "postal_address"),
        ("postalAddress.country.id", "postal_address"),
        ("customerNumber,customer.customerNumber", "number"),
        ("Internt felt (customerNumber)", "number"),
        ("Internal field (postalAddress.city)", "postal_address"),
        ("vatType.id", "vatType.id"),
        ("", ""),
    ],
)
def test_a_field_is_found_by_our_name_however_the_vendor_tells_it(told: str, ours: str) -> None:
    assert canonical(told, CUSTOMERS.names) == ours
