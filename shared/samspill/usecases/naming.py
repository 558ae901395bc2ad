"""Which records somebody means who names one by an id, a number or a name."""

from __future__ import annotations

from collections.abc import Iterator

from samspill.canon.keys import key
from samspill.engine.model import Link, Result, Side
from samspill.flows.flow import Stream
from samspill.ports import World
from samspill.state import StreamKey

_LISTED = (Result.WAITING, Result.REVIEW, Result.CONFLICT, Result.FAILED)


def links_named(world: World, stream: Stream, place: StreamKey, text: str) -> Iterator[Link]:
    """Yield every link of a stream; of very many, those named exactly and those that need somebody."""
    if world.modes.of(stream).finds_by_scan:
        yield from world.links.all(place)
        return
    named = [world.links.of_records(place, side, [text.removeprefix(f"{side}-")]) for side in Side]
    found = {link.id: link for each in named for link in each.values()}
    found |= {link.id: link for where, link in world.links.with_result(place.of_flow, _LISTED) if where == place}
    yield from found.values()


def goes_by(link: Link, stream: Stream, text: str) -> bool:
    """Tell whether the text is the link's id, or an id or number of one of its records."""
    names = {link.id, *link.ids.values(), *(f"{side}-{external_id}" for side, external_id in link.ids.items())}
    if text in names or f"({text})" in link.label:
        return True
    held = (link.base, *(shadow.fields for shadow in link.shadows.values()))
    wanted = {name: key(name, text) for name in stream.rules.look_first}
    return any(
        own is not None and key(name, fields.get(name)) == own for fields in held for name, own in wanted.items()
    )
