"""Cells and their partners: a hint at a sheet is one at its cells; a cell's partner follows from what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from samspill.canon.work import Cell
from samspill.engine.model import Link, Observation, Side
from samspill.engine.pairs import BY_ID
from samspill.flows.flow import Stream
from samspill.messages import RecordHint, Subject
from samspill.ports import World
from samspill.state import StreamKey
from samspill.work.context import Opened, connected
from samspill.work.isolation import read_each
from samspill.work.references import References


def each_cell(
    hint: RecordHint, read: Mapping[Side, Mapping[str, Observation]], source: Side | None
) -> list[RecordHint]:
    """Return a hint at a day sheet, or at a cell without an activity, as hints at its cells; any other as it is."""
    name = hint.id_on(source) if source is not None else None
    if source is None or name is None or Cell.of(name).activity:
        return [hint]
    told = [cell for cell in read.get(source, {}) if Cell.of(cell).sheet == Cell.of(name).sheet]
    return [hint.model_copy(update={source.value: cell}) for cell in told]


def with_other_cells(world: World, opened: Opened, stream: Stream, subjects: Sequence[Subject]) -> list[Subject]:
    """Return the subjects, each cell that has no partner yet with the one it has on the other side.

    That is known without a search: by employee, day, project and activity. A cell that refers to what is not linked has
    none yet, and one that accounting told without being asked is nobody's.
    """
    side, key = stream.source or Side.LEFT, StreamKey(*opened.state.key, stream.name)
    alone = [cell for subject in subjects if (cell := subject.on(side)) and subject.on(side.other) is None]
    links = world.links.of_records(key, side, [cell.external_id for cell in alone]) if alone else {}
    new = [
        cell
        for cell in alone
        if cell.problem is None
        and "starts_on" not in cell.fields
        and cell.fields["activity"]
        and not _has_partner(links.get(cell.external_id), side.other)
    ]
    places = _places(world, key, stream, new)
    if not places:
        return list(subjects)
    with connected(world, opened, side.other) as connector:
        told = read_each(world, connector, stream.kind_on(side.other), sorted(set(places.values())))
    partners = {each.external_id: each for each in told}

    def joined(subject: Subject) -> Subject:
        cell = subject.on(side)
        partner = partners.get(places.get(cell.external_id, "")) if cell and subject.on(side.other) is None else None
        return subject.model_copy(update={side.other.value: partner, "rule": BY_ID}) if partner else subject

    return [joined(subject) for subject in subjects]


def _has_partner(link: Link | None, side: Side) -> bool:
    return link is not None and side in link.ids


def _places(world: World, key: StreamKey, stream: Stream, cells: Sequence[Observation]) -> dict[str, str]:
    """Return the ids these cells have on the other side, of those whose references are all linked."""
    side = stream.source or Side.LEFT
    references = References(world, key, stream.rules)
    references.load(side, cells)
    resolved = [(cell, *references.to_links(side, cell)) for cell in cells]
    ready = [(cell, linked) for cell, linked, waits in resolved if not waits]
    places = references.to_ids(side.other, [linked.fields for _, linked in ready])
    return {
        cell.external_id: Cell(*(str(place.get(name) or "") for name in ("employee", "date", "project", "activity"))).id
        for (cell, _), place in zip(ready, places, strict=True)
        if place is not None
    }
