"""The parts of a group, what was cut, and what is spelled alike."""

from __future__ import annotations

import pytest

from samspill.canon.compare import form_of, is_cut, same
from samspill.canon.customers import address
from samspill.canon.values import Value, fingerprint, spelled_alike

ADDRESS = form_of("postal_address")


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ({"line1": " Gata  1 ", "city": None}, {"line1": "Gata 1"}),
        ({"line1": " ", "city": None}, None),
        ({}, None),
        ({"line1": "Gata 1", "country": "no"}, {"line1": "Gata 1", "country": "NO"}),
        ({"floor": 2, "line1": "Gata 1"}, {"floor": 2, "line1": "Gata 1"}),
        ("Gata  1", "Gata 1"),
        (None, None),
    ],
)
def test_a_group_is_compared_part_by_part_without_its_empty_parts(typed: Value, form: Value) -> None:
    assert ADDRESS(typed) == form


@pytest.mark.parametrize("field", ["is_active", "name"])
def test_a_value_that_is_no_text_is_its_own_form(field: str) -> None:
    assert [form_of(field)(value) for value in (True, False, 7, None)] == [True, False, 7, None]


@pytest.mark.parametrize(
    ("sent", "held", "cut"),
    [
        ({"line1": "Storgata 17", "city": "Oslo"}, {"line1": "Storgata"}, False),
        ({"line1": "Storgata 17"}, {"line1": "Storgata", "city": "Oslo"}, False),
        ({"line1": "Storgata 17", "city": "Oslo"}, {"line1": "Storgata", "city": "Os"}, True),
        ({"line1": "Storgata 17", "city": "Oslo"}, {"line1": "Storgata 17", "city": "Oslo"}, False),
        ({"line1": "Storgata 17"}, "Storgata", False),
        ("Storgata 17", {"line1": "Storgata"}, False),
        ({"floor": 12}, {"floor": 1}, False),
        ("Storgata 17", "Stor  ", True),
        ("Storgata 17", "  Storgata", True),
        (17, "1", False),
        ("17", 1, False),
    ],
    ids=str,
)
def test_a_group_was_cut_where_every_part_that_differs_was(sent: Value, held: Value, cut: bool) -> None:
    assert is_cut(sent, held, ADDRESS) is cut


@pytest.mark.parametrize(
    ("sent", "held", "cut"),
    [
        ("Ring  først\nport 3", "Ring først", True),
        ("Ring først", "Ring først\nport 3", False),
        ("XXXX", "", False),
        ("  ", "", False),
    ],
)
def test_lines_are_cut_like_any_text(sent: Value, held: Value, cut: bool) -> None:
    assert is_cut(sent, held, form_of("description")) is cut


def test_what_was_cut_shows_in_the_form_or_in_the_lines_as_they_are() -> None:
    assert is_cut("Post@Firma.no", "post@firma", form_of("email")), "tidied and cut: only the form shows it"
    assert is_cut("+47 22 33 44 55 ext. 12", "+47 22 33 44 55", form_of("phone")), "only the lines show it"
    assert not is_cut("22 33 44 55", "99 88 77 66", form_of("phone"))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Post@Firma.no", "post@firma.no", True),
        ("22 33", "2233", True),
        ("2233", "22 33", True),
        ("Straße", "STRASSE", True),
        ("Berg", "Dal", False),
        ("Berg", None, False),
        ({"city": "OSLO", "floor": 1}, {"city": "Oslo", "floor": 1}, True),
        ({"city": "OSLO"}, {"city": "Moss"}, False),
        ({"city": "Oslo"}, {"city": "Oslo", "line1": None}, False),
        ({"city": "Oslo"}, {"town": "Oslo"}, False),
        ({"city": "Oslo"}, "Oslo", False),
        ("Oslo", {"city": "Oslo"}, False),
        (7, 7, True),
        (7, 8, False),
        (None, None, True),
    ],
    ids=str,
)
def test_case_and_space_are_spelling_and_nothing_else(one: Value, other: Value, alike: bool) -> None:
    assert spelled_alike(one, other) is alike


def test_a_fingerprint_is_of_the_content_under_its_rules() -> None:
    plain = fingerprint({"name": "Berg", "phone": None})
    assert plain == fingerprint({"phone": None, "name": "Berg"}, "") == "a69b427a344353b43e3c57cd"
    assert len({plain, fingerprint({"name": "Berg"}), fingerprint({"name": "Berg", "phone": None}, "v2")}) == 3
    assert len({fingerprint({}, "left"), fingerprint({}, "right"), fingerprint({})}) == 3


def test_an_address_is_kept_as_it_was_typed() -> None:
    names = ["line1", "line2", "postcode", "city", "country"]
    typed = [" Gata 1", "b", "0150", "Oslo", "NO"]
    assert address(" Gata 1", "b", "0150", "Oslo", "NO") == dict(zip(names, typed, strict=True))
    assert address(" Gata 1", " ", "", None, "") == {**dict.fromkeys(names), "line1": " Gata 1"}


@pytest.mark.parametrize("part", range(4))
def test_one_part_beside_the_country_makes_an_address(part: int) -> None:
    assert address(None, None, None, None, "NO") is None
    assert address(" ", " ", " ", " ", "NO") is None
    line1, line2, postcode, city = ("x" if each == part else None for each in range(4))
    assert address(line1, line2, postcode, city, "NO") is not None


def test_the_same_value_is_the_same_in_any_form() -> None:
    assert same("", "", form_of("name"))
    assert not same("a", None, form_of("name"))
