"""`flows`, `enable`, `run`, `approve`, `pause`, `resume`, `status`."""

from __future__ import annotations

from typing import Any

import click

from samspill.cli.desk import PERSON_MUST_ACT, Desk, json_option, pass_desk
from samspill.cli.follow import exit_code, follow, show_plan
from samspill.engine.model import Result, Side
from samspill.errors import SamspillError, UsageError
from samspill.flows.catalogue import FLOWS, flow_named
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowState, FlowStatus, RunStatus
from samspill.steps import setup
from samspill.steps.planning import DraftPlan, read_plan

FOR_A_PERSON = (Result.REVIEW, Result.CONFLICT, Result.FAILED)


def _state(desk: Desk, name: str) -> FlowState | None:
    try:
        return desk.world.registry.flow(desk.flow(name))
    except UsageError:
        return None


def _tell_state(desk: Desk, state: FlowState) -> None:
    desk.tell(desk.text("state", flow=state.flow, status=desk.word(state.status)))
    if state.reason is not None:
        desk.tell(desk.reason(state.reason))
    hint = {"approved": "next.approved", "in review": "next.in review", "new": "next.tested"}.get(state.status)
    if hint:
        desk.tell(desk.text(hint, flow=state.flow))
    desk.answer(state.model_dump(mode="json"))


@click.command()
@json_option
@pass_desk
def flows(desk: Desk, *, as_json: bool) -> None:
    """List every flow there is, and where each stands here.

    \b
    Example: samspill flows
    """
    desk.as_json = as_json
    rows, data = [], []
    for flow in FLOWS.values():
        state = _state(desk, flow.name)
        status = state.status if state else None
        every = desk.text("every", n=state.every_min) if state else ""
        rows.append([flow.name, desk.word(status) if status else "-", every, flow.title[desk.language]])
        data.append({"flow": flow.name, "status": status, "title": flow.title[desk.language]})
    desk.table(["", "", "", ""], rows)
    desk.answer(data)


@click.command()
@click.argument("flow")
@click.option("--left", required=True, help="Connection on the left of the flow's name.")
@click.option("--right", required=True, help="Connection on the right of the flow's name.")
@click.option("--every", type=click.IntRange(1, 1440), help="Minutes between scheduled runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_desk
def enable(desk: Desk, *, flow: str, left: str, right: str, every: int | None, yes: bool, as_json: bool) -> None:
    """Set up a flow between two connections, or change its interval.

    \b
    Example: samspill enable tripletex-timerabbit --left our-tripletex --right our-timerabbit --every 10
    """
    desk.as_json = as_json
    declared = flow_named(flow)
    desk.tell(desk.text("enable.what", title=declared.title[desk.language], left=left, right=right))
    if declared.setup:
        desk.tell(declared.setup[desk.language])
    if not yes:
        desk.confirm(desk.text("enable?"))
    _tell_state(desk, setup.enable(desk.world, desk.tenant, flow, left, right, every_min=every))


@click.command()
@click.argument("flow")
@click.option("--dry-run", is_flag=True, help="Plan only: the same way, without the writes.")
@click.option("--full", is_flag=True, help="Compare everything, not only what changed.")
@click.option("--no-wait", is_flag=True, help="Start it and leave.")
@json_option
@pass_desk
def run(desk: Desk, *, flow: str, dry_run: bool, full: bool, no_wait: bool, as_json: bool) -> int:
    """Start a run by hand: the plan of the first sync, or a sync of an active flow.

    Exit code 1 when records failed or wait for a person.

    \b
    Example: samspill run tripletex-timerabbit --dry-run
    """
    desk.as_json = as_json
    started = setup.run(desk.world, desk.flow(flow), by=desk.by, dry_run=dry_run, full=True if full else None)
    if no_wait:
        desk.answer({"run": started.id})
        return 0
    ended = follow(desk, started)
    plan = read_plan(desk.world, ended) if ended.status is RunStatus.PLANNED else None
    if plan is not None:
        show_plan(desk, flow, plan)
        _tell_next(desk, flow, started.purpose)
    desk.answer({"run": ended.model_dump(mode="json"), "plan": plan.model_dump(mode="json") if plan else None})
    return exit_code(ended)


def _tell_next(desk: Desk, flow: str, purpose: str) -> None:
    if purpose == "plan":
        desk.tell("")
        desk.tell(desk.text("next.approved", flow=flow))


@click.command()
@click.argument("flow")
@click.option("--plan", "plan_hash", help="The plan you saw; without it the plan is shown first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_desk
def approve(desk: Desk, *, flow: str, plan_hash: str | None, yes: bool, as_json: bool) -> int:
    """Approve the set-up (an operator), or carry out exactly the plan you saw.

    Exit code 1 when records failed or wait for a person.

    \b
    Example: samspill approve tripletex-timerabbit --plan 3f2a91c07b1d
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    state = desk.world.registry.flow(key)
    if state.status is FlowStatus.IN_REVIEW:
        _tell_state(desk, setup.approve_setup(desk.world, key))
        return 0
    if plan_hash is None:
        plan = _present_plan(desk, key, state)
        show_plan(desk, flow, plan)
        plan_hash = plan.hash
    if not yes:
        desk.confirm(desk.text("approve?"))
    ended = follow(desk, setup.approve_plan(desk.world, key, plan_hash, desk.by))
    if ended.status is not RunStatus.STOPPED:
        _subscribe(desk, state)
    desk.answer(ended.model_dump(mode="json"))
    return exit_code(ended)


def _present_plan(desk: Desk, key: FlowKey, state: FlowState) -> DraftPlan:
    planned = desk.world.runs.get(key, state.plan_run or "")
    plan = read_plan(desk.world, planned) if planned else None
    if plan is None:
        raise click.UsageError(desk.text("noplan", flow=key.flow))
    return plan


def _subscribe(desk: Desk, state: FlowState) -> None:
    """Ask both vendors for webhooks; without them the schedule does the work."""
    for side in Side:
        connection = state.connection(side)
        vendor = flow_named(state.flow).vendors[side].title()
        url = desk.hook_url(connection)
        if url is None:
            continue
        try:
            saved = setup.subscribe(desk.world, desk.tenant, connection, url)
        except SamspillError as error:
            desk.tell(desk.text("nosubscription", vendor=vendor, why=desk.reason(error.reason)))
            continue
        if saved.subscriptions:
            desk.tell(desk.text("subscribed", vendor=vendor))


@click.command()
@click.argument("flow")
@json_option
@pass_desk
def pause(desk: Desk, *, flow: str, as_json: bool) -> None:
    """Stop a flow until `resume`. Nothing is lost: everything is compared when it goes on.

    \b
    Example: samspill pause tripletex-timerabbit
    """
    desk.as_json = as_json
    _tell_state(desk, setup.pause(desk.world, desk.flow(flow)))


@click.command()
@click.argument("flow")
@json_option
@pass_desk
def resume(desk: Desk, *, flow: str, as_json: bool) -> None:
    """Let a paused flow go on, with a full comparison.

    \b
    Example: samspill resume tripletex-timerabbit
    """
    desk.as_json = as_json
    _tell_state(desk, setup.resume(desk.world, desk.flow(flow), desk.by))


@click.command()
@click.argument("flow", required=False)
@json_option
@pass_desk
def status(desk: Desk, *, flow: str | None, as_json: bool) -> int:
    """Tell where flows and connections stand, and what waits for a person. Exit code 1 when something does.

    \b
    Example: samspill status tripletex-timerabbit
    """
    desk.as_json = as_json
    world = desk.world
    states = [world.registry.flow(desk.flow(flow))] if flow else world.registry.flows(desk.tenant)
    connections = world.registry.connections(desk.tenant)
    desk.table([""] * 5, [_connection_row(desk, connection) for connection in connections])
    told = [_tell_status(desk, state) for state in states]
    desk.answer({"connections": [c.model_dump(mode="json") for c in connections], "flows": told})
    stopped = any(c.status is ConnectionStatus.KEY_INVALID for c in connections)
    return PERSON_MUST_ACT if stopped or any(t["waiting"][r] for t in told for r in FOR_A_PERSON) else 0


def _connection_row(desk: Desk, connection: Connection) -> list[str]:
    company = connection.identity.company if connection.identity else ""
    reason = desk.reason(connection.reason) if connection.reason else ""
    return [connection.id, connection.vendor, desk.word(connection.status), company, reason]


def _tell_status(desk: Desk, state: FlowState) -> dict[str, Any]:
    waiting = {
        str(result): sum(1 for _ in desk.world.links.with_result(state.key, [result]))
        for result in (*FOR_A_PERSON, Result.WAITING)
    }
    latest = desk.world.runs.latest(state.key, 5)
    desk.tell("")
    desk.tell(f"{state.flow}: {desk.word(state.status)}, {desk.text('every', n=state.every_min)}")
    if state.reason is not None:
        desk.tell(f"  {desk.reason(state.reason)}")
    desk.tell("  " + ", ".join(f"{desk.word(result)}: {count}" for result, count in waiting.items()))
    rows = [[r.id, desk.word(r.purpose), desk.word(r.status), f"{r.started_at:%Y-%m-%d %H:%M:%S}"] for r in latest]
    desk.table([""] * 4, rows)
    runs = [run.model_dump(mode="json") for run in latest]
    return {"flow": state.flow, "status": state.status, "waiting": waiting, "runs": runs}


COMMANDS = (flows, enable, run, approve, pause, resume, status)
