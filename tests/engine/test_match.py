"""First match: rules that are unique on both sides link, likeness only proposes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.organization import is_organization_number, organization_number
from samspill.canon.text import name_key, phone
from samspill.canon.values import fingerprint
from samspill.engine.guard import Guard
from samspill.engine.match import match
from samspill.engine.model import Observation, Side
from samspill.flows.tripletex_timerabbit import CUSTOMERS


def seen(name: str, /, **fields: str | None) -> Observation:
    return Observation(name, fields, label=str(fields.get("name") or name))


def test_a_number_links_and_a_name_alone_with_another_number_does_not() -> None:
    left = [seen("1", name="Bakken AS", number="1"), seen("2", name="Bakken AS", number="2")]
    right = [seen("a", name="Bakken", number="1"), seen("b", name="Bakken AS", number="3")]
    found = match(CUSTOMERS, left, right)
    assert [(a.external_id, b.external_id) for a, b, _ in found.pairs] == [("1", "a")]
    assert [doubt.observation.external_id for doubt in found.doubts] == ["2"]


def test_a_key_that_two_records_share_links_neither_of_them() -> None:
    left = [seen("1", name="A", organization_number="974760673")]
    right = [
        seen("a", name="A nord", organization_number="974760673"),
        seen("b", name="A sør", organization_number="974760673"),
    ]
    found = match(CUSTOMERS, left, right)
    assert found.pairs == ()
    (doubt,) = found.doubts
    assert doubt.outcome.reason.code == "ambiguous"
    assert {candidate.external_id for candidate in doubt.candidates} == {"a", "b"}


def test_another_spelling_is_proposed_with_a_score_and_not_linked() -> None:
    found = match(
        CUSTOMERS,
        [seen("1", name="Fjellheim Rør & Sanitær AS", number="1")],
        [seen("a", name="Fjellheim Ror og Sanitaer A/S")],
    )
    assert found.pairs == ()
    (doubt,) = found.doubts
    assert doubt.outcome.reason.code == "similar"
    assert doubt.candidates[0].score == 100


def test_a_wrong_organisation_number_links_nothing() -> None:
    left, right = (
        seen("1", name="A", organization_number="123456789"),
        seen("a", name="B", organization_number="123456789"),
    )
    assert match(CUSTOMERS, [left], [right]).pairs == ()


names = st.sampled_from(["Berg AS", "Dal AS", "Vik AS"])
numbers = st.sampled_from([None, "1", "2", "3"])
registers = st.lists(st.tuples(names, numbers), max_size=6).map(
    lambda rows: [seen(str(i), name=name, number=number) for i, (name, number) in enumerate(rows)]
)


@given(registers, registers)
def test_every_record_is_in_exactly_one_place(left: list[Observation], right: list[Observation]) -> None:
    found = match(CUSTOMERS, left, right)
    lefts = [a.external_id for a, _, _ in found.pairs] + [d.observation.external_id for d in found.doubts]
    lefts += [o.external_id for o in found.only[Side.LEFT]]
    rights = [b.external_id for _, b, _ in found.pairs] + [o.external_id for o in found.only[Side.RIGHT]]
    assert sorted(lefts) == sorted(o.external_id for o in left)
    assert sorted(rights) == sorted(o.external_id for o in right)


@given(registers, registers)
def test_no_pair_has_two_different_numbers(left: list[Observation], right: list[Observation]) -> None:
    for one, two, _ in match(CUSTOMERS, left, right).pairs:
        assert None in {one.fields["number"], two.fields["number"]} or one.fields["number"] == two.fields["number"]


def test_organisation_numbers_are_undressed_and_checked() -> None:
    assert organization_number("NO 974 760 673 MVA") == "974760673"
    assert is_organization_number("974760673")
    assert not is_organization_number("974760674")
    assert not is_organization_number("٩٧٤٧٦٠٦٧٣")
    assert organization_number(" ") is None


def test_telephones_and_names_meet_in_one_spelling() -> None:
    assert phone("+47 22 33 44 55") == phone("0047 22334455") == phone("22 33 44 55") == "22334455"
    assert name_key("Fjellheim Rør & Sanitær AS") == name_key("FJELLHEIM ROR OG SANITAER A/S")


@given(st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3) | st.integers(0, 9)))
def test_a_fingerprint_tells_missing_from_empty_and_rules_apart(fields: dict[str, str | int | None]) -> None:
    assert fingerprint(fields) == fingerprint(dict(reversed(fields.items())))
    assert fingerprint(fields) != fingerprint({**fields, "brand new": None})
    assert fingerprint(fields, "v1") != fingerprint(fields, "v2")


def test_the_guard_trips_on_many_and_on_large_shares_only() -> None:
    guard = Guard()
    assert not guard.trips(20, 30)
    assert guard.trips(21, 30)
    assert not guard.trips(40, 1000)
    assert guard.trips(51, 1000)
    assert guard.shrank(100, 89)
    assert not guard.shrank(100, 90)
    assert not guard.shrank(10, 1)
