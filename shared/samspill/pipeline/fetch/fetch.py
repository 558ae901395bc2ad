"""Fetch: reads a page or named records, drops what is known already, and passes on the rest (Polling Consumer)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

from samspill.engine.model import Observation, Side
from samspill.errors import ExpiredCursorError, RateLimitedError
from samspill.messages import BATCH, FetchPage, FetchRecords, MapRecords, Message, RecordHint, Subject
from samspill.pipeline.fetch import waiting_line
from samspill.pipeline.fetch.reading import Read, read_named
from samspill.pipeline.fetch.unnamed import tell_unnamed
from samspill.ports import MAX_DELAY_S, Connector, Page, World
from samspill.runs import runs, sweep
from samspill.state import Run, RunStatus, needs_newer
from samspill.work import chain, heard, snapshots
from samspill.work.context import Opened, connected, open_flow, stop_run
from samspill.work.known import changed, drop_known, not_known_by_version
from samspill.work.turns import delay_until, turn_of


def fetch_page(world: World, message: FetchPage) -> None:
    """Read one page; pass on what changed, then count, then go on to the next page or end the read.

    Another message may be at the same page: see `chain`.
    """
    opened = open_flow(world, message.flow_key)
    run = _run_of(world, opened, message)
    if run is None:
        return
    stream = opened.flow.stream(message.stream)
    kind = stream.kind_on(message.side)
    with connected(world, opened, message.side) as connector:
        reader = world.modes.of(stream).view(world, opened, stream, message.side, connector)
        page = _page(reader, kind, message)
    if page is None:
        world.queues.send([chain.anew(message, world.ids.new())])
        return
    tell_unnamed(world, message, page, stream.rules.systems.get(message.side, message.side))
    whole = message.whole and page.complete
    passed = _passed_on(world, opened, run, message, page.observations)
    after = _counted(world, message, page, passed)
    if after is None or chain.is_others(after, message):
        return
    if page.next is not None:
        following = chain.following(message, page.next, world.ids.new(), whole=whole)
        world.queues.send([following], delay_s=min(page.wait_s, MAX_DELAY_S))
        return
    if run.purpose not in {"plan", "dry-run"}:
        if message.since is None and whole:
            after = sweep.look_for_absent(world, opened.state, message) or after
        if page.cursor is not None and _may_move(world, message, whole=whole):
            world.cursors.put(message.stream_key, message.side, page.cursor, by=message.run)
            reader.acknowledge(kind, page.cursor)
    runs.advance(world, opened, after)


def _run_of(world: World, opened: Opened, message: FetchPage) -> Run | None:
    """Return the run for which the page is still to be read; None where it is not."""
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status is RunStatus.STOPPED:
        return None
    if not run.is_known:
        raise needs_newer(f"run {run.id} ({run.purpose})", "?")
    if not opened.may_read:
        stop_run(world, message.flow_key, message.run)
        return None
    return None if chain.is_others(run, message) else run


def _page(reader: Connector, kind: str, message: FetchPage) -> Page | None:
    """Read the page; None where the vendor no longer knows the cursor, so that everything has to be read."""
    try:
        return reader.page(kind, token=message.token, since=message.since)
    except ExpiredCursorError:
        if message.since is None:
            raise
        return None


def _may_move(world: World, message: FetchPage, *, whole: bool) -> bool:
    """Tell whether the cursor may move: a list of some days does not tell what changed before them since the last."""
    return whole or message.since is not None or world.cursors.get(message.stream_key, message.side) is None


def _passed_on(world: World, opened: Opened, run: Run, message: FetchPage, observations: Sequence[Observation]) -> int:
    """Pass on what changed, or keep all for a plan; return how many records were passed on."""
    if run.purpose in {"plan", "dry-run"}:
        snapshots.save(world, run, message, observations)
        return 0
    subjects = changed(world, opened, message, observations)
    world.queues.send(_batches(message, subjects))
    if message.since is None:
        sweep.note(world, run, message, observations)
    return len(subjects)


def _counted(world: World, message: FetchPage, page: Page, passed: int) -> Run | None:
    """Count a page in its run, once, and return the run. The read is complete with the last one, once."""
    read = len(page.observations)
    counters = {"read": read, f"{message.side}.read": read, "expected": passed, "unchanged": read - passed}
    if passed:
        counters[f"{message.side}.{heard.PASSED}"] = passed
    complete = {f"{message.stream}.{message.side}.complete": 1} if page.next is None else {}
    once = f"{message.stream}/{message.side}/{message.page}"
    counted = {f"{message.stream}.{name}": count for name, count in counters.items()} | complete
    run = world.runs.note(message.flow_key, message.run, counted, once, chain.note(message))
    if run is not None and complete and not run.counters.keys() >= complete.keys():
        # Counted before whoever counted it died; more pages followed then, and none does now.
        run = world.runs.add(message.flow_key, message.run, complete, f"{once}/complete")
    return run


def fetch_records(world: World, message: FetchRecords) -> None:
    """Read named records, on the sides that are named, and pass them on; what the limit stops waits for its turn."""
    opened = open_flow(world, message.flow_key)
    if not opened.may_read:
        return
    hints = not_known_by_version(world, message)
    if message.is_hint:
        if not hints:  # nothing is called, and what comes is heard all the same
            _note_heard(world, opened, message)
        hints = waiting_line.to_read_now(world, message, hints)
    read = read_and_pass_on(world, opened, message, hints)
    if not read.rest:
        return
    turn = turn_of(world, read.stopped) if read.stopped is not None else 0
    waiting_line.wait(world, message, read.rest, delay_s=delay_until(world, turn))


def _note_heard(world: World, opened: Opened, message: FetchRecords) -> None:
    for side in Side:
        if any(hint.id_on(side) for hint in message.records):
            heard.note_heard(world, world.registry.connection(message.tenant, opened.state.connection(side)))


def read_and_pass_on(world: World, opened: Opened, message: FetchRecords, hints: Sequence[RecordHint]) -> Read:
    """Read records by their hints and pass on what was read, as far as the vendors' limits and the time allow."""
    stream = opened.flow.stream(message.stream)
    read, asked, stopped = read_named(world, opened, stream, hints, noting=message.is_hint)
    ready = [hint for hint in hints if all(hint.id_on(side) in {None, *asked[side]} for side in Side)]
    try:
        _pass_on(world, opened, message, ready, read)
    except RateLimitedError as error:  # a mode may read the other halves as well
        return Read(list(hints), error)
    return Read([hint for hint in hints if hint not in ready], stopped)


def _pass_on(
    world: World,
    opened: Opened,
    message: FetchRecords,
    hints: Sequence[RecordHint],
    read: Mapping[Side, Mapping[str, Observation]],
) -> None:
    stream = opened.flow.stream(message.stream)
    mode = world.modes.of(stream)
    subjects = []
    for hint in (each for told in hints for each in mode.expand(stream, told, read)):
        left = read.get(Side.LEFT, {}).get(hint.left or "")
        right = read.get(Side.RIGHT, {}).get(hint.right or "")
        if left is not None or right is not None:
            known = {"rule": hint.rule, "ticket": hint.ticket, "refused": hint.refused}
            subjects.append(Subject(left=left, right=right, **known))
    if not message.force:
        subjects = drop_known(world, opened, message, subjects)
    subjects = mode.pair(world, opened, stream, subjects)
    world.queues.send(_batches(message, subjects, attempt=message.attempt, force=message.force))


def _batches(
    message: FetchPage | FetchRecords, subjects: Iterable[Subject], *, attempt: int = 0, force: bool = False
) -> list[Message]:
    return [
        MapRecords(
            tenant=message.tenant,
            flow=message.flow,
            run=message.run,
            trigger=message.trigger,
            stream=message.stream,
            late_of=message.late_of,
            subjects=part,
            attempt=attempt,
            force=force,
        )
        for part in batched(subjects, BATCH, strict=False)
    ]
