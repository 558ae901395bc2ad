"""Fields that an admin maps are kept in step under every rule there is, live as in the first plan and the preview."""

from __future__ import annotations

import pytest

from samspill.engine.model import Result, Side
from samspill.errors import UsageError
from samspill.flows.schema import FieldType, SchemaField
from samspill.guard import pending
from samspill.state import FlowState
from samspill.usecases import limits, lookups, mapping, why
from tests.flows.hub import Hub
from tests.flows.mapped_fields import THERE, Mapped, WithAttribute, active, put_in_place
from tests.support.actors import admin


@pytest.fixture(autouse=True)
def attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)


@pytest.fixture
def sides() -> Mapped:
    return active()


def test_an_attribute_is_kept_in_step_once_it_is_mapped(sides: Mapped) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    sides.fill(ours, "a@svenn.example")
    hub.sync()
    assert sides.held(ours, theirs)[1] != "a@svenn.example"

    sides.map()
    hub.sync()

    assert sides.held(ours, theirs) == ("a@svenn.example", "a@svenn.example")
    (entry,) = hub.journal("mapping_changed")
    assert entry.reason.params["person"] == "kari"
    sides.forget()
    hub.sync()
    assert sides.written == (0, 0)


@pytest.mark.parametrize("policy", ["master", "two-way"])
def test_what_is_equal_when_it_is_mapped_is_not_written(sides: Mapped, policy: str) -> None:
    for row in sides.hub.svenn.rows("customers"):
        sides.fill(row, "a@svenn.example")
    for row in sides.hub.tripletex.rows("customer"):
        sides.fill_theirs(row, "a@svenn.example")
    sides.hub.sync()
    sides.forget()

    sides.map(policy=policy)
    sides.hub.sync()

    assert sides.written == (0, 0)


def test_a_mapped_field_goes_over_by_webhook_too(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map()
    sides.hub.sync()
    sides.settle()

    sides.fill(ours, "a@svenn.example")
    sides.settle()

    assert sides.held(ours, theirs)[1] == "a@svenn.example"


def test_what_differs_where_both_may_change_it_is_asked_about_and_not_overwritten(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.empty()
    sides.fill(ours, "a@svenn.example")
    sides.fill_theirs(theirs, "b@tripletex.example")
    sides.map(policy="two-way")

    sides.hub.sync()

    assert sides.held(ours, theirs) == ("a@svenn.example", "b@tripletex.example")
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert outcome.result is Result.CONFLICT


def test_another_field_under_an_old_mapping_is_no_change_of_the_side(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was agreed on about one field says nothing about the one that is mapped in its place."""
    ours, theirs = sides.pair("customers")
    sides.empty()
    sides.fill(ours, "a@svenn.example")
    sides.map(policy="two-way")
    sides.hub.sync()
    mapping.unset_pair(sides.hub.world, admin("kari"), sides.hub.flow, "customers", "invoice_email")
    monkeypatch.setattr(WithAttribute, "more", (SchemaField("attributes.Notat", FieldType.TEXT),))
    monkeypatch.setattr(WithAttribute, "values", {"attributes.Notat": "b@tripletex.example"})

    sides.map(right="attributes.Notat", policy="two-way")
    sides.hub.sync()

    assert sides.held(ours, theirs)[0] == "a@svenn.example"
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert outcome.result is Result.CONFLICT


def test_a_mapping_that_would_overwrite_many_records_waits_for_a_person(sides: Mapped) -> None:
    hub = sides.hub
    limits.change(hub.world, admin(), hub.flow, at_least=0, share=0)
    for number, row in enumerate(hub.svenn.rows("customers")):
        sides.fill(row, f"a{number}@svenn.example")
    for row in hub.tripletex.rows("customer"):
        sides.fill_theirs(row, "x@tripletex.example")

    sides.map(on_conflict="master-wins")
    hub.sync()

    assert {row["invoiceEmail"] for row in hub.tripletex.rows("customer")} == {"x@tripletex.example"}
    names = {each.name for each in pending.lists(hub.world, hub.flow)}
    assert f"customers/right/field:invoice_email = {THERE}" in names


def test_the_first_plan_writes_mapped_fields_in_the_own_names_and_values_of_each_side() -> None:
    hub = Hub(size=6, flow="svenn-tripletex")
    hub.connect()
    sides = Mapped(hub)
    sides.empty()
    lookups.set_row(hub.world, admin(), hub.flow, "rates", "a@svenn.example", "A")
    sides.map(lookup="rates")
    new = hub.svenn.add("customers", {"name": "Ny AS", "number": "30001", "invoiceEmail": "a@svenn.example"})
    waits = hub.svenn.add("customers", {"name": "Venter AS", "number": "30002", "invoiceEmail": "z@svenn.example"})

    plan = hub.plan()
    hub.approve(plan)

    assert [line.action for line in plan.lines if line.label.startswith("Venter AS")] == ["wait"]
    (made,) = sides.tripletex("customers", name="Ny AS")
    assert made["invoiceEmail"] == "A"
    assert sides.tripletex("customers", name="Venter AS") == []
    assert sides.reason("customers", Side.LEFT, waits["id"]) == "lookup_missing"
    assert sides.reason("customers", Side.LEFT, new["id"]) == "created"


def test_the_preview_of_an_unread_record_sees_it_through_the_mapping(sides: Mapped) -> None:
    hub = sides.hub
    sides.empty()
    sides.set_rows()
    sides.map(lookup="rates")
    hub.sync()
    content = {
        "name": "Venter AS",
        "number": "30002",
        "organizationNumber": "974760673",
        "invoiceEmail": "z@svenn.example",
    }
    hub.svenn.add("customers", content)

    (told,) = why.explain(hub.world, admin(), hub.flow, "974760673").foreseen

    assert (told.action, told.reason.code) == ("wait", "lookup_missing")
    hub.sync()
    assert sides.tripletex("customers", name="Venter AS") == []


def test_two_admins_who_map_at_once_lose_neither_pair(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = sides.hub
    monkeypatch.setattr(WithAttribute, "more", (SchemaField("attributes.Privat", FieldType.FLAG),))
    save = hub.world.registry.save_flow

    def after_another(flow: FlowState) -> FlowState:
        monkeypatch.setattr(hub.world.registry, "save_flow", save)
        ola = admin("ola")
        mapping.set_pair(hub.world, ola, hub.flow, "customers", "is_private", "attributes.Privat")
        return save(flow)

    monkeypatch.setattr(hub.world.registry, "save_flow", after_another)
    sides.map()

    assert {pair.left for pair in sides.state.mapping["customers"]} == {"invoice_email", "is_private"}
    assert [entry.reason.params["person"] for entry in hub.journal("mapping_changed")] == ["ola", "kari"]


def test_two_admins_who_map_one_field_twice_at_once_are_not_both_served(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = sides.hub
    monkeypatch.setattr(WithAttribute, "more", (SchemaField("attributes.Notat", FieldType.TEXT),))
    save = hub.world.registry.save_flow

    def after_another(flow: FlowState) -> FlowState:
        monkeypatch.setattr(hub.world.registry, "save_flow", save)
        sides.map(right="attributes.Notat")
        return save(flow)

    monkeypatch.setattr(hub.world.registry, "save_flow", after_another)
    with pytest.raises(UsageError) as caught:
        sides.map(right=THERE)

    assert caught.value.reason.code == "mapped_twice"
    assert [pair.right for pair in sides.state.mapping["customers"]] == ["attributes.Notat"]


def test_a_flow_without_mapping_never_asks_what_fields_there_are_and_one_with_it_once_a_side(sides: Mapped) -> None:
    assert WithAttribute.described == 0
    sides.map()
    WithAttribute.described = 0
    sides.hub.sync()
    assert WithAttribute.described == 1
