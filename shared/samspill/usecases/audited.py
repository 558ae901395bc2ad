"""Decisions written down: who asked for what before it is done, and how it ended after.

`actor.needs` has every use case pass through here that needs more than looking, so none can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from samspill.decisions import Change, DecisionLine, Part
from samspill.errors import SamspillError, UsageError
from samspill.ports import World
from samspill.state import FlowKey, StreamKey

MOST = 200
"""So many things of a list are written down, and how many there were."""
LONGEST = 500
"""So many characters of a text."""
SECRET = ("credentials",)
"""Arguments of which only the names are written down."""


class Subject(NamedTuple):
    """What a decision is about."""

    tenant: str
    flow: str = ""
    connection: str = ""


type About = Callable[[World, Mapping[str, Any]], Subject]
"""Tells from the arguments of a use case what it is about."""


def named(_world: World, arguments: Mapping[str, Any]) -> Subject:
    """Return the flow, stream or connection that is among the arguments."""
    for each in arguments.values():
        if isinstance(each, FlowKey | StreamKey):
            return Subject(each.tenant, each.flow)
    return Subject(arguments["tenant"], connection=arguments.get("connection_id", ""))


def decided[R](world: World, line: DecisionLine, subject: Subject, do: Callable[[], R]) -> R:
    """Write down what is asked for, do it, and write down how it ended. What cannot be written down is not done."""
    before = _document(world, subject)
    world.decisions.write(line)
    ended = {"asked_at": line.asked_at, "decision": line.of, "asked": {}}
    try:
        made = do()
    except SamspillError as error:
        told = {"at": world.clock.now(), "part": Part.REFUSED, "reason": error.reason}
        changes = _changes(before, _document(world, subject))
        world.decisions.write(line.model_copy(update={**ended, **told, "changes": changes}))
        raise
    changes = _changes(before, _document(world, subject))
    told = {"at": world.clock.now(), "part": Part.DONE, "changes": changes}
    world.decisions.write(line.model_copy(update={**ended, **told}))
    return made


def shown(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as they are written down: without secrets, what was not given, and what is too much to read."""
    given = {name: value for name, value in arguments.items() if value is not None and not _is_no_detail(name, value)}
    told = {name: sorted(value) if name in SECRET else value for name, value in given.items()}
    return {name: _clipped(to_jsonable_python(value, fallback=str)) for name, value in told.items()}


def _is_no_detail(name: str, value: Any) -> bool:
    return isinstance(value, FlowKey) or callable(value) or name in {"tenant", "connection_id"}


def _clipped(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]} … ({len(value)})"
    if isinstance(value, Mapping):
        return {name: _clipped(each) for name, each in value.items()}
    if isinstance(value, Sequence):
        more = [f"… ({len(value)})"] if len(value) > MOST else []
        return [*map(_clipped, value[:MOST]), *more]
    return value


def _document(world: World, subject: Subject) -> Mapping[str, Any]:
    """Return what is stored about the subject; nothing where there is nothing."""
    try:
        if subject.flow:
            found: Any = world.registry.flow(FlowKey(subject.tenant, subject.flow))
        elif subject.connection:
            found = world.registry.connection(subject.tenant, subject.connection)
        else:
            return {}
    except UsageError:
        return {}
    document: dict[str, Any] = found.model_dump(mode="json", exclude={"revision"})
    return document


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], within: str = "") -> dict[str, Change]:
    """Return what differs, field by field, and one by one in what a field holds by name."""
    found: dict[str, Change] = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if not within and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            found |= _changes(old or {}, new or {}, f"{name}.")
        else:
            found[within + name] = Change(before=_clipped(old), after=_clipped(new))
    return found
