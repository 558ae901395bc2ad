"""Values that a lookup translates, and those without a row: never guessed, and going on by themselves."""

from __future__ import annotations

import pytest

from samspill.engine.model import Result, Side
from samspill.errors import UsageError
from samspill.flows.schema import Choice, FieldType, SchemaField
from samspill.reasons import LANGUAGES
from samspill.state import FlowState
from samspill.texts.reasons import reason_text
from samspill.usecases import lookups, setup
from tests.flows.mapped_fields import ROWS, THERE, Mapped, WithAttribute, active, put_in_place
from tests.support.actors import admin

A, B, C = "a@svenn.example", "b@svenn.example", "c@svenn.example"


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Mapped:
    """Nobody has an address for invoices, and a table says what they are called on the other side."""
    put_in_place(monkeypatch)
    made = active()
    made.empty()
    made.set_rows()
    return made


def test_a_value_without_a_row_waits_with_the_command_that_adds_one_and_goes_on_by_itself(sides: Mapped) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates")
    sides.fill(ours, B)
    hub.sync()
    assert sides.held(ours, theirs) == (B, "B")

    sides.fill(ours, C)
    hub.sync()
    assert sides.held(ours, theirs) == (C, "B")
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert (outcome.result, outcome.reason.code) == (Result.WAITING, "lookup_missing")
    for language in LANGUAGES:
        told = reason_text(outcome.reason, language)
        assert f'samspill lookups svenn-tripletex rates "{C}" "…"' in told

    sides.set_row(C, "C")
    assert setup.run(hub.world, admin("schedule"), hub.flow).full
    hub.drain()

    assert sides.held(ours, theirs) == (C, "C")
    sides.forget()
    hub.sync()
    assert sides.written == (0, 0)


def test_what_waits_for_a_row_lets_every_other_record_go_on(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates")
    for row in sides.hub.svenn.rows("customers"):
        sides.fill(row, C if row["id"] == ours["id"] else A)
    sides.hub.sync()

    values = {str(row["id"]): row["invoiceEmail"] for row in sides.tripletex("customers", isInactive=False)}
    assert values.pop(str(theirs["id"])) == ""
    assert "A" in values.values()


def test_both_ways_the_value_of_the_right_comes_back_as_that_of_the_left(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates", policy="two-way")
    sides.hub.sync()
    sides.fill_theirs(theirs, "A")
    sides.hub.sync()

    assert sides.held(ours, theirs) == (A, "A")


def test_both_ways_a_value_of_the_right_without_a_row_waits_for_one_of_the_right(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates", policy="two-way")
    sides.hub.sync()
    sides.fill_theirs(theirs, "Z")
    sides.hub.sync()

    assert sides.held(ours, theirs) == ("", "Z")
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert 'samspill lookups svenn-tripletex rates "…" "Z"' in reason_text(outcome.reason, "en")


def test_a_value_of_the_side_that_does_not_decide_needs_no_row(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates", on_conflict="master-wins")
    sides.hub.sync()
    sides.fill(ours, A)
    sides.fill_theirs(theirs, "Z")
    sides.hub.sync()

    assert sides.held(ours, theirs) == (A, "A")


def test_one_way_several_values_become_one_and_none_is_written_back(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.set_rows((A, "X"), (B, "X"), direction="to-right")
    sides.map(lookup="rates")
    for value in (A, B):
        sides.fill(ours, value)
        sides.hub.sync()
        assert sides.held(ours, theirs) == (value, "X")


def test_a_row_that_is_changed_is_no_change_of_either_side(sides: Mapped) -> None:
    """Both sides still hold what they agreed on under the old rows: a person is asked, and nothing is overwritten."""
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates", policy="two-way")
    sides.fill(ours, A)
    sides.hub.sync()
    assert sides.held(ours, theirs) == (A, "A")

    sides.set_rows((A, "B"), (B, "A"))
    sides.forget()
    sides.hub.sync()

    assert sides.held(ours, theirs) == (A, "A")
    assert sides.written == (0, 0)
    outcome = sides.link("customers", Side.LEFT, ours["id"]).outcome
    assert outcome is not None
    assert outcome.result is Result.CONFLICT


def test_an_owner_s_changed_row_goes_over(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates", on_conflict="master-wins")
    sides.fill(ours, A)
    sides.hub.sync()

    sides.set_rows((A, "B"), (B, "A"))
    sides.hub.sync()

    assert sides.held(ours, theirs) == (A, "B")


def test_a_lookup_whose_direction_is_turned_writes_nothing_that_both_have(sides: Mapped) -> None:
    ours, theirs = sides.pair("customers")
    sides.map(lookup="rates")
    sides.fill(ours, A)
    sides.hub.sync()

    sides.set_rows(direction="to-right")
    sides.forget()
    sides.hub.sync()

    assert sides.held(ours, theirs) == (A, "A")
    assert sides.written == (0, 0)


def test_a_lookup_in_use_cannot_be_removed(sides: Mapped) -> None:
    sides.map(lookup="rates")
    with pytest.raises(UsageError) as caught:
        lookups.remove(sides.hub.world, admin(), sides.hub.flow, "rates")
    assert caught.value.reason.params == {"lookup": "rates", "fields": "customers.invoice_email"}
    assert "rates" in sides.state.lookups


def test_a_row_whose_value_is_no_choice_of_the_mapped_field_is_refused(
    sides: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        WithAttribute, "field", SchemaField(THERE, FieldType.CHOICE, choices=(Choice("A"), Choice("B")))
    )
    sides.map(lookup="rates")

    with pytest.raises(UsageError) as caught:
        sides.set_row(C, "C")

    assert (caught.value.reason.code, caught.value.reason.params["value"]) == ("lookup_unlisted", "C")
    assert [(row.left, row.right) for row in sides.state.lookups["rates"].rows] == list(ROWS)
    assert all("samspill lookups svenn-tripletex rates" in reason_text(caught.value.reason, one) for one in LANGUAGES)


def test_two_admins_who_add_rows_at_once_lose_neither(sides: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    save = sides.hub.world.registry.save_flow

    def after_another(flow: FlowState) -> FlowState:
        monkeypatch.setattr(sides.hub.world.registry, "save_flow", save)
        sides.set_row("d@svenn.example", "D")
        return save(flow)

    monkeypatch.setattr(sides.hub.world.registry, "save_flow", after_another)
    sides.set_row(C, "C")

    assert [row.right for row in sides.state.lookups["rates"].rows] == ["A", "B", "D", "C"]


def test_a_lookup_of_ids_is_checked_against_the_records_themselves(sides: Mapped) -> None:
    hub = sides.hub
    there = str(hub.tripletex.rows("department")[0]["id"])
    lookups.set_row(hub.world, admin(), hub.flow, "units", "Oslo", there, kinds={"Tripletex": "departments"})

    for wrong in ("999999", "abc"):  # no record, and no id at all
        with pytest.raises(UsageError) as caught:
            lookups.set_row(hub.world, admin(), hub.flow, "units", "Bergen", wrong)
        assert (caught.value.reason.code, caught.value.reason.params["value"]) == ("lookup_unlisted", wrong)
    assert [row.right for row in sides.state.lookups["units"].rows] == [there]


def test_a_lookup_that_would_weigh_on_every_step_is_refused(sides: Mapped) -> None:
    with pytest.raises(UsageError) as caught:
        sides.set_rows(*((f"{number:05} {'x' * 20}", str(number)) for number in range(2_000)))

    assert caught.value.reason.code == "lookup_too_large"
    assert [(row.left, row.right) for row in sides.state.lookups["rates"].rows] == list(ROWS)
