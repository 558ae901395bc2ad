"""Runs: started, moved on from stream to stream in the order that references need, and ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from samspill.errors import UsageError
from samspill.guard import pending
from samspill.messages import ApplyPlan, CheckMapping, FetchPage, Message, RenewHooks, StartRun
from samspill.plan.begin import beginning
from samspill.plan.stages import stage_messages
from samspill.ports import World
from samspill.runs import polling
from samspill.runs.silence import tell_silence
from samspill.state import FlowState, FlowStatus, Purpose, Run, RunStatus, Trigger
from samspill.work import chain, heard
from samspill.work.access import look_again
from samspill.work.context import Opened, open_flow
from samspill.work.flow_state import change_flow
from samspill.work.stages import stage_of, stages

STUCK_AFTER = timedelta(hours=6)
"""A run that got nothing done for so long no longer keeps others from starting; one that goes on does, however old."""
NIGHT = timedelta(hours=1)
"""Within how long of its hour the nightly schedule starts the full comparison; after that any run makes up for it."""
PROBLEMS = ("failed", "review", "conflict")
SWEEPS, SWEPT = "sweeps", "swept"
"""`<stream>.<side>.sweeps` counts the sweeps that are done slice by slice, `swept` those that are over."""
PLAN = "plan"
"""`plan.begun` counts the request for a run's plan."""
FOLLOW_UP = "totals"
"""`totals.begun` counts the request for what the modes do after a whole read, such as adding up."""


def start_run(world: World, message: StartRun) -> None:
    """Start a run that a schedule asked for, unless the flow rests, another run is under way or webhooks tell enough.

    A flow that stopped because a key was refused looks first whether it is accepted again.
    """
    opened = open_flow(world, message.flow_key)
    tell_silence(world, opened.state)
    if opened.state.status is FlowStatus.KEY_INVALID:
        look_again(world, opened.state)
        opened = open_flow(world, message.flow_key)
    if not opened.runs_by_itself:
        return
    is_poll = message.trigger == "schedule" and message.full is None
    if is_poll and not is_full_due(opened.state, world.clock.now()) and polling.is_too_early(world, opened):
        return
    with suppress(UsageError):
        begin(world, opened, message.purpose, message.trigger, full=message.full, by=message.by)


def under_way(world: World, opened: Opened) -> Run | None:
    """Return the run that is not over yet, if there is one."""
    stuck = world.clock.now() - STUCK_AFTER
    for run in world.runs.latest(opened.state.key, 3):
        if not run.status.is_over and (run.moved_at or run.started_at) > stuck:
            return run
    return None


def only_one(world: World, opened: Opened) -> None:
    """UsageError when a run is under way."""
    busy = under_way(world, opened)
    if busy is not None:
        advance(world, opened, busy)  # somebody may have died before it had begun
        raise UsageError.because("run_under_way", run=busy.id, flow=busy.flow)


def begin(
    world: World,
    opened: Opened,
    purpose: Purpose,
    trigger: Trigger,
    *,
    full: bool | None = None,
    by: str = "",
) -> Run:
    """Start a run; UsageError when one is under way."""
    only_one(world, opened)
    now = world.clock.now()
    whole = purpose in {"plan", "dry-run"} or (full if full is not None else is_full_due(opened.state, now))
    run = Run(
        tenant=opened.state.tenant,
        flow=opened.state.flow,
        id=world.ids.new(),
        purpose=purpose,
        trigger=trigger,
        status=RunStatus.APPLYING if purpose == "apply" else RunStatus.READING,
        by=by,
        full=whole,
        started_at=now,
    )
    world.runs.start(run)
    _next_stage(world, opened, run)
    return run


def is_full_due(state: FlowState, now: datetime) -> bool:
    """Tell whether the nightly full comparison has not been made since its hour last struck, and should have been."""
    if state.last_full_at is None:
        return True
    local = now.astimezone(state.zone)
    struck = local.replace(hour=state.full_at_hour, minute=0, second=0, microsecond=0)
    if struck + NIGHT > local:
        struck -= timedelta(days=1)
    return state.last_full_at < struck


def _read_stage(world: World, opened: Opened, run: Run) -> list[Message]:
    stream, _ = stage_of(opened, run)
    out: list[Message] = []
    if run.full and run.purpose == "sync" and not run.stage:
        # What a vendor did not tell meanwhile, this whole read finds.
        names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "trigger": run.trigger}
        out.extend(RenewHooks.model_validate({**names, "side": side}) for side in opened.state.sides)
        if opened.state.mapping or opened.state.lookups or opened.state.mapping_problems:
            out.append(CheckMapping.model_validate(names))
    for side in sorted(stream.watch):
        page = FetchPage(
            tenant=run.tenant,
            flow=run.flow,
            run=run.id,
            trigger=run.trigger,
            stream=stream.name,
            side=side,
            chain=world.ids.new(),
        )
        if not run.full:
            page = page.model_copy(update={"since": world.cursors.get(page.stream_key, side)})
        out.append(page)
    return out


def advance(world: World, opened: Opened, run: Run) -> None:
    """Go on to the next stream, to the plan, or to the end, once everything of this stream is settled."""
    if run.status is RunStatus.PLANNING and not run.count(PLAN, "begun"):
        _plan(world, run)
    if run.status not in {RunStatus.READING, RunStatus.APPLYING}:
        return
    stream, rounds = stage_of(opened, run)
    if run.count(stream.name, "begun") <= rounds:
        _next_stage(world, opened, run)
        return
    if not _stage_is_done(opened, run):
        return
    following = run.stage + 1
    if following < stages(opened, run):
        if world.runs.move(run, status=run.status, stage=following):
            _next_stage(world, opened, run.model_copy(update={"stage": following}))
    elif run.purpose in {"plan", "dry-run"}:
        if world.runs.move(run, status=RunStatus.PLANNING, stage=run.stage):
            _plan(world, run)
    else:
        end(world, opened, run)


def _next_stage(world: World, opened: Opened, run: Run) -> None:
    """Send what the stage begins with, then note that it has begun: who finds no note sends again."""
    applies = run.purpose == "apply"
    world.queues.send(stage_messages(world, opened, run) if applies else _read_stage(world, opened, run))
    begun = f"{stage_of(opened, run)[0].name}.begun"
    again = world.runs.add(run.key, run.id, {begun: 1}, f"{begun}/{run.stage}")
    if applies and again is not None:
        advance(world, opened, again)  # a stream with nothing to do is done at once


def apply_plan(world: World, message: ApplyPlan) -> None:
    """Send a part of an approved plan's stage, then have the next part sent; after the last one, go on."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status is not RunStatus.APPLYING or run.stage != message.stage:
        return
    link = f"apply/{message.stream}/{message.stage}", message.part, message.chain
    if chain.has_gone_on(run, *link):
        return
    messages = stage_messages(world, opened, run, message.part)
    following = [each for each in messages if isinstance(each, ApplyPlan)]
    world.queues.send([each for each in messages if each not in following])
    parts = {f"{message.stream}.parts": 1}
    after = world.runs.note(run.key, run.id, parts, "/".join(map(str, link[:2])), chain.note_of(*link))
    if after is None or chain.has_gone_on(after, *link):
        return
    world.queues.send(following)
    if not following:
        advance(world, opened, after)


def _plan(world: World, run: Run) -> None:
    """Have the plan made, then note that it was asked for: who finds no note asks again."""
    world.queues.send([beginning(world, run, run.trigger)])
    world.runs.add(run.key, run.id, {f"{PLAN}.begun": 1}, f"{PLAN}.begun")


def _stage_is_done(opened: Opened, run: Run) -> bool:
    stream, rounds = stage_of(opened, run)
    if run.purpose != "apply":
        sides = stream.watch
        if any(not run.count(stream.name, f"{side}.complete") for side in sides):
            return False
        sweeps, swept = (sum(run.count(stream.name, f"{s}.{name}") for s in sides) for name in (SWEEPS, SWEPT))
        if sweeps > swept:
            return False
        if run.purpose in {"plan", "dry-run"}:
            return True
    elif run.count(stream.name, "sent") <= rounds:
        return False
    return run.count(stream.name, "done") >= run.count(stream.name, "expected")


def end(world: World, opened: Opened, run: Run) -> None:
    """End a run; the first sync makes the flow active, a full read is remembered."""
    problems = any(run.count(stream.name, name) for stream in opened.flow.streams for name in PROBLEMS)
    status = RunStatus.DONE_WITH_PROBLEMS if problems else RunStatus.DONE
    now = world.clock.now()
    whole = run.full and run.purpose == "sync"
    # The flow first: who dies before the run is over comes here again.
    if whole:
        pending.forget_settled(world, run.key)
    if run.purpose in {"apply", "sync"}:
        untold = heard.untold(world, opened, run, now)
        change_flow(
            world, run.key, lambda state: {**_after_good_run(opened, state, run, now, whole=whole), "untold": untold}
        )
    if whole and not run.count(FOLLOW_UP, "begun"):
        _follow_up(world, opened, run)
    world.runs.move(run, status=status, stage=run.stage, ended_at=now)


def _after_good_run(opened: Opened, state: FlowState, run: Run, now: datetime, *, whole: bool) -> dict[str, object]:
    first = run.purpose == "apply" and state.status is FlowStatus.MATCHING
    active = {"status": FlowStatus.ACTIVE, "approval": None} if first else {}
    quiet_since = None if polling.found_changes(run, opened.flow) else state.quiet_since or now
    return {"last_good_at": now, "quiet_since": quiet_since, **({"last_full_at": now} if whole else {}), **active}


def _follow_up(world: World, opened: Opened, run: Run) -> None:
    """Have done what the modes want once what the whole read found has settled, then note that it was asked."""
    asked = False
    for stream in opened.flow.streams:
        mode = world.modes.of(stream)
        tasks = mode.after_full_read(run, stream)
        world.queues.send(tasks, delay_s=mode.settles_s)
        asked = asked or bool(tasks)
    if asked:
        world.runs.add(run.key, run.id, {f"{FOLLOW_UP}.begun": 1}, f"{FOLLOW_UP}.begun")
