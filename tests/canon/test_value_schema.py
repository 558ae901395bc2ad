"""How messages are read: the schema is made in each test, so that a change of it is noticed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from samspill.canon.values import Value


@pytest.fixture
def adapter() -> TypeAdapter[Value]:
    return TypeAdapter(Value)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (b"null", None),
        (b'"1"', "1"),
        (b"true", True),
        (b"1", 1),
        (b'["1",[true,1]]', ["1", [True, 1]]),
        (b'{"a":{"b":[1]}}', {"a": {"b": [1]}}),
        (b'{"a":{"$decimal":"1.50"}}', {"a": Decimal("1.50")}),
    ],
)
def test_each_kind_of_value_is_read_as_itself_and_written_again(
    adapter: TypeAdapter[Value], told: bytes, value: Any
) -> None:
    read = adapter.validate_json(told)

    assert repr(read) == repr(value)
    assert repr(adapter.validate_python(value)) == repr(value)
    assert adapter.dump_json(read) == told


@pytest.mark.parametrize(
    "told", [b"1.5", b"1.0", b'{"$decimal":"x"}', b'{"a":1.5}', b"[1.5]", b'{"a":{"$decimal":"1,5"}}']
)
def test_what_is_no_value_is_refused(adapter: TypeAdapter[Value], told: bytes) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_json(told)


@pytest.mark.parametrize("told", [b"x", 1.0, Decimal, {1: "a"}, {b"a": "a"}], ids=repr)
def test_nothing_is_taken_for_a_value_that_is_only_like_one(adapter: TypeAdapter[Value], told: object) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(told)


def test_a_fault_names_every_kind_that_it_is_not(adapter: TypeAdapter[Value]) -> None:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_json(b"1.5")

    told = {each["loc"]: each["msg"] for each in refused.value.errors()}
    assert [*told] == [(f"<{kind}>",) for kind in ("text", "flag", "number", "list", "group", "decimal")]
    assert told["<decimal>",] == "Value error, not a value"


def test_the_published_form_of_a_decimal_is_a_group_of_its_digits_and_nothing_else() -> None:
    digits = {
        "additionalProperties": False,
        "properties": {"$decimal": {"title": "$Decimal", "type": "string"}},
        "required": ["$decimal"],
        "type": "object",
    }
    for mode in ("validation", "serialization"):
        form = TypeAdapter(Value).json_schema(mode=mode)
        kinds = next(each["anyOf"] for each in form["$defs"].values() if "anyOf" in each)
        assert [each["type"] for each in kinds] == ["string", "boolean", "integer", "array", "object", "object", "null"]
        assert kinds[5] == digits
