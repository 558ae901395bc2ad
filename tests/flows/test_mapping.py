"""Fields and values that an admin maps: kept in step, checked against both accounts, never guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from samspill.connectors.tripletex.connector import Tripletex
from samspill.engine.model import Observation, Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.field_map import FieldPair
from samspill.flows.lookups import Direction, Lookup, LookupRow
from samspill.flows.schema import Choice, FieldType, Schema, SchemaField
from samspill.ports import Page, Written
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text
from samspill.usecases import lookups, mapping
from tests.flows import hub as hubs
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides

THERE = "attributes.Rechnung an"
PLAIN = FieldPair(left="invoice_email", right=THERE, policy=Policy.MASTER, master=Side.LEFT)
ROWS = Lookup(
    rows=(LookupRow(left="a@svenn.example", right="A"), LookupRow(left="b@svenn.example", right="B")),
    direction=Direction.BOTH,
)


class WithAttribute(Tripletex):
    """Tripletex, with its address for invoices as an attribute of the account's own."""

    field: ClassVar[SchemaField | None] = SchemaField(THERE, FieldType.TEXT)
    described = 0

    def describe(self, kind: str) -> Schema:
        type(self).described += 1
        told = super().describe(kind)
        if kind != "customers":
            return told
        kept = tuple(each for each in told.fields if each.path != "invoice_email")
        return Schema(kind, (*kept, *([self.field] if self.field else [])))

    def page(self, kind: str, **more: Any) -> Page:
        page = super().page(kind, **more)
        return replace(page, observations=[_out(each) for each in page.observations])

    def read(self, kind: str, external_ids: Any) -> list[Observation]:
        return [_out(each) for each in super().read(kind, external_ids)]

    def write(self, kind: str, writes: Any) -> list[Written]:
        own = [replace(each, fields=_renamed(each.fields, THERE, "invoice_email")) for each in writes]
        answers: list[Written] = super().write(kind, own)
        return [replace(each, record=each.record and _out(each.record)) for each in answers]


def _renamed(fields: Any, old: str, new: str) -> dict[str, Any]:
    return {new if name == old else name: value for name, value in fields.items()}


def _out(told: Observation) -> Observation:
    return replace(told, fields=_renamed(told.fields, "invoice_email", THERE))


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> TwoSides:
    monkeypatch.setitem(hubs.CONNECTORS, "tripletex", WithAttribute)
    monkeypatch.setattr(WithAttribute, "field", SchemaField(THERE, FieldType.TEXT))
    monkeypatch.setattr(WithAttribute, "described", 0)
    hub = Hub(size=6, flow="svenn-tripletex")
    hub.first_sync()
    hub.sync()
    return TwoSides(hub)


def edit(sides: TwoSides, ours: dict[str, Any], value: str) -> None:
    sides.hub.svenn.edit("customers", ours["id"], {"invoiceEmail": value})


def code(caught: pytest.ExceptionInfo[UsageError]) -> str:
    assert all("{" not in reason_text(caught.value.reason, language) for language in LANGUAGES)
    return caught.value.reason.code


def test_an_attribute_is_kept_in_step_once_it_is_mapped(sides: TwoSides) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    edit(sides, ours, "a@svenn.example")
    hub.sync()
    assert sides.of("customers", ours["id"], theirs["id"])[1]["invoiceEmail"] != "a@svenn.example"

    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN, by="kari")
    hub.sync()

    assert sides.of("customers", ours["id"], theirs["id"])[1]["invoiceEmail"] == "a@svenn.example"
    (entry,) = hub.journal("mapping_changed")
    assert entry.reason.params["person"] == "kari"
    sides.forget()
    hub.sync()
    assert sides.written == (0, 0)


def test_a_value_is_translated_and_one_without_a_row_waits_until_it_has_one(sides: TwoSides) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    for row in hub.svenn.rows("customers"):
        edit(sides, row, "")
    lookups.change(hub.world, hub.flow, "rates", lambda _: ROWS, by="kari")
    pair = PLAIN.model_copy(update={"lookup": "rates"})
    mapping.set_pair(hub.world, hub.flow, "customers", pair, by="kari")
    edit(sides, ours, "b@svenn.example")
    hub.sync()
    assert sides.of("customers", ours["id"], theirs["id"])[1]["invoiceEmail"] == "B"

    edit(sides, ours, "c@svenn.example")
    hub.sync()
    assert sides.of("customers", ours["id"], theirs["id"])[1]["invoiceEmail"] == "B"
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert outcome.reason.code == "lookup_missing"
    assert outcome.reason.params["lookup"] == "rates"
    assert outcome.reason.params["value"] == "c@svenn.example"

    more = LookupRow(left="c@svenn.example", right="C")
    lookups.change(hub.world, hub.flow, "rates", lambda it: it.model_copy(update={"rows": (*it.rows, more)}), by="kari")
    hub.sync()
    assert sides.of("customers", ours["id"], theirs["id"])[1]["invoiceEmail"] == "C"


def test_both_ways_the_value_of_the_right_comes_back_as_that_of_the_left(sides: TwoSides) -> None:
    hub = sides.hub
    for row in hub.svenn.rows("customers"):
        edit(sides, row, "")
    for row in hub.tripletex.rows("customer"):
        hub.tripletex.edit("customer", str(row["id"]), {"invoiceEmail": ""})
    ours, theirs = sides.pair("customers")
    lookups.change(hub.world, hub.flow, "rates", lambda _: ROWS, by="kari")
    both = {"lookup": "rates", "policy": Policy.TWO_WAY, "on_conflict": OnConflict.REVIEW}
    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN.model_copy(update=both), by="kari")
    hub.sync()
    hub.tripletex.edit("customer", str(theirs["id"]), {"invoiceEmail": "A"})
    hub.sync()

    assert sides.of("customers", ours["id"], theirs["id"])[0]["invoiceEmail"] == "a@svenn.example"


@pytest.mark.parametrize(
    ("pair", "wanted"),
    [
        (FieldPair(left="email", right=THERE), "mapped_declared"),
        (FieldPair(left="invoice_email", right="attributes.none"), "mapped_unknown"),
        (FieldPair(left="is_private", right=THERE), "mapped_types"),
        (FieldPair(left="invoice_email", right=THERE, lookup="none"), "mapped_no_lookup"),
    ],
)
def test_a_mapping_that_cannot_work_is_not_stored(sides: TwoSides, pair: FieldPair, wanted: str) -> None:
    hub = sides.hub
    with pytest.raises(UsageError) as caught:
        mapping.set_pair(hub.world, hub.flow, "customers", pair, by="kari")
    assert code(caught) == wanted
    assert hub.world.registry.flow(hub.flow).mapping == {}
    assert hub.journal("mapping_changed") == []


def test_what_breaks_a_mapping_is_told_once_and_told_to_be_over(
    sides: TwoSides, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = sides.hub
    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN, by="kari")
    hub.sync()
    monkeypatch.setattr(WithAttribute, "field", None)
    hub.sync()
    hub.sync()
    (told,) = hub.journal("mapped_unknown")
    assert told.reason.params["field"] == THERE
    assert hub.journal("mapping_mended") == []

    monkeypatch.setattr(WithAttribute, "field", SchemaField(THERE, FieldType.TEXT))
    hub.sync()
    hub.sync()
    assert len(hub.journal("mapping_mended")) == 1
    assert hub.world.registry.flow(hub.flow).mapping_problems == ()


def test_a_choice_that_is_gone_is_told(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = sides.hub
    choices = SchemaField(THERE, FieldType.CHOICE, choices=(Choice("A"), Choice("B")))
    monkeypatch.setattr(WithAttribute, "field", choices)
    lookups.change(hub.world, hub.flow, "rates", lambda _: ROWS, by="kari")
    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN.model_copy(update={"lookup": "rates"}), by="kari")
    hub.sync()
    monkeypatch.setattr(WithAttribute, "field", replace(choices, choices=(Choice("A"),)))
    hub.sync()
    (told,) = hub.journal("lookup_unlisted")
    assert told.reason.params["value"] == "B"


def test_a_look_at_the_schemas_asks_each_side_once_and_a_flow_without_mapping_never(sides: TwoSides) -> None:
    hub = sides.hub
    assert WithAttribute.described == 0
    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN, by="kari")
    WithAttribute.described = 0
    hub.sync()
    assert WithAttribute.described == 1


def test_a_lookup_in_use_cannot_be_removed(sides: TwoSides) -> None:
    hub = sides.hub
    lookups.change(hub.world, hub.flow, "rates", lambda _: ROWS, by="kari")
    mapping.set_pair(hub.world, hub.flow, "customers", PLAIN.model_copy(update={"lookup": "rates"}), by="kari")
    with pytest.raises(UsageError) as caught:
        lookups.remove(hub.world, hub.flow, "rates", by="kari")
    assert code(caught) == "lookup_in_use"
