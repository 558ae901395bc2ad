"""Control totals: the hours of every employee, day and project on both sides, read anew; an alarm where they differ.

They know nothing of what was sent: each side is asked for what it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import batched
from typing import NamedTuple

from samspill.canon.days_back import DAYS_BACK, days_back
from samspill.canon.numbers import decimal_text
from samspill.canon.work import Cell
from samspill.engine.model import DetailKind, Link, LinkState, Observation, Result, Side, detail_of
from samspill.flows.flow import Stream
from samspill.messages import BATCH
from samspill.modes.hours.first_day import first_day
from samspill.modes.hours.rules.moves import left_its_mark
from samspill.modes.hours.sheets import by_cell
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, StreamKey
from samspill.work.context import Opened, connected, open_flow

AHEAD = 31
"""How far ahead totals are compared: so far accounting lists. What is further ahead has its turn as it comes near."""
_SETTLED = {Result.APPLIED, Result.UNCHANGED}


@dataclass(slots=True)
class Total:
    """The hours of one employee, day and project, by the ids of the side with the day sheets."""

    employee: str
    day: str
    project: str
    names: dict[str, str] = field(default_factory=dict)
    """`employee` and `project` as people call them."""
    hours: dict[Side, Decimal] = field(default_factory=lambda: dict.fromkeys(Side, Decimal()))
    why: list[Reason] = field(default_factory=list)
    """Why hours of it are not (yet) in step, where that is known."""

    @property
    def differs(self) -> bool:
        """True when the sides do not hold the same."""
        return self.hours[Side.LEFT] != self.hours[Side.RIGHT]


class Line(NamedTuple):
    """What one cell adds to a total."""

    employee: str
    day: str
    project: str
    hours: str | None
    why: Reason | None


def totals(world: World, opened: Opened, stream: Stream) -> list[Total]:
    """Return the totals of all days that both sides list, in order, read anew in one go."""
    return sum_up(world, opened, stream, {side: _read(world, opened, stream, side) for side in Side})


def _read(world: World, opened: Opened, stream: Stream, side: Side) -> Iterator[Line]:
    token: str | None = None
    while True:
        lines, token = page(world, opened, stream, side, token)
        yield from lines
        if token is None:
            return


def page(world: World, opened: Opened, stream: Stream, side: Side, token: str | None) -> tuple[list[Line], str | None]:
    """Read one page of a side: what its cells add, and where the next page begins."""
    with connected(world, opened, side) as connector:
        reader = by_cell(world, opened, stream, side, connector)
        read = reader.page(stream.kind_on(side), token=token)
    key, source = StreamKey(*opened.state.key, stream.name), stream.source or Side.LEFT
    lines: list[Line] = []
    for cells in batched(read.observations, BATCH, strict=False):
        links = world.links.of_records(key, side, [cell.external_id for cell in cells])
        known = [(cell, links.get(cell.external_id)) for cell in cells]
        if side is source:
            lines += [_of_sheet(world, key, side, cell, link) for cell, link in known]
        else:
            lines += [line for cell, link in known if (line := _of_pair(source, cell, link)) is not None]
    return lines, read.next


def _of_sheet(world: World, key: StreamKey, side: Side, cell: Observation, link: Link | None) -> Line:
    """Return what a cell of the side with the day sheets adds."""
    reason, told = _reason(link), cell.fields.get("hours")
    hours = None if told is None or _is_not_ours(world, key, side, cell, link) else str(told)
    place = Cell.of(cell.external_id)
    return Line(place.employee, place.date, place.project, hours, reason)


def _of_pair(source: Side, cell: Observation, link: Link | None) -> Line | None:
    """Return what accounting's cell adds, if it is one of ours."""
    if link is None or link.state is not LinkState.LINKED:
        return None
    told, place = cell.fields.get("hours"), Cell.of(link.ids[source])
    return Line(place.employee, place.date, place.project, None if told is None else str(told), _reason(link))


def sum_up(
    world: World, opened: Opened, stream: Stream, read: Mapping[Side, Iterable[Line]], days: Collection[str] = ()
) -> list[Total]:
    """Add up what was read of both sides: all days that both list, or `days`."""
    source = stream.source or Side.LEFT
    first, last = _listed_days(world, opened)
    found: dict[tuple[str, str, str], Total] = {}
    for side, lines in read.items():
        for line in lines:
            if not first <= line.day <= last or (days and line.day not in days):
                continue
            total = found.setdefault(line[:3], Total(*line[:3]))
            total.hours[side] += Decimal(line.hours or 0)
            if line.why is not None and line.hours is not None and line.why not in total.why:
                total.why.append(line.why)
    _name(world, StreamKey(*opened.state.key, stream.name), source, found.values())
    return [found[place] for place in sorted(found, key=lambda place: (place[1], place[0], place[2]))]


def _listed_days(world: World, opened: Opened) -> tuple[str, str]:
    """Return the first and the last day that both sides list."""
    today = world.clock.now().astimezone(opened.state.zone).date()
    connections = (world.registry.connection(opened.state.tenant, opened.state.connection(side)) for side in Side)
    days = min(DAYS_BACK, *(days_back(connection.settings) for connection in connections))
    first = max((today - timedelta(days=days)).isoformat(), first_day(opened))
    return first, (today + timedelta(days=AHEAD)).isoformat()


def _is_not_ours(world: World, key: StreamKey, side: Side, cell: Observation, link: Link | None) -> bool:
    """Tell whether accounting is not to hold these hours by rule. That they were exported before is looked into."""
    kind = detail_of(link).kind
    if kind is not DetailKind.KEPT_APART:
        return kind is DetailKind.OUT_OF_SCOPE
    place = Cell.of(cell.external_id)
    known = world.links.beginning(key, side, f"{place.sheet}|{place.project}|")
    return not any(left_its_mark(link) for link in known)


def _reason(link: Link | None) -> Reason | None:
    """Return why the pair is not in step, if it is not."""
    return link.outcome.reason if link and link.outcome and link.outcome.result not in _SETTLED else None


def _name(world: World, key: StreamKey, side: Side, found: Iterable[Total]) -> None:
    """Note what people call employees and projects."""
    every = list(found)
    for stream, name in (("employees", "employee"), ("projects", "project")):
        ids = sorted({getattr(total, name) for total in every} - {""})
        links = world.links.of_records(key._replace(stream=stream), side, ids)
        for total in every:
            link = links.get(getattr(total, name))
            total.names[name] = (link.label if link else "") or getattr(total, name)


def differs(total: Total, stream: Stream) -> Reason:
    """Say how far apart the sides are, and why if that is known."""
    source = stream.source or Side.LEFT
    return Reason(
        "hours_differ",
        {
            "source": stream.rules.systems[source],
            "target": stream.rules.systems[source.other],
            "theirs": decimal_text(total.hours[source.other]),
            "ours": decimal_text(total.hours[source]),
            "employee": total.names["employee"],
            "day": total.day,
            "project": total.names["project"] or "-",
            "codes": ", ".join(sorted({reason.code for reason in total.why})) or "-",
        },
    )


def all_totals(world: World, key: FlowKey) -> list[tuple[Stream, list[Total]]]:
    """Return the totals of every stream of hours of a flow, for people."""
    opened = open_flow(world, key)
    return [(stream, totals(world, opened, stream)) for stream in opened.flow.streams if stream.source is not None]
