"""`flows` and `status`: where everything stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from samspill.cli.dead import tell_dead
from samspill.cli.desk import PERSON_MUST_ACT, Desk, json_option, pass_desk
from samspill.cli.held import tell_held
from samspill.engine.model import Result
from samspill.flows.catalogue import FLOWS, declared
from samspill.pipeline.log.log import LATE
from samspill.state import Connection, ConnectionStatus, FlowState, Run
from samspill.work.access import key_refused
from samspill.work.turns import comes_back_by

FOR_A_PERSON = (Result.REVIEW, Result.CONFLICT, Result.FAILED)


@click.command()
@json_option
@pass_desk
def flows(desk: Desk, *, as_json: bool) -> None:
    """List every flow that is set up here and where it stands, then what else there is to set up.

    \b
    Example: samspill flows
    """
    desk.as_json = as_json
    rows: list[list[str]] = []
    data: list[dict[str, str | None]] = []
    states = desk.world.registry.flows(desk.tenant)
    used = {state.declaration for state in states}
    for state in states:
        title = declared(state.declaration).title[desk.language]
        every, pair = desk.text("every", count=state.every_min), " → ".join(state.connections)
        rows.append([state.flow, desk.word(state.status), every, pair, title])
        told = {"flow": state.flow, "declaration": state.declaration, "left": state.left, "right": state.right}
        data.append({**told, "status": state.status, "title": title})
    for name, flow in FLOWS.items():
        if name not in used:
            title = flow.title[desk.language]
            rows.append([name, "-", "", "", title])
            data.append({"flow": name, "declaration": name, "status": None, "title": title})
    desk.table([""] * 5, rows)
    desk.answer(data)


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
    dead = tell_dead(desk, flow or "FLOW")
    desk.answer({"connections": [c.model_dump(mode="json") for c in connections], "flows": told, "dead": dead})
    stopped = dead or any(c.status is ConnectionStatus.KEY_INVALID for c in connections)
    waits = any(t["held"] or any(t["waiting"][r] for r in FOR_A_PERSON) for t in told)
    return PERSON_MUST_ACT if stopped or waits else 0


def _connection_row(desk: Desk, connection: Connection) -> list[str]:
    company = connection.identity.company if connection.identity else ""
    reason = connection.reason
    if reason is None and connection.refusal is not None:
        reason = key_refused(connection, connection.refusal)
    told = desk.reason(reason) if reason else ""
    return [connection.id, connection.vendor, desk.word(connection.status), company, told]


def _tell_status(desk: Desk, state: FlowState) -> dict[str, Any]:
    waiting = {
        str(result): sum(1 for _ in desk.world.links.with_result(state.key, [result]))
        for result in (*FOR_A_PERSON, Result.WAITING)
    }
    latest = desk.world.runs.latest(state.key, 5)
    desk.tell("")
    every, pair = desk.text("every", count=state.every_min), " → ".join(state.connections)
    desk.tell(f"{state.flow}: {desk.word(state.status)}, {every}, {pair}")
    if state.reason is not None:
        desk.tell(f"  {desk.reason(state.reason)}")
    desk.tell("  " + ", ".join(f"{desk.word(result)}: {count}" for result, count in waiting.items()))
    if waiting[Result.REVIEW] or waiting[Result.CONFLICT]:
        desk.tell("  " + desk.text("status.decide", flow=state.flow))
    if waiting[Result.FAILED]:
        desk.tell("  " + desk.text("status.failed", flow=state.flow))
    held = tell_held(desk, state.key)
    rows = [[r.id, desk.word(r.purpose), desk.word(r.status), f"{r.started_at:%F %T}", _later(desk, r)] for r in latest]
    desk.table([""] * 5, rows)
    runs = [run.model_dump(mode="json") | _comes_back(desk, run) for run in latest]
    named = {"flow": state.flow, "declaration": state.declaration, "left": state.left, "right": state.right}
    return {**named, "status": state.status, "waiting": waiting, "held": held, "runs": runs}


def _comes_back(desk: Desk, run: Run) -> dict[str, str]:
    """Tell of a run that does not move until when a message may stay away whose function broke off."""
    until = comes_back_by(run, desk.world.clock.now())
    if until is None:
        return {}
    since = run.moved_at or run.started_at
    desk.tell("  " + desk.text("status.rests", id=run.id, since=f"{since:%F %T}", until=f"{until:%F %T}"))
    return {"comes_back_by": until.isoformat()}


def _later(desk: Desk, run: Run) -> str:
    """Return what became of records that the run had counted before: those that waited, above all."""
    counts = Counter[str]()
    for name, count in run.counters.items():
        _, _, end = name.partition(f".{LATE}.")
        counts[end] += count if end else 0
    ends = ", ".join(f"{desk.word(end)}: {count}" for end, count in counts.items() if count)
    return desk.text("later", ends=ends) if ends else ""


COMMANDS = (flows, status)
