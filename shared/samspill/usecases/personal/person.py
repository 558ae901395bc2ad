"""Who is meant: the records that are one person, and the words by which the person is known in texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from samspill.canon.values import Fields
from samspill.engine.forgotten import Words
from samspill.engine.model import Link, Side
from samspill.errors import UsageError
from samspill.flows.flow import Stream
from samspill.ports import World
from samspill.state import FlowState, StreamKey
from samspill.usecases.naming import goes_by
from samspill.usecases.views.personal import PersonRecord
from samspill.work.context import open_flow

PAGE = 500
"""So many links are read at a time."""
NAMES = ("name",)
REACHED_BY = ("email", "invoice_email", "phone", "mobile")
SHOWN = 20
"""So many records are named to somebody who has to say which one is meant."""
type Place = tuple[StreamKey, str]
"""A link by stream and id."""


@dataclass(frozen=True, slots=True)
class Person:
    """The records that are one person."""

    links: Mapping[Place, Link]
    words: Words
    shared: frozenset[str] = frozenset()
    """Words that are another person's as well, and none of `words`."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the records are called in commands."""
        return tuple(sorted(map(name_of, self.links)))

    def records(self) -> tuple[PersonRecord, ...]:
        """Return the records as people see them."""
        return tuple(
            PersonRecord(name=name_of(place), label=link.label, ids={side.value: own for side, own in link.ids.items()})
            for place, link in sorted(self.links.items(), key=lambda item: name_of(item[0]))
        )


def name_of(place: Place) -> str:
    """Return what a link is called in commands."""
    (_, flow, stream), link = place
    return f"{flow}/{stream}/{link}"


def person(world: World, tenant: str, who: str, chosen: Sequence[str] = ()) -> Person:
    """Return the one person who goes by a name, a number, an e-mail address or an id.

    Records are one person where they are one record of one account in several flows, or have an e-mail address in
    common. Otherwise whoever asks names those that are, as `flow/stream/link`.

    Raises:
        UsageError: nobody goes by that, or several do and none was chosen.
    """
    found = {
        (key, link.id): link
        for _, stream, key in streams_of(world, tenant)
        for link in links_of(world, key)
        if _fits(key, stream, link, who)
    }
    if chosen:
        wanted = {place: link for place, link in found.items() if name_of(place) in chosen}
        if len(wanted) < len(set(chosen)):
            raise UsageError.because("no_such_person", person=", ".join(sorted({*chosen} - {*map(name_of, wanted)})))
        found = wanted
    if not found:
        raise UsageError.because("no_such_person", person=who)
    if not chosen and len(groups := _groups(world, found)) > 1:
        names = [f"{name_of(min(group))} ({found[min(group)].label})" for group in groups]
        more = "" if len(names) <= SHOWN else " …"
        raise UsageError.because("several_persons", person=who, records=", ".join(sorted(names)[:SHOWN]) + more)
    found |= _elsewhere(world, tenant, found)
    words = {text for link in found.values() for text in texts_of(link)}
    shared = _shared(world, tenant, found, words) if words else frozenset[str]()
    return Person(found, Words.of(words - shared), shared)


def texts_of(link: Link) -> set[str]:
    """Return the texts by which the person of a link is known."""
    texts = {_bare(link.label)}
    for fields in held_by(link):
        texts |= {value for name in (*NAMES, *REACHED_BY) if isinstance(value := fields.get(name), str)}
        first, last = fields.get("first_name"), fields.get("last_name")
        if isinstance(first, str) and isinstance(last, str):
            texts |= {f"{first} {last}", f"{last}, {first}", f"{last} {first}"}
    return {text.strip() for text in texts if text.strip()}


def held_by(link: Link) -> Iterator[Fields]:
    """Yield everything that a link holds of fields."""
    yield link.base
    for shadow in link.shadows.values():
        yield shadow.fields
    if link.intent is not None:
        yield link.intent.fields


def links_of(world: World, key: StreamKey) -> Iterator[Link]:
    """Yield the links of a stream, page by page."""
    after = ""
    while page := world.links.following(key, after, PAGE):
        yield from page
        after = page[-1].id


def streams_of(world: World, tenant: str) -> Iterator[tuple[FlowState, Stream, StreamKey]]:
    """Yield every stream of every flow of a tenant."""
    for state in world.registry.flows(tenant):
        for stream in open_flow(world, state.key).flow.streams:
            yield state, stream, StreamKey(*state.key, stream.name)


def _fits(key: StreamKey, stream: Stream, link: Link, who: str) -> bool:
    text = who.strip()
    if stream.rules.implicit:
        return False  # hours are of a person, and no person
    if text in {name_of((key, link.id)), link.id} or goes_by(link, stream, text):
        return True
    folded = text.casefold()
    return bool(folded) and any(folded == each.casefold() for each in texts_of(link))


def _groups(world: World, found: Mapping[Place, Link]) -> list[set[Place]]:
    """Return the records that are one person each."""
    groups: list[tuple[set[Place], set[str]]] = []
    for place, link in sorted(found.items(), key=lambda item: name_of(item[0])):
        marks = {f"{account}|{own}" for account, own in _accounts(world, place[0], link)}
        marks |= {text.casefold() for text in texts_of(link) if "@" in text}
        joined = [group for group in groups if group[1] & marks]
        groups = [group for group in groups if group not in joined]
        groups.append(({place}.union(*(g[0] for g in joined)), marks.union(*(g[1] for g in joined))))
    return [places for places, _ in groups]


def _accounts(world: World, key: StreamKey, link: Link) -> Iterator[tuple[str, str]]:
    """Yield the account and kind of each record of a link, and its id there."""
    opened = open_flow(world, key.of_flow)
    for side, own in link.ids.items():
        kind = opened.flow.stream(key.stream).kind_on(side)
        yield f"{opened.state.connection(side)}/{kind}", own


def _elsewhere(world: World, tenant: str, found: Mapping[Place, Link]) -> dict[Place, Link]:
    """Return the links of the same records of the same accounts in other flows and streams."""
    wanted = {mark for (key, _), link in found.items() for mark in _accounts(world, key, link)}
    more: dict[Place, Link] = {}
    for state, stream, key in streams_of(world, tenant):
        for side in state.sides if not stream.rules.implicit else ():
            ids = [own for account, own in wanted if account == f"{state.connection(side)}/{stream.kind_on(side)}"]
            links: Iterable[Link] = world.links.of_records(key, Side(side), ids).values() if ids else ()
            more |= {(key, link.id): link for link in links}
    return more


def _shared(world: World, tenant: str, found: Mapping[Place, Link], words: set[str]) -> frozenset[str]:
    """Return the words by which somebody else of the same kind is known, too."""
    folded = {word.casefold(): word for word in words}
    kinds = {key.stream for key, _ in found}
    return frozenset(
        folded[text.casefold()]
        for _, _, key in streams_of(world, tenant)
        if key.stream in kinds
        for link in links_of(world, key)
        if (key, link.id) not in found
        for text in texts_of(link)
        if text.casefold() in folded
    )


def _bare(label: str) -> str:
    """Return a label without the number in brackets behind it."""
    name, bracket, _ = label.rpartition(" (")
    return name if bracket and label.endswith(")") else label
