"""How pydantic reads and writes a value in a message: strictly, in one pass of its core for all but decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import CoreSchema
from pydantic_core import core_schema as schema

from samspill.canon.json_form import DECIMAL, decimal_of, jsonable

BRANCH = "<"
"""Begins the names of the kinds of value in the place of a fault; they are no part of the message."""


def value_schema(itself: CoreSchema) -> CoreSchema:
    """Return the schema of a canonical value; `itself` refers to it."""
    text = schema.str_schema(strict=True)
    digits = schema.typed_dict_schema({DECIMAL: schema.typed_dict_field(text)}, extra_behavior="forbid")
    kinds: dict[str, CoreSchema] = {
        "text": text,
        "flag": schema.bool_schema(strict=True),
        "number": schema.int_schema(strict=True),
        "list": schema.list_schema(itself),
        "group": schema.no_info_after_validator_function(_group, schema.dict_schema(text, itself)),
        "decimal": schema.no_info_plain_validator_function(
            _decimal,
            json_schema_input_schema=digits,
            serialization=schema.plain_serializer_function_ser_schema(jsonable, return_schema=digits),
        ),
    }
    named: list[CoreSchema | tuple[CoreSchema, str]] = [(kind, f"{BRANCH}{name}>") for name, kind in kinds.items()]
    one_of = schema.union_schema(named, mode="left_to_right")  # pragma: no mutate: the first that fits is the only one
    return schema.nullable_schema(one_of)


def _group(told: Mapping[str, Any]) -> Any:
    number = decimal_of(told)
    return told if number is None else number


def _decimal(told: object) -> Decimal:
    if isinstance(told, Decimal):
        return told
    raise ValueError("not a value")
