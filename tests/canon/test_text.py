"""The forms in which texts are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.compare import form_of, is_cut, same, whole_number
from samspill.canon.organization import is_organization_number, organization_number
from samspill.canon.text import clean, email, is_blank, lines, name_key, phone, typed
from samspill.canon.values import Value

ONE_TELEPHONE = [
    "22334455",
    "22 33 44 55",
    "+4722334455",
    "+47 22 33 44 55",
    "0047 22 33 44 55",
    "004722334455",
    "(+47) 22-33-44-55",
]
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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\rb", "a\nb"),
        ("\n \n a\n\n", "a"),
        ("X\na\nX", "X\na\nX"),
        ("\ta\nb ", "a\nb"),
        ("\n\n", None),
        (" a  b ", "a b"),
    ],
)
def test_every_kind_of_line_break_is_one_and_empty_lines_around_go(text: str, kept: str | None) -> None:
    assert lines(text) == kept


@pytest.mark.parametrize("text", [None, "", " ", "\t\n", "\u200b", " \u200b\u00a0"])
def test_text_of_which_nothing_shows_is_blank(text: str | None) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", " a", "a\nb", "\u200ba", "0", "Å"])
def test_text_of_which_something_shows_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("A\u030as", "Ås"), ("Ås", "Ås"), (" a", "a"), ("a  b", "a b"), ("a\u00a0b", "a b"), ("\u200b", None)],
)
def test_text_is_trimmed_folded_and_composed(text: str, tidied: str | None) -> None:
    assert clean(text) == tidied


def test_an_address_is_compared_in_lower_case() -> None:
    assert (email(" Post@Firma.no"), email(" "), email(None)) == ("post@firma.no", None, None)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("974760673", True),
        ("974760674", False),
        ("97476067", False),
        ("9747606730", False),
        ("97476067A", False),
        ("９７４７６０６７３", False),
        ("100000008", True),  # the sum leaves three
        ("100000060", False),  # its check digit would be ten
        (None, False),
    ],
)
def test_an_organisation_number_has_nine_digits_and_a_check_digit(number: str | None, valid: bool) -> None:
    assert is_organization_number(number) is valid


def test_only_a_norwegian_prefix_and_ending_are_dress() -> None:
    assert organization_number("SE974760673") == "SE974760673"
    assert organization_number("NO97476067") == "NO97476067"
    assert organization_number("97476067MVA") == "97476067MVA"
    assert organization_number(None) is organization_number("\u200b") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fjellheim Rør & Sanitær AS", "FJELLHEIM ROR OG SANITAER A/S"),
        ("Aasen Bygg", "Åsen bygg ASA"),
        ("Müller GmbH", "Muller"),
        ("Bøe", "Boe"),
    ],
)
def test_spelling_variants_of_a_name_meet(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


def test_a_name_of_nothing_but_a_form_has_no_key() -> None:
    assert [name_key(each) for each in (None, "", "AS", "og", "株式会社")] == [""] * 5
    assert name_key("Berg  og-Dal AS") == "berg dal"
