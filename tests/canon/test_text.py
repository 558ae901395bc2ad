"""The forms in which texts are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.compare import form_of, is_cut, same, whole_number
from samspill.canon.organization import organization_number
from samspill.canon.text import clean, lines, phone, typed
from samspill.canon.values import Value

ONE_TELEPHONE = ["22334455", "22 33 44 55", "+4722334455", "+47 22 33 44 55", "0047 22 33 44 55", "(+47) 22-33-44-55"]
NO_ONE_TELEPHONE = [
    "22 33 44 55 ext. 12",
    "22334455 / 99887766",
    "22334455 99887766",
    "22 33 44 55, 99 88 77 66",
    "+46 8 55 12 34 - 21, 24",
    "22 33 44 55 (etter kl 16)",
    "800-BYGG-NO",
    "VIPPS 12345",
    "ring resepsjonen",
    "+22334455+99887766",
    "-",
]
NAMES = ["name", "phone", "email", "organization_number", "description", "number", "postal_address"]


@pytest.mark.parametrize(
    "spelled", [*ONE_TELEPHONE, "22\u00a033\u00a044\u00a055", "22334455\u200b", "２２３３４４５５"]
)
def test_one_telephone_has_one_form_however_it_is_spelled(spelled: str) -> None:
    assert phone(spelled) == "22334455"


@pytest.mark.parametrize("words", NO_ONE_TELEPHONE)
def test_what_reads_as_no_one_telephone_is_compared_as_text(words: str) -> None:
    assert phone(words) == clean(words)


def test_a_telephone_abroad_keeps_its_country() -> None:
    assert phone("+46 8 55 12 34") == phone("0046 8551234") == "+468551234"
    assert phone("+46 22 33 44 55") != phone("22 33 44 55")


@pytest.mark.parametrize("words", ["Org.nr. 974 760 673", "974760673 avd 2", "Under stiftelse", "CHE-123.456.789 MWST"])
def test_what_reads_as_no_one_organisation_number_is_compared_as_text(words: str) -> None:
    assert organization_number(words) == words


def test_an_organisation_number_abroad_is_compared_without_its_separators() -> None:
    assert organization_number("SE 556677-8899 01") == organization_number("SE556677889901")


@given(st.text(), st.sampled_from(NAMES))
def test_a_form_is_a_form_of_itself(text: str, name: str) -> None:
    form = form_of(name)
    assert form(form(text)) == form(text)


@given(st.text(), st.sampled_from(["name", "phone", "email", "organization_number", "description", "number"]))
def test_text_of_which_something_shows_has_a_form_and_no_other_text_has(text: str, name: str) -> None:
    assert (form_of(name)(text) is None) == (typed(text) is None)


@given(st.text())
def test_what_was_typed_is_never_changed_by_reading(text: str) -> None:
    assert typed(text) in {text, None}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("name", "Berg AS", " Berg  AS "),
        ("name", "Berg AS", "Berg\u200b AS"),
        ("name", "A\u030as", "Ås"),
        ("email", "Post@Firma.no", "post@firma.no"),
        ("invoice_email", "Post@Firma.no", "\ufeffpost@firma.no"),
        ("mobile", "+47 99 88 77 66", "99887766"),
        ("organization_number", "NO 974 760 673 MVA", "974760673"),
        ("description", "Ring først\r\n\r\n  port  3 \n", "Ring først\n\nport 3"),
        ("comment", "a\nb", "a \r\nb"),
        ("postal_address", {"line1": "Gata 1 ", "country": "no"}, {"line1": "Gata 1", "line2": None, "country": "NO"}),
        ("postal_address", {"line1": None, "city": None}, None),
        ("period", {"start": "2026-01-01", "end": None}, {"start": "2026-01-01"}),
    ],
)
def test_values_that_differ_in_spelling_only_are_the_same(name: str, one: Value, other: Value) -> None:
    assert same(one, other, form_of(name))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("name", "Berg AS", "berg as"),
        ("name", "Berg AS", None),
        ("name", "\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("description", "a b", "a\nb"),
        ("description", "a\nb", "a\n\nb"),
        ("number", "0742", "742"),
        ("phone", "22334455", "22334455 ext. 12"),
        ("postal_address", {"line1": "Gata 1", "country": "SE"}, {"line1": "Gata 1", "country": None}),
        ("is_active", True, False),
    ],
)
def test_values_that_differ_in_more_are_not_the_same(name: str, one: Value, other: Value) -> None:
    assert not same(one, other, form_of(name))


def test_a_number_that_one_system_keeps_as_an_integer_is_compared_as_one() -> None:
    assert same("00742", "742", whole_number)
    assert not same("7420", "742", whole_number)
    assert not same("A742", "742", whole_number)


@pytest.mark.parametrize(
    ("sent", "held", "cut"),
    [
        ("Avtale om vedlikehold", "Avtale om", True),
        ("Avtale om vedlikehold", "Avtale om ", True),
        ("Avtale om vedlikehold", "Avtale om vedlikehold", False),
        ("Avtale om vedlikehold", " Avtale  om vedlikehold", False),
        ("Avtale om vedlikehold", "", False),
        ("Avtale om vedlikehold", None, False),
        ("Avtale om", "Avtale om vedlikehold", False),
        ("Avtale om vedlikehold", "Annet", False),
        ({"line1": "Storgata 17", "city": "Oslo"}, {"line1": "Storgata", "city": "Oslo"}, True),
        ({"line1": "Storgata 17", "city": "Oslo"}, {"line1": "Storgata", "city": "Moss"}, False),
        (True, False, False),
    ],
)
def test_a_text_was_cut_where_only_its_beginning_is_left(sent: Value, held: Value, cut: bool) -> None:
    assert is_cut(sent, held, form_of("description")) is cut


def test_a_telephone_that_was_cut_to_another_number_was_cut() -> None:
    assert is_cut("22 33 44 55 ext. 12", "22 33 44 55", form_of("phone"))
    assert not is_cut("22 33 44 55", "22334455", form_of("phone"))


def test_lines_keep_their_breaks() -> None:
    assert lines("  Ring først \r\n\r\n port  3 \n") == "Ring først\n\nport 3"
