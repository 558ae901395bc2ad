"""What waits for a person, listed, and decisions on one or many of it by the ids that the list shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samspill.engine.model import Link
from samspill.errors import UsageError
from samspill.guard import pending
from samspill.plan import pending_plan
from samspill.ports import World
from samspill.state import FlowKey, StreamKey
from samspill.usecases import review
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.filters import check_stream
from samspill.usecases.naming import goes_by
from samspill.usecases.views.held import HeldView
from samspill.usecases.views.review import Asked, Decided, Review
from samspill.work.context import open_flow


class Wish(NamedTuple):
    """What a person wants of one record."""

    link: str
    action: str
    target: str = ""
    """For `link`: what to link it to; empty for the one candidate."""


@needs(Role.VIEWER)
def waiting(world: World, actor: Actor, key: FlowKey, *, stream: str | None = None, code: str | None = None) -> Review:
    """Return what waits for a decision, all or only of a stream and for a reason.

    With a code, what the plan of a first sync would do is looked through as well.
    """
    flow = open_flow(world, key).flow
    check_stream(flow, stream)
    items = tuple(
        Asked.of(place, link, {side.value: name for side, name in flow.stream(place.stream).rules.systems.items()})
        for place, link in _found(world, actor, key, stream, code)
    )
    return Review(items=items, held=tuple(HeldView.of(each, key.flow) for each in pending.lists(world, key)))


def _found(
    world: World, actor: Actor, key: FlowKey, stream: str | None, code: str | None
) -> list[tuple[StreamKey, Link]]:
    every = (
        *review.waiting_for_a_person(world, actor, key),
        *(pending_plan.undecided(world, key) if code else ()),
    )
    return [
        (place, link)
        for place, link in every
        if stream in {None, place.stream} and (code is None or (link.outcome and link.outcome.reason.code == code))
    ]


@needs(Role.OPERATOR, decides=False)  # `review.decide` is written down, with every record
def decide(
    world: World,
    actor: Actor,
    key: FlowKey,
    wishes: Sequence[Wish],
    *,
    stream: str | None = None,
    code: str | None = None,
    others: str | None = None,
) -> tuple[Decided, ...]:
    """Decide about the records that are named and, with `others`, about all else that `waiting` lists.

    Raises:
        UsageError: a record does not wait, or stands in several streams, or several go by its number; see also
            `review.decide`.
        ConflictError: a record changed while the person decided.
    """
    check_stream(open_flow(world, key).flow, stream)
    found = _found(world, actor, key, stream, code)
    wishes = [wish._replace(link=_meant(world, key, stream, wish.link, found)) for wish in wishes]
    named = {wish.link for wish in wishes}
    wanted = [*wishes, *(Wish(link.id, others) for _, link in found if others and link.id not in named)]
    places = {wish.link: _place(world, key, stream, wish.link, found) for wish in wanted}
    groups: dict[tuple[StreamKey, str, str], list[str]] = {}
    for wish in wanted:
        groups.setdefault((places[wish.link], wish.action, wish.target), []).append(wish.link)
    for (place, action, target), names in groups.items():
        review.decide(world, actor, place, names, action, target=target or None)
    return tuple(Decided(link=wish.link, action=wish.action) for wish in wanted)


@needs(Role.VIEWER)
def plan_made_anew(world: World, _actor: Actor, key: FlowKey) -> str | None:
    """Return the run that makes the plan anew with what was decided; None once the first sync is approved."""
    state = world.registry.flow(key)
    run = world.runs.get(key, state.plan_run or "") if pending_plan.waits(state) else None
    return run.id if run is not None else None


def _meant(world: World, key: FlowKey, stream: str | None, name: str, found: Sequence[tuple[StreamKey, Link]]) -> str:
    """Return the id of the record that goes by a name, which may be its number; the name, where none does."""
    flow = open_flow(world, key).flow
    planned = [each for each in pending_plan.undecided(world, key) if stream in {None, each[0].stream}]
    for among in (found, planned):
        if any(link.id == name for _, link in among):
            return name
        going = [link.id for place, link in among if goes_by(link, flow.stream(place.stream), name)]
        if len(going) > 1:
            raise UsageError.because("several_wait", record=name, records=", ".join(sorted(going)))
        if going:
            return going[0]
    return name


def _place(
    world: World, key: FlowKey, stream: str | None, name: str, found: Sequence[tuple[StreamKey, Link]]
) -> StreamKey:
    """Return the one stream in which the record waits, or was decided about before."""
    places = [place for place, link in found if link.id == name]
    places = places or list(_decided(world, key, stream, name)) or list(_planned(world, key, stream, name))
    if not places:
        raise UsageError.because("not_waiting", record=name, flow=key.flow)
    if len(places) > 1:
        streams = ", ".join(place.stream for place in places)
        raise UsageError.because("in_several_streams", record=name, streams=streams)
    return places[0]


def _decided(world: World, key: FlowKey, stream: str | None, name: str) -> Iterator[StreamKey]:
    for each in open_flow(world, key).flow.streams:
        place = StreamKey(*key, each.name)
        link = world.links.get(place, [name]).get(name) if stream in {None, each.name} else None
        if link is not None and link.decision is not None:
            yield place


def _planned(world: World, key: FlowKey, stream: str | None, name: str) -> Iterator[StreamKey]:
    for place, link in pending_plan.undecided(world, key):
        if link.id == name and stream in {None, place.stream}:
            yield place
