"""Decimals in JSON: they come back as decimals wherever they stand, and what is no value is refused."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

import orjson
import pytest

from samspill.canon.json_form import decimal_of, jsonable, loads

TOLD = '{"a":{"b":[{"$decimal":"1.50"},{"c":2}]}}'


@pytest.mark.parametrize("told", [TOLD, TOLD.encode()], ids=["text", "bytes"])
def test_a_decimal_is_one_again_in_groups_and_in_lists(told: str | bytes) -> None:
    read = loads(told)

    assert read == {"a": {"b": [Decimal("1.50"), {"c": 2}]}}
    assert str(read["a"]["b"][0]) == "1.50"


def test_any_mapping_is_stored_as_one() -> None:
    assert orjson.dumps({"a": MappingProxyType({"b": 1})}, default=jsonable) == b'{"a":{"b":1}}'


def test_what_has_no_form_is_refused_by_its_type() -> None:
    with pytest.raises(TypeError, match=r"^set$"):
        jsonable({1})


def test_a_group_beside_which_something_stands_is_no_decimal_and_one_without_digits_is_refused() -> None:
    assert decimal_of({"$decimal": "1", "a": 2}) is None
    assert decimal_of({}) is None
    assert decimal_of({"$decimal": 1}) == Decimal(1)
    with pytest.raises(ValueError, match=r"^not a decimal$"):
        decimal_of({"$decimal": "x"})
