"""What a person is told about a value that does not fit: our own words, in every language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Required, TypedDict, get_args

import orjson
import pytest

from samspill.canon.value_errors import Misfit
from samspill.connectors.decode import Decoded, RowDecoder
from samspill.connectors.mapping import Mapped, flag, nested, text
from samspill.connectors.mapping import Row as WireRow
from samspill.connectors.observing import observe
from samspill.reasons import Reason
from samspill.texts.names import named
from samspill.texts.reasons import reason_text


class Inner(TypedDict, total=False):
    city: str | None


class Row(TypedDict, total=False):
    id: Required[int]
    name: Required[str]
    email: str | None
    number: int | None
    hours: Decimal | None
    active: bool
    address: Inner | None
    days: list[Inner] | None


class Page(TypedDict, total=False):
    values: Required[list[Row]]


@pytest.mark.parametrize(
    ("broken", "field", "misfit"),
    [
        ({"name": 7}, "name", "not text"),
        ({"email": []}, "email", "not text"),
        ({"number": "many"}, "number", "not a whole number"),
        ({"number": 1.5}, "number", "not a whole number"),
        ({"hours": "half"}, "hours", "not a number"),
        ({"active": "perhaps"}, "active", "neither yes nor no"),
        ({"active": None}, "active", "neither yes nor no"),
        ({"address": "Oslo"}, "address", "of an unknown shape"),
        ({"address": {"city": 7}}, "address.city", "not text"),
        ({"days": [{}, {"city": 7}]}, "days.1.city", "not text"),
        ({"name": None}, "name", "not text"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_in_our_own_words(broken: dict[str, Any], field: str, misfit: Misfit) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "name": "B", **broken}]
    decoded = RowDecoder("Tripletex", Page, Row, "values").page(orjson.dumps({"values": rows}))
    assert [row["id"] for row in decoded.rows] == [1]
    (bad,) = decoded.bad
    assert (bad.id, bad.reason) == ("2", Reason("cannot_map", {"field": field, "misfit": misfit}))


def test_a_field_that_is_left_out_is_named() -> None:
    decoded = RowDecoder("Tripletex", Page, Row, "values").page(orjson.dumps({"values": [{"id": 1}]}))
    assert [bad.reason.params for bad in decoded.bad] == [{"field": "name", "misfit": "left out"}]


@pytest.mark.parametrize("misfit", get_args(Misfit.__value__))
def test_every_misfit_has_its_words_in_every_language(misfit: Misfit) -> None:
    reason = Reason("cannot_map", {"field": "x", "misfit": misfit, "source": "Y"})
    norwegian, german = named("nb", misfit), named("de", misfit)
    assert f": {misfit}." in reason_text(reason, "en")
    assert f": {norwegian}." in reason_text(reason, "nb")
    assert f": {german}." in reason_text(reason, "de")
    assert len({misfit, norwegian, german}) == 3


def test_what_can_be_read_of_a_row_that_cannot_be_taken_is_told_with_it() -> None:
    kind = Mapped("customer", (text("name", "name"), text("email", "email"), flag("is_active", "active")))
    rows = [
        {"id": 1, "name": 7, "email": "A@b.no", "active": True},
        {"id": 2, "name": "B", "email": [], "active": True},
    ]
    decoded = RowDecoder("Tripletex", Page, Row, "values").page(orjson.dumps({"values": rows}))

    one, two = observe(kind, decoded, 5, lambda row: row["name"].upper())

    assert (one.fields, one.label, one.problem and one.problem.code) == (
        {"email": "A@b.no", "is_active": True},
        "",
        "cannot_map",
    )
    assert (two.fields, two.label) == ({"name": "B", "is_active": True}, "B")
    assert (one.may_have("name"), one.may_have("email"), two.may_have("email")) == (True, False, True)


def test_a_nested_value_that_no_field_may_hold_is_named_by_its_place_and_left_out_of_what_can_be_read() -> None:
    kind = Mapped("device", (text("name", "name"), nested("attributes.tags", "tags")))
    rows: list[WireRow] = [
        {"id": 1, "name": "A", "tags": ["a", {"b": [None]}]},
        {"id": 2, "name": "B", "tags": ["a", {"b": [0.5]}]},
    ]
    one, two = observe(kind, Decoded({}, rows), 5, lambda row: row["name"])
    assert (one.fields, one.problem) == ({"name": "A", "attributes.tags": ["a", {"b": [None]}]}, None)
    place = {"field": "attributes.tags.1.b.0", "misfit": "of an unknown shape"}
    assert (two.fields, two.problem) == ({"name": "B"}, Reason("cannot_map", place))
    assert kind.write(one.fields) == {"name": "A", "tags": ["a", {"b": [None]}]}
