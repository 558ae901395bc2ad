"""A kind of record with attributes of the account's own beside the fields that all accounts have. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import override

from samspill.canon.values import Fields, Value
from samspill.connectors.mapping import Field, Mapped, Patch, Row
from samspill.connectors.timly import values
from samspill.connectors.timly.profile import VALUES
from samspill.errors import MappingError
from samspill.flows.schema import ATTRIBUTES, Choice, FieldType, Schema, SchemaField
from samspill.reasons import Reason

_TYPES: Mapping[str, FieldType] = {
    "number": FieldType.DECIMAL,
    "money": FieldType.GROUP,
    "date": FieldType.DATE,
    "boolean": FieldType.FLAG,
    "choice": FieldType.CHOICE,
}
"""Their type → ours; addresses (`url`, `mac`) are text, and so is what we do not know yet."""
MAC = "mac"


class Attributed(Mapped):
    """Reads and writes the values of attributes as `attributes.<key>`."""

    def __init__(self, what: str, scope: str, fields: Sequence[Field], *, without: Collection[str] = ()) -> None:
        """Hold the attributes of a scope (`item`, `person`), but none whose key is in `without`."""
        super().__init__(what, fields)
        self._scope = scope
        self._without = frozenset(without)

    @override
    def read(self, row: Row) -> dict[str, Value]:
        out = super().read(row)
        for key, told in (row.get(VALUES) or {}).items():
            if key not in self._without:
                name = ATTRIBUTES + key
                out[name] = values.read(name, told)
        return out

    @override
    def legible(self, row: Row) -> dict[str, Value]:
        out = super().legible(row)
        told = row.get(VALUES)
        for key, each in told.items() if isinstance(told, dict) else ():
            with suppress(MappingError):
                out[ATTRIBUTES + key] = values.read(ATTRIBUTES + key, each)
        return out

    @override
    def write(self, fields: Fields, *, create: bool = False) -> Patch:
        own = {name: value for name, value in fields.items() if name.startswith(ATTRIBUTES)}
        patch = super().write({name: fields[name] for name in fields if name not in own}, create=create)
        held = {name: value for name, value in own.items() if not (create and value is None)}
        for name in held:
            if name.removeprefix(ATTRIBUTES) in self._without:
                reason = Reason("not_changeable", {"what": f"{self.what}.{name}"})
                raise MappingError(f"{name} belongs to one device", reason=reason, field=name)
        if held:
            patch[VALUES] = {name.removeprefix(ATTRIBUTES): values.write(name, each) for name, each in held.items()}
        return patch

    def with_attributes(self, schema: Schema, told: Iterable[Row]) -> Schema:
        """Return the schema with the account's own attributes, which were told as rows."""
        own = (self._attribute(row) for row in told if row["scope"] == self._scope)
        return Schema(schema.kind, (*schema.fields, *(each for each in own if each is not None)))

    def _attribute(self, row: Row) -> SchemaField | None:
        key = str(row["key"])
        if key in self._without or (self._without and row["type"] == MAC):
            return None
        type_ = FieldType.LIST if row.get("is_list") else _TYPES.get(row["type"], FieldType.TEXT)
        choices = tuple(Choice(str(each)) for each in row.get("choices") or ())
        return SchemaField(ATTRIBUTES + key, type_, {"de": str(row["label"])}, choices=choices)
