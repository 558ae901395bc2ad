"""Which texts the code asks for: by their keys, as they stand in its source."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import click

from samspill.cli.main import cli
from samspill.cli.translated import reworded
from samspill.connectors.facts import OWN_CA
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.flows.catalogue import FLOWS
from tools.uv import ROOT

NOT_FOR_PEOPLE = re.compile(
    r"d$|\{editor\}|Windows error|Could not determine name|No options defined|Arguments take exactly|Name '\{name\}'|"
    r"Boolean option|Invalid start character|Unknown color|Unknown standard stream"
)
"""What click tells whoever writes a command line, or of what ours does not use."""
KINDS = ("reason", "name", "word", "cli", "page", "vendor", "notice", "flow")
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
    if key.partition(".")[0] not in KINDS:
        return key in said_by_click() or key in said_in_help()
    if key.startswith("vendor."):
        return key in said_of_vendors()
    if key.startswith("flow."):
        return key in said_of_flows()
    whole, patterns = _strings()
    name = key.partition(".")[2]
    return not whole.isdisjoint({key, name}) or any(each.fullmatch(name) or each.fullmatch(key) for each in patterns)


def asked_for() -> Iterator[tuple[str, str]]:
    """Yield each key that the code asks for by its whole name, and where; and what click and help say."""
    yield from said_by_click().items()
    yield from said_in_help().items()
    yield from said_of_vendors().items()
    yield from said_of_flows().items()
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            for key in keys(node, _constants()):
                yield key, f"{path}:{getattr(node, 'lineno', 0)}"


@cache
def said_of_vendors() -> dict[str, str]:
    """Return what is asked and told when a vendor is connected, and where."""
    shared = {f"vendor.{OWN_CA.name}": "shared/samspill/connectors/facts.py"}
    where = {vendor: f"shared/samspill/connectors/{vendor}/facts.py" for vendor in VENDORS}
    return shared | {key: where[vendor] for vendor in VENDORS for key in vendor_facts(vendor).texts()}


@cache
def said_of_flows() -> dict[str, str]:
    """Return what is told of each declaration when it is listed and set up, and where it is declared."""
    where = "shared/samspill/flows"
    found = {f"flow.{name}.title": where for name in FLOWS}
    found |= {f"flow.{name}.setup": where for name, flow in FLOWS.items() if flow.has_setup}
    return found | {f"flow.setting.{name}": where for flow in FLOWS.values() for name in flow.settings}


@cache
def said_by_click() -> dict[str, str]:
    """Return what click itself says to people, and where."""
    found: dict[str, str] = {"required": "click/core.py"}
    for file in sorted(Path(click.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("_" | "ngettext"), args=[ast.Constant(str() as said), *_]):
                    found[said] = f"click/{file.name}"
    return {said: where for said, where in found.items() if not NOT_FOR_PEOPLE.match(said)}


@cache
def said_in_help() -> dict[str, str]:
    """Return every passage of the help of the command line, and where."""
    found: dict[str, str] = {}
    reworded(cli, lambda said: found.setdefault(said, said))
    return dict.fromkeys(found, "help in shared/samspill/cli")


def keys(node: ast.AST, constants: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield the keys that one piece of source asks for by their whole names."""
    match node:
        case ast.Call(func=ast.Name("Reason") | ast.Attribute(attr="because"), args=[code, *_]):
            yield from (f"reason.{each}" for each in _values(code, constants))
        case ast.Call(func=ast.Attribute(ast.Name("terminal"), "text"), args=[key]):
            yield from (f"cli.{each}" for each in _values(key, constants))
        case ast.Call(func=ast.Name("say"), args=[_, key]):
            yield from (f"cli.{each}" for each in _values(key, constants))
        case ast.Assign([ast.Name("default_code")], code) | ast.AnnAssign(
            ast.Name("default_code"), _, ast.expr() as code
        ):
            yield from (f"reason.{each}" for each in _values(code, constants))
        case _:
            pass


@cache
def _constants() -> Mapping[str, frozenset[str]]:
    """Return the strings that the constants of all modules are, by name. Several modules may have one of a name."""
    found: dict[str, frozenset[str]] = {}
    for node in (node for tree in _trees().values() for node in tree.body):
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str() as said)) if name.isupper():
                found[name] = found.get(name, frozenset()) | {said}
    return found


def _values(node: ast.expr, constants: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the strings that an expression may be, as far as it says so."""
    match node:
        case ast.IfExp():
            return [*_values(node.body, constants), *_values(node.orelse, constants)]
        case ast.Name(name):
            return sorted(constants.get(name, ()))
        case ast.Constant(str() as said):
            return [said]
    return []
