"""Sessions: from two keys, until midnight in Oslo, shared by all processes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from samspill.connectors.tripletex.environment import environment_of
from samspill.errors import ContractError, CredentialsError
from tests.connectors.tripletex_rig import TripletexRig


def minted(rig: TripletexRig) -> list[dict[str, str]]:
    return [orjson.loads(each.content) for each in rig.transport.sent if "/token/session/" in each.url.path
            and each.method == "POST"]  # fmt: skip


def user_of(request: httpx.Request) -> str:
    return base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")[0]


def test_one_session_serves_many_calls_and_other_processes(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    tripletex.read_all()
    tripletex.open().page("customers")
    assert len(minted(tripletex)) == 1
    assert tripletex.secrets.puts == 1
    assert tripletex.secrets.held["session_token"]
    assert tripletex.secrets.held["consumer_token"]


def test_keys_travel_in_the_body_and_never_in_an_address(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    for request in tripletex.transport.sent:
        assert "test-sandbox" not in str(request.url)
    assert "authorization" not in tripletex.transport.sent[0].headers


@pytest.mark.parametrize(
    ("now", "expires_on"),
    [
        # Five past midnight in Oslo is still the day before in UTC.
        (datetime(2026, 3, 2, 23, 5, tzinfo=UTC), "2026-03-05"),
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), "2026-03-04"),
        # Summer time begins in the night of 29 March.
        (datetime(2026, 3, 28, 22, 55, tzinfo=UTC), "2026-03-31"),
        (datetime(2026, 7, 1, 21, 30, tzinfo=UTC), "2026-07-03"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-04"),
    ],
)
def test_a_session_ends_at_the_start_of_the_day_after_tomorrow_in_oslo(
    tripletex: TripletexRig, now: datetime, expires_on: str
) -> None:
    tripletex.clock.at = now
    tripletex.read_all()
    assert [each["expirationDate"] for each in minted(tripletex)] == [expires_on]


def test_a_session_is_replaced_some_minutes_before_it_dies(tripletex: TripletexRig) -> None:
    tripletex.clock.at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    tripletex.read_all()
    tripletex.clock.at = datetime(2026, 3, 3, 22, 49, tzinfo=UTC)
    tripletex.read_all()
    assert len(minted(tripletex)) == 1
    tripletex.clock.at = datetime(2026, 3, 3, 22, 51, tzinfo=UTC)
    tripletex.read_all()
    assert len(minted(tripletex)) == 2


def test_a_dead_session_costs_one_call_and_one_new_session(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    tripletex.expire_session()
    tripletex.forget_calls()
    tripletex.connector.page("customers")
    assert [each.status for each in tripletex.logged] == [401, 201, 200]


def test_a_second_refusal_is_final(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    tripletex.transport.answers = [
        httpx.Response(401, json={"code": 3000}),
        tripletex.transport.inner.handle_request,
        httpx.Response(401, json={"code": 3000}),
    ]
    tripletex.forget_calls()
    with pytest.raises(CredentialsError):
        tripletex.connector.page("customers")
    assert [each.status for each in tripletex.logged] == [401, 201, 401]


def test_new_keys_are_taken_into_use_when_the_old_session_is_refused(tripletex: TripletexRig) -> None:
    good = tripletex.secrets.held
    tripletex.secrets.held = {**good, "employee_token": "test-old-and-revoked"}
    with pytest.raises(CredentialsError):
        tripletex.read_all()
    tripletex.secrets.held = dict(good)
    assert tripletex.read_all()[1]


def test_keys_entered_meanwhile_are_not_overwritten_by_a_session_of_the_old(tripletex: TripletexRig) -> None:
    entered = {**tripletex.secrets.held, "company_id": "90001"}

    def meanwhile(request: httpx.Request) -> httpx.Response:
        tripletex.secrets.held = dict(entered)
        return tripletex.transport.inner.handle_request(request)

    tripletex.transport.answers = [meanwhile]
    tripletex.read_all()
    held = tripletex.secrets.held
    assert {name: held[name] for name in entered} == entered
    assert tripletex.secrets.puts == 1
    assert len(minted(tripletex)) == 2, "the session of the old keys is not used"
    assert user_of(tripletex.transport.sent[-1]) == "90001"


def test_a_session_that_another_process_shared_is_used_when_the_old_one_is_refused(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    other = tripletex.open()
    other.page("customers")
    tripletex.expire_session()
    other.page("customers")
    tripletex.forget_calls()

    tripletex.connector.page("customers")

    assert [each.status for each in tripletex.logged] == [401, 200]
    assert len(minted(tripletex)) == 0


def test_the_company_is_the_user_name_and_zero_without_one(tripletex: TripletexRig) -> None:
    tripletex.read_all()
    assert user_of(tripletex.transport.sent[-1]) == "0"
    tripletex.secrets.held["company_id"] = "90001"
    tripletex.open().page("customers")
    assert user_of(tripletex.transport.sent[-1]) == "90001"


@pytest.mark.parametrize("key", ["consumer_token", "employee_token"])
def test_a_missing_key_is_named_before_anything_is_sent(tripletex: TripletexRig, key: str) -> None:
    del tripletex.secrets.held[key]
    with pytest.raises(CredentialsError) as caught:
        tripletex.read_all()
    assert caught.value.reason.code == "key_missing"
    assert caught.value.reason.params["what"] == key
    assert tripletex.transport.sent == []


def test_an_unknown_consumer_key_is_told_apart_from_the_customers(tripletex: TripletexRig) -> None:
    tripletex.secrets.held["consumer_token"] = "test-nobodys"
    with pytest.raises(CredentialsError) as caught:
        tripletex.read_all()
    assert caught.value.reason.code == "consumer_key_invalid"


def test_an_answer_without_a_session_is_a_contract_error(tripletex: TripletexRig) -> None:
    tripletex.transport.answers = [httpx.Response(201, json={"value": {}})]
    with pytest.raises(ContractError):
        tripletex.read_all()


@pytest.mark.parametrize(
    ("address", "setting", "environment"),
    [
        ("https://tripletex.no/v2", None, "production"),
        ("https://www.tripletex.no/v2", None, "production"),
        ("https://eviltripletex.no/v2", None, None),
        ("https://api-test.tripletex.tech/v2", None, "test"),
        ("https://x-y.tripletex.dev/v2", None, None),
        ("https://x-y.tripletex.dev/v2", "test", "test"),
        ("http://localhost:8080/tripletex/v2", "production", "production"),
    ],
)
def test_what_an_address_is_for(address: str, setting: str | None, environment: str | None) -> None:
    assert environment_of(address, setting) == environment


def test_a_test_key_with_a_production_address_is_caught_before_any_call() -> None:
    rig = TripletexRig({"environment": "production"})
    for call in (rig.connector.check, rig.read_all):
        with pytest.raises(CredentialsError) as caught:
            call()
        assert caught.value.reason.code == "wrong_environment"
        assert caught.value.reason.params == {"key_for": "test", "address_for": "production"}
    assert rig.transport.sent == []


@pytest.mark.parametrize(("client", "office", "account"), [
    ("", False, "{own}"), ("0", False, "{own}"), ("{own}", False, "{own}"), ("{own}", True, "{own}/4711"),
])  # fmt: skip
def test_an_accounting_offices_key_means_the_company_it_works_in(
    tripletex: TripletexRig, client: str, office: bool, account: str
) -> None:
    """One key opens all clients of an office: which one, the company id says, whatever Tripletex tells."""
    own = tripletex.connector.check().company_id
    tripletex.secrets.hold({**tripletex.secrets.held, "company_id": client.format(own=own)})
    if office:
        inner = tripletex.sandbox.answer

        def answer(request: Any) -> Any:
            response = inner(request)
            if request.path.endswith("whoAmI"):
                response.set_data(response.get_data().replace(f'"companyId":{own}'.encode(), b'"companyId":4711'))
            return response

        tripletex.sandbox.answer = answer  # type: ignore[method-assign]

    assert tripletex.open().check().company_id == account.format(own=own)
