"""Watches every exchange with a sandbox and compares it with the contract we publish."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from local.vendors.transport import SandboxTransport

ROOT = Path(__file__).parents[2]


@cache
def document(vendor: str) -> dict[str, Any]:
    """Return the contract for a vendor."""
    path = ROOT / f"docs/contracts/{vendor}.openapi.yaml"
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


@cache
def validator(vendor: str, pointer: str) -> Validator:
    """Return the validator of the schema at a JSON pointer into the contract."""
    registry: Registry[Any] = Registry().with_resource("urn:contract", DRAFT202012.create_resource(document(vendor)))
    return Draft202012Validator({"$ref": f"urn:contract#{pointer}"}, registry=registry)


def complaints(vendor: str, pointer: str, value: Any) -> list[str]:
    """Return what is wrong with a value under the schema at a pointer."""
    return [error.message for error in validator(vendor, pointer).iter_errors(value)]


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


class ContractTransport(httpx.BaseTransport):
    """Lets pass only what the contract allows: good requests get declared answers, bad ones are refused."""

    def __init__(self, inner: SandboxTransport, vendor: str) -> None:
        """Watch `inner`."""
        self._inner = inner
        self._vendor = vendor
        self.checked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange and compare."""
        response = self._inner.handle_request(request)
        for template, methods in document(self._vendor)["paths"].items():
            if (
                re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.url.path)
                and request.method.lower() in methods
            ):
                if template.endswith("{id}") and request.url.path.replace("/batch", "/{id}") == template:
                    continue
                self._compare(template, methods[request.method.lower()], request, response)
                break
        return response

    def _compare(
        self, template: str, operation: dict[str, Any], request: httpx.Request, response: httpx.Response
    ) -> None:
        self.checked += 1
        here = f"/paths/{_escaped(template)}/{request.method.lower()}"
        # A batch is answered 200 even when each of its items is refused.
        refused = response.status_code >= 400 or b'"problem":' in response.content
        if request.content and "requestBody" in operation and response.status_code not in {400, 401, 403, 404, 413}:
            wrong = complaints(
                self._vendor, f"{here}/requestBody/content/application~1json/schema", json.loads(request.content)
            )
            assert refused or not wrong, f"{request.method} {template} took what the contract refuses: {wrong}"
        names = {_resolved(self._vendor, each)["name"] for each in operation.get("parameters", [])}
        assert refused or set(request.url.params) <= names, f"{template}: parameters {set(request.url.params) - names}"
        assert "X-Request-Id" in response.headers
        answers = operation["responses"]
        key = str(response.status_code) if str(response.status_code) in answers else "default"
        answer = _resolved(self._vendor, answers[key])
        if "content" not in answer:
            assert not response.content
            return
        [media_type] = answer["content"]
        assert response.headers["Content-Type"] == media_type, f"{template} {response.status_code}"
        pointer = answers[key].get("$ref", f"#{here}/responses/{key}").removeprefix("#")
        wrong = complaints(
            self._vendor, f"{pointer}/content/{_escaped(media_type)}/schema", json.loads(response.content)
        )
        assert not wrong, f"{request.method} {template} answered what the contract does not have: {wrong}"


def _resolved(vendor: str, part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = document(vendor)
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)
