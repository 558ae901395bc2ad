from __future__ import annotations

from typing import Any

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.timerabbit import TimerabbitSandbox
from tests.sandbox.asking import made, wrong


def test_the_key_tells_whose_it_is_and_what_it_may_do(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    timerabbit.set_faults({"missing_right": ["projects", "customers:write"]})

    me = rabbit.get("/me").json()

    assert me["accountName"] == "Nordlys Installasjon AS"
    assert me["permissions"] == ["customers:read", "webhooks:read", "webhooks:write"]
    assert rabbit.get("/projects").status_code == 403
    assert rabbit.post("/customers", json={"name": "Berg"}).status_code == 403
    assert timerabbit.rows("customers") == []


def test_a_wrong_missing_or_revoked_key_is_refused(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    assert rabbit.get("/customers", headers={"X-Api-Key": "other"}).json()["code"] == "unauthorized"
    timerabbit.set_faults({"revoke_key": True})
    assert rabbit.get("/me").status_code == 401


def test_a_new_record_shows_every_field_and_its_version(rabbit: httpx.Client) -> None:
    response = rabbit.post("/customers", json={"name": "Østmo", "postalAddress": {"city": "Oslo"}})

    assert response.json() == {
        "id": "1001",
        "version": 1,
        "updatedAt": "2026-03-02T08:00:00.000Z",
        "externalReference": None,
        "name": "Østmo",
        "number": None,
        "organizationNumber": None,
        "email": None,
        "phone": None,
        "postalAddress": {"line1": None, "line2": None, "postcode": None, "city": "Oslo", "country": None},
        "active": True,
    }
    assert response.headers["ETag"] == '"1"'
    assert rabbit.get("/customers/1001").json() == response.json()


def test_two_customers_of_the_same_name_and_number_are_two(rabbit: httpx.Client) -> None:
    ids = {made(rabbit, "/customers", name="Bakken Bygg AS", number="7")["id"] for _ in range(2)}

    assert len(ids) == 2


def test_a_change_keeps_what_it_leaves_out_and_null_empties(rabbit: httpx.Client, clock: ManualClock) -> None:
    first = made(rabbit, "/customers", name="Berg", email="post@berg.example", number="7")
    clock.advance(60)

    changed = rabbit.patch(f"/customers/{first['id']}", json={"email": None, "active": False}).json()

    assert changed == first | {"email": None, "active": False, "version": 2, "updatedAt": "2026-03-02T08:01:00.000Z"}


def test_a_change_that_changes_nothing_is_none(rabbit: httpx.Client, clock: ManualClock) -> None:
    first = made(rabbit, "/customers", name="Berg")
    clock.advance(60)

    assert rabbit.patch(f"/customers/{first['id']}", json={"name": "Berg"}).json() == first


def test_a_stale_version_is_refused_and_nothing_is_written(rabbit: httpx.Client) -> None:
    path = f"/customers/{made(rabbit, '/customers', name='Berg')['id']}"
    rabbit.patch(path, json={"name": "Bergh"}, headers={"If-Match": '"1"'})

    late = rabbit.patch(path, json={"name": "Fjell"}, headers={"If-Match": '"1"'})
    deletion = rabbit.delete(path, headers={"If-Match": '"1"'})

    assert [(each.status_code, each.json()["code"]) for each in (late, deletion)] == [(412, "stale")] * 2
    assert rabbit.get(path).json()["name"] == "Bergh"
    assert rabbit.patch(path, json={}, headers={"If-Match": "2"}).json()["code"] == "invalid_header"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("name", "required")]),
        ({"name": None}, [("name", "required")]),
        ({"name": ""}, [("name", "too_short")]),
        ({"name": "x" * 101}, [("name", "too_long")]),
        ({"name": 7, "nme": 1}, [("nme", "unknown_field"), ("name", "wrong_type")]),
        ({"name": "Berg", "active": "yes"}, [("active", "wrong_type")]),
        ({"name": "Berg", "id": "7"}, [("id", "unknown_field")]),
        ({"name": "Berg", "postalAddress": {"town": "Oslo"}}, [("postalAddress.town", "unknown_field")]),
        ({"name": "Berg", "postalAddress": {"country": "Norge"}}, [("postalAddress.country", "too_long")]),
        ({"name": "Berg", "postalAddress": {"country": "no"}}, [("postalAddress.country", "invalid")]),
        ({"name": "Berg", "postalAddress": "Oslo"}, [("postalAddress", "wrong_type")]),
        ({"name": "Berg", "externalReference": "x" * 101}, [("externalReference", "too_long")]),
        ([], [("", "wrong_type")]),
    ],
)
def test_what_a_customer_cannot_hold_is_refused(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox, body: Any, errors: list[tuple[str, str]]
) -> None:
    assert wrong(rabbit.post("/customers", json=body)) == errors
    assert timerabbit.rows("customers") == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "Bad", "customerId": "7"}, [("customerId", "unknown_reference")]),
        ({"name": "Bad", "parentId": "7"}, [("parentId", "unknown_reference")]),
        ({"name": "Bad", "startDate": "2026-02-30"}, [("startDate", "invalid")]),
        ({"name": "Bad", "startDate": "02.03.2026"}, [("startDate", "invalid")]),
        ({"name": "Bad", "status": "closed"}, [("status", "invalid")]),
        ({"name": "Bad", "startDate": "2026-02-02", "endDate": "2026-02-01"}, [("endDate", "end_before_start")]),
    ],
)
def test_what_a_project_cannot_hold_is_refused(rabbit: httpx.Client, body: Any, errors: list[tuple[str, str]]) -> None:
    assert wrong(rabbit.post("/projects", json=body)) == errors


def test_projects_have_two_levels_whichever_way_a_third_would_come_about(rabbit: httpx.Client) -> None:
    top = made(rabbit, "/projects", name="Top")["id"]
    sub = made(rabbit, "/projects", name="Sub", parentId=top)["id"]
    other = made(rabbit, "/projects", name="Other")["id"]

    too_deep = [("parentId", "too_deep")]
    assert wrong(rabbit.post("/projects", json={"name": "Third", "parentId": sub})) == too_deep
    assert wrong(rabbit.patch(f"/projects/{top}", json={"parentId": other})) == too_deep
    assert wrong(rabbit.patch(f"/projects/{other}", json={"parentId": other})) == too_deep
    assert rabbit.patch(f"/projects/{sub}", json={"parentId": other}).status_code == 200


def test_what_is_in_use_is_not_deleted(rabbit: httpx.Client) -> None:
    customer = made(rabbit, "/customers", name="Berg")["id"]
    top = made(rabbit, "/projects", name="Top", customerId=customer)["id"]
    sub = made(rabbit, "/projects", name="Sub", parentId=top)["id"]

    refused = [rabbit.delete(path) for path in (f"/customers/{customer}", f"/projects/{top}")]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(409, "in_use")] * 2
    for path in (f"/projects/{sub}", f"/projects/{top}", f"/customers/{customer}"):
        assert rabbit.delete(path).status_code == 204
        assert rabbit.get(path).status_code == 404


def test_pages_follow_each_other_by_key_even_while_records_vanish(rabbit: httpx.Client) -> None:
    ids = [made(rabbit, "/customers", name=f"Kunde {index}")["id"] for index in range(5)]

    first = rabbit.get("/customers", params={"limit": 2}).json()
    rabbit.delete(f"/customers/{ids[0]}")
    second = rabbit.get("/customers", params={"limit": 2, "after": first["next"]}).json()
    third = rabbit.get("/customers", params={"limit": 2, "after": second["next"]}).json()

    assert [each["id"] for page in (first, second, third) for each in page["items"]] == ids
    assert third["next"] is None


def test_a_full_last_page_says_that_it_is_the_last(rabbit: httpx.Client) -> None:
    made(rabbit, "/customers", name="Berg")

    assert rabbit.get("/customers", params={"limit": 1}).json()["next"] is None


def test_changes_since_a_moment_are_found(rabbit: httpx.Client, clock: ManualClock) -> None:
    first = made(rabbit, "/customers", name="Berg")
    clock.advance(60)
    second = made(rabbit, "/customers", name="Dahl")

    for since, expected in (("2026-03-02T08:01:00Z", [second]), ("2026-03-02T09:00:00+01:00", [first, second])):
        assert rabbit.get("/customers", params={"updatedSince": since}).json()["items"] == expected


def test_records_are_found_by_external_reference_once_the_index_has_caught_up(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox, clock: ManualClock
) -> None:
    timerabbit.set_faults({"search_index_lag_s": 5})
    record = made(rabbit, "/customers", name="Berg", externalReference="hub:7")
    query = {"externalReference": "hub:7"}

    before = rabbit.get("/customers", params=query).json()["items"]
    clock.advance(5)
    rabbit.patch(f"/customers/{record['id']}", json={"name": "Bergh"})

    assert before == []
    assert [each["name"] for each in rabbit.get("/customers", params=query).json()["items"]] == ["Bergh"]
    assert rabbit.get("/customers", params={"externalReference": "hub"}).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "201"}, ("limit", "invalid")),
        ({"limit": "0"}, ("limit", "invalid")),
        ({"after": "x"}, ("after", "invalid")),
        ({"updatedSince": "2026-03-02T08:00:00"}, ("updatedSince", "invalid")),
        ({"updatedSince": "yesterday"}, ("updatedSince", "invalid")),
        ({"name": "Berg"}, ("name", "unknown_field")),
    ],
)
def test_a_parameter_that_is_unknown_or_cannot_be_read_is_refused(
    rabbit: httpx.Client, query: dict[str, str], code: tuple[str, str]
) -> None:
    assert wrong(rabbit.get("/customers", params=query)) == [code]


def test_a_batch_carries_out_each_item_on_its_own(rabbit: httpx.Client) -> None:
    first = made(rabbit, "/customers", name="Berg")
    items = [
        {"create": {"name": "Dahl"}},
        {"create": {"name": ""}},
        {"update": {"id": first["id"], "version": 1, "changes": {"name": "Bergh"}}},
        {"update": {"id": first["id"], "version": 1, "changes": {"name": "Fjell"}}},
        {"update": {"id": "7", "changes": {"name": "Fjell"}}},
    ]

    results = rabbit.post("/customers/batch", json={"items": items}).json()["results"]

    assert [each["status"] for each in results] == [201, 422, 200, 412, 404]
    assert [each["name"] for each in rabbit.get("/customers").json()["items"]] == ["Bergh", "Dahl"]
    assert results[1]["problem"]["errors"][0]["field"] == "name"


def test_items_of_a_batch_may_build_on_each_other(rabbit: httpx.Client) -> None:
    results = rabbit.post("/projects/batch", json={"items": [{"create": {"name": "Top"}}]}).json()["results"]
    parent = results[0]["record"]["id"]

    items = [{"create": {"name": "Sub", "parentId": parent}}]
    assert rabbit.post("/projects/batch", json={"items": items}).json()["results"][0]["status"] == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{"create": {}, "update": {}}]},
        {"items": [{"delete": {"id": "1"}}]},
        {"items": [{"update": {"id": "1", "changes": {}, "version": "1"}}]},
        [],
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_as_a_whole(rabbit: httpx.Client, body: Any) -> None:
    wrong(rabbit.post("/customers/batch", json=body))


def test_too_much_at_once_is_refused(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    items = [{"create": {"name": "Berg"}}] * 101

    assert rabbit.post("/customers/batch", json={"items": items}).json()["code"] == "too_many_items"
    large = rabbit.post("/customers", json={"name": "x" * 1_000_000})
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    assert timerabbit.rows("customers") == []


def test_a_body_that_is_not_json_and_a_path_that_is_not_there(rabbit: httpx.Client) -> None:
    assert rabbit.post("/customers", content=b"{").json()["code"] == "invalid_json"
    for method, path in (("GET", "/nothing"), ("PUT", "/customers/1001"), ("GET", "/customers/1/2")):
        assert rabbit.request(method, path).json()["code"] == "not_found"


def test_a_spent_limit_tells_how_long_to_wait(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox, clock: ManualClock
) -> None:
    timerabbit.set_faults({"rate_limit_calls": 1})
    clock.advance(13)

    statuses = [rabbit.get("/me").status_code for _ in range(2)]
    refused = rabbit.get("/me")
    clock.advance(47)

    assert statuses == [200, 429]
    assert (refused.json()["code"], refused.headers["Retry-After"]) == ("rate_limited", "47")
    assert rabbit.get("/me").status_code == 200


def test_stale_reads_show_what_was_there_when_the_switch_was_turned(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox
) -> None:
    record = made(rabbit, "/customers", name="Berg")
    timerabbit.set_faults({"stale_reads": True})
    rabbit.patch(f"/customers/{record['id']}", json={"name": "Bergh"})

    assert rabbit.get(f"/customers/{record['id']}").json()["name"] == "Berg"
    assert [each["name"] for each in rabbit.get("/customers").json()["items"]] == ["Berg"]
    timerabbit.set_faults({})
    assert rabbit.get(f"/customers/{record['id']}").json()["name"] == "Bergh"
