"""The sweep of a large stream, slice by slice: the ids that were read are gathered, then the links compared with them.

Of each id eight bytes are kept, so that those of a million records fit into every slice. That two ids have the same
eight is next to impossible; then a record that is gone would be taken for one that is there, and nothing is done.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from heapq import nsmallest
from itertools import chain as chained

import orjson

from samspill.messages import SweepLinks
from samspill.ports import World
from samspill.runs import runs, sweep
from samspill.runs.sweep import Lacking
from samspill.state import Run, RunStatus
from samspill.work import chain
from samspill.work.context import Opened, open_flow, stop_run
from samspill.work.snapshots import folder

PAGES = 250
"""Pages of a read whose ids are gathered in one slice."""


def sweep_links(world: World, message: SweepLinks) -> None:
    """Do one slice, then have the next one done; after the last, act on what is lacking, and let the run go on."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status is RunStatus.STOPPED:
        return
    if not opened.may_read:
        stop_run(world, message.flow_key, message.run)
        return
    link = f"sweep/{message.stream}/{message.side}", message.number, message.chain
    if chain.has_gone_on(run, *link):
        return
    if message.stage == "settle":
        _settle(world, opened, run, message)
        return
    done = _gather(world, run, message) if message.stage == "gather" else _compare(world, run, message)
    counted = {f"{message.stream}.{message.side}.slices": 1}
    after = world.runs.note(run.key, run.id, counted, "/".join(map(str, link[:2])), chain.note_of(*link))
    if after is not None and not chain.has_gone_on(after, *link):
        world.queues.send([done.model_copy(update={"number": message.number + 1, "chain": world.ids.new()})])


def _settle(world: World, opened: Opened, run: Run, message: SweepLinks) -> None:
    """Act on what is lacking, and let the run go on."""
    rows = nsmallest(sweep.LISTED, _lacking(world, run, message))
    sweep.settle(world, opened.state, message, sweep.Swept(message.linked, message.lacking, rows))
    swept = f"{message.stream}.{message.side}.{runs.SWEPT}"
    after = world.runs.add(run.key, run.id, {swept: 1}, swept)
    if after is not None:
        runs.advance(world, opened, after)


def _lacking(world: World, run: Run, message: SweepLinks) -> Iterator[Lacking]:
    for key in world.blobs.keys(f"{_folder(run, message)}/sweep/lacking/"):
        for name, label, times in orjson.loads(world.blobs.get(key) or b"[]"):
            yield Lacking(name, label, times)


def _folder(run: Run, message: SweepLinks) -> str:
    return f"{folder(run)}/{message.stream}/{message.side}"


def _gather(world: World, run: Run, message: SweepLinks) -> SweepLinks:
    """Gather the ids of some pages, sorted."""
    pages = world.blobs.keys(f"{_folder(run, message)}/seen/")
    first = message.number * PAGES
    ids = chained.from_iterable(orjson.loads(world.blobs.get(key) or b"[]") for key in pages[first : first + PAGES])
    short = array("Q", sorted(set(map(_short, ids))))
    world.blobs.put(f"{_folder(run, message)}/sweep/seen/{message.number:06}", short.tobytes())
    return message.model_copy(update={"stage": "gather" if first + PAGES < len(pages) else "compare"})


def _short(external_id: str) -> int:
    return int.from_bytes(blake2b(external_id.encode(), digest_size=8).digest())


def _compare(world: World, run: Run, message: SweepLinks) -> SweepLinks:
    """Compare some links with what was read, and keep those that lack their record."""
    blobs, side = world.blobs, message.side
    parts = [array("Q", blobs.get(key) or b"") for key in blobs.keys(f"{_folder(run, message)}/sweep/seen/")]
    links = world.links.following(message.stream_key, message.after, sweep.LINKS)
    live = [link for link in links if sweep.is_live(link, side)]
    rows = [sweep.lacking_of(link, side) for link in live if not _is_in(parts, _short(link.ids[side]))]
    part = f"{_folder(run, message)}/sweep/lacking/{message.number:06}"
    if blobs.get(part) is None:  # should this come again, what is lacking may have been noted on the links meanwhile
        blobs.put(part, orjson.dumps([tuple(row) for row in rows]))
    found = {"linked": message.linked + len(live), "lacking": message.lacking + len(rows)}
    place = {"after": links[-1].id} if len(links) == sweep.LINKS else {"stage": "settle"}
    return message.model_copy(update={**found, **place})


def _is_in(parts: Sequence[array[int]], short: int) -> bool:
    return any((at := bisect_left(part, short)) < len(part) and part[at] == short for part in parts)
