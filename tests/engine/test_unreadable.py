"""What may be the other half of a row that cannot be taken is not created unasked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from samspill.engine import unreadable
from samspill.engine.match import match
from samspill.engine.model import Observation, Result, Side
from samspill.engine.rules import StreamRules
from samspill.flows import svenn_tripletex, tripletex_timerabbit
from samspill.reasons import Reason

CUSTOMERS = tripletex_timerabbit.CUSTOMERS
BOTH_WAYS = svenn_tripletex.CUSTOMERS
FAULT = Reason("cannot_map", {"field": "email", "misfit": "not text"})


def seen(name: str, /, **fields: str | None) -> Observation:
    return Observation(name, fields, label=str(fields.get("name") or name))


def bad(name: str, /, **fields: str | None) -> Observation:
    return replace(seen(name, **fields), problem=FAULT)


def codes(rules: StreamRules, left: list[Observation], right: list[Observation]) -> dict[tuple[Side, str], str]:
    """What is doubted, of all that is not linked, and why."""
    found = match(rules, left, right)
    faulty = {side: [o for o in rows if o.problem] for side, rows in ((Side.LEFT, left), (Side.RIGHT, right))}
    return {place: doubt.outcome.reason.code for place, doubt in unreadable.doubts(rules, found.only, faulty).items()}


def test_one_with_the_same_number_waits_and_one_with_another_does_not() -> None:
    left = [seen("1", name="A", number="1"), seen("2", name="B", number="2")]
    right = [bad("a", name="A", number="1", organization_number=None)]
    assert codes(CUSTOMERS, left, right) == {(Side.LEFT, "1"): "partner_unreadable"}


def test_what_cannot_be_read_may_be_anything_but_what_contradicts_the_rest() -> None:
    left = [
        seen("1", name="A", number="1", organization_number=None),
        seen("2", name="B", number="2", organization_number="974760673"),
    ]
    row = bad("a", name="C", organization_number="889640782")
    assert codes(CUSTOMERS, left, [row]) == {(Side.LEFT, "1"): "partner_unreadable"}


def test_a_name_alone_is_asked_about() -> None:
    left = [seen("1", name="A", number="1")]
    right = [bad("a", name="A", number=None, organization_number=None)]
    assert codes(CUSTOMERS, left, right) == {(Side.LEFT, "1"): "maybe_unreadable"}


def test_a_row_is_asked_about_where_its_namesake_on_the_other_side_has_no_number() -> None:
    left = [bad("1", name="A", number="1", organization_number=None)]
    right = [seen("a", name="A", number=None, organization_number=None)]
    assert codes(CUSTOMERS, left, right) == {(Side.LEFT, "1"): "unreadable_maybe_same"}


def test_what_would_not_be_created_anyway_is_not_held_up() -> None:
    left = [replace(seen("1", name="A", number="1"), fields={"name": "A", "number": "1", "is_active": False})]
    assert codes(BOTH_WAYS, left, [bad("a", number="1")]) == {}
    assert codes(CUSTOMERS, [bad("1", number="1")], [seen("a", name="A", number="1")]) == {}


def test_no_weaker_rule_takes_the_place_of_an_unreadable_partner() -> None:
    left = [seen("1", name="A", number="1", organization_number="974760673")]
    right = [seen("a", name="A", number=None, organization_number="974760673"), bad("b", number="1")]
    assert match(CUSTOMERS, left, right).pairs == ()
    assert codes(CUSTOMERS, left, right) == {(Side.LEFT, "1"): "partner_unreadable"}


def test_a_number_that_an_unreadable_row_has_too_links_nobody() -> None:
    left = [seen("1", name="A", number="1")]
    right = [seen("a", name="A", number="1"), bad("b", name="B", number="1")]
    found = match(CUSTOMERS, left, right)
    assert found.pairs == ()
    assert [doubt.outcome.reason.code for doubt in found.doubts] == ["ambiguous"]


def test_where_very_many_rows_are_unreadable_nothing_is_created() -> None:
    rows = [bad(f"a{n}", name=f"B{n}", number=f"9{n}", organization_number=None) for n in range(unreadable.MOST + 1)]
    found = codes(BOTH_WAYS, [seen("1", name="A", number="1", organization_number=None)], rows)
    assert found == {(Side.LEFT, "1"): "partner_unreadable"}


numbers = st.sampled_from([None, "1", "2", "3"])
registers = st.lists(st.tuples(st.sampled_from(["Berg AS", "Dal AS"]), numbers, st.booleans()), max_size=5).map(
    lambda rows: [
        (bad if is_bad else seen)(str(i), name=name, number=number) for i, (name, number, is_bad) in enumerate(rows)
    ]
)


@given(registers, registers)
def test_nobody_without_a_doubt_shares_a_number_with_an_unreadable_row(
    left: list[Observation], right: list[Observation]
) -> None:
    found = match(BOTH_WAYS, left, right)
    faulty = {side: [o for o in rows if o.problem] for side, rows in ((Side.LEFT, left), (Side.RIGHT, right))}
    doubts = unreadable.doubts(BOTH_WAYS, found.only, faulty)
    for side in Side:
        held = {row.fields["number"] for row in faulty[side.other]} - {None}
        created = [o for o in found.only[side] if (side, o.external_id) not in doubts]
        assert not [o for o in created if o.fields["number"] in held]
    assert all(doubt.outcome.result is Result.WAITING for doubt in doubts.values())


def test_what_is_wrong_with_a_row_is_told_without_what_was_behind_that() -> None:
    row = replace(bad("a", name="A"), problem=Reason("no_answer", {}, because=FAULT))

    reason = unreadable.unreadable(BOTH_WAYS, Side.RIGHT, row, "partner_unreadable")

    assert reason.because is not None
    assert (reason.because.code, reason.because.because) == ("no_answer", None)
    plain = unreadable.unreadable(BOTH_WAYS, Side.RIGHT, seen("a", name="A"), "partner_unreadable")
    assert plain.because is None
