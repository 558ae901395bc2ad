"""A reason is for people: nothing else reads its parameters, and few look at its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import samspill

ROOT = Path(samspill.__file__).parent
TELLING = ("reasons.py", "texts/", "cli/")
"""What a reason is, and what makes sentences of it."""
READS_PARAMETERS = {"engine/detail_v0.py", "usecases/views/plans.py"}
"""What is shown of a plan tells people, too."""
COMPARES_CODES = {
    "engine/detail_v0.py": "outcomes of the version before",
    "work/access.py": "why a connection is stopped, so that it is told once",
    "work/account.py": "why a connection is stopped",
    "work/outcomes.py": "the name of a counter",
    "pipeline/upsert/refusals.py": "an error's, in words",
    "pipeline/replay/replay.py": "a person's choice of failures",
    "modes/hours/totals.py": "the names of the reasons, told to a person",
    "pipeline/upsert/upsert.py": "an error's",
    "pipeline/log/wake.py": "what a line of the journal tells",
    "connectors/tripletex/writes.py": "an error's",
    "runtime.py": "the log",
    "pipeline/notify/tell.py": "the log",
    "usecases/views/plans.py": "what a plan tells people",
    "usecases/totals.py": "the names of the reasons, shown to a person",
    "usecases/log.py": "a person's choice of journal lines",
    "usecases/deciding.py": "a person's choice of records",
}
"""Module → what its codes are of. An outcome's is none of them: what is decided by it is in its result and detail."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(TELLING):
            yield name, ast.parse(path.read_text())


def reading(attribute: str, of: str = "") -> set[str]:
    """Return the modules in which the attribute is read: of anything, or of what is called `of`."""
    found: set[str] = set()
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr != attribute or _called(node.value) == "url":
                continue  # an address has parameters, too
            if of in {"", _called(node.value)}:
                found.add(name)
    return found


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_nobody_reads_what_a_reason_tells_people() -> None:
    assert reading("params") == READS_PARAMETERS


def test_who_looks_at_a_code_is_known() -> None:
    assert reading("code", of="reason") == COMPARES_CODES.keys()
