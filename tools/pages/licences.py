"""docs/licences.md: every library that the product ships or installs, and its licence."""

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

from tools.licences import licence_of
from tools.pages.markdown import page, table

INTRODUCTION = """\
Samspill is published under the [Apache License 2.0](../LICENSE). It stands on the libraries below, unchanged. Each is
under a permissive licence, or under one that reaches no further than the library's own files (MPL-2.0); a test holds
this for every new one.

The build writes a bill of materials of what it really installed, in CycloneDX, beside the libraries in the layer:
`python/sbom.cdx.json`. `make scan` looks everything that is locked up in a public database of known vulnerabilities."""


def licences() -> str:
    """Return the page."""
    shipped = closure(extra="")
    parts = [
        INTRODUCTION,
        "## In the functions",
        _table(shipped),
        "## On a person's machine, for the command line",
        _table(closure(extra="cli") - shipped),
    ]
    return page("Licences", *parts)


def closure(*, extra: str) -> set[str]:
    """Return the names of all libraries that the product needs, directly or not, with the optional part `extra`."""
    found: set[str] = set()
    _follow(distribution("samspill"), extra, found)
    return found


def _follow(library: Distribution, extra: str, found: set[str]) -> None:
    for name, extras in _needs(library, extra):
        if name not in found:
            found.add(name)
            for each in ("", *extras):
                _follow(distribution(name), each, found)


def _needs(library: Distribution, extra: str) -> Iterator[tuple[str, set[str]]]:
    for line in library.requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": extra}):
            yield needed.name.lower().replace("_", "-"), needed.extras


def _table(names: set[str]) -> str:
    return table(["Library", "Licence"], [(f"`{name}`", licence_of(distribution(name))) for name in sorted(names)])
