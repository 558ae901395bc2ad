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
    tokens = _TOKEN.findall(text) or ["*"]
    selection, rest = _list(tokens, 0, model, models)
    if rest != len(tokens):
        raise _illegal(tokens[rest], model)
    return selection


def is_flat(selection: Selection) -> bool:
    """Tell whether nothing but the record itself is shown."""
    return all(pick.sub is None for pick in selection)


def _list(tokens: list[str], at: int, model: Model | None, models: Models) -> tuple[Selection, int]:
    picks: dict[str, Pick] = {}
    while at < len(tokens) and tokens[at] != ")":
        name = tokens[at]
        at += 1
        nested = at < len(tokens) and tokens[at] == "("
        field = _field(name, model) if name != "*" else None
        sub: Selection | None = None
        if nested:
            if model is not None and (field is None or field.kind not in _REFERENCES | {Kind.CHANGES, Kind.VALUE}):
                raise _illegal(name, model)
            target = models.get(field.target or "") if field else None
            sub, at = _list(tokens, at + 1, target, models)
            if at >= len(tokens):
                raise _illegal(name, model)
            at += 1
        if field is not None:
            if name not in picks or sub is not None:
                picks[name] = Pick(field, sub if field.kind in _REFERENCES else None)
        elif name == "*" and model is not None:
            for each in (*model.fields.values(), *model.unlisted):
                if each.kind is not Kind.CHANGES and not each.write_only:
                    picks.setdefault(each.name, Pick(each))
        if at < len(tokens) and tokens[at] == ",":
            at += 1
    return tuple(picks.values()), at


def _field(name: str, model: Model | None) -> Field | None:
    """Return the field; what refers to an entity that is not kept here has no model, and any name will do."""
    if model is None:
        return None
    field = model.fields.get(name)
    if field is None or field.write_only:
        raise _illegal(name, model)
    return field


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
