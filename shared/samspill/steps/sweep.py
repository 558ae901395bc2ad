"""The sweep after a complete read: what is linked but was not there. Absence alone deletes nothing.

A record that two complete reads in a row did not hold is asked for by id; only the vendor's "gone" is a delete. The
guard looks at the whole list first: when it trips, nothing of it is carried out and the flow says so. What a person
refused is among what is weighed, and not among what is done or asked about again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from samspill.engine.guard import ARCHIVE
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.messages import FetchPage, LogOutcomes, RecordHint
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import FlowState, JournalEntry, Run
from samspill.steps import held, pair_count, verdicts
from samspill.steps.held_list import HeldList
from samspill.steps.later import read_again
from samspill.steps.limits import in_force
from samspill.steps.snapshots import folder

READS_WITHOUT = 2
"""Complete reads in a row that must lack a record before it is asked for."""


def note(world: World, run: Run, message: FetchPage, observations: Sequence[Observation]) -> None:
    """Keep the ids of one page of a whole read."""
    key = f"{folder(run)}/{message.stream}/{message.side}/seen/{message.page:06}"
    world.blobs.put(key, orjson.dumps([o.external_id for o in observations]))


def look_for_absent(world: World, state: FlowState, message: FetchPage) -> None:
    """Compare the links with what the whole read held."""
    side = message.side
    run = world.runs.get(message.flow_key, message.run)
    if run is None:
        return
    linked, lacking = _lacking(world, run, message)
    pair_count.count(world, message.stream_key, linked)
    absent = _without_refused(world, state, message, lacking)
    if not absent:
        held.drop(world, message)
        return
    guard = in_force(world.registry.flow(message.flow_key), world.clock.now())
    if guard.trips(len(lacking), linked) or guard.shrank(linked, linked - len(lacking)):
        stopped = held.hold(world, message, absent)
        if stopped is not None:
            _tell(world, message, stopped, linked)
        return
    held.drop(world, message)
    times = {link.id: link.absent.get(side, 0) + 1 for link in absent}
    noted = [replace(link, absent={**link.absent, side: times[link.id]}) for link in absent]
    world.links.commit(message.stream_key, [LinkCommit(link) for link in noted if times[link.id] < READS_WITHOUT])
    ask = (_hint(link, side) for link in absent if times[link.id] >= READS_WITHOUT)
    read_again(world, message.stream_key, ask, trigger=message.trigger)


def _lacking(world: World, run: Run, message: FetchPage) -> tuple[int, list[Link]]:
    """Return how many pairs there are, and those of which the whole read did not hold the record."""
    side = message.side
    seen: set[str] = set()
    for key in world.blobs.keys(f"{folder(run)}/{message.stream}/{side}/seen/"):
        seen.update(orjson.loads(world.blobs.get(key) or b"[]"))
    linked, lacking = 0, list[Link]()
    for link in world.links.all(message.stream_key):  # never all at once: a hundred thousand take 250 MB
        if _live(link, side):
            linked += 1
            if link.ids[side] not in seen:
                lacking.append(link)
    return linked, lacking


def _without_refused(world: World, state: FlowState, message: FetchPage, lacking: Sequence[Link]) -> list[Link]:
    """Leave out what a person refused to have put away; of what is back in the list, nobody has said anything."""
    key, name = message.flow_key, f"{message.stream}/{message.side.other}/{ARCHIVE}"
    refused = verdicts.refused(world, state, name)
    if back := refused.keys() - {link.id for link in lacking}:
        verdicts.void(world, key, name, message.stream, back)
    return [link for link in lacking if link.id not in refused]


def _live(link: Link, side: Side) -> bool:
    return link.state in {LinkState.LINKED, LinkState.CLAIMED} and side in link.ids


def _hint(link: Link, side: Side) -> RecordHint:
    return RecordHint.model_validate({side.value: link.ids[side], "deleted": True})


def _tell(world: World, message: FetchPage, stopped: HeldList, total: int) -> None:
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
