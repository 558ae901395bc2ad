from __future__ import annotations

import pytest

from samspill.canon.keys import key, same_key, spellings
from samspill.canon.values import Value


@pytest.mark.parametrize(
    "typed", ["742", "0742", "00742", " 742 ", "7 42", "742\u200b", "\ufeff742", "\u200e742\u00ad", "７４２", "٧٤٢"]
)
def test_a_number_is_compared_without_its_spelling(typed: str) -> None:
    assert key("number", typed) == "742"


@pytest.mark.parametrize(("one", "other"), [("742", "7420"), ("A-007", "A-7"), ("742", "742B"), ("1.1", "11")])
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert key("number", one) != key("number", other)


def test_letters_in_a_number_are_compared_without_case() -> None:
    assert key("number", "P-12a") == key("number", "p-12A ") == "p-12a"


def test_a_number_of_zeros_is_zero() -> None:
    assert key("number", "000") == "0"


@pytest.mark.parametrize(
    "typed",
    [
        "974760673",
        "974 760 673",
        "NO974760673MVA",
        "NO 974760673 MVA",
        "no 974 760 673 mva",
        "974.760.673",
        "\u200b974760673",
        "9747\u00ad60673",
        "９７４７６０６７３",
    ],
)
def test_an_organisation_number_is_compared_without_its_dress(typed: str) -> None:
    assert key("organization_number", typed) == "974760673"


@pytest.mark.parametrize("nothing", [None, "", " ", "\u200b\u200e", "\u00a0"])
@pytest.mark.parametrize("name", ["number", "organization_number"])
def test_what_does_not_show_is_no_key(name: str, nothing: str | None) -> None:
    assert key(name, nothing) is None
    assert spellings(name, nothing) == ()


def test_a_key_is_searched_as_it_was_typed_first() -> None:
    assert spellings("number", "0742") == ("0742", "742")
    assert spellings("organization_number", "974 760 673")[0] == "974 760 673"


def test_every_usual_spelling_of_an_organisation_number_is_searched_by_whatever_was_typed() -> None:
    usual = {"974760673", "974 760 673", "NO974760673MVA", "NO 974760673 MVA", "NO 974 760 673 MVA", "974760673MVA"}
    for typed in ("974760673", "NO 974760673 MVA", "\u200b974760673"):
        assert usual <= set(spellings("organization_number", typed))


def test_all_spellings_of_a_key_are_one_key() -> None:
    for typed in ("974 760 673", "NO974760673MVA"):
        assert {key("organization_number", each) for each in spellings("organization_number", typed)} == {"974760673"}


@pytest.mark.parametrize("value", [7, True, {"a": "1"}])
def test_only_text_is_a_key(value: Value) -> None:
    assert key("number", value) is None
    assert spellings("number", value) == ()


def test_a_key_of_another_field_is_compared_as_one_line_of_text() -> None:
    assert key("serial", " SN  01 ") == "SN 01"


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("number", "0742", "742", True),
        ("number", "742", "0742", True),
        ("number", "742", "743", False),
        ("number", None, "742", False),
        ("number", "742", None, False),
        ("number", None, None, False),
        ("number", "", "", False),
        ("serial", "sn 1", "SN  1", True),
        ("serial", "0742", "742", False),
        ("organization_number", "NO 974 760 673 MVA", "974760673", True),
    ],
)
def test_two_values_are_one_key_whatever_their_spelling(name: str, one: Value, other: Value, *, same: bool) -> None:
    assert same_key(name, one, other) is same


@pytest.mark.parametrize(
    ("name", "typed", "searched"),
    [
        ("number", " 07 42 ", (" 07 42 ", "07 42", "742")),
        ("number", "974760673", ("974760673",)),
        ("organization_number", "974760674", ("974760674",)),
        ("organization_number", "Under  stiftelse", ("Under  stiftelse", "Under stiftelse", "under stiftelse")),
    ],
)
def test_what_is_no_organisation_number_is_searched_as_typed_tidied_and_compared(
    name: str, typed: str, searched: tuple[str, ...]
) -> None:
    assert spellings(name, typed) == searched
