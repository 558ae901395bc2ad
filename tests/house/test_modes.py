"""A mode stays in its room: nobody outside speaks its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "shared" / "samspill"
WORDS = re.compile(r"(^|_)(hours?|cells?|sheets?)(_|$)", re.IGNORECASE)
MAY_SPEAK = (
    "modes/hours/",
    "flows/hours.py",
    "flows/svenn_tripletex.py",
    "canon/work.py",
    "canon/people.py",
    "connectors/svenn/",
    "connectors/tripletex/",
    "cli/",
)
"""The room, its declarations, the words of records, the vendors that have them, and the door that shows them."""
OF_THE_CLOCK = {"hours", "hour", "full_at_hour", "hour_1", "hour_7"}
"""Words that also tell time, as `timedelta(hours=1)` does."""


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=name, lineno=line) | ast.Attribute(attr=name, lineno=line) | ast.arg(arg=name, lineno=line)
            ):
                yield line, name
            case ast.FunctionDef(name=name, lineno=line) | ast.ClassDef(name=name, lineno=line):
                yield line, name
            case ast.ImportFrom(module=module, names=aliases, lineno=line):
                yield from ((line, part) for part in (module or "").split("."))
                yield from ((line, alias.name) for alias in aliases)


def test_outside_its_room_no_module_says_hours_cell_or_sheet() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if place.startswith(MAY_SPEAK) or place.startswith(("reasons/", "texts/")):
            continue
        said = names(ast.parse(path.read_text(encoding="utf-8")))
        found += [f"{place}:{line} {name}" for line, name in said if WORDS.search(name) and name not in OF_THE_CLOCK]
    assert found == []
