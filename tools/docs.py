"""Write the generated pages of docs/, or check that all documents still tell the truth.

Usage: `python -m tools.docs [--check]`.

Checked: generated pages are what the code would write now, links lead somewhere, every `make` task that a document
names exists, and the recording of the demo is what the demo says.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import recording
from tools.pages.commands import commands
from tools.pages.cost import cost
from tools.pages.errors import errors
from tools.pages.licences import licences
from tools.pages.reasons import reasons
from tools.pages.scale import scale
from tools.pages.schemas import schemas
from tools.pages.stack import stack
from tools.pages.tutorial import tutorial
from tools.pages.vendors import vendors
from tools.uv import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
MAKE = re.compile(r"(?:`|^)make ([a-z][a-z0-9-]*)", re.MULTILINE)


def pages() -> dict[Path, str]:
    """Return every generated page by where it belongs."""
    docs = ROOT / "docs"
    single = {
        "cli.md": commands(),
        "errors.md": errors(),
        "stack.md": stack(),
        "cost.md": cost(),
        "tutorial-first-vendor.md": tutorial(),
        "vendors.md": vendors(),
        "scale.md": scale(),
        "licences.md": licences(),
    }
    every = {**single, **reasons(), **{f"schemas/{name}": text for name, text in schemas().items()}}
    return {docs / name: text for name, text in every.items()}


def documents() -> list[Path]:
    """Return every Markdown file of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def stale(wanted: dict[Path, str]) -> Iterator[str]:
    """Tell which generated pages are not what they would be now, and which have no source any more."""
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield f"{path.relative_to(ROOT)} is out of date: run `make docs`"
    for path in (ROOT / "docs" / "schemas").rglob("*.json"):
        if path not in wanted:
            yield f"{path.relative_to(ROOT)} belongs to no message any more: delete it"


def dead_links(document: Path) -> Iterator[str]:
    """Tell which links to files and headings of the project lead nowhere."""
    for target, heading in LINK.findall(document.read_text(encoding="utf-8")):
        path = (document.parent / target).resolve() if target else document
        if not path.exists():
            yield f"{document.relative_to(ROOT)} links to {target}, which does not exist"
        elif heading and path.suffix == ".md" and heading not in headings(path):
            yield f"{document.relative_to(ROOT)} links to {target}#{heading}, which has no such heading"


def headings(document: Path) -> set[str]:
    """Return the anchors that a reader's browser makes of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def unknown_tasks(document: Path) -> Iterator[str]:
    """Tell which `make` tasks a document names that the Makefile does not have."""
    known = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for task in MAKE.findall(document.read_text(encoding="utf-8")):
        if task not in known:
            yield f"{document.relative_to(ROOT)} names `make {task}`, which does not exist"


def problems() -> list[str]:
    """Return everything that is wrong with the documents."""
    found = [*stale(pages()), *recording.problems()]
    for document in documents():
        found += [*dead_links(document), *unknown_tasks(document)]
    return found


def main(arguments: list[str]) -> int:
    """Write the pages, or check; the exit code."""
    if "--check" in arguments:
        found = problems()
        print("\n".join(found))
        return 1 if found else 0
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
