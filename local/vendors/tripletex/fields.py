"""The `fields` and `sorting` parameters: `*,customer(name),changes` and `project.name,-date`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.errors import Refusal
from local.vendors.tripletex.model import Field, Kind, Model

type Models = Mapping[str, Model]
type Selection = tuple[Pick, ...]

_TOKEN = re.compile(r"\s*([^\s,()]+|[,()])")
_REFERENCES = {Kind.REF, Kind.REFS, Kind.ADDRESS}
_WITH_PARTS = {*_REFERENCES, Kind.CHANGES, Kind.VALUE}


@dataclass(frozen=True, slots=True)
class Pick:
    """One field to show; `sub` says what to show of the record it refers to, None its id and url only."""

    field: Field
    sub: Selection | None = None


def parse_fields(text: str, model: Model, models: Models) -> Selection:
    """Read a `fields` filter; empty means `*`.

    Raises:
        Refusal: 400/11000, a name is not a field of the model.
    """
    parser = _Parser(_TOKEN.findall(text) or ["*"], models)
    selection = parser.picks(model)
    if parser.tokens:
        raise _illegal(parser.tokens[-1], model)
    return selection


def is_flat(selection: Selection) -> bool:
    """Tell whether nothing but the record itself is shown."""
    return all(pick.sub is None for pick in selection)


class _Parser:
    """Eats tokens from the end of a reversed list."""

    def __init__(self, tokens: list[str], models: Models) -> None:
        self.tokens = tokens[::-1]
        self._models = models

    def picks(self, model: Model | None) -> Selection:
        """Read names up to the end or a closing parenthesis.

        What refers to an entity that is not kept here has no model, and any name will do.
        """
        found: dict[str, Pick] = {}
        while self.tokens and self.tokens[-1] != ")":
            name = self.tokens.pop()
            for pick in self._named(name, model):
                if pick.sub is not None or pick.field.name not in found:
                    found[pick.field.name] = pick
            self._skip(",")
        return tuple(found.values())

    def _named(self, name: str, model: Model | None) -> list[Pick]:
        if name == "*" and model is not None:
            every = (*model.fields.values(), *model.unlisted)
            return [Pick(each) for each in every if each.kind is not Kind.CHANGES and not each.write_only]
        field = model.fields.get(name) if model is not None else None
        if model is not None and (field is None or field.write_only):
            raise _illegal(name, model)
        sub: Selection | None = None
        if self._skip("("):
            if field is not None and field.kind not in _WITH_PARTS:
                raise _illegal(name, model)
            sub = self.picks(self._models.get(field.target or "") if field else None)
            if not self._skip(")"):
                raise _illegal(name, model)
        return [Pick(field, sub if field.kind in _REFERENCES else None)] if field else []

    def _skip(self, token: str) -> bool:
        if not self.tokens or self.tokens[-1] != token:
            return False
        self.tokens.pop()
        return True


def _illegal(name: str, model: Model | None) -> Refusal:
    return Refusal(400, 11000, m.ILLEGAL_FIELD.about(name, model.dto if model else "?"))


def parse_sorting(text: str, model: Model, models: Models) -> list[tuple[list[str], bool]]:
    """Read a `sorting`: for each key the way to the field, and whether it descends.

    Raises:
        Refusal: 422/17000, a name is not a field.
    """
    keys = []
    for key in filter(None, (each.strip() for each in text.split(","))):
        path = key.removeprefix("-").split(".")
        here: Model | None = model
        for name in path:
            if here is None or name not in here.fields:
                raise Refusal(422, 17000, m.ILLEGAL_SORTING.about(key))
            here = models.get(here.fields[name].target or "")
        keys.append((path, key.startswith("-")))
    return keys
