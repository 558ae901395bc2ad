"""A published contract: what there is to call, and what an answer may look like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import orjson
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tools.uv import ROOT

CONTRACTS = ROOT / "docs" / "contracts"
SUFFIX = ".openapi.yaml"


def names() -> list[str]:
    """Return the contracts of the form that is checked here: lists of records under `/v1/`, read on from a cursor."""
    there = sorted(path.name.removesuffix(SUFFIX) for path in CONTRACTS.glob(f"*{SUFFIX}"))
    return [name for name in there if Contract.load(name).kinds]


@dataclass(frozen=True)
class Contract:
    """One of them."""

    name: str
    document: dict[str, Any]

    @classmethod
    def load(cls, name: str) -> Self:
        """Return the contract of this name."""
        text = (CONTRACTS / f"{name}{SUFFIX}").read_text(encoding="utf-8")
        return cls(name, yaml.load(text, yaml.CSafeLoader))

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of record: what is listed page by page, and read by id."""
        paths = self.document["paths"]
        return [
            path.removeprefix("/v1/")
            for path in paths
            if "after" in self.parameters(path, "get") and "get" in paths.get(f"{path}/{{id}}", {})
        ]

    @cached_property
    def writable(self) -> list[str]:
        """The kinds that are created, changed and deleted."""
        paths = self.document["paths"]
        of_one = {kind: {*paths[f"/v1/{kind}/{{id}}"]} for kind in self.kinds}
        return [kind for kind in self.kinds if "post" in paths[f"/v1/{kind}"] and of_one[kind] >= {"patch", "delete"}]

    def parameters(self, path: str, method: str) -> set[str]:
        """Return what a call may ask for in its query."""
        operation = self.document["paths"][path].get(method, {})
        found = [self._resolved(each) for each in operation.get("parameters", [])]
        return {each["name"] for each in found if each["in"] == "query"}

    def fields(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """Return what can be set of a record, by name."""
        (fields,) = self._create(kind)["allOf"]
        found: dict[str, Any] = self._resolved(fields)["properties"]
        return {name: self._resolved(each) for name, each in found.items()}

    def required(self, kind: str) -> list[str]:
        """Return the fields without which no record is created."""
        return list(self._create(kind)["required"])

    def events(self) -> list[str]:
        """Return the events that webhooks tell."""
        return list(self.document["components"]["schemas"]["Event"]["enum"])

    def breaches(self, path: str, method: str, status: int, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
        """Tell what of an answer the contract does not allow."""
        answers = self.document["paths"][path][method]["responses"]
        answer = self._resolved(answers.get(str(status), answers["default"]))
        if str(status) not in answers and status < 400:
            yield f"{status} is no answer to this call"
            return
        for name, header in answer.get("headers", {}).items():
            schema = self._resolved(header)["schema"]
            value = headers.get(name)
            typed = int(value) if schema["type"] == "integer" and value and value.isdecimal() else value
            if value is None or not Draft202012Validator(schema).is_valid(typed):
                yield f"the header {name} is missing" if value is None else f"the header {name} is {value!r}"
        if "content" not in answer:
            if body:
                yield "there is a body, where none belongs"
            return
        (media,) = answer["content"]
        told = headers.get("content-type", "").partition(";")[0].strip()
        if told != media:
            yield f"the body is {told or 'of no type'} instead of {media}"
        yield from self._misfits(answer["content"][media]["schema"], body)

    def says(self, path: str, method: str, status: int) -> str:
        """Return where the contract says what this answer is."""
        answers = self.document["paths"][path][method]["responses"]
        answer = self._resolved(answers.get(str(status), answers["default"]))
        return f"{method.upper()} {path}, {status}: {answer['description']}"

    def _misfits(self, schema: dict[str, Any], body: bytes) -> Iterator[str]:
        try:
            value = orjson.loads(body)
        except ValueError:
            yield "the body is no JSON"
            return
        registry: Registry[Any] = Registry().with_resource("urn:contract", DRAFT202012.create_resource(self.document))
        there = {"$ref": f"urn:contract{schema['$ref']}"} if "$ref" in schema else schema
        for error in Draft202012Validator(there, registry=registry).iter_errors(value):
            where = ".".join(str(part) for part in error.absolute_path) or "the body"
            yield f"{where}: {error.message[:200]}"

    def _create(self, kind: str) -> dict[str, Any]:
        operation = self.document["paths"][f"/v1/{kind}"]["post"]
        return self._resolved(operation["requestBody"]["content"]["application/json"]["schema"])

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """Return what a part of the document stands for."""
        if "$ref" not in part:
            return part
        found: Any = self.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return dict(found)
