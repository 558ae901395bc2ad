from __future__ import annotations

import pytest

from local.vendors.clock import ManualClock
from local.vendors.data import build
from local.vendors.tripletex import TripletexSandbox
from local.vendors.tripletex.model import Model
from tests.sandbox.conftest import Tripletex
from tests.sandbox.specification import MISSING, document, strangers

pytestmark = pytest.mark.skipif(document() is None, reason=MISSING)

SANDBOX = TripletexSandbox(clock=ManualClock())
OPERATIONS = SANDBOX.operations()
NOT_IN_THE_DOCUMENT = {("POST", "/token/session/:create")}
"""It takes query parameters as well, as was seen live; the document has them on PUT only."""

MODELS = {
    "account": "Account",
    "vatType": "VatType",
    "projectHourlyRate": "ProjectHourlyRate",
    "projectParticipant": "ProjectParticipant",
    "projectActivity": "ProjectActivity",
    "timesheetEntry": "TimesheetEntry",
    "monthlyStatus": "MonthlyStatus",
    "loggedInUser": "LoggedInUserInfo",
}


@pytest.mark.parametrize(
    ("method", "path", "params"), OPERATIONS, ids=lambda value: str(value) if isinstance(value, str) else ""
)
def test_every_operation_and_parameter_is_in_the_vendors_specification(
    method: str, path: str, params: frozenset[str]
) -> None:
    specification = document()
    assert specification is not None
    operation = specification["paths"][path][method.lower()]
    known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}

    assert params <= known or (method, path) in NOT_IN_THE_DOCUMENT, params - known


@pytest.mark.parametrize("name", sorted(SANDBOX.account.world.entities))
def test_every_declared_field_is_in_the_vendors_model(name: str) -> None:
    specification = document()
    assert specification is not None
    model: Model = SANDBOX.account.world.entities[name].model
    schema = specification["components"]["schemas"][MODELS.get(name, name[0].upper() + name[1:])]

    assert set(model.fields) <= set(schema["properties"]), set(model.fields) - set(schema["properties"])


@pytest.mark.parametrize(
    "name",
    ["customer", "project", "employee", "department", "activity", "timesheetEntry", "subscription", "projectActivity"],
)
def test_the_main_entities_have_every_field_of_the_vendors_model(name: str) -> None:
    specification = document()
    assert specification is not None
    model: Model = SANDBOX.account.world.entities[name].model
    schema = specification["components"]["schemas"][MODELS.get(name, name[0].upper() + name[1:])]

    assert set(schema["properties"]) == set(model.fields)


def test_every_list_of_a_full_account_could_have_come_from_the_vendor(
    api: Tripletex, tripletex: TripletexSandbox
) -> None:
    tripletex.load(build(1))
    lists = [path for method, path, _ in OPERATIONS if method == "GET" and "{" not in path and "dateTo" not in _]

    tried = [path for path in lists if api.get(path, params={"fields": "*,changes"}).status_code == 200]

    assert {"/customer", "/project", "/employee", "/department", "/activity", "/event/subscription"} <= set(tried)


def test_the_comparison_notices_a_field_and_a_type_that_the_vendor_does_not_have() -> None:
    schema = {"$ref": "#/components/schemas/ResponseWrapperCustomer"}

    assert strangers({"value": {"nme": "Berg"}}, schema) == [".value.nme does not exist"]
    assert strangers({"value": {"name": 7}}, schema) == [".value.name is no string: 7"]
