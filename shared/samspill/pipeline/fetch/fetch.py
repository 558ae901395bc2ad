"""Fetch: reads a page or named records, drops what is known already, and passes on the rest (Polling Consumer)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

import orjson

from samspill.canon.values import fingerprint
from samspill.engine.identity import MAYBE_UNREADABLE
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.engine.moves import NO_ACTIVITY
from samspill.engine.revision import Revision
from samspill.engine.versions import SURE_AFTER_S, went_back
from samspill.errors import RateLimitedError
from samspill.flows.flow import Stream
from samspill.messages import BATCH, FetchPage, FetchRecords, MapRecords, Message, RecordHint, Subject
from samspill.modes.hours.cell_pairs import each_cell, with_other_cells
from samspill.modes.hours.sheets import by_cell
from samspill.pipeline.fetch import waiting_line
from samspill.pipeline.fetch.reading import Read, read_named
from samspill.pipeline.fetch.unnamed import tell_unnamed
from samspill.ports import Page, World
from samspill.runs import runs, sweep
from samspill.state import Run, RunStatus, needs_newer
from samspill.work import chain, snapshots
from samspill.work.context import Opened, connected, now_s, open_flow, stop_run
from samspill.work.isolation import sound
from samspill.work.turns import delay_until, turn_of

_LOOK_AGAIN = frozenset({Result.WAITING})
_DECIDED = frozenset({Result.REVIEW, Result.CONFLICT})
"""Once decided, these wait to be carried out: a flow at rest may have dropped the message that asked for it."""


def fetch_page(world: World, message: FetchPage) -> None:
    """Read one page; pass on what changed, then count, then go on to the next page or end the read.

    Another message may be at the same page: see `chain`.
    """
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status is RunStatus.STOPPED:
        return
    if not run.is_known:
        raise needs_newer(f"run {run.id} ({run.purpose})", "?")
    if not opened.may_read:
        stop_run(world, message.flow_key, message.run)
        return
    if chain.is_others(run, message):
        return
    stream = opened.flow.stream(message.stream)
    with connected(world, opened, message.side) as connector:
        reader = by_cell(world, opened, stream, message.side, connector)
        page = reader.page(stream.kind_on(message.side), token=message.token, since=message.since)
    tell_unnamed(world, message, page, stream.rules.systems.get(message.side, message.side))
    whole = message.whole and page.complete
    passed = _passed_on(world, opened, run, message, page.observations)
    after = _counted(world, message, page, passed)
    if after is None or chain.is_others(after, message):
        return
    if page.next is not None:
        world.queues.send([chain.following(message, page.next, world.ids.new(), whole=whole)])
        return
    if run.purpose not in {"plan", "dry-run"}:
        if message.since is None and whole:
            after = sweep.look_for_absent(world, opened.state, message) or after
        if page.cursor is not None and _may_move(world, message, whole=whole):
            world.cursors.put(message.stream_key, message.side, page.cursor, by=message.run)
    runs.advance(world, opened, after)


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
        hints = waiting_line.to_read_now(world, message, hints)
    read = read_and_pass_on(world, opened, message, hints)
    if not read.rest:
        return
    turn = turn_of(world, read.stopped) if read.stopped is not None else 0
    waiting_line.wait(world, message, read.rest, delay_s=delay_until(world, turn))


def read_and_pass_on(world: World, opened: Opened, message: FetchRecords, hints: Sequence[RecordHint]) -> Read:
    """Read records by their hints and pass on what was read, as far as the vendors' limits and the time allow."""
    stream = opened.flow.stream(message.stream)
    read, asked, stopped = read_named(world, opened, stream, hints)
    ready = [hint for hint in hints if all(hint.id_on(side) in {None, *asked[side]} for side in Side)]
    try:
        _pass_on(world, opened, message, ready, read)
    except RateLimitedError as error:  # the partners of cells are looked up as well
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
    subjects = []
    for hint in (each for told in hints for each in each_cell(told, read, stream.sheets)):
        left = read.get(Side.LEFT, {}).get(hint.left or "")
        right = read.get(Side.RIGHT, {}).get(hint.right or "")
        if left is not None or right is not None:
            known = {"rule": hint.rule, "ticket": hint.ticket, "refused": hint.refused}
            subjects.append(Subject(left=left, right=right, **known))
    if not message.force:
        subjects = _drop_known(world, opened, message, subjects)
    subjects = with_other_cells(world, opened, message.stream_key, stream, subjects)
    world.queues.send(_batches(message, subjects, attempt=message.attempt, force=message.force))


def _ticket(message: FetchPage, observation: Observation) -> str:
    """Name the record as this page listed it: lists move while they are read, and a record may be on two pages."""
    return f"{message.side}-{observation.external_id}/{message.page}"


def salted(opened: Opened, observation: Observation) -> str:
    """Return the fingerprint of a record as its system tells it, under the rules in force."""
    return _salted(observation, opened.flow.salt())


def _salted(observation: Observation, salt: str) -> str:
    """Tell a row that cannot be taken also by what is wrong with it: once that is mended it is another."""
    try:
        return _fingerprint(observation, salt)
    except TypeError:
        return "?"  # what cannot be told in a message is never known: see `alone.sound`


def _fingerprint(observation: Observation, salt: str) -> str:
    if observation.problem is None:
        return fingerprint(observation.fields, salt)
    return fingerprint({**observation.fields, "": orjson.dumps(observation.problem.to_json()).decode()}, salt)


def not_known_by_version(world: World, message: FetchRecords) -> list[RecordHint]:
    """Drop what was told of a version that has been dealt with: the echo of our own write costs no call."""
    told: dict[Side, list[str]] = {side: [] for side in Side}
    for hint in message.records:
        for side in Side:
            if hint.version is not None and not hint.deleted and (external_id := hint.id_on(side)):
                told[side].append(external_id)
    links = {side: world.links.of_records(message.stream_key, side, ids) for side, ids in told.items() if ids}
    late_ms = (now_s(world) - SURE_AFTER_S) * 1000

    def known(hint: RecordHint) -> bool:
        seen = [(side, links[side].get(hint.id_on(side) or "")) for side in links if hint.id_on(side)]
        return bool(seen) and all(_is_of_old(side, link, hint.version, late_ms) for side, link in seen)

    return [hint for hint in message.records if not known(hint)]


def _is_of_old(side: Side, link: Link | None, version: Revision | None, late_ms: int) -> bool:
    """Tell whether this version of the record has been dealt with, or a later one a moment ago."""
    if version is None or link is None or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    if not shadow.fingerprint:
        return False
    return version.is_same(shadow.version) or (version.is_before(shadow.version) and shadow.seen_at >= late_ms)


def _is_settled(side: Side, link: Link) -> bool:
    """Tell whether nothing is open about the pair but what a read of `side` may bring."""
    if side not in link.shadows or link.intent is not None or link.absent.get(side):
        return False
    if link.state is LinkState.TOMBSTONE and (side in link.gone or not link.gone):
        return False  # it was deleted, and here it is
    look_again = _LOOK_AGAIN | _DECIDED if link.decision is not None else _LOOK_AGAIN
    if link.outcome is None:
        return True
    return link.outcome.result not in look_again and link.outcome.reason.code not in MAYBE_UNREADABLE


def _is_known(salt: str, side: Side, link: Link | None, observation: Observation) -> bool:
    """Tell whether the record has been dealt with exactly as it is now. The salt is `Flow.salt`'s."""
    if link is None or observation.deleted or not _is_settled(side, link):
        return False
    shadow = link.shadows[side]
    return shadow.fingerprint == _salted(observation, salt) and not went_back(shadow, observation)


def _is_unfinished(stream: Stream, side: Side, link: Link | None, *, tries: bool = True) -> bool:
    """Tell whether a cell has to be looked at again although its hours are the same.

    Accounting lists no cell that holds nothing, so what is unsettled there shows here only. What it refused is tried
    once a night, and when its sheet changes (`tries`): the month may have been opened, the project may have started. A
    moment after the refusal, and with every read of changes, nothing has. What had no activity was never sent.
    """
    if stream.sheets is not side or link is None:
        return False
    failed = link.outcome if link.outcome is not None and link.outcome.result is Result.FAILED else None
    refused = failed is not None and (tries or failed.reason.code == NO_ACTIVITY)
    return refused or (side.other in link.shadows and not link.shadows[side.other].fingerprint)


def changed(world: World, opened: Opened, message: FetchPage, observations: Sequence[Observation]) -> list[Subject]:
    """Return what of a page has to be looked at: all but what has been dealt with exactly as it is."""
    stream, side = opened.flow.stream(message.stream), message.side
    subjects: list[Subject] = []
    salt = opened.flow.salt()
    for part in batched(observations, BATCH, strict=False):
        links = world.links.of_records(message.stream_key, side, [o.external_id for o in part])
        others = stream.sheets is side.other  # hours that others wrote into accounting are nobody's concern here
        subjects += [
            Subject.model_validate({side.value: sound(observation), "ticket": _ticket(message, observation)})
            for observation in (o for o in part if not others or o.external_id in links)
            if not _is_known(salt, side, links.get(observation.external_id), observation)
            or _is_unfinished(stream, side, links.get(observation.external_id), tries=message.since is None)
        ]
    return with_other_cells(world, opened, message.stream_key, stream, subjects)


def _drop_known(world: World, opened: Opened, message: FetchRecords, subjects: list[Subject]) -> list[Subject]:
    salt, stream = opened.flow.salt(), opened.flow.stream(message.stream)
    links: dict[Side, Mapping[str, Link]] = {}
    for side in Side:
        ids = [o.external_id for s in subjects if (o := s.on(side))]
        links[side] = world.links.of_records(message.stream_key, side, ids) if ids else {}

    def known(subject: Subject) -> bool:
        seen = [(side, o) for side in Side if (o := subject.on(side))]
        if subject.rule and not _are_joined([links[side].get(o.external_id) for side, o in seen]):
            return False
        return all(_is_known(salt, side, links[side].get(o.external_id), o) for side, o in seen) and not any(
            _is_unfinished(stream, side, links[side].get(o.external_id), tries=not message.attempt) for side, o in seen
        )

    return [subject for subject in subjects if not known(subject)]


def _are_joined(links: Sequence[Link | None]) -> bool:
    """Tell whether what was found to be the same thing is one pair by now."""
    first, *others = links
    return first is not None and first.state is LinkState.LINKED and all(link == first for link in others)


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
