"""Where the hub holds something of a person, place by place: shown by an export, and taken out one by one.

Whoever looks and whoever erases walk the same places, so that neither knows one that the other does not. A place is
named only while it holds something: once taken out it is not found again, and whoever died over it goes on.
The links of the person come last: by them everything else is found.
"""

from __future__ import annotations

from collections.abc import Iterator

from samspill.engine.model import Decision
from samspill.ports import World
from samspill.usecases.personal.bucket import blobs, files, messages, webhooks
from samspill.usecases.personal.found import Found
from samspill.usecases.personal.lines import decisions, journal, notices, settings
from samspill.usecases.personal.links import implicit_links, mentions, own_link
from samspill.usecases.personal.person import Person, streams_of


def places(world: World, tenant: str, person: Person, leave_out: Decision | None = None) -> Iterator[Found]:
    """Yield every place that holds something of the person, their own links last."""
    flows = world.registry.flows(tenant)
    own = {key.of_flow: set[tuple[str, str]]() for key, _ in person.links}
    for key, name in person.links:
        own[key.of_flow].add((key.stream, name))
    for connection in world.registry.connections(tenant):
        yield from webhooks(world, connection, flows, person)
        yield from settings(f"connection {connection.id}", connection, person.words)
    for state in flows:
        theirs = own.get(state.key, set()) | set(implicit_links(world, state, person))
        yield from journal(world, state, theirs, person)
        yield from blobs(world, state, person)
        yield from files(world, state, person)
        yield from settings(f"flow {state.flow}", state, person.words)
    yield from decisions(world, tenant, person.words)
    yield from notices(world, tenant, person.words)
    yield from messages(world, tenant, person.words)
    yield from mentions(world, tenant, person)
    for (key, _), link in person.links.items():
        stream = next(s for _, s, k in streams_of(world, tenant) if k == key)
        yield from own_link(world, key, stream, link, person, leave_out)
