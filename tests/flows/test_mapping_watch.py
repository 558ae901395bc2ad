"""What changes in an account under a mapping is told before records fail: once, in every language, until it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.model import Result
from samspill.errors import CredentialsError, KeyRefusedError, PermissionsError
from samspill.flows.schema import Access, Choice, FieldType, SchemaField
from samspill.messages import CheckMapping
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text
from samspill.usecases import lookups, mapping
from samspill.work.mapping_watch import check_mapping
from tests.flows.mapped_fields import THERE, Mapped, WithAttribute, active, put_in_place
from tests.support.actors import admin

TEXT = SchemaField(THERE, FieldType.TEXT)


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Mapped:
    """A mapping that fits, and was looked at."""
    put_in_place(monkeypatch)
    made = active()
    made.empty()
    made.map()
    made.hub.sync()
    assert wrong(made) == []
    return made


def wrong(sides: Mapped) -> list[str]:
    """Return the codes of what the last look found wrong."""
    return [reason.code for reason in sides.state.mapping_problems]


def look(sides: Mapped) -> None:
    """Do what every whole read does first."""
    message = CheckMapping(tenant=sides.hub.flow.tenant, flow=sides.hub.flow.flow, run=sides.hub.world.ids.new())
    check_mapping(sides.hub.world, message)
    sides.hub.drain()


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (None, "mapped_unknown"),
        (replace(TEXT, type=FieldType.FLAG), "mapped_types"),
        (replace(TEXT, access=Access.READ), "mapped_read_only"),
        (replace(TEXT, max_length=3), "schema_retyped"),
        (replace(TEXT, required=True), "mapped_may_be_empty"),
    ],
)
def test_what_breaks_a_mapping_is_told_once_and_told_to_be_over(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch, now: SchemaField | None, code: str
) -> None:
    hub = sides.hub
    monkeypatch.setattr(WithAttribute, "field", now)
    hub.sync()
    hub.sync()
    (told,) = hub.journal(code)
    assert told.result is Result.REVIEW
    assert all(THERE in reason_text(told.reason, language) for language in LANGUAGES)
    assert wrong(sides) == [code]
    assert hub.journal("mapping_repaired") == []

    monkeypatch.setattr(WithAttribute, "field", TEXT)
    hub.sync()
    hub.sync()
    (over,) = hub.journal("mapping_repaired")
    assert over.reason.because == told.reason
    assert wrong(sides) == []


def test_a_new_field_is_told_once_and_a_new_required_one_until_it_is_mapped(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = SchemaField("attributes.Region", FieldType.FLAG, required=True)
    monkeypatch.setattr(WithAttribute, "more", (SchemaField("attributes.Farge"), needed))
    look(sides)
    look(sides)
    assert [entry.reason.params["field"] for entry in sides.hub.journal("schema_new")] == [
        "attributes.Farge",
        "attributes.Region",
    ]
    assert wrong(sides) == ["mapped_required"]

    sides.map(left="is_private", right="attributes.Region")
    look(sides)

    assert wrong(sides) == ["mapped_may_be_empty"]


def test_a_change_is_accepted_once_the_pair_is_saved_again(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WithAttribute, "field", replace(TEXT, max_length=300))
    look(sides)
    assert wrong(sides) == ["schema_retyped"]

    sides.map()
    look(sides)

    assert wrong(sides) == []


def test_a_lookup_s_choice_that_is_gone_is_told(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    choices = SchemaField(THERE, FieldType.CHOICE, choices=(Choice("A"), Choice("B")))
    monkeypatch.setattr(WithAttribute, "field", choices)
    sides.set_rows()
    mapping.unset_pair(sides.hub.world, admin(), sides.hub.flow, "customers", "invoice_email")
    sides.map(lookup="rates")
    look(sides)
    monkeypatch.setattr(WithAttribute, "field", replace(choices, choices=(Choice("A"),)))

    look(sides)

    (told,) = sides.hub.journal("lookup_unlisted")
    assert told.reason.params["value"] == "B"


def test_a_lookup_s_record_that_goes_out_of_use_or_is_gone_is_told(sides: Mapped) -> None:
    hub = sides.hub
    customer = str(hub.tripletex.add("customer", {"name": "Mål AS"})["id"])
    lookups.set_row(hub.world, admin(), hub.flow, "owners", "x", customer, kinds={"right": "customers"})
    look(sides)
    assert wrong(sides) == []

    hub.tripletex.edit("customer", customer, {"isInactive": True})
    look(sides)
    assert wrong(sides) == ["lookup_inactive"]

    hub.tripletex.remove("customer", customer)
    look(sides)
    assert wrong(sides) == ["lookup_unlisted"]
    assert [entry.reason.because and entry.reason.because.code for entry in hub.journal("mapping_repaired")] == [
        "lookup_inactive"
    ]


def test_what_an_admin_saves_during_a_look_stands_and_the_look_says_nothing(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field was gone when the look began; somebody brought it back and saved the pair before the look ended."""
    monkeypatch.setattr(WithAttribute, "field", None)
    put = sides.hub.world.registry.flow
    looks: list[object] = []

    def meanwhile(key: object) -> object:
        looks.append(key)
        if len(looks) == 2:  # the look has asked both accounts, and is about to note what it found
            monkeypatch.setattr(sides.hub.world.registry, "flow", put)
            monkeypatch.setattr(WithAttribute, "field", replace(TEXT, max_length=300))
            sides.map(policy="two-way", master=None)
        return put(key)  # type: ignore[arg-type]

    monkeypatch.setattr(sides.hub.world.registry, "flow", meanwhile)
    look(sides)

    assert len(looks) == 2
    assert wrong(sides) == []
    assert sides.hub.journal("mapped_unknown") == []
    look(sides)
    assert wrong(sides) == [], "what was accepted meanwhile was kept"


def test_an_account_that_will_not_tell_its_fields_is_told_and_nothing_known_is_called_over(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithAttribute, "field", None)
    look(sides)

    def refuse(_self: object, _kind: str) -> None:
        raise PermissionsError("the key may not read fields")

    monkeypatch.setattr(WithAttribute, "describe", refuse)
    look(sides)
    look(sides)

    first, second = sides.state.mapping_problems
    assert first.code == "mapped_unknown"
    assert len(sides.hub.journal(second.code)) == 1
    assert sides.hub.journal("mapping_repaired") == []


def test_a_refused_key_is_not_told_as_a_matter_of_the_mapping(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object, _kind: str) -> None:
        raise CredentialsError("nobody")

    monkeypatch.setattr(WithAttribute, "describe", refuse)
    with pytest.raises(KeyRefusedError):
        check_mapping(
            sides.hub.world, CheckMapping(tenant=sides.hub.flow.tenant, flow=sides.hub.flow.flow, run="run-1")
        )
    assert wrong(sides) == []


def test_the_same_look_twice_tells_once(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WithAttribute, "field", None)
    message = CheckMapping(tenant=sides.hub.flow.tenant, flow=sides.hub.flow.flow, run="run-1")
    save = sides.hub.world.registry.save_flow

    def dies(_flow: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sides.hub.world.registry, "save_flow", dies)
    with pytest.raises(ZeroDivisionError):
        check_mapping(sides.hub.world, message)
    monkeypatch.setattr(sides.hub.world.registry, "save_flow", save)
    check_mapping(sides.hub.world, message)
    sides.hub.drain()

    assert len(sides.hub.journal("mapped_unknown")) == 1
