"""What links hold of a person: their own records, their hours, and what is said of them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson
from pydantic_core import to_jsonable_python

from samspill.canon.json_form import jsonable
from samspill.engine.forgotten import forgotten, without
from samspill.engine.identity import searched_keys
from samspill.engine.model import Decision, Link, LinkState, Side
from samspill.errors import ConflictError
from samspill.flows.flow import Stream
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import FlowState, StreamKey
from samspill.usecases.personal.found import Found
from samspill.usecases.personal.person import Person, held_by, links_of, streams_of


def implicit_links(world: World, state: FlowState, person: Person) -> Iterator[tuple[str, str]]:
    """Yield the hours of the person, as (stream, link)."""
    for _, stream, key in streams_of(world, state.tenant):
        if key.of_flow == state.key and stream.rules.implicit:
            yield from (
                (stream.name, link.id) for link in links_of(world, key) if _is_theirs(stream, key, link, person)
            )


def _is_theirs(stream: Stream, key: StreamKey, link: Link, person: Person) -> bool:
    """Tell whether a link without a name of its own refers to the person: by a reference, or by what it is called."""
    own = {(each.stream, name): known for (each, name), known in person.links.items() if each.of_flow == key.of_flow}
    for rule in stream.rules.fields:
        for (referred, name), known in own.items():
            if rule.references != referred:
                continue
            if any(fields.get(rule.name) == name for fields in held_by(link)):
                return True
            if any(link.ids.get(side, "").split("|")[0] == known.ids.get(side) for side in link.ids):
                return True  # forgotten before: its id still begins with the employee's
    return False


def mentions(world: World, tenant: str, person: Person) -> Iterator[Found]:
    """Yield hours of the person, and what links of others say of them."""
    for _, stream, key in streams_of(world, tenant):
        for link in links_of(world, key):
            if (key, link.id) in person.links:
                continue
            if stream.rules.implicit and _is_theirs(stream, key, link, person):
                yield from own_link(world, key, stream, link, person, None)
            elif (after := without(link, person.words)) != link:
                holds = [each for each in _told(link).values() if person.words.are_in(each)]
                yield Found("link", _at(key, link), None, holds, partial(_commit, world, key, after))


def own_link(
    world: World, key: StreamKey, stream: Stream, link: Link, person: Person, leave_out: Decision | None
) -> Iterator[Found]:
    is_left_out = link.decision is not None and link.decision.action == "ignore"
    after = forgotten(link, person.words, None if is_left_out else leave_out)
    if link.state is LinkState.UNLINKED and stream.rules.matches:
        yield Found("keys", _at(key, link), None, None)
    if after != link:
        erase = partial(_forget, world, key, stream, link, after)
        yield Found("link", _at(key, link), None, _told(link), None if link.intent is not None else erase)


def _forget(world: World, key: StreamKey, stream: Stream, link: Link, after: Link) -> None:
    """Forget a link, and first the keys by which it may be found."""
    for side in Side:
        entries = [(each, link.ids[side]) for fields in held_by(link) for each in searched_keys(stream.rules, fields)]
        if side in link.ids and entries:
            world.keys.drop(key, side, entries)
    _commit(world, key, after)


def _commit(world: World, key: StreamKey, link: Link) -> None:
    if not world.links.commit(key, [LinkCommit(link)])[0]:
        raise ConflictError(f"changed meanwhile: {link.id}", reason=Reason("record_busy"))


def _at(key: StreamKey, link: Link) -> str:
    return f"{key.flow}/{key.stream}/{link.id}"


def _told(link: Link) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(orjson.dumps(to_jsonable_python(link, fallback=str), default=jsonable))
    return {name: value for name, value in told.items() if value not in (None, "", {}, [], 0)}
