"""Hours from a time system to accounting, cell by cell: what is sent, what is asked about, what is noted as exported.

The time system decides hours and comments, accounting what it holds. Hours that a person changed in accounting are
never written over unasked; a comment changed there is told, and left alone until the time system's changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, MatchRule, OnConflict, Policy, StreamRules, single
from samspill.flows.flow import Stream
from samspill.flows.matching import exact_name, text
from samspill.reasons import Reason

CELLS = "cells"
"""The kind of hours that are told one by one, per employee, day, project and activity."""
HOURS_FROM = "hours_from"
EXPORTED_BEFORE = "hours_exported_before"
"""The reason of hours that came with somebody else's mark."""
HOURS_SETTINGS = (HOURS_FROM, "project_activity", "internal_activity")


def activities(systems: Mapping[Side, str]) -> StreamRules:
    """Return the rules for what hours are put on: only matched, never written."""
    return StreamRules(
        name="activities",
        fields=(FieldRule("name", Policy.OFF),),
        matches=(MatchRule("name", single(_name_and_class)),),
        systems=systems,
    )


def _name_and_class(fields: Fields) -> str | None:
    name = exact_name(fields)
    return f"{name}|{fields.get('type') == 'internal'}" if name else None


def stream(source: Side, systems: Mapping[Side, str]) -> Stream:
    """Return the stream of hours whose day sheets are on `source`; the other side tells cells, one by one."""
    rules = hours(source, systems)
    kinds = {source.other: CELLS}
    # They begin once what they refer to is linked.
    return Stream("hours", "hours", rules, mode="hours", source=source, in_first_sync=False, kinds=kinds)


def hours(source: Side, systems: Mapping[Side, str]) -> StreamRules:
    """Return the rules for cells of hours whose day sheets are on `source`."""
    target = source.other

    def already_exported(left: Fields, right: Fields) -> Reason | None:
        sheet, entry = (left, right) if source is Side.LEFT else (right, left)
        exported = text(sheet, "exported")
        if exported is None or text(entry, "hours") is not None:
            return None
        return Reason("hours_exported_before", {"hours": exported, **_names(systems, source)})

    return StreamRules(
        name="hours",
        fields=(
            # Where the hours belong: the same on both sides by what the cells are called.
            FieldRule("employee", Policy.FILL_IF_BLANK, source, references="employees"),
            FieldRule("project", Policy.FILL_IF_BLANK, source, references="projects"),
            FieldRule("hours", Policy.MASTER, source, OnConflict.REVIEW),
            FieldRule("comment", Policy.REPORT, source),
            FieldRule("exported", Policy.MASTER, target, where_told=True),
        ),
        scope={source: lambda fields: _not_sent(fields, _names(systems, source))},
        joins=already_exported,
        implicit=True,
        systems=systems,
    )


def _names(systems: Mapping[Side, str], source: Side) -> dict[str, str]:
    return {"source": systems[source], "target": systems[source.other]}


def _not_sent(fields: Fields, names: Mapping[str, str]) -> Reason | None:
    starts_on = text(fields, "starts_on")
    if starts_on is not None:
        return Reason("hours_before_start", {"day": starts_on, **names})
    if text(fields, "activity") is not None:
        return None
    return Reason("hours_none" if text(fields, "hours") is None else "hours_on_nothing", names)
