"""Rows as CSV that a spreadsheet opens as it is: UTF-8 with a mark, semicolons, RFC 4180 quotes and line ends.

Excel in Norway and Germany takes the semicolon for the separator, and reads UTF-8 only where the file begins with the
mark. Everything is carried as it was typed, except that a spreadsheet would run a cell that begins like a formula: such
a cell gets an apostrophe in front. A negative number is none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from samspill.canon.customers import Address
from samspill.canon.projects import Period
from samspill.canon.values import Fields, Value
from samspill.engine.rules import FieldRule, Policy

MARK = b"\xef\xbb\xbf"
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")
PARTS: Mapping[str, tuple[str, ...]] = {
    "postal_address": tuple(Address.__annotations__),
    "period": tuple(Period.__annotations__),
}
"""Fields that are groups, with their parts: each part has a column."""
ID = "id"


def columns(fields: Sequence[FieldRule]) -> list[str]:
    """Return the columns of a stream: the record's id, then its fields in their order, without those that are off."""
    names = [rule.name for rule in fields if rule.policy is not Policy.OFF]
    return [ID, *(column for name in names for column in _columns_of(name))]


def lines(header: Sequence[str], rows: Iterable[tuple[str, Fields]]) -> Iterator[bytes]:
    """Yield the bytes of the file, line by line: the header, then each record (external id, fields)."""
    line = _Line()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    yield MARK + line.taken()
    for external_id, fields in rows:
        by_column = {ID: written(external_id)}
        by_column.update(pair for name, value in fields.items() for pair in _parts(name, value))
        writer.writerow([by_column.get(column, "") for column in header])
        yield line.taken()


def written(value: Value) -> str:
    """Return one value as it stands in the file."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value[:1] in FORMULA and _NEGATIVE.fullmatch(value) is None:
            return f"'{value}"
    return str(value)


def _columns_of(name: str) -> list[str]:
    return [f"{name}.{part}" for part in PARTS[name]] if name in PARTS else [name]


def _parts(name: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((f"{name}.{part}", written(each)) for part, each in value.items())
    else:
        yield name, written(value)


class _Line:
    """Takes what the writer writes, one line at a time."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text

    def taken(self) -> bytes:
        text, self._text = self._text, ""
        return text.encode("utf-8", "replace")
