"""A record's version, as its vendor tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

type RevisionJson = int | dict[str, int | str]
"""An order alone is a number, as it always was; with a tag, a mapping of what there is."""


class Revision(NamedTuple):
    """Names one state of a record. At least one of both is told.

    `order` rises with every change. `tag` (an ETag, a change key) is opaque: it is equal, or it is another state. Both
    are sent back as they were told, so that a write meets the state it was planned on.
    """

    order: int | None = None
    tag: str | None = None

    @classmethod
    def of(cls, order: int | None = None, tag: str | None = None) -> Revision | None:
        """Return what a vendor told; None where it told neither."""
        return None if order is None and tag is None else cls(order, tag)

    def is_before(self, other: Revision | None) -> bool:
        """Tell whether this is for sure the lower one: tags have no order."""
        return other is not None and self.order is not None and other.order is not None and self.order < other.order

    def is_same(self, other: Revision | None) -> bool:
        """Tell whether both name one state, by all that both tell; False where they have nothing in common."""
        pairs = zip(self, other or (), strict=False)  # pragma: no mutate: no strict at all is the same
        common = [pair for pair in pairs if None not in pair]
        return bool(common) and all(one == another for one, another in common)

    def to_json(self) -> RevisionJson:
        """Return the shape that messages and pages of a snapshot hold."""
        if self.tag is None and self.order is not None:
            return self.order
        return {name: part for name, part in self._asdict().items() if part is not None}

    @classmethod
    def from_json(cls, data: int | Mapping[str, Any]) -> Revision:
        """Read what `to_json` wrote, or the plain number of an older message."""
        return cls(data) if isinstance(data, int) else cls(data.get("order"), data.get("tag"))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        """Have pydantic read and write `to_json`. Imported here: `receive` starts without pydantic."""
        from pydantic_core import core_schema as schema

        number, text = schema.int_schema(strict=True), schema.str_schema()
        parts = {
            name: schema.typed_dict_field(each, required=False) for name, each in (("order", number), ("tag", text))
        }
        told = schema.union_schema([number, schema.typed_dict_schema(parts)])
        read = schema.no_info_after_validator_function(cls.from_json, told)
        return schema.json_or_python_schema(
            read,
            schema.union_schema([schema.is_instance_schema(cls), read]),
            serialization=schema.plain_serializer_function_ser_schema(cls.to_json, return_schema=told),
        )
