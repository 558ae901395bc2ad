"""The sandbox of Timly serves exactly the contract, and refuses what that refuses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from local.vendors.clock import ManualClock
from local.vendors.data import build
from local.vendors.timly import TimlySandbox, company
from local.vendors.timly.sandbox import LACKS
from tests.sandbox.contract import complaints, document

FEW = 1_500


@pytest.fixture
def category(timly: TimlySandbox) -> str:
    return str(timly.add("categories", {"name": "IT"})["id"])


def made(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    """Create a record and return it."""
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()
    return record


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Return what a refusal says first: status, code, field."""
    first = answer.json()["errors"][0]
    return answer.status_code, first["code"], first.get("field")


# --- the contract ----------------------------------------------------------------------------------------------------


def test_the_contract_is_valid_openapi_and_says_whose_it_is() -> None:
    validate(document("timly"))
    assert "Samspill's own contract. It is not Timly's" in document("timly")["info"]["description"]
    methods = {method for path in document("timly")["paths"].values() for method in path} - {"parameters"}
    assert methods == {"get", "post", "patch", "delete"}


def one_of_each(client: httpx.Client, category: str, key: str) -> dict[str, str]:
    place = made(client, "/places", name="Lager")["id"]
    item = made(client, "/items", name="A", category_id=category)["id"]
    assignment = made(client, f"/items/{item}/assignments", assignee={"type": "place", "id": place})["id"]
    ids = {"items": item, "places": place, "assignments": assignment}
    bodies: dict[str, dict[str, Any]] = {
        "categories": {"name": "Möbel"},
        "organisational_units": {"name": "Verkauf"},
        "statuses": {"name": "Verkauft", "kind": "inactive"},
        "attributes": {"key": key, "label": "Farbe"},
        "people": {"last_name": "Müller"},
        "tickets": {"title": "Wartung"},
    }
    return ids | {name: made(client, f"/{name}", **body)["id"] for name, body in bodies.items()}


def test_every_operation_of_the_contract_is_served_and_answers_as_it_says(
    inventory: httpx.Client, category: str
) -> None:
    operations = [
        (path.removeprefix("/api/v1"), method)
        for path, methods in document("timly")["paths"].items()
        for method in set(methods) - {"parameters"}
    ]
    for number, (path, method) in enumerate(operations):
        ids = one_of_each(inventory, category, f"colour {number}")
        url = path.replace("{assignmentId}", ids["assignments"]).replace("{id}", ids.get(path.split("/")[1], ""))
        answer = inventory.request(method, url, json={} if method in {"post", "patch"} else None)
        assert answer.status_code in ({200, 422} if method != "delete" else {204, 409}), f"{method} {url}"


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/items", "/items/1001", "/people/1001"])
def test_there_is_no_put(inventory: httpx.Client, method: str, path: str) -> None:
    answer = inventory.request(method, path)
    assert answer.status_code == 405


def test_nothing_is_served_that_the_contract_does_not_have(inventory: httpx.Client, category: str) -> None:
    item = made(inventory, "/items", name="A", category_id=category)["id"]
    for path in ("/nothing", "/items/1/2/3", f"/items/{item}/twins", "/webhooks", "/users"):
        assert refusal(inventory.get(path)) == (404, "not_found", None)
    assert inventory.delete(f"/items/{item}/status_history/1001").status_code == 405


def test_an_item_has_exactly_the_fields_of_the_contract(inventory: httpx.Client, category: str) -> None:
    item = made(inventory, "/items", name="A", category_id=category)
    assert complaints("timly", "/components/schemas/Item", item) == []
    assert complaints("timly", "/components/schemas/Item", item | {"extra": 1}) != []
    assert item.keys() == document("timly")["components"]["schemas"]["Item"]["properties"].keys()


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": None}, (422, "required", "name")),
        ({"name": "x" * 201}, (422, "too_long", "name")),
        ({"category_id": "9"}, (422, "unknown_reference", "category_id")),
        ({"colour": "rot"}, (422, "unknown_field", "colour")),
        ({"attributes": {"colour": "rot"}}, (422, "unknown_attribute", "attributes.colour")),
        ({"attributes": {"price": 12.5}}, (422, "wrong_type", "attributes.price")),
        ({"attributes": {"price": {"amount": "12,50", "currency": "CHF"}}}, (422, "invalid", "attributes.price")),
        ({"attributes": {"bought": "31.12.2026"}}, (422, "invalid", "attributes.bought")),
        ({"attributes": {"macs": "3C:52:82:00:00:01"}}, (422, "wrong_type", "attributes.macs")),
        ({"attributes": {"macs": ["3C:52"]}}, (422, "invalid", "attributes.macs")),
        ({"quantity": 3}, (422, "invalid", "quantity")),
        ({"item_type": "twin"}, (422, "invalid", "blueprint_id")),
        ({"item_type": "robot"}, (422, "invalid", "item_type")),
        ({"assigned_to": {"type": "place", "id": "9"}}, (422, "unknown_reference", "assigned_to")),
        ({"external_refs": [{"system": "a"}, {"system": "a"}]}, (422, "invalid", "external_refs")),
        ({"number": "007"}, (409, "taken", "number")),
    ],
)
def test_what_an_item_is_refused_for(
    timly: TimlySandbox, inventory: httpx.Client, category: str, change: dict[str, Any], expected: object
) -> None:
    for key, type_ in (("price", "money"), ("bought", "date")):
        timly.add("attributes", {"key": key, "label": key, "type": type_})
    timly.add("attributes", {"key": "macs", "label": "MAC", "type": "mac", "is_list": True})
    made(inventory, "/items", name="Erste", number="007", category_id=category)
    answer = inventory.post("/items", json={"name": "A", "category_id": category} | change)
    assert refusal(answer) == expected
    assert len(timly.rows("items")) == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/items?serial=1", (422, "unknown_parameter", "serial")),
        ("/places?updated_since=2026-01-01T00:00:00Z", (422, "unknown_parameter", "updated_since")),
        ("/items?per_page=501", (422, "invalid", "per_page")),
        ("/items?page=0", (422, "invalid", "page")),
        ("/items?updated_since=gestern", (422, "invalid", "updated_since")),
        ("/items?attr[nothing]=1", (422, "unknown_attribute", "attr[nothing]")),
        ("/items?view=tree", (422, "invalid", "view")),
    ],
)
def test_what_a_list_is_refused_for(inventory: httpx.Client, path: str, expected: object) -> None:
    assert refusal(inventory.get(path)) == expected


def test_a_write_on_an_older_version_is_a_conflict_and_changes_nothing(inventory: httpx.Client, category: str) -> None:
    item = made(inventory, "/items", name="A", category_id=category)
    path, held = f"/items/{item['id']}", {"If-Match": '"1"'}
    assert inventory.patch(path, json={"name": "B"}, headers=held).json()["version"] == 2
    assert refusal(inventory.patch(path, json={"name": "C"}, headers=held)) == (409, "version", None)
    assert refusal(inventory.delete(path, headers=held)) == (409, "version", None)
    assert inventory.patch(path, json={"name": "B"}).json()["version"] == 2, "nothing changed"


def test_the_kind_of_a_status_never_changes(inventory: httpx.Client) -> None:
    status = made(inventory, "/statuses", name="Verkauft", kind="inactive")["id"]
    answer = inventory.patch(f"/statuses/{status}", json={"kind": "active"})
    assert refusal(answer) == (422, "immutable", "kind")
    builtin = inventory.get("/statuses").json()["data"][0]["id"]
    assert refusal(inventory.delete(f"/statuses/{builtin}"))[:2] == (409, "in_use")


# --- items -----------------------------------------------------------------------------------------------------------


def test_the_overview_leaves_out_twins_and_what_lies_in_a_container(inventory: httpx.Client, category: str) -> None:
    def item(**more: Any) -> str:
        return str(made(inventory, "/items", name="A", category_id=category, **more)["id"])

    template, box = item(item_type="blueprint"), item(item_type="container")
    twin, inside = item(item_type="twin", blueprint_id=template), item(container_id=box)
    listed = [[each["id"] for each in inventory.get(path).json()["data"]] for path in ("/items", "/items?view=all")]
    assert listed == [[template, box], [template, box, twin, inside]]


def test_edits_of_a_blueprint_flow_to_those_twins_that_did_not_change_the_value(
    timly: TimlySandbox, inventory: httpx.Client, category: str
) -> None:
    timly.add("attributes", {"key": "model", "label": "Modell"})
    values = {"attributes": {"model": "T14"}}
    template = made(inventory, "/items", name="T", category_id=category, item_type="blueprint", **values)["id"]
    own, plain = (
        made(inventory, "/items", name=name, category_id=category, item_type="twin", blueprint_id=template)
        for name in ("own", "plain")
    )
    assert own["attributes"] == {"model": "T14"}
    inventory.patch(f"/items/{own['id']}", json={"attributes": {"model": "T14s"}})
    inventory.patch(f"/items/{template}", json={"attributes": {"model": "T16"}})
    models = [inventory.get(f"/items/{each['id']}").json()["attributes"]["model"] for each in (own, plain)]
    assert models == ["T14s", "T16"]


@pytest.mark.parametrize(("type_", "ends"), [("normal", 200), ("blueprint", 200), ("stock", 422)])
def test_only_a_normal_item_a_blueprint_or_a_twin_becomes_a_container(
    inventory: httpx.Client, category: str, type_: str, ends: int
) -> None:
    item = made(inventory, "/items", name="A", category_id=category, item_type=type_)["id"]
    assert inventory.patch(f"/items/{item}", json={"item_type": "container"}).status_code == ends
    assert inventory.patch(f"/items/{item}", json={"item_type": "twin"}).status_code == 422


def test_pages_add_up_to_the_total_and_filters_narrow_both(inventory: httpx.Client, category: str) -> None:
    other = made(inventory, "/categories", name="Möbel")["id"]
    for number in range(5):
        made(inventory, "/items", name=f"G {number}", category_id=other if number == 3 else category)
    pages = [inventory.get("/items", params={"page": n, "per_page": 2}).json() for n in (1, 2, 3)]
    assert [each["next_page"] for each in pages] == [2, 3, None]
    assert {each["total"] for each in pages} == {5}
    assert [row["name"] for each in pages for row in each["data"]] == [f"G {number}" for number in range(5)]
    narrowed = inventory.get("/items", params={"category_id": other}).json()
    assert (narrowed["total"], narrowed["data"][0]["name"]) == (1, "G 3")


# --- users and tokens ------------------------------------------------------------------------------------------------


def test_a_new_token_ends_the_one_before_at_once(inventory: httpx.Client) -> None:
    made_anew = httpx.Client(transport=inventory._transport, base_url="https://timly.test")
    assert inventory.get("/me").status_code == 200
    token = made_anew.post("/_sandbox/users/1/token").json()["token"]
    assert refusal(inventory.get("/me")) == (401, "unauthorized", None)
    assert inventory.get("/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert inventory.get("/me", headers={"Authorization": f"Token {token}"}).status_code == 401
    assert made_anew.post("/_sandbox/users/9/token").status_code == 404


@pytest.mark.parametrize(
    ("level", "may"),
    [
        ("none", set()),
        ("view", {"GET"}),
        ("edit", {"GET", "PATCH"}),
        ("create_delete", {"GET", "PATCH", "POST", "DELETE"}),
    ],
)
def test_a_role_allows_what_its_level_says(
    timly: TimlySandbox, inventory: httpx.Client, category: str, level: str, may: set[str]
) -> None:
    item = made(inventory, "/items", name="A", category_id=category)["id"]
    timly.edit("users", "1", {"role": {"inventory": level}})
    calls = {
        "GET": inventory.get(f"/items/{item}"),
        "POST": inventory.post("/items", json={"name": "B", "category_id": category}),
        "PATCH": inventory.patch(f"/items/{item}", json={"name": "C"}),
        "DELETE": inventory.delete(f"/items/{item}"),
    }
    assert {method for method, answer in calls.items() if answer.is_success} == may
    assert {refusal(answer)[1] for method, answer in calls.items() if method not in may} <= {"missing_right"}
    assert inventory.get("/people").status_code == 200, "personnel has a level of its own"


def test_a_restricted_user_sees_its_units_and_what_is_below_them(
    timly: TimlySandbox, inventory: httpx.Client, category: str
) -> None:
    zurich = made(inventory, "/organisational_units", name="Zürich")["id"]
    team = made(inventory, "/organisational_units", name="Verkauf", parent_id=zurich)["id"]
    bern = made(inventory, "/organisational_units", name="Bern")["id"]
    ids = [
        made(inventory, "/items", name=f"G {n}", category_id=category, organisational_unit_id=unit)["id"]
        for n, unit in enumerate((zurich, team, bern, None))
    ]
    timly.edit("users", "1", {"organisational_units": [zurich]})
    told = inventory.get("/items").json()
    assert [each["id"] for each in told["data"]] == [ids[0], ids[1], ids[3]]
    assert told["total"] == 3
    hidden = (403, "out_of_scope", None)
    assert refusal(inventory.get(f"/items/{ids[2]}")) == hidden
    assert refusal(inventory.patch(f"/items/{ids[2]}", json={"name": "X"})) == hidden
    assert refusal(inventory.patch(f"/items/{ids[0]}", json={"organisational_unit_id": bern})) == hidden
    assert refusal(inventory.get(f"/items/{ids[2]}/assignments")) == hidden
    new = {"name": "X", "category_id": category, "organisational_unit_id": bern}
    assert refusal(inventory.post("/items", json=new)) == hidden
    assert inventory.get("/items/9").status_code == 404


# --- switches --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacking", LACKS)
def test_what_the_api_lacks_is_refused_or_not_shown(
    timly: TimlySandbox, inventory: httpx.Client, category: str, lacking: str
) -> None:
    timly.add("attributes", {"key": "serial", "label": "Seriennummer"})
    item = made(inventory, "/items", name="A", category_id=category)
    timly.set_faults({"lacks": [lacking]})
    shown = inventory.get(f"/items/{item['id']}").json()
    statuses = {
        "attribute_filters": inventory.get("/items?attr[serial]=1").status_code,
        "changed_since": inventory.get("/items", params={"updated_since": "2026-01-01T00:00:00Z"}).status_code,
        "external_references": inventory.patch(f"/items/{item['id']}", json={"external_refs": []}).status_code,
        "versions": inventory.patch(
            f"/items/{item['id']}", json={"name": "A"}, headers={"If-Match": '"9"'}
        ).status_code,
    }
    refused = {name for name, status in statuses.items() if status in {409, 422}}
    assert refused == ({"versions"} ^ {lacking})
    assert ("version" in shown, "external_refs" in shown) == (lacking != "versions", lacking != "external_references")


def test_an_api_cannot_lack_what_is_no_switch(timly: TimlySandbox) -> None:
    with pytest.raises(ValueError, match="lacks"):
        timly.set_faults({"lacks": ["gravity"]})


def test_a_write_can_be_done_and_answered_with_500(timly: TimlySandbox, inventory: httpx.Client, category: str) -> None:
    timly.set_faults({"fail_after_write": 1})
    assert inventory.post("/items", json={"name": "A", "category_id": category}).status_code == 500
    assert [row["name"] for row in timly.rows("items")] == ["A"]


def test_stale_reads_show_what_was_there(timly: TimlySandbox, inventory: httpx.Client, category: str) -> None:
    item = made(inventory, "/items", name="A", category_id=category)["id"]
    timly.set_faults({"stale_reads": True})
    inventory.patch(f"/items/{item}", json={"name": "B"})
    assert inventory.get(f"/items/{item}").json()["name"] == "A"
    timly.set_faults({})
    assert inventory.get(f"/items/{item}").json()["name"] == "B"


# --- the company -----------------------------------------------------------------------------------------------------


def filled(count: int, seed: int = 1) -> TimlySandbox:
    sandbox = TimlySandbox(clock=ManualClock())
    company.fill(sandbox.account, seed, count)
    return sandbox


def test_the_company_is_the_same_for_a_seed_and_as_the_contract_has_it() -> None:
    one, same, other = filled(FEW), filled(FEW), filled(FEW, seed=2)
    assert one.account.held == same.account.held
    assert one.account.held != other.account.held
    for name, schema in (("items", "Item"), ("people", "Person"), ("places", "Place"), ("assignments", "Assignment")):
        for record in one.rows(name)[:: max(1, len(one.rows(name)) // 50)]:
            assert complaints("timly", f"/components/schemas/{schema}", record) == [], record


def test_the_company_has_what_inventories_are_like() -> None:
    sandbox = filled(FEW)
    items = [row for row in sandbox.rows("items") if row["item_type"] != "blueprint"]
    values = [row["attributes"] for row in items]
    serials = [each["serial_number"] for each in values if each["serial_number"]]
    macs = [mac for each in values for mac in each["mac_addresses"] or ()]
    kinds = {row["id"]: row for row in sandbox.rows("statuses")}
    assert {row["item_type"] for row in items} == {"normal", "stock", "twin", "container"}
    assert any(row["container_id"] for row in items)
    assert len({row["number"] for row in items}) == len(items), "numbers are unique"
    assert any(row["number"].startswith("000") for row in items)
    assert len(serials) > len({*serials}), "some were typed twice"
    assert any(serial in company.PLACEHOLDERS for serial in serials)
    assert any(serial.startswith("00") for serial in serials)
    assert len(macs) > len({*macs}), "docks carry the addresses of notebooks"
    monitors = [row for row in items if row["name"].startswith("EIZO") and row["item_type"] == "normal"]
    assert monitors
    assert not any(row["attributes"]["serial_number"] for row in monitors)
    assert any("ü" in row["name"] or "ö" in row["name"] for row in items)
    assert len({kinds[row["status_id"]]["name"] for row in items if row["status_kind"] == "inactive"}) > 2


def test_the_demo_company_has_an_inventory_of_its_size() -> None:
    sandbox = TimlySandbox(clock=ManualClock())
    sandbox.load(build(1))
    assert 200 <= len(sandbox.rows("items")) < 250
