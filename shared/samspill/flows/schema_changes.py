"""What became of an account's fields since they were last accepted: what has to be told, and what goes on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from samspill.engine.model import Side
from samspill.flows.problems import Problem
from samspill.flows.schema import Difference, Schema, differences
from samspill.reasons import Reason

_CODES: Mapping[Difference, str] = {
    Difference.NEW: "schema_new",
    Difference.MISSING: "schema_missing",
    Difference.RETYPED: "schema_retyped",
    Difference.READ_ONLY: "schema_read_only",
    Difference.REQUIRED: "schema_required",
    Difference.CHOICE_GONE: "schema_choice_gone",
}


class Changes(NamedTuple):
    """What was found on one side of a stream."""

    lasting: list[Problem]
    """About fields in use: true until it is mended, or a person saves the mapping again."""
    passing: list[Problem]
    """About other fields: told, and then accepted."""
    accepted: Schema
    """What later looks are compared with: as it is now, but for the fields that `lasting` is about."""


def changes(before: Schema, now: Schema, used: Collection[str], side: Side, system: str) -> Changes:
    """Return what changed on a side, of fields that are in `use` and of others."""
    found = [
        (kind, Problem(Reason(_CODES[kind], {"field": path, "system": system, "stream": now.kind}), side, path, False))
        for kind, path in differences(before, now)
    ]
    lasting = [p for kind, p in found if kind is Difference.REQUIRED or (p.path in used and kind is not Difference.NEW)]
    kept = {problem.path for problem in lasting}
    fields = [*(each for each in now.fields if each.path not in kept or each.path not in before.by_path)]
    fields += [each for each in before.fields if each.path in kept]
    return Changes(lasting, [p for _, p in found if p not in lasting], Schema(now.kind, tuple(fields)))
