"""The sweep after a complete read: what is linked but was not there. Absence alone deletes nothing.

A record that two complete reads in a row did not hold is asked for by id; only the vendor's "gone" is a delete. The
guard looks at the whole list first: when it trips, nothing of it is carried out and the flow says so. What a person
refused is among what is weighed, and not among what is done or asked about again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import NamedTuple

import orjson

from samspill.engine.guard import ARCHIVE
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.guard import approved as approved_lists
from samspill.guard import pair_count, pending
from samspill.guard.batch import HeldList
from samspill.guard.limits import in_force
from samspill.messages import BATCH, FetchPage, LogOutcomes, RecordHint, SweepLinks
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.runs.runs import SWEEPS
from samspill.state import FlowState, JournalEntry, Run
from samspill.work.follow_ups import read_again
from samspill.work.snapshots import folder

READS_WITHOUT = 2
"""Complete reads in a row that must lack a record before it is asked for."""
LINKS = 20_000
"""So many links are compared in one go; where there are more, in each slice."""
LISTED = 100_000
"""So many lacking records make a list at most: the next whole read finds the others."""


def note(world: World, run: Run, message: FetchPage, observations: Sequence[Observation]) -> None:
    """Keep the ids of one page of a whole read."""
    key = f"{folder(run)}/{message.stream}/{message.side}/seen/{message.page:06}"
    world.blobs.put(key, orjson.dumps([o.external_id for o in observations]))


class Lacking(NamedTuple):
    """A pair whose record a whole read did not hold."""

    id: str
    label: str
    times: int
    """Whole reads in a row that did not hold it, with this one."""


def look_for_absent(world: World, state: FlowState, message: FetchPage) -> Run | None:
    """Compare the links with what the whole read held: in one go, or slice by slice where there are many.

    Returns:
        The run, which waits for the slices to be done.
    """
    run = world.runs.get(message.flow_key, message.run)
    if run is None:
        return None
    found = _lacking(world, run, message)
    if found is None:
        return _begin_slices(world, run, message)
    linked, lacking = found
    rows = [lacking_of(link, message.side) for link in lacking]
    settle(world, state, message, Swept(linked, len(rows), rows, {link.id: link for link in lacking}))
    return None


def _begin_slices(world: World, run: Run, message: FetchPage) -> Run | None:
    """Have the sweep done slice by slice. The run waits for it: see `runs`."""
    begun = f"{message.stream}.{message.side}.{SWEEPS}"
    after = world.runs.add(run.key, run.id, {begun: 1}, begun)
    names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "trigger": message.trigger}
    first = {"stream": message.stream, "side": message.side, "chain": world.ids.new()}
    world.queues.send([SweepLinks.model_validate({**names, **first})])
    return after


class Swept(NamedTuple):
    """What a sweep found."""

    linked: int
    """How many pairs there are,"""
    lacking: int
    """and how many of them lack their record."""
    rows: Sequence[Lacking]
    """Those, or the first `LISTED` of them."""
    links: Mapping[str, Link] | None = None
    """Their links, where they are at hand."""


def settle(world: World, state: FlowState, message: FetchPage | SweepLinks, found: Swept) -> None:
    """Hold the list of what is lacking where it is too much; note it, or ask for it by id, where it is not.

    Done again, it changes nothing.
    """
    linked, count, rows, links = found
    pair_count.count(world, message.stream_key, linked)
    choose = _without_refused if count == len(rows) else _not_refused
    absent = choose(world, state, message, rows)
    if not absent:
        pending.drop(world, message)
        return
    guard = in_force(world.registry.flow(message.flow_key), world.clock.now())
    if guard.trips(count, linked) or guard.shrank(linked, linked - count):
        stopped = pending.hold(world, message, [(row.id, row.label) for row in absent])
        if stopped is not None:
            _tell(world, message, stopped, linked)
        return
    pending.drop(world, message)
    for part in batched(absent, BATCH, strict=False):
        _note(world, message, part, links)


def _note(
    world: World, message: FetchPage | SweepLinks, absent: Sequence[Lacking], links: Mapping[str, Link] | None
) -> None:
    side, times = message.side, {row.id: row.times for row in absent}
    links = world.links.get(message.stream_key, list(times)) if links is None else links
    found = [links[name] for name in times if name in links and is_live(links[name], side)]
    noted = [
        replace(link, absent={**link.absent, side: times[link.id]})
        for link in found
        if link.absent.get(side, 0) < times[link.id] < READS_WITHOUT
    ]
    world.links.commit(message.stream_key, [LinkCommit(link) for link in noted])
    ask = [_hint(link, side) for link in found if times[link.id] >= READS_WITHOUT]
    read_again(world, message.stream_key, ask, trigger=message.trigger)


def lacking_of(link: Link, side: Side) -> Lacking:
    """Return a pair as one that lacks its record."""
    return Lacking(link.id, link.label, link.absent.get(side, 0) + 1)


def _lacking(world: World, run: Run, message: FetchPage) -> tuple[int, list[Link]] | None:
    """Return how many pairs there are, and those whose record was not read; None where they are too many to look at."""
    side = message.side
    if run.count(message.stream, f"{side}.read") > LINKS:
        return None
    seen: set[str] = set()
    for key in world.blobs.keys(f"{folder(run)}/{message.stream}/{side}/seen/"):
        seen.update(orjson.loads(world.blobs.get(key) or b"[]"))
    linked, lacking = 0, list[Link]()
    for link in world.links.all(message.stream_key):  # never all at once: a hundred thousand take 250 MB
        if is_live(link, side):
            linked += 1
            if link.ids[side] not in seen:
                lacking.append(link)
            if linked > LINKS:
                return None
    return linked, lacking


def _without_refused(
    world: World, state: FlowState, message: FetchPage | SweepLinks, lacking: Sequence[Lacking]
) -> list[Lacking]:
    """Leave out what a person refused to have put away; of what is back in the list, nobody has said anything."""
    key, name = message.flow_key, f"{message.stream}/{message.side.other}/{ARCHIVE}"
    refused = approved_lists.refused(world, state, name)
    if back := refused.keys() - {row.id for row in lacking}:
        approved_lists.void(world, key, name, message.stream, back)
    return [row for row in lacking if row.id not in refused]


def _not_refused(
    world: World, state: FlowState, message: FetchPage | SweepLinks, lacking: Sequence[Lacking]
) -> list[Lacking]:
    """Leave out what a person refused, where not all that is lacking is at hand."""
    refused = approved_lists.refused(world, state, f"{message.stream}/{message.side.other}/{ARCHIVE}")
    return [row for row in lacking if row.id not in refused]


def is_live(link: Link, side: Side) -> bool:
    """Tell whether the link has a record on this side that a whole read has to hold."""
    return link.state in {LinkState.LINKED, LinkState.CLAIMED} and side in link.ids


def _hint(link: Link, side: Side) -> RecordHint:
    return RecordHint.model_validate({side.value: link.ids[side], "deleted": True})


def _tell(world: World, message: FetchPage | SweepLinks, stopped: HeldList, total: int) -> None:
    params = {"count": str(stopped.count), "total": str(total), "flow": message.flow, "hash": stopped.hash}
    entry = JournalEntry(
        at=world.clock.now(),
        stream=message.stream,
        link="",
        label=", ".join(stopped.examples),
        result=Result.REVIEW,
        reason=Reason("too_many_deletes", params),
        run=message.run,
        trigger=message.trigger,
    )
    world.queues.send(
        [
            LogOutcomes(
                tenant=message.tenant,
                flow=message.flow,
                run=message.run,
                id=f"guard/{message.run}/{message.stream}/{message.side}",
                entries=(entry,),
                counters={f"{message.stream}.too_many_deletes": 1},
            )
        ]
    )
