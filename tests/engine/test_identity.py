"""One verdict on two records: the same, a question, or two different things."""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.values import Fields
from samspill.engine.identity import Verdict, judge, searched_keys
from samspill.engine.match import match
from samspill.engine.model import Observation, Side
from samspill.engine.rules import StreamRules
from samspill.flows import svenn_tripletex, tripletex_timerabbit
from samspill.flows.names import alike
from samspill.plan.doubts import named_in
from samspill.texts.reasons import reason_text

SAME, ASK, DIFFERENT = Verdict
CUSTOMERS = [svenn_tripletex.CUSTOMERS, tripletex_timerabbit.CUSTOMERS]
PROJECTS = [svenn_tripletex.PROJECTS, tripletex_timerabbit.PROJECTS]
EMPLOYEES = svenn_tripletex.EMPLOYEES
LOFOTEN, NORDSJO = "974760673", "923609016"


def seen(name: str, /, **fields: str | bool | None) -> Observation:
    return Observation(name, fields, label=str(fields.get("name") or name))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Bakken Bygg AS", "Bakken Bygg AS avd. Nord"),
        ("Fjellheim Rør & Sanitær AS", "FJELLHEIM ROR OG SANITAER A/S"),
        ("Mur Mester", "Murmester AS"),
        ("Byggmester Hansen", "Byggmester Hanssen"),
        ("Ola Nordmann", "Nordmann, Ola"),
        ("Bad Storgata", "Bad Storgata 1"),
        ("株式会社山田", "株式会社山田"),
    ],
)
def test_names_that_differ_in_spelling_only_are_alike(one: str, two: str) -> None:
    assert alike(one, two)
    assert alike(two, one)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Bad Storgata 1", "Nytt tak Skippergata 9"),
        ("Bad Storgata 1", "Bad Storgata 2"),
        ("Bad og Flis Larvik", "Nordsjø Drift AS"),
        ("Kari Dal", "Mari Dal"),
        ("Rehabilitering av bad", "Rehabilitering av tak"),
        ("Energy", "Equinor Energy"),
        ("株式会社山田", "株式会社鈴木"),
        ("", ""),
        ("AS", "ENK"),
    ],
)
def test_names_of_two_things_are_not_alike(one: str, two: str) -> None:
    assert not alike(one, two)
    assert not alike(two, one)


@pytest.mark.parametrize("rules", CUSTOMERS, ids=["svenn", "timerabbit"])
@pytest.mark.parametrize(
    ("left", "right", "verdict", "code"),
    [
        ({"number": "30001", "name": "Bad og Flis"}, {"number": "30001", "name": "Bad & Flis AS"}, SAME, ""),
        ({"number": "00042", "name": "Bakken"}, {"number": "42", "name": "Bakken AS"}, SAME, ""),
        ({"number": "1", "name": "A", "organization_number": LOFOTEN}, {"number": "1", "name": "Nytt navn", "organization_number": "NO 974 760 673 MVA"}, SAME, ""),
        ({"number": "1", "name": "Bad og Flis"}, {"number": "1", "name": "Nordsjø Drift"}, ASK, "same_number_but_other"),
        ({"number": "1", "name": "Bad og Flis", "organization_number": LOFOTEN}, {"number": "1", "name": "Bad og Flis", "organization_number": NORDSJO}, ASK, "same_key_but_other"),
        ({"number": "1", "name": "Samtidig", "organization_number": LOFOTEN}, {"number": "2", "name": "Samtidig", "organization_number": "974 760 673"}, ASK, "same_key_but_other"),
        ({"name": "Samtidig", "organization_number": LOFOTEN}, {"name": "Et annet navn", "organization_number": LOFOTEN}, SAME, ""),
        ({"number": "1", "name": "Bakken AS"}, {"number": "2", "name": "BAKKEN"}, ASK, "same_name_but_other"),
        ({"number": "1", "name": "Bakken Bygg"}, {"number": None, "name": "Bakken Byg"}, ASK, "similar"),
        ({"number": "1", "name": "Bakken Bygg"}, {"number": "2", "name": "Bakken Byg"}, DIFFERENT, ""),
        ({"number": "1", "name": "Bakken"}, {"number": "2", "name": "Solheim"}, DIFFERENT, ""),
        ({"name": "Under stiftelse en", "organization_number": "Under stiftelse"}, {"name": "Noe annet", "organization_number": "Under stiftelse"}, DIFFERENT, ""),
    ],
)  # fmt: skip
def test_customers(rules: StreamRules, left: Fields, right: Fields, verdict: Verdict, code: str) -> None:
    judged = judge(rules, left, right)
    assert (judged.verdict, judged.code) == (verdict, code)
    assert judge(rules, right, left) == judged


@pytest.mark.parametrize("rules", PROJECTS, ids=["svenn", "timerabbit"])
@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ({"number": "1031", "name": "Bad", "customer": "left-1"}, {"number": "1031", "name": "BAD", "customer": "left-1"}, SAME),
        ({"number": "1031", "name": "Bad", "customer": "left-1"}, {"number": "1031", "name": "Bad", "customer": None}, SAME),
        ({"number": "1031", "name": "Bad", "customer": "left-1"}, {"number": "1031", "name": "Bad", "customer": "right:7"}, SAME),
        ({"number": "1031", "name": "Bad", "customer": "left-1"}, {"number": "1031", "name": "Bad", "customer": "left-2"}, ASK),
        ({"number": "1031", "name": "Bad", "customer": "left-1"}, {"number": "1031", "name": "Tak", "customer": "left-1"}, ASK),
        ({"number": "1031", "name": "Hus 1"}, {"number": "1031", "name": "Hus 2"}, ASK),
        ({"number": "1", "name": "Diverse", "customer": "left-1"}, {"number": "2", "name": "Diverse", "customer": "left-2"}, DIFFERENT),
        ({"number": "1", "name": "Diverse", "customer": "left-1"}, {"number": "2", "name": "Diverse", "customer": "left-1"}, ASK),
        ({"number": None, "name": "Hus 1"}, {"number": "2", "name": "Hus 2"}, DIFFERENT),
    ],
)  # fmt: skip
def test_projects(rules: StreamRules, left: Fields, right: Fields, verdict: Verdict) -> None:
    assert judge(rules, left, right).verdict is verdict
    assert judge(rules, right, left).verdict is verdict


def person(first: str, last: str, **more: str | None) -> Fields:
    return {"first_name": first, "last_name": last, **more}


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        (person("Ola", "Dal", number="5"), person("Ola", "Dal", number="05"), SAME),
        (person("Ola", "Dal", number="5"), person("Ola Petter", "Dal", number="5"), SAME),
        (person("Kari", "Berg", number="5", email="kari@firma.no"), person("Kari", "Dal", number="5", email="Kari@Firma.no"), SAME),
        (person("Kari", "Berg", number="5", mobile="90 11 22 33"), person("K.", "Dal", number="5", mobile="+47 90112233"), SAME),
        (person("Ola", "Dal", number="5"), person("Kari", "Berg", number="5"), ASK),
        (person("Ny", "Lærling", email="l@firma.no"), person("Ny", "Lærling", number="8", email="l@firma.no"), ASK),
        (person("Ny", "Lærling", number="7"), person("Ny", "Lærling", number="8"), ASK),
        (person("Ny", "Lærling"), person("Per", "Moe", number="8", email="l@firma.no"), DIFFERENT),
        (person("Verksted", "Nr 811", number="811", email="v@firma.no"), person("Verksted", "Nr 812", number="812", email="v@firma.no"), DIFFERENT),
    ],
)  # fmt: skip
def test_employees(left: Fields, right: Fields, verdict: Verdict) -> None:
    assert judge(EMPLOYEES, left, right).verdict is verdict
    assert judge(EMPLOYEES, right, left).verdict is verdict


def test_who_shares_an_address_with_somebody_of_another_name_is_asked_about_while_one_has_no_number() -> None:
    judged = judge(
        EMPLOYEES, person("Kari", "Berg", email="k@firma.no"), person("K", "Dal", number="8", email="k@firma.no")
    )
    assert (judged.verdict, judged.why) == (ASK, "same e-mail address")


@pytest.mark.parametrize("rules", [*CUSTOMERS, *PROJECTS], ids=lambda rules: rules.systems[Side.LEFT] + rules.name)
def test_a_first_plan_asks_about_one_number_of_two_things_and_creates_neither(rules: StreamRules) -> None:
    left, right = [seen("1", name="Bad Storgata", number="7")], [seen("a", name="Nytt tak", number="7")]
    found = match(rules, left, right)
    (doubt,) = found.doubts
    assert (found.pairs, doubt.outcome.reason.code) == ((), "same_number_but_other")
    assert [each.external_id for each in doubt.candidates] == ["a"]
    assert doubt.outcome.reason.params["system"] == rules.systems[Side.RIGHT]
    assert set(named_in(found.doubts)) == {"a"}


def test_what_shares_a_number_with_another_thing_is_not_linked_by_its_name_either() -> None:
    left = [seen("1", name="Bakken", number="7")]
    right = [seen("a", name="Solheim", number="7"), seen("b", name="Bakken", number=None)]
    found = match(tripletex_timerabbit.CUSTOMERS, left, right)
    (doubt,) = found.doubts
    assert found.pairs == ()
    assert {each.external_id for each in doubt.candidates} == {"a", "b"}


def test_nobody_is_asked_about_a_number_once_an_organisation_number_has_settled_it() -> None:
    left = [seen("1", name="Bakken", number="7", organization_number=LOFOTEN)]
    right = [
        seen("a", name="Solheim", number="7", organization_number=NORDSJO),
        seen("b", name="Bakken", organization_number="974 760 673"),
    ]
    found = match(svenn_tripletex.CUSTOMERS, left, right)
    assert [(a.external_id, b.external_id) for a, b, _ in found.pairs] == [("1", "b")]
    assert found.doubts == ()


def test_all_of_a_crowd_with_one_number_are_kept_from_being_created() -> None:
    left = [seen("1", name="Bakken", number="7")]
    right = [seen(f"r{each}", name=f"Kunde nummer {each}", number="7") for each in range(9)]
    found = match(svenn_tripletex.CUSTOMERS, left, right)
    assert set(named_in(found.doubts)) == {o.external_id for o in right}


def test_employees_are_proposed_by_name_and_address_in_a_first_sync() -> None:
    left = [Observation("1", person("Ny", "Lærling", email="l@firma.no")), Observation("2", person("Per", "Moe"))]
    right = [Observation("a", person("Ny", "Lærling", number="8", email="l@firma.no"))]
    found = match(EMPLOYEES, left, right)
    assert {doubt.observation.external_id: doubt.candidates[0].external_id for doubt in found.doubts} == {"1": "a"}


@pytest.mark.parametrize(
    ("out", "holder"),
    [({"parent": "1"}, "a sub-project"), ({"is_offer": True}, "an offer")],
    ids=["sub-project", "offer"],
)
def test_a_number_that_is_taken_by_what_is_out_of_scope_is_told_as_taken(
    out: dict[str, str | bool], holder: str
) -> None:
    left = [seen("1", name="Nytt bad", number="9001"), seen("2", name="Annet", number="9002")]
    right = [seen("a", name="En annen jobb", number="09001", **out)]
    found = match(svenn_tripletex.PROJECTS, left, right)
    assert (found.pairs, found.doubts) == ((), ())
    ((place, reason),) = found.taken.items()
    assert (place, reason.code, reason.params["holder"]) == ((Side.LEFT, "1"), "key_taken", holder)
    assert reason.params["label"] == "En annen jobb"


names = st.sampled_from(["Berg AS", "Dal", "Dal AS", "Vik 1", "Vik 2", "Vik"])
numbers = st.sampled_from([None, "1", "01", "2"])
organizations = st.sampled_from([None, LOFOTEN, "974 760 673", NORDSJO])
registers = st.lists(st.tuples(names, numbers, organizations), max_size=5).map(
    lambda rows: [seen(str(i), name=n, number=k, organization_number=o) for i, (n, k, o) in enumerate(rows)]
)


@given(registers, registers, st.sampled_from(CUSTOMERS))
def test_a_first_plan_links_only_what_the_verdict_calls_the_same(
    left: list[Observation], right: list[Observation], rules: StreamRules
) -> None:
    found = match(rules, left, right)
    assert all(judge(rules, a.fields, b.fields).verdict is SAME for a, b, _ in found.pairs)


@given(registers, registers, st.sampled_from(CUSTOMERS))
def test_nothing_is_created_unasked_beside_what_the_verdict_asks_about(
    left: list[Observation], right: list[Observation], rules: StreamRules
) -> None:
    found = match(rules, left, right)
    named = named_in(found.doubts)
    for one in found.only[Side.LEFT]:
        for two in found.only[Side.RIGHT]:
            if two.external_id not in named:
                assert judge(rules, one.fields, two.fields).verdict is DIFFERENT


@given(registers)
def test_what_is_alike_has_a_searched_key_in_common(rows: list[Observation]) -> None:
    rules = svenn_tripletex.CUSTOMERS
    for one in rows:
        for two in rows:
            if judge(rules, one.fields, two.fields).verdict is not DIFFERENT:
                assert set(searched_keys(rules, one.fields)) & set(searched_keys(rules, two.fields))


def test_a_doubt_about_a_taken_number_asks_for_another_one() -> None:
    left = [seen("1", name="Nytt bad", number="9001")]
    found = match(svenn_tripletex.PROJECTS, left, [seen("a", name="X", number="9001", is_offer=True)])
    words = reason_text(next(iter(found.taken.values())), "en")
    assert words == ("The number 9001 is taken in Tripletex by X, an offer. Give this record another number in Svenn.")
