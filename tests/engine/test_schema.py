"""What a connector says about a kind, and what changed since it was last asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from samspill.flows.schema import Access, Choice, Difference, FieldType, Schema, SchemaField, canonical, differences

COLOUR = SchemaField(
    "attributes.12",
    FieldType.CHOICE,
    {"nb": "Farge", "de": "Farbe"},
    choices=(Choice("r", {"nb": "Rød"}), Choice("b")),
)
NAME = SchemaField("name", FieldType.TEXT, max_length=50, required=True)
BEFORE = Schema("devices", (NAME, COLOUR))


def test_a_field_is_called_as_in_its_language_or_another_or_by_its_key() -> None:
    assert (COLOUR.label("nb"), COLOUR.label("de"), COLOUR.label("en")) == ("Farge", "Farbe", "Farge")
    assert SchemaField("attributes.serial").label("en") == "serial"
    assert COLOUR.choice("r") == Choice("r", {"nb": "Rød"})
    assert COLOUR.choice("x") is None


def test_a_field_that_we_name_holds_what_its_name_says() -> None:
    told = {name: canonical(name, access=Access.READ) for name in ("is_active", "manager", "period", "name", "level")}
    assert [(each.type, each.references) for each in told.values()] == [
        (FieldType.FLAG, ""),
        (FieldType.REFERENCE, "employees"),
        (FieldType.GROUP, ""),
        (FieldType.TEXT, ""),
        (FieldType.INTEGER, ""),
    ]
    assert canonical("hours", FieldType.GROUP, access=Access.READ).type is FieldType.GROUP


def now(path: str, change: Mapping[str, Any]) -> Schema:
    return Schema("devices", tuple(replace(each, **change) if each.path == path else each for each in BEFORE.fields))


@pytest.mark.parametrize(
    ("path", "change", "told"),
    [
        ("attributes.12", {"type": FieldType.TEXT}, [Difference.RETYPED]),
        ("attributes.12", {"choices": (Choice("r"),)}, [Difference.CHOICE_GONE]),
        ("attributes.12", {"choices": (Choice("b"), Choice("r"), Choice("g"))}, []),
        ("attributes.12", {"labels": {"nb": "Kulør"}}, []),
        ("attributes.12", {"required": True, "access": Access.CREATE}, [Difference.READ_ONLY, Difference.REQUIRED]),
        ("name", {"max_length": 40}, [Difference.RETYPED]),
        ("name", {"max_length": None}, []),
        ("name", {"max_length": 60, "required": False}, []),
        ("name", {"references": "people"}, [Difference.RETYPED]),
    ],
)
def test_what_may_break_a_mapping_is_told_and_what_cannot_is_not(
    path: str, change: Mapping[str, Any], told: list[Difference]
) -> None:
    assert differences(BEFORE, now(path, change)) == [(each, path) for each in told]


def test_new_and_missing_fields_are_told_in_the_order_of_their_paths() -> None:
    after = Schema("devices", (NAME, SchemaField("attributes.9")))
    assert differences(BEFORE, after) == [(Difference.MISSING, "attributes.12"), (Difference.NEW, "attributes.9")]
    assert differences(BEFORE, BEFORE) == []
