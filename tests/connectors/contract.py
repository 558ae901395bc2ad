"""Checks what a vendor is sent against the contract of ours that it is to serve."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import orjson
import yaml
from jsonschema import Draft202012Validator

CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts"


@cache
def contract(vendor: str) -> dict[str, Any]:
    """Return the contract for a vendor."""
    loaded: dict[str, Any] = yaml.load(
        (CONTRACTS / f"{vendor}.openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return loaded


def breaches(vendor: str, requests: Iterable[httpx.Request]) -> list[str]:
    """Return what the contract does not allow."""
    return [breach for request in requests for breach in _breaches(contract(vendor), request)]


def _breaches(contract: dict[str, Any], request: httpx.Request) -> list[str]:
    where = f"{request.method} {request.url.path}"
    _, *parts = request.url.raw_path.decode().partition("?")[0].split("/")
    template = "/".join(["", *parts[:2], *(["{id}", *parts[3:]] if parts[2:] not in ([], ["batch"]) else parts[2:])])
    path = contract["paths"].get(template, {})
    operation = path.get(request.method.lower())
    if operation is None:
        return [f"{where}: no such operation"]
    told = [_resolved(contract, each) for each in [*path.get("parameters", []), *operation.get("parameters", [])]]
    known = {each["name"] for each in told if each["in"] == "query"}
    found = [f"{where}: no parameter {name}" for name in request.url.params if name not in known]
    if request.content:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": contract["components"]})
        found += [f"{where}: {error.message}" for error in validator.iter_errors(_short(orjson.loads(request.content)))]
    return found


def _short(value: Any) -> Any:
    """Return the body with its texts cut: too long a name is for the vendor to refuse, the shape is for us to keep."""
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    return value[:50] if isinstance(value, str) else value


def _resolved(contract: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    named: dict[str, Any] = contract["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return named
