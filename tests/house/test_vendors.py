"""A vendor is named only in its folder, its sandbox, the declarations that use it, its tests and the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from samspill.connectors.vendors import VENDORS
from samspill.flows.catalogue import FLOWS

ROOT = Path(__file__).parents[2]
SHARED = "shared/samspill"
LOOKED_AT = (
    SHARED,
    "functions",
    "local/vendors",
    "local/launcher",
    "tools",
    "template.yaml",
    "Makefile",
    "pyproject.toml",
)
"""What is shared by all vendors."""
PLAYED = ("tools/bench/", "tools/pages/scale")
"""What plays or counts one integration, as tests and the demo do."""
KINDS = {".py", ".pot", ".po", ".yaml", ".toml", ""}
NAMED = re.compile("|".join(VENDORS), re.IGNORECASE)
DECLARATIONS = tuple(f"{SHARED}/flows/{name.replace('-', '_')}" for name in (*FLOWS, "catalogue"))
TEXTS = f"{SHARED}/texts/"
FLOW_TEXT = re.compile(r'^msgctxt "flow\.([a-z-]+)\.')
"""Where a declaration's own texts begin in a language file."""
EXAMPLE = re.compile(r"^\s+(Example: )?samspill [a-z]")
"""A line of a command's help that shows how it is used."""


def is_its_place(path: str, vendor: str) -> bool:
    """Tell whether a vendor may be named in a file."""
    if path.startswith((f"{SHARED}/connectors/{vendor}/", f"local/vendors/{vendor}/", *PLAYED)):
        return True
    return path.startswith(DECLARATIONS) and (vendor in path or path.endswith("/catalogue.py"))


def named(path: str, text: str) -> Iterator[str]:
    """Yield the places in a file that name a vendor where it has no place."""
    declaration = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("msgctxt"):
            declaration = of_flow[1] if path.startswith(TEXTS) and (of_flow := FLOW_TEXT.match(line)) else ""
        if path.startswith(f"{SHARED}/cli/") and EXAMPLE.match(line):
            continue
        for vendor in {each.lower() for each in NAMED.findall(line)}:
            if not is_its_place(path, vendor) and vendor not in declaration:
                yield f"{path}:{number} {vendor}"


def test_a_vendor_is_named_only_in_its_own_places() -> None:
    found: list[str] = []
    for place in (ROOT / each for each in LOOKED_AT):
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and file.suffix in KINDS and "__pycache__" not in file.parts:
                found += named(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (f"{SHARED}/pipeline/fetch/steps.py", 'if vendor == "tripletex":'),
        (f"{SHARED}/connectors/registry.py", "from samspill.connectors.tripletex import connector"),
        (f"{SHARED}/connectors/svenn/mapping.py", '"""As Tripletex has it."""'),
        (f"{SHARED}/flows/tripletex_timerabbit.py", "Svenn = 1"),
        (f"{SHARED}/cli/flows.py", 'click.echo("samspill connect tripletex")'),
        ("local/vendors/app.py", "class TripletexError: ..."),
        ("template.yaml", "Description: Tripletex"),
    ],
)
def test_a_vendor_named_elsewhere_is_found(path: str, line: str) -> None:
    assert len([*named(path, line)]) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (f"{SHARED}/connectors/tripletex/facts.py", 'title="Tripletex"'),
        (f"{SHARED}/flows/tripletex_timerabbit.py", 'left="tripletex", right="timerabbit"'),
        (f"{SHARED}/flows/catalogue.py", "from samspill.flows.svenn_tripletex import SVENN_TRIPLETEX"),
        (f"{SHARED}/cli/flows.py", "      samspill enable tripletex-timerabbit --left ours"),
        ("local/vendors/tripletex/sandbox.py", "class TripletexSandbox: ..."),
    ],
)
def test_a_vendor_is_named_where_it_has_its_place(path: str, line: str) -> None:
    assert [*named(path, line)] == []


@pytest.mark.parametrize(
    ("context", "line", "found"),
    [
        ("flow.svenn-tripletex.setup", 'msgid "First in Tripletex"', 0),
        ("flow.tripletex-customers-csv.title", 'msgid "As in Svenn"', 1),
        ("reason.rejected", 'msgid "Tripletex refused it"', 1),
    ],
)
def test_a_language_file_names_a_vendor_only_in_the_texts_of_a_declaration_that_uses_it(
    context: str, line: str, found: int
) -> None:
    text = f'msgctxt "flow.svenn-tripletex.title"\nmsgid "Svenn"\n\nmsgctxt "{context}"\n{line}\n'

    assert len([*named(f"{SHARED}/texts/nb.po", text)]) == found
