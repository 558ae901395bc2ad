"""A restored table takes the place of the stack's own, for everybody and everywhere at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stack import Stack, refers_to

TABLES = {"RestoredStateTable": "StateTable", "RestoredJournalTable": "JournalTable"}
"""The parameter with the ARN of a restored table, and the stack's own table."""


def uses(stack: Stack) -> dict[str, Any]:
    """What the stack is made of and tells, without the conditions that a parameter decides."""
    return {part: stack.template[part] for part in ("Resources", "Outputs")}


def as_own(value: Any) -> Any:
    """The same with the stack's own table wherever a restored one is named."""
    match value:
        case {"Fn::Select": [1, {"Fn::Split": ["/", {"Ref": str(name)}]}]} if name in TABLES:
            return {"Ref": TABLES[name]}
        case {"Ref": str(name)} if name in TABLES:
            return {"Fn::GetAtt": [TABLES[name], "Arn"]}
        case {"Fn::Sub": str(text)}:
            for name, own in TABLES.items():
                text = text.replace(f"${{{name}}}", f"${{{own}.Arn}}")
            return {"Fn::Sub": text}
        case dict():
            return {key: as_own(part) for key, part in value.items()}
        case list():
            return [as_own(part) for part in value]
    return value


def test_at_first_the_stack_uses_its_own_tables(stack: Stack) -> None:
    for name in TABLES:
        assert stack.template["Parameters"][name]["Default"] == ""
    assert not refers_to(uses(stack)) & set(TABLES)


def test_with_a_restored_table_nothing_names_the_stacks_own_any_more(restored: Stack) -> None:
    assert not refers_to(uses(restored)) & set(TABLES.values())


def test_a_restored_table_is_named_wherever_and_as_the_stacks_own_was(stack: Stack, restored: Stack) -> None:
    assert as_own(uses(restored)) == uses(stack)


def test_every_function_that_uses_a_table_is_told_of_the_restored_one_and_may_use_it(
    stack: Stack, restored: Stack
) -> None:
    for parameter, table in TABLES.items():
        for function in stack.of_type("AWS::Lambda::Function"):
            of_its_own = refers_to(stack.whole(function)["Properties"]["Environment"])
            told = refers_to(restored.whole(function)["Properties"]["Environment"])
            allowed = refers_to([it["Resource"] for it in restored.statements_of(restored.role_of(function))])
            assert {parameter in told, parameter in allowed} == {table in of_its_own}, function


@pytest.mark.parametrize("part", ["State", "Journal"])
def test_one_table_can_be_restored_without_the_other(expanded: Stack, part: str) -> None:
    others = {"State": "Journal", "Journal": "State"}
    one = expanded.deciding(**{f"HasRestored{part}": True, f"HasRestored{others[part]}": False})

    assert refers_to(uses(one)) & (set(TABLES) | set(TABLES.values())) == {
        f"Restored{part}Table",
        f"{others[part]}Table",
    }
