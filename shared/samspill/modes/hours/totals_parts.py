"""The totals of a large company, compared part by part: each holds some day sheets, and reads all pages for them.

So memory holds one part, whatever the company. What differs in a part is looked into, and told after a second look, as
in one go.
"""

from __future__ import annotations

from itertools import batched

import orjson

from samspill.engine.model import Side
from samspill.messages import BATCH
from samspill.modes.hours.tasks import CheckTotals, CompareTotals
from samspill.modes.hours.totals import Total, sum_up
from samspill.modes.hours.totals_check import (
    AGAIN,
    FIRST,
    SETTLED_S,
    alarm,
    kept,
    look_folder,
    note_differing,
    read_differing,
)
from samspill.ports import World
from samspill.work import chain
from samspill.work.buckets import bucket_of
from samspill.work.context import Opened, open_flow


def compare_totals(world: World, message: CompareTotals) -> None:
    """Compare one part, then have the next one compared; after the last of the first look, begin the second."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    link = f"totals/{message.stream}/{_look(message)}", message.part, message.chain
    if not opened.may_write or (run is not None and chain.has_gone_on(run, *link)):
        return
    _compare(world, opened, message)
    if run is not None:
        counters = {f"{message.stream}.totals.parts": 1}
        run = world.runs.note(run.key, run.id, counters, "/".join(map(str, link[:2])), chain.note_of(*link))
        if run is None or chain.has_gone_on(run, *link):
            return
    if message.part + 1 < message.parts:
        world.queues.send([message.model_copy(update={"part": message.part + 1, "chain": world.ids.new()})])
    elif not message.again and world.blobs.keys(_places(message, None)):
        names = {"tenant": message.tenant, "flow": message.flow, "run": message.run, "trigger": message.trigger}
        asked = {"stream": message.stream, "parts": message.parts, "chain": world.ids.new()}
        second = CheckTotals.model_validate({**names, **asked})
        world.queues.send([second], delay_s=SETTLED_S)
    elif not message.again:
        note_differing(world, message, opened.flow.stream(message.stream), message.stream, [])


def _look(message: CompareTotals) -> str:
    return AGAIN if message.again else FIRST


def _compare(world: World, opened: Opened, message: CompareTotals) -> None:
    stream, folder = opened.flow.stream(message.stream), look_folder(message, _look(message))
    read = {
        side: (
            line
            for line in kept(world, folder, side)
            if bucket_of(f"{line.employee}|{line.day}", message.parts) == message.part
        )
        for side in Side
    }
    differing = [total for total in sum_up(world, opened, stream, read) if total.differs]
    if not message.again:
        if differing:
            world.blobs.put(_places(message, message.part), orjson.dumps([_place(total) for total in differing]))
            read_differing(world, message, stream, differing)
        return
    asked = {tuple(place) for place in orjson.loads(world.blobs.get(_places(message, message.part)) or b"[]")}
    told = [total for total in differing if _place(total) in asked]
    note_differing(world, message, stream, f"{stream.name}/{message.part}", told)
    for number, some in enumerate(batched(told, BATCH, strict=False)):
        world.queues.send([alarm(world, message, stream, some, f"/{message.part}/{number}")])


def _place(total: Total) -> tuple[str, str, str]:
    return total.employee, total.day, total.project


def _places(message: CompareTotals, part: int | None) -> str:
    """Return where the places are kept that differed in a part at the first look; without a part, where all are."""
    return f"{look_folder(message, FIRST)}/differing/" + (f"{part:06}" if part is not None else "")
