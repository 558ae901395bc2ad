"""Control totals: the hours of every employee, day and project on both sides, read anew; an alarm where they differ.

They know nothing of what was sent: each side is asked for what it holds. A difference is looked into before it rings:
its records are read and settled once more, and only what differs a second time is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import batched

from samspill.canon.work import decimal_text
from samspill.engine.cells import Cell
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.engine.moves import EXPORTED_BEFORE, left_its_mark
from samspill.flows.flow import Stream
from samspill.flows.hours import DAYS_BACK, days_back
from samspill.messages import BATCH, CheckTotals, LogOutcomes, RecordHint
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry, StreamKey
from samspill.steps.context import OSLO, Opened, connected, first_day, open_flow
from samspill.steps.later import read_again
from samspill.steps.runs import SETTLED_S
from samspill.steps.sheets import by_cell

AHEAD = 31
"""How far ahead totals are compared: so far accounting lists. What is further ahead has its turn as it comes near."""
_NOT_OURS = {"hours_on_nothing", EXPORTED_BEFORE}
"""Reasons of hours that are not sent by rule: accounting is not to hold them."""
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


def totals(world: World, opened: Opened, stream: Stream, days: Sequence[str] = ()) -> list[Total]:
    """Return the totals of all days that both sides list, or of `days`, in order."""
    source = stream.sheets or Side.LEFT
    key = StreamKey(*opened.state.key, stream.name)
    first, last = _listed_days(world, opened)
    found: dict[tuple[str, str, str], Total] = {}

    def add(cell: Cell, side: Side, hours: object, why: Reason | None) -> None:
        if not first <= cell.date <= last or (days and cell.date not in days):
            return
        place = cell.employee, cell.date, cell.project
        total = found.setdefault(place, Total(*place))
        total.hours[side] += Decimal(str(hours or 0))
        if why is not None and hours is not None and why not in total.why:
            total.why.append(why)

    for cells in _pages(world, opened, stream, source):
        links = world.links.of_records(key, source, [cell.external_id for cell in cells])
        for cell in cells:
            reason = _reason(links.get(cell.external_id))
            hours = None if _is_not_ours(world, key, source, cell, reason) else cell.fields.get("hours")
            add(Cell.of(cell.external_id), source, hours, reason)
    for cells in _pages(world, opened, stream, source.other):
        links = world.links.of_records(key, source.other, [cell.external_id for cell in cells])
        for cell in cells:
            link = links.get(cell.external_id)
            if link is not None and link.state is LinkState.LINKED:
                add(Cell.of(link.ids[source]), source.other, cell.fields.get("hours"), _reason(link))
    _name(world, key, source, found.values())
    return [found[place] for place in sorted(found, key=lambda place: (place[1], place[0], place[2]))]


def _listed_days(world: World, opened: Opened) -> tuple[str, str]:
    """Return the first and the last day that both sides list."""
    today = world.clock.now().astimezone(OSLO).date()
    connections = (world.registry.connection(opened.state.tenant, opened.state.connection(side)) for side in Side)
    days = min(DAYS_BACK, *(days_back(connection.settings) for connection in connections))
    first = max((today - timedelta(days=days)).isoformat(), first_day(opened))
    return first, (today + timedelta(days=AHEAD)).isoformat()


def _pages(world: World, opened: Opened, stream: Stream, side: Side) -> Iterator[list[Observation]]:
    token: str | None = None
    with connected(world, opened, side) as connector:
        reader = by_cell(world, opened, stream, side, connector)
        while True:
            page = reader.page(stream.kind_on(side), token=token)
            for part in batched(page.observations, BATCH, strict=False):
                yield list(part)
            token = page.next
            if token is None:
                return


def _is_not_ours(world: World, key: StreamKey, side: Side, cell: Observation, reason: Reason | None) -> bool:
    """Tell whether accounting is not to hold these hours. That they were exported before is looked into."""
    if reason is None or reason.code not in _NOT_OURS:
        return False
    if reason.code != EXPORTED_BEFORE:
        return True
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


# --- the nightly check -----------------------------------------------------------------------------------------------


def check_totals(world: World, message: CheckTotals) -> None:
    """Compare; what differs is read again and compared once more, then told."""
    opened = open_flow(world, message.flow_key)
    if not opened.may_write:
        return
    stream = opened.flow.stream(message.stream)
    asked = {tuple(place) for place in message.places}
    found = totals(world, opened, stream, sorted({day for _, day, _ in asked}))
    differing = [t for t in found if t.differs and (not asked or (t.employee, t.day, t.project) in asked)]
    if not differing:
        return
    if not asked:
        _look_again(world, message, stream, differing)
        return
    world.queues.send([_alarm(world, message, stream, differing)])


def _look_again(world: World, message: CheckTotals, stream: Stream, differing: Sequence[Total]) -> None:
    side = stream.sheets or Side.LEFT
    sheets = sorted({f"{total.employee}|{total.day}" for total in differing})
    links = [link for sheet in sheets for link in world.links.beginning(message.stream_key, side, f"{sheet}|")]
    hints = [RecordHint.model_validate({side.value: sheet}) for sheet in sheets]
    hints += [RecordHint.of(link) for link in links]
    read_again(world, message.stream_key, hints, trigger=message.trigger)
    places = tuple((total.employee, total.day, total.project) for total in differing)
    world.queues.send([message.model_copy(update={"places": places})], delay_s=SETTLED_S)


def _alarm(world: World, message: CheckTotals, stream: Stream, differing: Sequence[Total]) -> LogOutcomes:
    return LogOutcomes(
        tenant=message.tenant,
        flow=message.flow,
        run="",
        id=f"totals/{message.run}/{message.stream}",
        entries=tuple(
            JournalEntry(
                at=world.clock.now(),
                stream=message.stream,
                link="",
                label=f"{total.names['employee']} {total.day} {total.names['project']}".strip(),
                result=Result.REVIEW,
                reason=differs(total, stream),
                run=message.run,
                trigger=message.trigger,
            )
            for total in differing
        ),
        counters={f"{message.stream}.hours_differ": len(differing)},
    )


def differs(total: Total, stream: Stream) -> Reason:
    """Say how far apart the sides are, and why if that is known."""
    source = stream.sheets or Side.LEFT
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
    return [(stream, totals(world, opened, stream)) for stream in opened.flow.streams if stream.sheets is not None]
