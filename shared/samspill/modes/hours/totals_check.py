"""The nightly check of the totals, page by page: what differs is looked into before it rings.

Each page is a message of its own, so that more pages than a vendor's minute has calls are read one minute after the
other. What each page adds is kept by its number: read again, it takes its own place. The records of a difference are
read and settled once more, and only what differs a second time is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from samspill.engine.model import Result, Side
from samspill.flows.flow import Stream
from samspill.messages import LogOutcomes, RecordHint
from samspill.modes.hours.tasks import CheckTotals, CompareTotals
from samspill.modes.hours.totals import Line, Total, differs, page, sum_up
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import Differing, FlowState, JournalEntry
from samspill.work import chain
from samspill.work.context import Opened, open_flow
from samspill.work.flow_state import change_flow
from samspill.work.follow_ups import read_again

LINES = 10_000
"""Totals of so many lines of both sides are compared in one go; those of more are cut into parts of so many."""
FIRST, AGAIN = "first", "again"
"""The two looks: what differs at the first is looked into and compared again."""
SETTLED_S = 120
"""How long what a run found has to settle before the hours are added up, and before they are once more."""
SHEETS = 500
"""Of so many sheets that differ, the other side's hours are read again, too."""


def check_totals(world: World, message: CheckTotals) -> None:
    """Read one page and keep what it adds; after the last one of both sides, compare.

    Another message may be at the same page: see `chain`.
    """
    opened = open_flow(world, message.flow_key)
    stream = opened.flow.stream(message.stream)
    source = stream.source or Side.LEFT
    side = message.side or source
    run = world.runs.get(message.flow_key, message.run)
    link = f"totals/{message.stream}/{_look(message)}/{side}", message.page, message.chain
    if not opened.may_write or (run is not None and chain.has_gone_on(run, *link)):
        return
    lines, token = page(world, opened, stream, side, message.token)
    world.blobs.put(f"{_folder(message)}/{side}/{message.page:06}", orjson.dumps([_told(line) for line in lines]))
    if run is not None:
        counters = {f"{message.stream}.totals.pages": 1}
        run = world.runs.note(run.key, run.id, counters, "/".join(map(str, link[:2])), chain.note_of(*link))
        if run is None or chain.has_gone_on(run, *link):
            return
    read = message.model_copy(update={"lines": message.lines + len(lines), "chain": world.ids.new()})
    if token is not None:
        world.queues.send([read.model_copy(update={"side": side, "token": token, "page": message.page + 1})])
    elif side is source:
        world.queues.send([read.model_copy(update={"side": source.other, "token": None, "page": 0})])
    elif parts := read.parts or -(-read.lines // LINES) * (read.lines > LINES):
        names = {"tenant": message.tenant, "flow": message.flow, "run": message.run, "trigger": message.trigger}
        first = {"stream": message.stream, "parts": parts, "again": bool(read.parts), "chain": world.ids.new()}
        world.queues.send([CompareTotals.model_validate({**names, **first})])
    else:
        _compare(world, opened, message, stream)


def _folder(message: CheckTotals) -> str:
    """Return where the pages of this look are kept: the second one has its own."""
    return look_folder(message, _look(message))


def _look(message: CheckTotals) -> str:
    return AGAIN if message.places or message.parts else FIRST


def look_folder(message: CheckTotals | CompareTotals, look: str) -> str:
    """Return where what belongs to the first or the second look is kept."""
    return f"runs/{message.tenant}/{message.flow}/{message.run}/totals/{message.stream}/{look}"


def _told(line: Line) -> list[object]:
    return [*line[:4], line.why.to_json() if line.why is not None else None]


def kept(world: World, folder: str, side: Side) -> Iterator[Line]:
    """Yield the lines of all pages of one side."""
    for key in world.blobs.keys(f"{folder}/{side}/"):
        for employee, day, project, hours, why in orjson.loads(world.blobs.get(key) or b"[]"):
            yield Line(employee, day, project, hours, Reason.from_json(why) if why else None)


def _compare(world: World, opened: Opened, message: CheckTotals, stream: Stream) -> None:
    """Compare; what differs is read again and compared once more, then told."""
    asked = {tuple(place) for place in message.places}
    read = {side: kept(world, _folder(message), side) for side in Side}
    found = sum_up(world, opened, stream, read, {day for _, day, _ in asked})
    differing = [t for t in found if t.differs and (not asked or (t.employee, t.day, t.project) in asked)]
    if differing and not asked:
        _look_again(world, message, stream, differing)
        return
    note_differing(world, message, stream, stream.name, differing)
    if differing:
        world.queues.send([alarm(world, message, stream, differing)])


def note_differing(
    world: World, message: CheckTotals | CompareTotals, stream: Stream, name: str, differing: Sequence[Total]
) -> None:
    """Keep with the flow what the last check found of the stream, or of a part of it, which is `name`."""
    now = world.clock.now()

    def update(state: FlowState) -> dict[str, object] | None:
        before = state.differing.get(name)
        if not differing:
            kept = {key: each for key, each in state.differing.items() if key.partition("/")[0] != name}
            kept.pop(name, None)
            return {"differing": kept} if kept != state.differing else None
        found = Differing(
            count=len(differing),
            since=before.since if before else now,
            label=label_of(differing[0]),
            reason=differs(differing[0], stream),
        )
        return {"differing": {**state.differing, name: found}}

    change_flow(world, message.flow_key, update)


def label_of(total: Total) -> str:
    """Name what differs: the employee, the day and the project."""
    return f"{total.names['employee']} {total.day} {total.names['project']}".strip()


def _look_again(world: World, message: CheckTotals, stream: Stream, differing: Sequence[Total]) -> None:
    read_differing(world, message, stream, differing)
    places = tuple((total.employee, total.day, total.project) for total in differing)
    again = {"places": places, "side": None, "token": None, "page": 0, "lines": 0, "chain": world.ids.new()}
    world.queues.send([message.model_copy(update=again)], delay_s=SETTLED_S)


def read_differing(
    world: World, message: CheckTotals | CompareTotals, stream: Stream, differing: Sequence[Total]
) -> None:
    """Have the records of a difference read and settled once more; of very many sheets, the first with both sides."""
    side = stream.source or Side.LEFT
    sheets = sorted({f"{total.employee}|{total.day}" for total in differing})
    first = sheets[:SHEETS]
    links = [link for sheet in first for link in world.links.beginning(message.stream_key, side, f"{sheet}|")]
    hints = [RecordHint.model_validate({side.value: sheet}) for sheet in sheets]
    hints += [RecordHint.of(link) for link in links]
    read_again(world, message.stream_key, hints, trigger=message.trigger)


def alarm(
    world: World, message: CheckTotals | CompareTotals, stream: Stream, differing: Sequence[Total], part: str = ""
) -> LogOutcomes:
    """Return the lines of the journal that tell what differs."""
    return LogOutcomes(
        tenant=message.tenant,
        flow=message.flow,
        run="",
        id=f"totals/{message.run}/{message.stream}{part}",
        entries=tuple(
            JournalEntry(
                at=world.clock.now(),
                stream=message.stream,
                link="",
                label=label_of(total),
                result=Result.REVIEW,
                reason=differs(total, stream),
                run=message.run,
                trigger=message.trigger,
            )
            for total in differing
        ),
        counters={f"{message.stream}.hours_differ": len(differing)},
    )
