from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.tripletex import TripletexSandbox
from local.vendors.tripletex.employees import COMPANY_ID
from tests.sandbox.conftest import Tripletex, refusal


def test_a_session_is_minted_from_both_keys_and_opens_the_account(anonymous: Tripletex) -> None:
    response = anonymous.mint()

    assert response.status_code == 201
    anonymous.auth = ("0", response.json()["value"]["token"])
    who = anonymous.value("/token/session/>whoAmI", fields="companyId,company(name),language,employee(email)")
    assert who == {
        "companyId": COMPANY_ID,
        "company": {"name": "Nordlys Installasjon AS"},
        "language": "NO",
        "employee": {"email": "administrator@nordlys.example"},
    }


def test_the_legacy_form_takes_the_keys_as_query_parameters(anonymous: Tripletex, tripletex: TripletexSandbox) -> None:
    keys = {"consumerToken": "test-sandbox-consumer-0001", "employeeToken": "test-sandbox-employee-0001"}
    query = keys | {"expirationDate": "2026-03-04"}

    assert anonymous.put("/token/session/:create", params=query).status_code == 200
    assert anonymous.post("/token/session/:create", params=query).status_code == 201
    assert not any("test-sandbox" in call.query for call in tripletex.calls)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"expirationDate": None}, ("expirationDate", "Kan ikke være null.")),
        ({"consumerToken": "test-other"}, ("arg:consumerToken", "The consumer token is invalid or does not exist.")),
        ({"employeeToken": "test-other"}, ("arg:employeeToken", "The employee token is invalid or does not exist.")),
    ],
)
def test_a_missing_or_wrong_part_is_refused_with_18000(
    anonymous: Tripletex, changes: dict[str, str | None], expected: tuple[str, str]
) -> None:
    assert refusal(anonymous.mint(**changes)) == (422, 18000, [expected])


def test_a_session_dies_at_midnight_in_oslo_at_the_start_of_its_day(api: Tripletex, clock: ManualClock) -> None:
    clock.now = datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC)
    assert api.get("/customer").status_code == 200

    clock.advance(1)

    status, code, _ = refusal(api.get("/customer"))
    assert (status, code) == (401, 3000)


def test_a_session_for_today_is_minted_but_already_dead(anonymous: Tripletex) -> None:
    response = anonymous.mint(expirationDate="2026-03-02")

    assert response.status_code == 201
    anonymous.auth = ("0", response.json()["value"]["token"])
    assert anonymous.get("/customer").status_code == 401


def test_a_call_without_a_session_gets_the_vendors_401(anonymous: Tripletex) -> None:
    body = anonymous.get("/customer").json()

    assert body == {
        "status": 401,
        "code": 3000,
        "message": "Unauthorized",
        "link": "https://tripletex.no/v2-docs/",
        "developerMessage": "Could not log in. Check login info in Authorization header.",
        "validationMessages": None,
        "requestId": body["requestId"],
    }


@pytest.mark.parametrize("company", ["", "0", str(COMPANY_ID)])
def test_the_user_name_is_blank_or_zero_or_the_company(api: Tripletex, company: str) -> None:
    token = api.mint().json()["value"]["token"]

    assert api.get("/customer", auth=(company, token)).status_code == 200
    assert api.get("/customer", auth=("12345", token)).status_code == 401


def test_an_accountants_key_must_say_whose_company(anonymous: Tripletex) -> None:
    token = anonymous.mint(employeeToken="test-sandbox-accountant-0001").json()["value"]["token"]

    assert refusal(anonymous.get("/customer", auth=("0", token)))[:2] == (403, 9000)
    clients = anonymous.get("/company/>withLoginAccess", auth=("0", token)).json()["values"]
    assert anonymous.get("/customer", auth=(str(clients[0]["id"]), token)).status_code == 200


def test_a_session_that_was_deleted_is_dead_and_the_other_one_lives(api: Tripletex) -> None:
    first, second = (api.mint().json()["value"]["token"] for _ in range(2))

    response = api.delete(f"/token/session/{first}", auth=("0", second))

    assert response.status_code == 204
    assert api.get("/customer", auth=("0", first)).status_code == 401
    assert api.get("/customer", auth=("0", second)).status_code == 200


def test_expired_sessions_can_be_minted_again_but_a_revoked_key_cannot(
    api: Tripletex, tripletex: TripletexSandbox
) -> None:
    tripletex.set_faults({"expire_sessions": True})
    assert api.get("/customer").status_code == 401
    fresh = httpx.BasicAuth("0", api.mint().json()["value"]["token"])
    assert api.get("/customer", auth=fresh).status_code == 200

    tripletex.set_faults({"revoke_key": True})

    assert api.get("/customer", auth=fresh).status_code == 401
    assert refusal(api.mint())[1:] == (
        18000,
        [("arg:employeeToken", "The employee token is invalid or does not exist.")],
    )


def test_no_token_and_no_authorization_is_kept_in_the_log(api: Tripletex, tripletex: TripletexSandbox) -> None:
    token = api.mint().json()["value"]["token"]
    api.delete(f"/token/session/{token}")

    kept = repr(list(tripletex.calls))

    assert token not in kept
    assert "test-sandbox" not in kept
    assert tripletex.calls[-1].path == "/v2/token/session/hidden"


def test_every_answer_has_a_request_id_and_errors_repeat_it(api: Tripletex) -> None:
    response = api.get("/customer/1")

    assert response.headers["x-tlx-request-id"] == response.json()["requestId"]
    assert api.get("/customer").headers["x-tlx-request-id"] != response.headers["x-tlx-request-id"]


def test_messages_come_in_the_language_of_the_keys_user(api: Tripletex) -> None:
    assert api.post("/customer", json={}).json()["message"] == "Validering feilet."

    assert api.put("/employee/preferences/:changeLanguage", params={"language": "EN"}).status_code == 204

    assert api.post("/customer", json={}).json()["message"] == "Validation failed."
