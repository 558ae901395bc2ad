"""Bulk answers to rows, validated in one pass; a row that does not fit fails alone, with the path of its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from samspill.canon.value_errors import Misfit
from samspill.connectors import tolerant
from samspill.connectors.faults import unreadable
from samspill.connectors.mapping import cannot_map
from samspill.reasons import Reason

type Row = Mapping[str, Any]
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A whole number that our own messages and tables hold as one."""

_MISFITS: Mapping[str, Misfit] = {
    "missing": "left out",
    "string": "not text",
    "int": "not a whole number",
    "decimal": "not a number",
    "bool": "neither yes nor no",
    "less": "too large",
    "greater": "too large",
}
"""How the names of the library's kinds of fault begin."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, why, and what of it has the shape it should have."""

    id: str
    """Empty where the row has none."""
    reason: Reason
    row: Row
    at: int = 0
    """Its place in the answer, counting the rows that fit, too."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An answer: what stands around the rows, the rows, and those that do not fit."""

    envelope: Row
    rows: list[Row]
    bad: tuple[BadRow, ...] = ()


class RowDecoder:
    """Reads lists of one kind of row.

    The common case is one call into pydantic's core for the whole page, straight from bytes to checked dictionaries
    with only the keys we know. Only a page with a fault in it is looked at row by row, and read tolerantly where
    a value in it makes it no JSON.
    """

    def __init__(self, system: str, envelope: type[Any], row: type[Any], rows: str) -> None:
        """Expect `envelope` of `system`, whose key `rows` is a list of `row`; both are TypedDicts."""
        self._system = system
        self._envelope: TypeAdapter[dict[str, Any]] = TypeAdapter(envelope)
        self._row: TypeAdapter[dict[str, Any]] = TypeAdapter(row)
        self._rows = rows

    def page(self, body: bytes) -> Decoded:
        """Decode one answer.

        Raises:
            ContractError: it is no such answer.
        """
        try:
            envelope = self._envelope.validate_json(body)
        except ValidationError as error:
            return self._by_row(body, error)
        return Decoded(envelope, envelope[self._rows])

    def one(self, body: bytes, key: str) -> Decoded:
        """Decode the answer for one record, which stands under `key`."""
        try:
            raw = tolerant.loads(body)[key]
        except (ValueError, TypeError, KeyError):
            raise unreadable(self._system, key, "answer is no record") from None
        return self.rows([raw])

    def rows(self, raw: list[Any]) -> Decoded:
        """Check rows that were decoded already, as they stand in answers of other shapes."""
        try:
            return self.page(orjson.dumps({self._rows: raw}))
        except TypeError:  # a value in them cannot be written as JSON again
            return self._each({}, raw)

    def _by_row(self, body: bytes, error: ValidationError) -> Decoded:
        try:
            raw = tolerant.loads(body)
            raws = list(raw.pop(self._rows))
            envelope = self._envelope.validate_python({**raw, self._rows: []})
        except (ValueError, TypeError, KeyError, AttributeError):
            path, kind = first_fault(error)
            raise unreadable(self._system, path, f"answer does not fit at {path}: {kind}") from None
        return self._each(envelope, raws)

    def _each(self, envelope: Row, raws: list[Any]) -> Decoded:
        good: list[Row] = []
        bad: list[BadRow] = []
        for at, raw in enumerate(raws):
            row = self._checked(raw, at)
            if isinstance(row, BadRow):
                bad.append(row)
            else:
                good.append(row)
        return Decoded(envelope, good, tuple(bad))

    def _checked(self, raw: Any, at: int) -> Row | BadRow:
        if not isinstance(raw, dict):
            return BadRow("", cannot_map("body", "of an unknown shape"), {}, at)
        name = raw.get("id")
        named = str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""
        spoiled = [key for key, value in raw.items() if tolerant.garbled(key) or tolerant.garbled(value)]
        sound = {key: value for key, value in raw.items() if key not in spoiled}
        try:
            row = self._row.validate_python(sound)
        except ValidationError as fault:
            path, kind = first_fault(fault)
            reason = cannot_map(path, misfit(kind)) if path not in spoiled else cannot_map(path, "not text")
            return BadRow("" if "id" in spoiled else named, reason, _sound(sound, fault), at)
        return BadRow(named, cannot_map(spoiled[0], "not text"), row, at) if spoiled else row


def _sound(row: Row, error: ValidationError) -> Row:
    """Return the row without its faulty fields."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    faulty = {each["loc"][0] for each in faults if each["loc"]}
    return {name: value for name, value in row.items() if name not in faulty}


def first_fault(error: ValidationError) -> tuple[str, str]:
    """Return path and kind of the first fault, without the value."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return ".".join(str(part) for part in first["loc"]) or "body", first["type"]


def misfit(kind: str) -> Misfit:
    """Return what a person is told about a fault of this kind, such as `string_type`."""
    return _MISFITS.get(kind.partition("_")[0], "of an unknown shape")
