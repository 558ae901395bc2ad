"""Under which licence a library is published, as an SPDX expression, and which ones the product may stand on."""

from importlib.metadata import Distribution

MISSING = {
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "s3transfer": "Apache-2.0",
}
"""Licences of libraries whose own metadata names none in SPDX's words; read from the licence files they ship."""

PERMITTED = frozenset(
    {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "AND", "OR", "WITH"}
)
"""What a library that we ship may be published under: permissive, or copyleft that ends at the library's own files."""


def licence_of(library: Distribution) -> str:
    """Return the library's licence as an SPDX expression.

    Raises:
        LookupError: its metadata names none; read its licence file and add a row to `MISSING`.
    """
    told = library.metadata.get("License-Expression") or MISSING.get(library.name.lower())
    told = told or library.metadata.get("License")
    if not told or "\n" in told:
        raise LookupError(f"{library.name} names no licence: add it to MISSING in {__name__}")
    return told


def not_permitted(expression: str) -> set[str]:
    """Return the licences in an SPDX expression that the product may not stand on."""
    return set(expression.replace("(", " ").replace(")", " ").split()) - PERMITTED
