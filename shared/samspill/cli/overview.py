"""`flows` and `status`: where everything stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from samspill.cli.completion import flow_names
from samspill.cli.dead_letters import tell_dead
from samspill.cli.held import tell_held
from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, pass_terminal
from samspill.texts.flows import title as flow_title
from samspill.usecases import status as use_case
from samspill.usecases import tenants as tenant_cases
from samspill.usecases.views.flows import FlowList

if TYPE_CHECKING:
    from datetime import datetime

    from samspill.usecases.views.connections import ConnectionView
    from samspill.usecases.views.flows import FlowStatusView
    from samspill.usecases.views.runs import RunView


NEXT = {"approved": "next.approved", "in review": "next.in review", "new": "next.tested", "paused": "next.paused"}
"""What a person does for a flow to go on, by its state."""


@click.command()
@json_option
@pass_terminal
def flows(terminal: Terminal) -> None:
    """List the flows and their states, then what else can be set up.

    \b
    Example: samspill flows
    """
    listed = use_case.flows(terminal.world, terminal.actor, terminal.tenant).flows
    titles = [flow_title(terminal.language, each.declaration) for each in listed]
    found = FlowList(
        flows=tuple(each.model_copy(update={"title": it}) for each, it in zip(listed, titles, strict=True))
    )
    rows = []
    for each in found.flows:
        if each.status is None:
            rows.append([each.flow, "-", "", "", each.title])
        else:
            every, pair = terminal.text("every", count=each.every_min), " → ".join(each.connections)
            rows.append([each.flow, terminal.word(each.status), every, pair, each.title])
    terminal.table([""] * 5, rows)
    terminal.answer(found)


@click.command()
@click.argument("flow", shell_complete=flow_names, required=False)
@json_option
@pass_terminal
def status(terminal: Terminal, *, flow: str | None) -> int:
    """Show the state of flows and connections, and what waits for you. Exit code 1 if anything does.

    \b
    Example: samspill status tripletex-timerabbit
    """
    found = use_case.status(terminal.world, terminal.actor, terminal.tenant, flow)
    if not found.connections and not found.flows:
        tenant_cases.check(terminal.world, terminal.actor, terminal.tenant)
        terminal.tell(terminal.text("status.empty", tenant=found.tenant))
    terminal.table([""] * 5, [_connection_row(terminal, connection) for connection in found.connections])
    for each in found.flows:
        _tell_flow(terminal, each)
    terminal.answer(found)
    return PERSON_MUST_ACT if found.needs_person else 0


def _connection_row(terminal: Terminal, connection: ConnectionView) -> list[str]:
    company = connection.identity.company if connection.identity else ""
    terminal.place = {"connection": connection.id, "vendor": connection.vendor}
    told = terminal.reason(connection.reason)
    return [connection.id, connection.vendor, terminal.word(connection.status), company, told]


def _tell_last_good(terminal: Terminal, flow: FlowStatusView) -> None:
    if flow.status == "active":
        good = flow.last_good_at
        at = terminal.text("status.last_good", at=terminal.moment(good)) if good else terminal.text("status.no_good")
        terminal.tell("  " + at)


def _tell_flow(terminal: Terminal, flow: FlowStatusView) -> None:
    terminal.place = {"flow": flow.flow}
    terminal.tell("")
    every, pair = terminal.text("every", count=flow.every_min), " → ".join(flow.connections)
    terminal.tell(f"{flow.flow}: {terminal.word(flow.status)}, {every}, {pair}")
    if flow.polled_every_min != flow.every_min:
        terminal.tell("  " + terminal.text("status.told", count=flow.polled_every_min))
    if flow.reason is not None:
        terminal.tell(f"  {terminal.reason(flow.reason)}")
    if flow.status in NEXT:
        terminal.tell("  " + terminal.text(NEXT[flow.status], flow=flow.flow))
    _tell_last_good(terminal, flow)
    counts = (f"{terminal.word(result)}: {count}" for result, count in flow.waiting.items())
    terminal.tell("  " + ", ".join(counts))
    if flow.waiting["review"] or flow.waiting["conflict"]:
        terminal.tell("  " + terminal.text("status.decide", flow=flow.flow))
    if flow.waiting["failed"]:
        terminal.tell("  " + terminal.text("status.failed", flow=flow.flow))
    for problem in flow.mapping:
        terminal.tell("  " + terminal.reason(problem.reason))
    if flow.mapping:
        terminal.tell("  " + terminal.text("status.mapping", flow=flow.flow))
    tell_held(terminal, flow.held)
    rows = [
        [
            it.id,
            terminal.word(it.purpose),
            terminal.word(it.status),
            _moment(terminal, it.started_at),
            _later(terminal, it),
        ]
        for it in flow.runs
    ]
    terminal.table([""] * 5, rows)
    for each in flow.runs:
        if each.comes_back_by is not None:
            since, until = (_moment(terminal, at) for at in (each.moved_at or each.started_at, each.comes_back_by))
            terminal.tell("  " + terminal.text("status.rests", id=each.id, since=since, until=until))


def _moment(terminal: Terminal, at: datetime) -> str:
    return terminal.moment(at, seconds=True)


def _later(terminal: Terminal, run: RunView) -> str:
    """Return what became of records that the run had counted before: those that waited, above all."""
    ends = ", ".join(f"{terminal.word(end)}: {count}" for end, count in run.later.items())
    return terminal.text("later", ends=ends) if ends else ""


@click.command()
@click.option("--needs-somebody", is_flag=True, help="Only tenants at which something waits for a person.")
@json_option
@pass_terminal
def tenants(terminal: Terminal, *, needs_somebody: bool) -> int:
    """List tenants and what waits for a person at each, the oldest first. Exit code 1 if anything does.

    The numbers are those of the last look at each tenant; there is one every quarter of an hour.

    \b
    Example: samspill tenants --needs-somebody
    """
    found = tenant_cases.tenants(terminal.world, terminal.actor, needs_somebody=needs_somebody)
    rows = [
        [
            each.tenant,
            *map(str, (each.flows, each.stopped, each.keys_refused, each.review + each.conflict)),
            *map(str, (each.failed, each.held)),
            *(terminal.moment(at) if at else "-" for at in (each.last_good_at, each.needs_since)),
            ", ".join(each.needs) if each.looked_at else terminal.text("tenants.unseen"),
        ]
        for each in found.tenants
    ]
    terminal.table(terminal.text("tenants.head").split("|"), rows)
    tell_dead(terminal, found.dead)
    terminal.answer(found)
    return PERSON_MUST_ACT if found.dead or any(each.needs_person for each in found.tenants) else 0


COMMANDS = (flows, status, tenants)
