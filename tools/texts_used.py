"""Which texts the code asks for: by their keys, as they stand in its source."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tools.uv import ROOT

KINDS = ("reason", "name", "word", "cli", "page")
"""What a key begins with. The code that puts the kind before any name does not count as use."""
ROOTS = ("shared/samspill", "tools/pages")


@cache
def _trees() -> dict[str, ast.Module]:
    files = [file for root in ROOTS for file in sorted((ROOT / root).rglob("*.py"))]
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@cache
def _strings() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return every string of the source, and what those that are put together look like."""
    nodes = [node for tree in _trees().values() for node in ast.walk(tree)]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    parts = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
    made = {_pattern(each) for each in parts if isinstance(each[0], ast.Constant)} - {rf"{kind}\..+" for kind in KINDS}
    return frozenset(whole), tuple(map(re.compile, made))


def _pattern(parts: list[ast.expr]) -> str:
    return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts)


def is_used(key: str) -> bool:
    """Tell whether the code holds a key, with its kind or without, as a whole or put together."""
    whole, patterns = _strings()
    name = key.partition(".")[2]
    return not whole.isdisjoint({key, name}) or any(each.fullmatch(name) or each.fullmatch(key) for each in patterns)


def asked_for() -> Iterator[tuple[str, str]]:
    """Yield each key that the code asks for by its whole name, and where."""
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            for key in keys(node):
                yield key, f"{path}:{getattr(node, 'lineno', 0)}"


def keys(node: ast.AST) -> Iterator[str]:
    """Yield the keys that one piece of source asks for by their whole names."""
    match node:
        case ast.Call(func=ast.Name("Reason") | ast.Attribute(attr="because"), args=[code, *_]):
            yield from (f"reason.{each}" for each in _values(code))
        case ast.Call(func=ast.Attribute(ast.Name("terminal"), "text"), args=[key]):
            yield from (f"cli.{each}" for each in _values(key))
        case ast.Call(func=ast.Name("say"), args=[_, key]):
            yield from (f"cli.{each}" for each in _values(key))
        case ast.Assign([ast.Name("default_code")], code) | ast.AnnAssign(
            ast.Name("default_code"), _, ast.expr() as code
        ):
            yield from (f"reason.{each}" for each in _values(code))
        case _:
            pass


def _values(node: ast.expr) -> list[str]:
    """Return the strings that an expression may be, as far as it says so."""
    if isinstance(node, ast.IfExp):
        return [*_values(node.body), *_values(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
