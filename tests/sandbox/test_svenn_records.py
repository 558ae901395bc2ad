from __future__ import annotations

import httpx
import pytest

from local.vendors.data import build
from local.vendors.svenn import SvennSandbox
from tests.sandbox.asking import made, wrong


def test_a_project_made_without_a_number_gets_the_next_one_and_keeps_it(app: httpx.Client) -> None:
    made(app, "/projects", name="Bad", number="1041")
    made(app, "/projects", name="Tak", number="A.7")

    project = made(app, "/projects", name="Kjøkken")

    assert project["number"] == "1042"
    assert wrong(app.patch(f"/projects/{project['id']}", json={"number": None})) == [("number", "required")]
    assert app.patch(f"/projects/{project['id']}", json={"number": "1043.a"}).json()["number"] == "1043.a"


@pytest.mark.parametrize("number", ["P-1012", "10 41", "10/41", ""])
def test_a_project_number_holds_digits_letters_and_dots(app: httpx.Client, svenn: SvennSandbox, number: str) -> None:
    assert wrong(app.post("/projects", json={"name": "Bad", "number": number})) == [("number", "invalid")]
    assert svenn.rows("projects") == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("customers", {"name": "Berg"}), ("projects", {"name": "Bad"}), ("employees", {"firstName": "Kari"})],
)
def test_numbers_are_taken_once_and_free_again_when_the_record_is_gone(
    app: httpx.Client, path: str, body: dict[str, str]
) -> None:
    first = made(app, f"/{path}", **body, number="7")
    second = made(app, f"/{path}", **body, number="8")

    assert wrong(app.post(f"/{path}", json={**body, "number": "7"})) == [("number", "taken")]
    assert wrong(app.patch(f"/{path}/{second['id']}", json={"number": "7"})) == [("number", "taken")]
    assert app.patch(f"/{path}/{first['id']}", json={"number": "7"}).json() == first
    app.delete(f"/{path}/{first['id']}")
    assert app.patch(f"/{path}/{second['id']}", json={"number": "7"}).status_code == 200


def test_many_customers_may_be_without_a_number(app: httpx.Client) -> None:
    assert len({made(app, "/customers", name="Berg")["id"] for _ in range(2)}) == 2


def test_an_employee_needs_no_last_name(app: httpx.Client) -> None:
    employee = made(app, "/employees", firstName="Kari", number="7")

    assert employee["lastName"] is None
    assert wrong(app.post("/employees", json={"lastName": "Moen"})) == [("firstName", "required")]


def test_records_are_found_by_what_people_see(app: httpx.Client) -> None:
    employee = made(app, "/employees", firstName="Kari", number="7", email="kari@nordlys.example")
    made(app, "/employees", firstName="Ola", number="8")

    for query in ({"number": "7"}, {"email": "kari@nordlys.example"}):
        assert app.get("/employees", params=query).json()["items"] == [employee]


def test_a_customer_with_projects_is_not_deleted(app: httpx.Client) -> None:
    customer = made(app, "/customers", name="Berg")
    made(app, "/projects", name="Bad", customerId=customer["id"])

    refused = app.delete(f"/customers/{customer['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")


def test_the_demo_has_every_case_that_a_first_sync_should_meet(svenn: SvennSandbox) -> None:
    data = build(1)
    svenn.load(data)

    customers, projects, employees = (svenn.rows(name) for name in ("customers", "projects", "employees"))
    numbers = {str(each.number) for each in data.customers}
    aligned = [each for each in customers if each["number"] in numbers]
    assert len(aligned) > len(customers) / 2
    assert any(not each["number"].isdecimal() for each in customers)
    assert any(each["number"].isdecimal() and each["number"] not in numbers for each in customers)
    assert any(not each["active"] for each in customers)
    assert any(each["startDate"] is None for each in projects)
    assert any(each["status"] == "completed" for each in projects)
    assert any(each["internal"] for each in projects)
    assert any(each["number"] not in {their.number for their in data.projects} for each in projects)
    assert [each["firstName"] for each in employees if each["lastName"] is None]
    assert {each.number for each in data.employees} < {each["number"] for each in employees}


@pytest.mark.parametrize("size", [0, 1, 40, 300])
def test_seeded_records_obey_the_rules_of_their_own_account(svenn: SvennSandbox, size: int) -> None:
    svenn.load(build(2, size))

    for kind in ("customers", "projects", "employees"):
        numbers = [row["number"] for row in svenn.rows(kind)]
        assert len(set(numbers)) == len(numbers)
        for row in svenn.rows(kind):
            assert svenn.edit(kind, row["id"], {"number": row["number"]}) == row
