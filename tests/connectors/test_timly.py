"""What is particular to the contract Timly is spoken to by: types of items, attributes, statuses, assignments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
import pytest

from samspill.connectors.timly import values
from samspill.engine.model import Observation
from samspill.errors import ConflictError, MappingError, PermissionsError, RejectedError, UnknownOutcomeError
from samspill.flows.schema import Access, FieldType
from samspill.ports import VendorWrite
from tests.connectors.rig import change, create
from tests.connectors.timly_rig import TimlyRig

EVERY_TYPE: Mapping[str, Any] = {
    "attributes.serial_number": "00A1-ÄÖÜ",
    "attributes.mac_addresses": ["3C:52:82:00:00:01", "3c5282000002"],
    "attributes.purchase_price_net": {"amount": Decimal("2790.50"), "currency": "CHF"},
    "attributes.purchase_date": "2026-02-28",
    "attributes.weight_kg": Decimal("1.35"),
    "attributes.is_leased": False,
    "attributes.manual": "https://hersteller.example/anleitung?id=007",
    "attributes.cost_centre": "0100",
}


def made(rig: TimlyRig, kind: str = "items", **fields: Any) -> Observation:
    """Create a record through the connector."""
    [written] = rig.connector.write(kind, [VendorWrite("k", fields)])
    assert written.error is None
    assert written.record is not None
    return written.record


def sent(rig: TimlyRig) -> Any:
    """Return the last body that was sent."""
    return orjson.loads(rig.transport.sent[-1].content)


# --- attributes ------------------------------------------------------------------------------------------------------


def test_a_value_of_every_type_is_read_as_it_was_written(timly: TimlyRig) -> None:
    record = made(timly, **timly.row("Notebook", number="00042"), **EVERY_TYPE)
    seen = timly.one(record.external_id)
    assert {name: seen.fields[name] for name in EVERY_TYPE} == EVERY_TYPE
    assert seen.fields["number"] == "00042"
    [row] = timly.sandbox.rows("items")
    assert row["attributes"]["purchase_price_net"] == {"amount": "2790.50", "currency": "CHF"}
    assert row["attributes"]["weight_kg"] == 1.35


def test_what_is_read_of_an_attribute_can_be_written_back(timly: TimlyRig) -> None:
    record = made(timly, **timly.row("Notebook"), **EVERY_TYPE)
    [written] = timly.connector.write("items", [change(record, {name: record.fields[name] for name in EVERY_TYPE})])
    assert written.record is not None
    assert written.record.version == record.version, "nothing changed"


def test_a_change_sends_only_the_attributes_that_are_to_be_set(timly: TimlyRig) -> None:
    record = made(timly, **timly.row("Notebook"), **EVERY_TYPE)
    [written] = timly.connector.write("items", [change(record, {"attributes.weight_kg": None})])
    assert sent(timly) == {"attributes": {"weight_kg": None}}
    assert written.record is not None
    assert written.record.fields["attributes.weight_kg"] is None
    assert written.record.fields["attributes.serial_number"] == "00A1-ÄÖÜ"


def test_a_number_that_json_does_not_keep_is_refused_before_it_is_sent(timly: TimlyRig) -> None:
    exact = {**timly.row("A"), "attributes.weight_kg": Decimal("0.1234567890123456789")}
    [written] = timly.connector.write("items", [create("k", **exact)])
    assert isinstance(written.error, MappingError)
    assert written.error.reason.params == {"field": "attributes.weight_kg", "misfit": "too many decimals"}
    assert timly.sandbox.rows("items") == []


@pytest.mark.parametrize(
    ("told", "misfit"),
    [
        (0.1234567890123456, "too many decimals"),
        (2**70, "too many decimals"),
        ({"amount": "zwölf", "currency": "CHF"}, "not a number"),
        ({"amount": "NaN", "currency": "CHF"}, "not a number"),
        ({"amount": 12.5, "currency": "CHF"}, "of an unknown shape"),
        ({"deep": {"er": 1}}, "of an unknown shape"),
    ],
)
def test_a_value_that_no_attribute_holds_is_told(told: object, misfit: str) -> None:
    with pytest.raises(MappingError) as caught:
        values.read("attributes.x", told)
    assert caught.value.reason.params["misfit"] == misfit


def test_a_value_that_cannot_be_read_costs_the_row_and_the_rest_of_it_is_known(timly: TimlyRig) -> None:
    made(timly, **timly.row("A"), **EVERY_TYPE)
    made(timly, **timly.row("B"))
    timly.alter_row(0, lambda row: row["attributes"].update(weight_kg={"deep": 1}))
    bad, good = timly.connector.page("items").observations
    assert bad.problem is not None
    assert bad.problem.params["field"] == "attributes.weight_kg"
    assert bad.fields["attributes.serial_number"] == "00A1-ÄÖÜ"
    assert "attributes.weight_kg" not in bad.fields
    assert good.problem is None


def test_an_attribute_the_account_does_not_have_holds_up_only_the_item_that_needs_it(timly: TimlyRig) -> None:
    wrong = {**timly.row("A"), "attributes.colour": "grün"}
    bad, good = timly.connector.write("items", [create("a", **wrong), create("b", **timly.row("B"))])
    assert isinstance(bad.error, RejectedError)
    assert bad.error.reason.code == "attribute_unknown"
    assert bad.error.field == "attributes.colour"
    assert good.record is not None


def test_an_attribute_of_another_category_is_refused_and_not_told_of_the_item(timly: TimlyRig) -> None:
    other = str(timly.sandbox.add("categories", {"name": "Fahrzeuge"})["id"])
    timly.sandbox.add("attributes", {"key": "plate", "label": "Kontrollschild", "category_ids": [other]})
    record = made(timly, **timly.row("A"))
    assert "attributes.plate" not in record.fields
    [written] = timly.connector.write("items", [change(record, {"attributes.plate": "ZH 1"})])
    assert written.error is not None
    assert written.error.reason.code == "attribute_unknown"
    car = made(timly, name="Auto", category=other, **{"attributes.plate": "ZH 007"})
    assert timly.one(car.external_id).fields["attributes.plate"] == "ZH 007"


def test_a_value_of_another_type_is_refused_by_the_name_of_its_attribute(timly: TimlyRig) -> None:
    [written] = timly.connector.write("items", [create("k", **timly.row("A"), **{"attributes.is_leased": "ja"})])
    assert isinstance(written.error, RejectedError)
    assert (written.error.reason.code, written.error.field) == ("field_refused", "attributes.is_leased")


def test_the_schema_tells_the_attributes_of_the_account_by_type_label_and_choices(timly: TimlyRig) -> None:
    timly.sandbox.add("attributes", {"key": "plate", "label": "Kontrollschild"})
    timly.sandbox.add("attributes", {"key": "badge", "label": "Badge", "scope": "person"})
    told = timly.connector.describe("items").by_path
    types = {path.removeprefix("attributes."): each.type for path, each in told.items() if path in EVERY_TYPE}
    assert types == {
        "serial_number": FieldType.TEXT,
        "mac_addresses": FieldType.LIST,
        "purchase_price_net": FieldType.GROUP,
        "purchase_date": FieldType.DATE,
        "weight_kg": FieldType.DECIMAL,
        "is_leased": FieldType.FLAG,
        "manual": FieldType.TEXT,
        "cost_centre": FieldType.CHOICE,
    }
    assert told["attributes.plate"].label("en") == "Kontrollschild"
    assert [each.value for each in told["attributes.cost_centre"].choices] == ["0100", "4711"]
    assert "attributes.badge" not in told
    assert "attributes.badge" in timly.connector.describe("people").by_path
    assert told["category"].references == "categories"
    assert told["blueprint"].access is Access.CREATE
    assert timly.connector.describe("categories").by_path["parent"].references == "categories"
    assert {each.access for each in timly.connector.describe("status_history").fields} == {Access.READ}


# --- types of items --------------------------------------------------------------------------------------------------


def blueprint(rig: TimlyRig, **more: Any) -> str:
    """Make a template by hand; return its id."""
    return str(
        rig.sandbox.add("items", {"name": "T14", "category_id": rig.category, "item_type": "blueprint"} | more)["id"]
    )


def test_twins_stock_and_what_lies_in_a_container_are_listed_and_found(timly: TimlyRig) -> None:
    serial = "attributes.serial_number"
    template = blueprint(timly)
    box = made(timly, **timly.row("Koffer"), item_type="container")
    inside = made(timly, **timly.row("Beamer"), container=box.external_id, **{serial: "IN-1"})
    twin = made(timly, **timly.row("Zwilling"), item_type="twin", blueprint=template, **{serial: "TW-1"})
    stock = made(timly, **timly.row("Kabel"), item_type="stock", quantity=40)
    rows, complete, _cursor = timly.read_all("items")
    assert complete
    assert [row.external_id for row in rows] == [each.external_id for each in (box, inside, twin, stock)]
    assert [row.fields["item_type"] for row in rows] == ["container", "normal", "twin", "stock"]
    assert [timly.connector.find("items", keys={serial: each})[0].external_id for each in ("IN-1", "TW-1")] == [
        inside.external_id,
        twin.external_id,
    ]
    assert rows[3].fields["quantity"] == 40


def test_a_template_is_no_device_and_a_kind_of_its_own(timly: TimlyRig) -> None:
    template = blueprint(timly)
    item = timly.add("items", timly.row("A"))
    assert [row.external_id for row in timly.read_all("items")[0]] == [item]
    assert [row.external_id for row in timly.read_all("blueprints")[0]] == [template]
    for kind, other in (("items", template), ("blueprints", item)):
        seen = timly.one(other, kind)
        assert not seen.deleted
        assert seen.problem is not None
        assert seen.problem.params["field"] == "item_type"
    new = made(timly, "blueprints", name="T16", category=timly.category)
    assert sent(timly)["item_type"] == "blueprint"
    assert timly.one(new.external_id, "blueprints").fields["name"] == "T16"


@pytest.mark.parametrize("key", ["serial_number", "mac_addresses", "ip_address", "dock_mac"])
def test_what_belongs_to_one_device_is_never_written_to_a_template(timly: TimlyRig, key: str) -> None:
    timly.sandbox.add("attributes", {"key": "dock_mac", "label": "Dock", "type": "mac"})
    seen = timly.one(blueprint(timly), "blueprints")
    assert f"attributes.{key}" not in timly.connector.describe("blueprints").by_path
    [written] = timly.connector.write("blueprints", [change(seen, {f"attributes.{key}": "3C:52:82:00:00:01"})])
    assert isinstance(written.error, MappingError)
    assert timly.calls("PATCH") == 0


def test_a_template_takes_what_all_its_twins_share(timly: TimlyRig) -> None:
    template = blueprint(timly)
    twin = made(timly, **timly.row("Zwilling"), item_type="twin", blueprint=template)
    seen = timly.one(template, "blueprints")
    [written] = timly.connector.write("blueprints", [change(seen, {"attributes.manual": "https://h.example/t14"})])
    assert written.error is None
    assert timly.one(twin.external_id).fields["attributes.manual"] == "https://h.example/t14"


# --- statuses --------------------------------------------------------------------------------------------------------


def test_whether_an_item_is_in_use_is_told_by_the_kind_of_its_status_and_takes_no_call(timly: TimlyRig) -> None:
    sold = str(timly.sandbox.add("statuses", {"name": "Active (verkauft)", "kind": "inactive"})["id"])
    timly.add("items", timly.row("A", status=sold))
    timly.forget_calls()
    [row], _complete, _cursor = timly.read_all()
    assert (row.fields["is_active"], row.fields["status"]) == (False, sold)
    assert timly.calls() == 1


def test_an_archived_item_gets_the_status_inactive_and_may_be_brought_back(timly: TimlyRig) -> None:
    first, second = (timly.one(timly.add("items", timly.row(name))) for name in ("A", "B"))
    timly.forget_calls()
    written = timly.connector.write("items", [change(each, {}, archive=True) for each in (first, second)])
    names = {row["id"]: row["name"] for row in timly.sandbox.rows("statuses")}
    assert [names[row["status_id"]] for row in timly.sandbox.rows("items")] == ["Inactive", "Inactive"]
    assert timly.calls("GET") == 1, "the statuses, once"
    assert written[0].record is not None
    [back] = timly.connector.write("items", [change(written[0].record, {"is_active": True})])
    assert back.record is not None
    assert back.record.fields["is_active"] is True
    history = timly.read_all("status_history")[0]
    assert [each.fields["is_active"] for each in history if each.fields["item"] == first.external_id] == [
        True,
        False,
        True,
    ]


def test_where_several_statuses_mean_inactive_a_person_is_asked_which(timly: TimlyRig) -> None:
    names = {row["name"]: row for row in timly.sandbox.rows("statuses")}
    names["Inactive"]["name"] = "Stillgelegt"
    timly.sandbox.account.held["statuses"][names["Inactive"]["id"]]["name"] = "Stillgelegt"
    timly.sandbox.account.held["statuses"][names["Defective"]["id"]]["kind"] = "inactive"
    seen = timly.one(timly.add("items", timly.row("A")))
    [written] = timly.connector.write("items", [change(seen, {}, archive=True)])
    assert isinstance(written.error, RejectedError)
    assert written.error.reason.code == "status_unclear"
    timly.connection = timly.connection.model_copy(update={"settings": {"inactive_status": names["Missing"]["id"]}})
    timly.connector = timly.open()
    [written] = timly.connector.write("items", [change(seen, {}, archive=True)])
    assert written.record is not None
    assert written.record.fields["status"] == names["Missing"]["id"]


# --- places, people, assignments -------------------------------------------------------------------------------------


def test_an_item_is_assigned_to_a_place_or_to_a_person_and_never_to_both(timly: TimlyRig) -> None:
    place = made(timly, "places", name="Büro 1.01").external_id
    person = made(timly, "people", first_name="Jürg", last_name="Nägeli").external_id
    record = made(timly, **timly.row("Notebook"), place=place)
    assert (record.fields["place"], record.fields["person"]) == (place, None)
    [moved] = timly.connector.write("items", [change(record, {"person": person, "place": None})])
    assert moved.record is not None
    assert (moved.record.fields["place"], moved.record.fields["person"]) == (None, person)
    [both] = timly.connector.write("items", [change(moved.record, {"person": person, "place": place})])
    assert isinstance(both.error, MappingError)
    assigned = timly.read_all("assignments")[0]
    assert [(each.fields["place"], each.fields["person"]) for each in assigned] == [(place, None), (None, person)]
    assert assigned[0].fields["end"]
    assert assigned[1].fields["end"] is None
    assert timly.connector.find("items", keys={"place": place}) == []


def test_an_assignment_is_made_planned_ended_and_removed(timly: TimlyRig) -> None:
    place = made(timly, "places", name="Werkstatt").external_id
    item = timly.add("items", timly.row("Bohrhammer"))
    planned = made(timly, "assignments", item=item, place=place, start="2026-06-01T08:00:00Z", is_planned=True)
    assert timly.one(item).fields["place"] is None
    now = made(timly, "assignments", item=item, place=place)
    assert timly.one(item).fields["place"] == place
    assert timly.one(now.external_id, "assignments").fields == now.fields
    [ended] = timly.connector.write("assignments", [change(now, {"end": "2026-03-02T16:00:00Z"})])
    assert ended.record is not None
    assert ended.record.external_id == now.external_id
    assert timly.one(item).fields["place"] is None
    [gone] = timly.connector.delete("assignments", [change(planned, {})])
    assert gone.record is not None
    assert gone.record.deleted
    assert timly.one(planned.external_id, "assignments").deleted


@pytest.mark.parametrize(
    ("kind", "fields", "changed"),
    [
        ("categories", {"name": "Möbel"}, {"name": "Mobiliar"}),
        ("places", {"name": "Zürich", "address": "Förrlibuckstrasse 30"}, {"address": None}),
        ("organizational_units", {"name": "Verkauf"}, {"name": "Vertrieb"}),
        ("statuses", {"name": "In Reparatur", "is_active": True}, {"name": "Reparatur"}),
        ("attributes", {"name": "Farbe", "key": "colour", "type": "choice", "choices": ["rot"]}, {"choices": ["blau"]}),
        ("people", {"first_name": "Zoë", "last_name": "Müller"}, {"email": "zoe@w.example"}),
        ("tickets", {"name": "Wartung", "due_on": "2026-04-01", "state": "todo"}, {"state": "done"}),
    ],
)
def test_every_kind_is_created_changed_found_again_and_deleted(
    timly: TimlyRig, kind: str, fields: dict[str, Any], changed: dict[str, Any]
) -> None:
    record = made(timly, kind, **fields)
    assert {name: record.fields[name] for name in fields} == fields
    keys: dict[str, str] = {name: fields[name] for name in ("name", "last_name", "key") if name in fields}
    assert [each.external_id for each in timly.connector.find(kind, keys=keys)] == [record.external_id]
    [written] = timly.connector.write(kind, [change(record, changed)])
    assert written.record is not None
    assert {name: written.record.fields[name] for name in changed} == changed
    [gone] = timly.connector.delete(kind, [change(written.record, {})])
    assert gone.error is None
    assert timly.one(record.external_id, kind).deleted
    assert [each.method for each in timly.transport.sent][-2:] == ["DELETE", "GET"]


def test_what_is_made_on_the_way_is_found_again_by_the_key_it_was_made_with(timly: TimlyRig) -> None:
    """Two categories of one name in different places are two; each is found by name and parent together."""
    root = made(timly, "categories", name="IT").external_id
    first = made(timly, "categories", name="Monitore", parent=root).external_id
    second = made(timly, "categories", name="Monitore").external_id
    assert first != second
    found = timly.connector.find("categories", keys={"name": "monitore", "parent": root})
    assert [each.external_id for each in found] == [first]


def test_what_is_set_once_is_not_sent_again(timly: TimlyRig) -> None:
    record = made(timly, "statuses", name="Verkauft", is_active=False)
    [written] = timly.connector.write("statuses", [change(record, {"is_active": True})])
    assert written.error is not None
    assert (written.error.reason.code, written.error.field) == ("not_changeable", "is_active")
    assert timly.calls("PATCH") == 0


# --- references of other systems -------------------------------------------------------------------------------------


def test_references_of_other_systems_stay_beside_ours(timly: TimlyRig) -> None:
    theirs = {"asset-source": {"id": "a-1", "url": "https://assets.example/a-1"}}
    fields = {**timly.row("Notebook"), "external_refs": theirs}
    [written] = timly.connector.write("items", [VendorWrite("k", fields, marker="left-17")])
    assert written.record is not None
    assert (written.record.fields["external_refs"], written.record.marker) == (theirs, "left-17")
    more = {"cmdb": {"id": "7", "url": None}}
    [written] = timly.connector.write("items", [change(written.record, {"external_refs": more})])
    assert written.record is not None
    assert written.record.fields["external_refs"] == theirs | more
    [written] = timly.connector.write("items", [change(written.record, {"external_refs": {"asset-source": None}})])
    assert written.record is not None
    assert (written.record.fields["external_refs"], written.record.marker) == (more, "left-17")
    assert [each.external_id for each in timly.connector.find("items", marker="left-17")] == [
        written.record.external_id
    ]


def test_our_own_mark_cannot_be_written_as_a_reference(timly: TimlyRig) -> None:
    wrong = {**timly.row("A"), "external_refs": {"samspill": {"id": "left-1", "url": None}}}
    [written] = timly.connector.write("items", [create("k", **wrong)])
    assert isinstance(written.error, MappingError)


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_number_that_is_taken_is_told_as_a_duplicate(timly: TimlyRig) -> None:
    made(timly, **timly.row("A", number="007"))
    bad, good = timly.connector.write(
        "items", [create("a", **timly.row("B", number="007")), create("b", **timly.row("C", number="7"))]
    )
    assert isinstance(bad.error, RejectedError)
    assert (bad.error.reason.code, bad.error.field) == ("duplicate", "number")
    assert good.record is not None, "zeros in front make another number"


def test_a_write_that_was_done_and_answered_with_500_makes_no_second_record(timly: TimlyRig) -> None:
    timly.connector.check()
    timly.sandbox.set_faults({"fail_after_write": 1})
    [written] = timly.connector.write("items", [VendorWrite("k", timly.row("Einmal"), marker="left-1")])
    assert isinstance(written.error, UnknownOutcomeError)
    assert timly.names("items") == ["Einmal"]
    [found] = timly.connector.find("items", marker="left-1")
    assert found.fields["name"] == "Einmal"


def test_a_category_in_use_is_not_deleted_and_what_is_gone_already_is_no_fault(timly: TimlyRig) -> None:
    record = made(timly, **timly.row("A"))
    category = timly.one(timly.category, "categories")
    [kept] = timly.connector.delete("categories", [change(category, {})])
    assert isinstance(kept.error, RejectedError)
    assert kept.error.reason.code == "locked"
    timly.edit("items", record.external_id, {"name": "B"})
    [stale] = timly.connector.delete("items", [change(record, {})])
    assert isinstance(stale.error, ConflictError)
    fresh = timly.one(record.external_id)
    done = [timly.connector.delete("items", [change(fresh, {})])[0] for _ in range(2)]
    assert [each.record.deleted if each.record else None for each in done] == [True, True]
    assert timly.sandbox.rows("items") == []


def test_a_role_that_only_sees_writes_nothing_and_stops(timly: TimlyRig) -> None:
    timly.sandbox.edit("users", "1", {"role": {"inventory": "view", "personnel": "none"}})
    seen = timly.one(timly.add("items", timly.row("A")))
    with pytest.raises(PermissionsError):
        timly.connector.write("items", [change(seen, {"name": "B"})])
    with pytest.raises(PermissionsError):
        timly.connector.page("people")
    assert timly.names("items") == ["A"]
