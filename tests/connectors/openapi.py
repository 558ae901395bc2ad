"""Checks requests against Tripletex's published OpenAPI document, where a copy of it is at hand."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import orjson
import pytest

SPEC = Path(__file__).parents[2].parent / "shared" / "specs" / "tripletex" / "tripletex-openapi.json.gz"
NO_SPEC = pytest.mark.skipif(not SPEC.exists(), reason="no copy of Tripletex's OpenAPI document beside the repository")


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    loaded: dict[str, Any] = orjson.loads(gzip.decompress(SPEC.read_bytes()))
    return loaded


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    found = [*document()["paths"]]
    found.sort(key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + r"\Z"), path) for path in found]


def parameters(path: str, method: str) -> frozenset[str]:
    """Return the query parameters of an operation."""
    told = document()["paths"][path][method.lower()].get("parameters", [])
    return frozenset(each["name"] for each in told if each["in"] == "query")


def complaints(requests: Iterable[httpx.Request], base: str = "/v2") -> list[str]:
    """Return what the document does not allow: unknown paths, methods, query parameters, body fields."""
    return [complaint for request in requests for complaint in _complaints(request, base)]


def _complaints(request: httpx.Request, base: str) -> list[str]:
    path = unquote(request.url.path).removeprefix(base)
    template = next((template for pattern, template in _paths() if pattern.match(path)), None)
    operation = document()["paths"].get(template, {}).get(request.method.lower())
    if template is None or operation is None:
        return [f"{request.method} {path}: no such operation"]
    known = parameters(template, request.method)
    found = [f"{request.method} {path}: no parameter {name}" for name in request.url.params if name not in known]
    if request.content:
        content = operation.get("requestBody", {}).get("content", {})
        schema = next((each["schema"] for each in content.values()), None)
        if schema is None:
            return [*found, f"{request.method} {path}: takes no body"]
        found += [f"{request.method} {path}: {each}" for each in _unfit(orjson.loads(request.content), schema, "")]
    return found


def _unfit(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        return []
    kind = schema.get("type")
    wanted: dict[str, Any] = {
        "integer": int,
        "number": (int, float),
        "string": str,
        "boolean": bool,
        "array": list,
        "object": dict,
    }
    if kind in wanted and (not isinstance(value, wanted[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{at or 'body'} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value} is none of the values"]
    if isinstance(value, list):
        return [each for item in value for each in _unfit(item, schema.get("items", {}), f"{at}[]")]
    if isinstance(value, dict) and "properties" in schema:
        properties = schema["properties"]
        unknown = [f"no field {at}.{name}".replace(" .", " ") for name in value if name not in properties]
        read_only = [f"{at}.{name} is read-only" for name in value if properties.get(name, {}).get("readOnly")]
        below = [each for name in value if name in properties for each in _unfit(value[name], properties[name], name)]
        return unknown + read_only + below
    return []
