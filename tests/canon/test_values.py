"""Nested values: the same again after messages and tables, alike by what they say, and bounded where they come in."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from samspill.canon.bounds import CHARACTERS, DIGITS, LEVELS, PARTS, bounded
from samspill.canon.compare import form_of, is_cut, same
from samspill.canon.json_form import jsonable, loads
from samspill.canon.values import Fields, Value, fingerprint, spelled_alike
from samspill.errors import ContractError, MappingError
from samspill.messages import MapRecords, decode, encode
from samspill.reasons import Reason
from tests.canon.values import decimals, fields, names, values

MESSAGE: TypeAdapter[Fields] = TypeAdapter(Fields)
HEAD = {"schema": "samspill.map-records/1", "tenant": "t", "flow": "f", "stream": "s"}


def exactly(value: object) -> bytes:
    """Return the value as JSON, where 1, true and 1.0 differ, and 1.5 and 1.50."""
    return orjson.dumps(value, default=jsonable, option=orjson.OPT_SORT_KEYS)


def turned(value: Any) -> Any:
    """Return a value with the parts of every group in the other order."""
    if isinstance(value, dict):
        return {name: turned(part) for name, part in reversed(value.items())}
    return [turned(part) for part in value] if isinstance(value, list) else value


class TestRoundTrip:
    @given(fields)
    def test_a_message_holds_every_value_exactly(self, told: Fields) -> None:
        read = MESSAGE.validate_json(MESSAGE.dump_json(told))
        assert read == told
        assert exactly(read) == exactly(told)
        assert MESSAGE.validate_python(told) == told

    @given(fields)
    def test_a_table_holds_every_value_exactly(self, told: Fields) -> None:
        assert loads(orjson.dumps(told, default=jsonable)) == told
        assert exactly(loads(orjson.dumps(told, default=jsonable))) == exactly(told)
        assert exactly(loads(orjson.dumps(told, default=jsonable).decode())) == exactly(told)

    def test_a_message_and_a_table_hold_the_same_form(self) -> None:
        told: Fields = {"price": Decimal("1.50"), "tags": ["a", {"n": Decimal(2)}]}
        form = b'{"price":{"$decimal":"1.50"},"tags":["a",{"n":{"$decimal":"2"}}]}'
        assert MESSAGE.dump_json(told) == orjson.dumps(told, default=jsonable) == form

    def test_a_text_that_looks_like_a_decimal_stays_a_text(self) -> None:
        told: Fields = {"name": '{"$decimal":"1"}', "tags": ["$decimal", {"a": "$decimal"}]}
        assert loads(orjson.dumps(told, default=jsonable)) == told
        assert MESSAGE.validate_json(MESSAGE.dump_json(told)) == told


class TestFingerprint:
    def test_nothing_is_told_apart_from_one_and_any_mapping_counts_by_what_it_holds(self) -> None:
        assert fingerprint({"a": Decimal(0)}) != fingerprint({"a": Decimal(1)})
        assert fingerprint({"a": Decimal("-0.0")}) == fingerprint({"a": Decimal(0)})
        assert fingerprint({"a": MappingProxyType({"b": 1})}) == fingerprint({"a": {"b": 1}})

    @given(fields)
    def test_the_order_of_a_group_does_not_matter(self, told: Fields) -> None:
        assert fingerprint(turned(dict(told))) == fingerprint(told)

    @given(decimals, st.integers(0, 3))
    def test_decimals_are_equal_by_value(self, number: Decimal, zeros: int) -> None:
        sign, digits, exponent = number.as_tuple()
        assert isinstance(exponent, int)
        longer = Decimal((sign, (*digits, *[0] * zeros), exponent - zeros))
        assert longer == number
        assert fingerprint({"a": [longer]}) == fingerprint({"a": [number]})

    @given(st.lists(values, min_size=2, max_size=4, unique_by=exactly))
    def test_the_order_of_a_list_matters(self, parts: list[Value]) -> None:
        if len({fingerprint({"": part}) for part in parts}) == len(parts):
            assert fingerprint({"a": [*reversed(parts)]}) != fingerprint({"a": parts})

    @given(values, values)
    def test_what_differs_has_another_fingerprint(self, one: Value, other: Value) -> None:
        alike = fingerprint({"a": one}) == fingerprint({"a": other})
        assert alike <= (one == other), "what is alike is equal; 1 and true are equal, and not alike"

    def test_it_is_the_one_that_is_stored_for_what_could_be_held_before(self) -> None:
        told: Fields = {"name": "Berg AS", "units": 3, "is_active": True, "postal_address": {"city": "Oslo", "x": None}}
        assert fingerprint(told, "salt") == "f4ea0c3e045a8530dfcb78b8"


class TestComparing:
    @given(values)
    def test_a_value_is_the_same_as_itself_turned(self, value: Value) -> None:
        assert same(value, turned(value), form_of("name"))

    def test_a_list_is_compared_part_by_part_in_order(self) -> None:
        form = form_of("tags")
        assert same([" a  b", {"x": "c ", "y": ""}], ["a b", {"x": "c"}], form)
        assert not same(["a", "b"], ["b", "a"], form)
        assert not same(["a"], ["a", None], form)
        assert same([], None, form)
        assert same({"a": []}, {}, form)

    def test_a_form_reaches_into_what_is_nested(self) -> None:
        assert same([{"nr": "22 33 44 55"}], [{"nr": "22334455"}], form_of("phone"))

    def test_decimals_are_the_same_by_value_and_no_text(self) -> None:
        assert same(Decimal("1.50"), Decimal("1.5"), form_of("price"))
        assert not same(Decimal("1.5"), "1.5", form_of("price"))

    def test_a_list_that_is_spelled_otherwise_is_alike_and_a_shorter_one_is_not_cut(self) -> None:
        assert spelled_alike(["A b", {"x": "C"}], ["ab", {"x": "c"}])
        assert not spelled_alike(["a"], ["a", "a"])
        assert not spelled_alike(["a"], 1)
        assert not spelled_alike(1, ["a"])
        assert not is_cut(["ab", "cd"], ["ab"], form_of("tags"))


def nested(levels: int) -> Value:
    value: Value = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


class TestBounds:
    @given(values)
    def test_what_is_within_them_is_left_as_it_is(self, value: Value) -> None:
        assert bounded("f", value) is value

    def test_what_is_just_within_them_is_taken(self) -> None:
        numbers: list[Value] = [-(2**63), Decimal("9" * DIGITS), Decimal(f"1E+{DIGITS}"), Decimal(f"1E-{DIGITS}")]
        most: tuple[Value, ...] = (nested(LEVELS), ["x"] * (PARTS - 1), ["x" * CHARACTERS], numbers)
        assert all(bounded("f", value) is value for value in most)

    @pytest.mark.parametrize(
        ("value", "place", "misfit"),
        [
            (nested(LEVELS + 1), "f" + ".a.0" * (LEVELS // 2), "nested too deeply"),
            (["x"] * PARTS, "f", "too large"),
            ({"a": [["x"] * 300] * 4}, "f", "too large"),
            ({"a": "x" * CHARACTERS}, "f", "too large"),
            ({"x" * CHARACTERS: ["y"]}, "f", "too large"),
            ([{"n": 2**63}], "f.0.n", "too large"),
            ([0, Decimal("1E+99999")], "f.1", "too large"),
            ([Decimal(f"1E+{DIGITS + 1}")], "f.0", "too large"),
            ([Decimal(f"1E-{DIGITS + 1}")], "f.0", "too large"),
            ([Decimal("NaN")], "f.0", "not a number"),
            ({"a": {"b": 1.5}}, "f.a.b", "of an unknown shape"),
            (1.5, "f", "of an unknown shape"),
            ([{1: "a"}], "f.0", "of an unknown shape"),
            ([{"$decimal": "1"}], "f.0", "of an unknown shape"),
            ([b"x"], "f.0", "of an unknown shape"),
        ],
    )
    def test_what_no_field_may_hold_is_refused_and_the_place_named(self, value: Any, place: str, misfit: str) -> None:
        with pytest.raises(MappingError, match=f": {misfit}$") as refused:
            bounded("f", value)
        assert refused.value.reason == Reason("cannot_map", {"field": place, "misfit": misfit})
        assert refused.value.field == "f"


class TestFaults:
    """What is no value is refused with its place in the message, never read as something else."""

    def refused(self, told: bytes) -> str:
        body = orjson.dumps(
            {**HEAD, "subjects": [{"left": {"external_id": "1", "fields": {"tags": orjson.Fragment(told)}}}]}
        )
        with pytest.raises(ContractError) as refused:
            decode(body)
        assert refused.value.field is not None
        return refused.value.field.removeprefix(f"{HEAD['schema']}.subjects.0.left.fields.")

    @pytest.mark.parametrize(
        ("told", "place"),
        [
            (b"1.5", "tags"),
            (b'["a",1.5]', "tags.1"),
            (b'{"a":[{"b":0.5}]}', "tags.a.0.b"),
            (b'{"a":[{"$decimal":"many"}]}', "tags.a.0"),
            (b'{"$decimal":"7,5"}', "tags"),
        ],
    )
    def test_the_innermost_part_that_is_none_is_named(self, told: bytes, place: str) -> None:
        assert self.refused(told) == place

    @given(st.dictionaries(names, values, max_size=2))
    def test_a_whole_message_with_nested_values_is_the_same_again(self, told: dict[str, Value]) -> None:
        body = orjson.dumps({**HEAD, "subjects": [{"left": {"external_id": "1", "fields": told}}]}, default=jsonable)
        message = decode(body)
        assert isinstance(message, MapRecords)
        assert message.subjects[0].left is not None
        assert exactly(message.subjects[0].left.fields) == exactly(told)
        assert decode(encode(message)) == message
