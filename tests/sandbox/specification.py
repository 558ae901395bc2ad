"""Watches every exchange with the Tripletex sandbox and compares it with the vendor's own document, where at hand."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from local.vendors.transport import SandboxTransport

SPECIFICATION = Path(__file__).parents[2].parent / "shared/specs/tripletex/tripletex-openapi.json.gz"
MISSING = f"the vendor's specification is not at hand ({SPECIFICATION.name})"

UNLISTED = {"contractReference", "encryptedId", "sandboxOnly"}
"""Fields the sandbox answers on purpose though the specification lacks them."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
}


@cache
def document() -> dict[str, Any] | None:
    """Return the specification, or None where it is not at hand."""
    if not SPECIFICATION.exists():
        return None
    found: dict[str, Any] = json.loads(gzip.decompress(SPECIFICATION.read_bytes()))
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    found = document() or {"paths": {}}
    paths = sorted(found["paths"], key=lambda path: path.count("{"))
    return [(re.compile("/v2" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def path_of(url_path: str) -> str | None:
    """Return the specification's path for a called one."""
    return next((path for pattern, path in _patterns() if pattern.fullmatch(url_path)), None)


def strangers(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Return what in an answer the schema does not have, or has with another type."""
    specification = document()
    assert specification is not None
    if "$ref" in schema:
        schema = specification["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type")
    if value is None or kind is None:
        return []
    if not isinstance(value, _TYPES[kind]) or (kind in {"integer", "number"} and isinstance(value, bool)):
        return [f"{where} is no {kind}: {value!r}"]
    if isinstance(value, list):
        return [each for item in value for each in strangers(item, schema["items"], where)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    known = schema["properties"]
    return [
        problem
        for name, inner in value.items()
        for problem in (
            strangers(inner, known[name], f"{where}.{name}")
            if name in known
            else []
            if name in UNLISTED
            else [f"{where}.{name} does not exist"]
        )
    ]


class SpecificationTransport(httpx.BaseTransport):
    """Passes everything on, and fails a test whose answer the vendor could not have given."""

    def __init__(self, inner: SandboxTransport) -> None:
        """Watch `inner`."""
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange and compare."""
        response = self._inner.handle_request(request)
        specification = document()
        path = path_of(request.url.path)
        if specification is None or path is None or not response.is_success or not response.content:
            return response
        answer = specification["paths"][path][request.method.lower()]["responses"][str(response.status_code)]
        [media_type] = answer["content"].values()
        found = strangers(json.loads(response.content), media_type["schema"], path)
        assert not found, found
        return response
