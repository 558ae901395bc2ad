"""Each promise names what holds it: an invariant that the simulation raises, and a test that exists."""

from __future__ import annotations

import re

import pytest

from tools.uv import ROOT

PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("|---|---|---|---|\n")[2].partition("\n\n")[0]
PROMISES = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in TABLE.splitlines()]
RAISED = {
    name
    for source in (ROOT / "tests" / "simulation").rglob("*.py")
    for name in re.findall(r'(?:Broken|_count)\(\s*"(INV-[\w-]+)"', source.read_text(encoding="utf-8"))
}


def test_there_are_promises() -> None:
    assert len(PROMISES) > 20


@pytest.mark.parametrize(("promise", "_how", "invariants", "tests"), PROMISES, ids=[row[0] for row in PROMISES])
def test_a_promise_is_held_by_an_invariant_and_by_a_test(promise: str, _how: str, invariants: str, tests: str) -> None:
    named = set(re.findall(r"INV-[\w-]+", invariants))
    assert named or invariants == "–", promise  # what the simulation does not play is held by its test alone
    assert named <= RAISED
    held = re.findall(r"`(tests/[\w/]+\.py)`: ((?:\*[^*]+\*(?:, )?)+)", tests)
    assert held, promise
    for path, names in held:
        defined = re.findall(r"def (test_\w+)\(", (ROOT / path).read_text(encoding="utf-8"))
        assert {f"test_{name.replace(' ', '_')}" for name in re.findall(r"\*([^*]+)\*", names)} <= {*defined}


def test_the_simulation_is_told_with_every_invariant_it_raises_and_no_other() -> None:
    page = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")
    table = page.partition("## What must hold")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| (INV-[\w-]+) \|", table, re.MULTILINE)) == RAISED
