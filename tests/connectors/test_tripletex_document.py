"""What we say and ask, held against Tripletex's published document, and what must never be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.kinds import KINDS
from samspill.connectors.tripletex.queries import PARAMETERS
from samspill.errors import ContractError
from samspill.reasons import Reason
from tests.connectors.openapi import NO_SPEC, complaints, document, parameters
from tests.connectors.tripletex_rig import TripletexRig

SENSITIVE = re.compile(
    r"nationalIdentityNumber|dnumber|bankAccount|iban|bic|dateOfBirth|internationalId|\*", re.IGNORECASE
)
MODELS = {"customers": "Customer", "projects": "Project", "employees": "Employee", "departments": "Department",
          "activities": "Activity", "hours": "TimesheetEntry"}  # fmt: skip


@NO_SPEC
@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_the_parameters_we_may_send_are_those_the_document_has(path: str) -> None:
    methods = {"GET", "DELETE"} & {each.upper() for each in document()["paths"][path]}
    assert PARAMETERS[path] == frozenset[str]().union(*(parameters(path, method) for method in methods))


def fields_of(text: str, model: str) -> Iterator[tuple[str, str]]:
    """Yield (model, field) for each field a `fields` parameter names."""
    depth, name = [model], ""
    for character in text + ",":
        if character in ",()":
            if name:
                yield depth[-1], name
            if character == "(":
                schema = document()["components"]["schemas"][depth[-1]]["properties"][name]
                target = schema.get("$ref") or schema["items"]["$ref"]
                depth.append(target.rpartition("/")[2])
            elif character == ")":
                depth.pop()
            name = ""
        else:
            name += character


@NO_SPEC
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_fields_we_ask_for_exist(kind: str) -> None:
    schemas = document()["components"]["schemas"]
    asked = [*fields_of(KINDS[kind].fields, MODELS[kind])]
    assert len(asked) > 5
    assert [each for each in asked if each[1] not in schemas[each[0]]["properties"]] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_sensitive_is_ever_asked_for(kind: str) -> None:
    assert not SENSITIVE.search(KINDS[kind].fields)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_filter_we_use_is_a_parameter(kind: str) -> None:
    known = PARAMETERS[KINDS[kind].path]
    assert {*KINDS[kind].filters.values()} <= known
    assert all({*query} <= known for query in KINDS[kind].lists)


def test_a_parameter_tripletex_would_ignore_is_refused_before_it_is_sent(tripletex: TripletexRig) -> None:
    client: Client = tripletex.connector._client  # type: ignore[attr-defined]  # the way to a call of our own
    with pytest.raises(ContractError, match="no parameter name"):
        client.call("GET", "/customer", query={"name": "A"})
    assert tripletex.transport.sent == []


@NO_SPEC
def test_the_check_of_requests_sees_what_is_wrong() -> None:
    wrong = [
        httpx.Request("GET", "https://x/v2/customer?name=A"),
        httpx.Request("PATCH", "https://x/v2/customer/1"),
        httpx.Request("POST", "https://x/v2/customer", json={"nmae": "A", "isInactive": "no", "url": "x"}),
        httpx.Request("POST", "https://x/v2/customer/list", json=[{"postalAddress": {"street": "x"}}]),
    ]
    assert complaints(wrong) == [
        "GET /customer: no parameter name",
        "PATCH /customer/1: no such operation",
        "POST /customer: no field nmae",
        "POST /customer: .url is read-only",
        "POST /customer: isInactive is no boolean",
        "POST /customer/list: no field postalAddress.street",
    ]


@pytest.mark.parametrize(
    ("switch", "missing"),
    [
        ({"missing_right": ["project"]}, Reason("missing_access", {"system": "Tripletex", "what": "projects"})),
        ({"missing_right": ["customer"]}, Reason("missing_access", {"system": "Tripletex", "what": "customers"})),
    ],
)
def test_what_the_key_may_not_read_is_told_at_check(
    tripletex: TripletexRig, switch: dict[str, list[str]], missing: Reason
) -> None:
    tripletex.sandbox.set_faults(switch)
    assert tripletex.connector.check().missing == (missing,)


def told(tripletex: TripletexRig) -> dict[str, str]:
    """What is missing, and whether it is said to be a right or a module."""
    return {reason.params["what"]: reason.code for reason in tripletex.connector.check().missing}


def test_a_missing_module_is_told_apart_where_the_subscription_may_be_read(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"missing_module": ["project"]})
    assert told(tripletex) == {"projects": "missing_module"}
    tripletex.sandbox.set_faults({"missing_module": ["project", "timesheet"]})
    assert told(tripletex) == {"projects": "missing_module", "hours": "missing_module"}
    tripletex.sandbox.set_faults({"missing_right": ["company"]})
    assert told(tripletex) == {"projects": "missing_access", "hours": "missing_access"}


def test_with_every_module_there_it_is_the_right_that_is_missing(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"missing_right": ["project", "timesheet", "customer"]})
    assert told(tripletex) == dict.fromkeys(("projects", "hours", "customers"), "missing_access")


def test_a_package_nobody_knows_is_not_told_as_a_missing_module(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"missing_right": ["project", "timesheet"]})

    def with_modules(*names: str) -> dict[str, str]:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/salesmodules"):
                return httpx.Response(200, json={"values": [{"name": name} for name in names]})
            return tripletex.transport.inner.handle_request(request)

        tripletex.transport.answers = [answer] * 20
        return told(tripletex)

    module, right = "missing_module", "missing_access"
    assert with_modules("BASIS", "UP_TO_500_VOUCHERS_AUTOMATION") == {"projects": module, "hours": module}
    assert with_modules("BASIS", "SMART_TIME_TRACKING") == {"projects": module, "hours": right}
    assert with_modules("BASIS", "SMART_PROJECT") == {"projects": right, "hours": right}
    for package in ("PRO", "MAMUT", "DIYPACKAGE", "MADE_UP_LATER"):
        assert with_modules("API_V2", package) == {"projects": right, "hours": right}


def test_rights_are_those_of_owner_and_user_together(tripletex: TripletexRig) -> None:
    assert "AUTH_PROJECT_MANAGER" in tripletex.connector.check().rights
    tripletex.sandbox.set_faults({"missing_right": ["employee"]})
    assert tripletex.connector.check().rights == ()
