"""`enable`, `run`, `approve`, `pause`, `resume`: what moves a flow."""

from __future__ import annotations

import click

from samspill.cli.completion import connection_names, flow_names, flows_to_enable
from samspill.cli.follow import exit_code, follow, show_plan
from samspill.cli.overview import NEXT
from samspill.cli.result import tell_result
from samspill.cli.terminal import Terminal, json_option, pairs, pass_terminal
from samspill.cli.webhooks import tell_webhooks
from samspill.texts import flows as flow_texts
from samspill.usecases import approvals, enabling, progress, setup, status, webhooks
from samspill.usecases.views.flows import FlowView
from samspill.usecases.views.held import ListApproved
from samspill.usecases.views.runs import Approved, RunAnswer, Started


def _tell_state(terminal: Terminal, flow: FlowView) -> None:
    terminal.tell(terminal.text("state", flow=flow.flow, status=terminal.word(flow.status)))
    if flow.reason is not None:
        terminal.tell(terminal.reason(flow.reason))
    if flow.status in NEXT:
        terminal.tell(terminal.text(NEXT[flow.status], flow=flow.flow))
    tell_webhooks(terminal, flow.webhooks)
    terminal.answer(flow)


@click.command()
@click.argument("declaration", shell_complete=flows_to_enable)
@click.option(
    "--left",
    shell_complete=connection_names,
    help="Connection to the left system of the declaration; only for a new flow.",
)
@click.option(
    "--right",
    shell_complete=connection_names,
    help="Connection to the right system of the declaration; only for a new flow.",
)
@click.option("--name", metavar="FLOW", help="Name of the flow; the declaration's name by default.")
@click.option("--every", type=click.IntRange(1, 1440), help="Minutes between scheduled runs.")
@click.option("--time-zone", metavar="ZONE", help="Time zone for days and nightly runs; Europe/Oslo by default.")
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="Setting of the flow. May be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@pass_terminal
def enable(
    terminal: Terminal,
    *,
    declaration: str,
    left: str | None,
    right: str | None,
    name: str | None,
    every: int | None,
    time_zone: str | None,
    setting: tuple[str, ...],
    yes: bool,
) -> None:
    """Set up a flow between two connections, or change one. Interval, time zone and settings can be changed later.

    DECLARATION is an integration that `samspill flows` lists, or the name of an existing flow. A second company needs
    its own flow, with its own connections and --name.

    \b
    Examples:
      samspill enable tripletex-timerabbit --left our-tripletex --right our-timerabbit --every 10
      samspill enable svenn-tripletex --left our-svenn --right our-tripletex --setting hours_from=2026-01-01
      samspill enable svenn-tripletex --left bergen-svenn --right bergen-tripletex --name bergen
      samspill enable bergen --every 5
    """
    settings = pairs(terminal, setting)
    proposed = enabling.proposed(
        terminal.world,
        terminal.actor,
        terminal.tenant,
        declaration,
        left,
        right,
        name=name,
        time_zone=time_zone,
        settings=settings,
    )
    title, pair = flow_texts.title(terminal.language, proposed.declaration), ", ".join(proposed.connections)
    if not proposed.is_new:
        terminal.tell(terminal.text("enable.change", title=title, connections=pair, flow=proposed.flow))
    else:
        told = "enable.what" if proposed.has_first_sync else "enable.reads"
        terminal.tell(terminal.text(told, title=title, connections=pair))
    if proposed.has_setup:
        terminal.tell(flow_texts.setup(terminal.language, proposed.declaration))
    for setting_name in proposed.settings:
        terminal.tell(f"  {setting_name}: {flow_texts.setting(terminal.language, setting_name)}")
    if not yes:
        terminal.confirm(terminal.text("enable?" if proposed.is_new else "change?"))
    state = enabling.enable(
        terminal.world,
        terminal.actor,
        terminal.tenant,
        declaration,
        left,
        right,
        name=name,
        every_min=every,
        time_zone=time_zone,
        settings=settings,
    )
    _tell_state(terminal, FlowView.of(state))


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--dry-run", is_flag=True, help="Only plan: compare as usual, but write nothing.")
@click.option("--full", is_flag=True, help="Compare everything, not only what has changed.")
@click.option("--no-wait", is_flag=True, help="Start the run and return at once.")
@click.option("--all-lines", is_flag=True, help="Show every line of the plan, not only examples.")
@json_option
@pass_terminal
def run(terminal: Terminal, *, flow: str, dry_run: bool, full: bool, no_wait: bool, all_lines: bool) -> int:
    """Start a run: plan the first sync, or sync an active flow now.

    Exit code 1 if records failed or wait for a decision.

    \b
    Example: samspill run tripletex-timerabbit --dry-run
    """
    key = terminal.flow(flow)
    started = setup.run(terminal.world, terminal.actor, key, dry_run=dry_run, full=True if full else None)
    if no_wait:
        terminal.answer(Started(run=started.id))
        return 0
    ended = follow(terminal, key, started.id)
    plan = progress.plan_of(terminal.world, terminal.actor, key, ended.id)
    if plan is not None:
        show_plan(terminal, flow, plan, whole=all_lines)
        if started.purpose == "plan":
            terminal.tell("\n" + terminal.text("next.planned", flow=flow))
    else:
        tell_result(terminal, ended)
    terminal.answer(RunAnswer(run=ended, plan=plan))
    return exit_code(ended)


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--plan", "plan_hash", help="Hash of the plan you saw; without it, the plan is shown first.")
@click.option(
    "--list",
    "listed",
    metavar="HASH",
    help="Approve exactly this list of changes, which the mass-change guard stopped.",
)
@click.option("--all-lines", is_flag=True, help="Show every line of the plan, not only examples.")
@click.option("--operator", is_flag=True, help="Approve a set-up in review, as an operator of the hub.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@pass_terminal
def approve(
    terminal: Terminal,
    *,
    flow: str,
    plan_hash: str | None,
    listed: str | None,
    operator: bool,
    yes: bool,
    all_lines: bool,
) -> int:
    """Carry out exactly the plan you saw. With --list or --operator, approve a list of changes or a set-up instead.

    Exit code 1 if records failed or wait for a decision.

    \b
    Example: samspill approve tripletex-timerabbit --plan 3f2a91c07b1d
    """
    key = terminal.flow(flow)
    if listed is not None:
        terminal.answer(ListApproved.of(approvals.approve(terminal.world, terminal.actor, key, listed)))
        terminal.tell(terminal.text("list.approved"))
        return 0
    if operator:
        _tell_state(terminal, FlowView.of(setup.approve_setup(terminal.world, terminal.actor, key)))
        return 0
    plan = progress.plan_to_approve(terminal.world, terminal.actor, key)
    if plan_hash is None:
        show_plan(terminal, flow, plan, whole=all_lines)
        plan_hash = plan.hash
    if not yes:
        terminal.confirm(terminal.text("approve?"))
    begun = setup.approve_plan(terminal.world, terminal.actor, key, plan_hash)
    # First: whoever follows may leave, and the flow becomes active all the same.
    tell_webhooks(terminal, webhooks.ask_for_flow(terminal.world, terminal.actor, key))
    ended = follow(terminal, key, begun.id)
    tell_result(terminal, ended)
    terminal.answer(Approved(**{name: getattr(ended, name) for name in type(ended).model_fields}))
    return exit_code(ended)


@click.command()
@click.argument("flow", shell_complete=flow_names)
@json_option
@pass_terminal
def pause(terminal: Terminal, *, flow: str) -> None:
    """Pause a flow until `resume`. Nothing is lost: everything is compared when it resumes.

    \b
    Example: samspill pause tripletex-timerabbit
    """
    key = terminal.flow(flow)
    if status.flow(terminal.world, terminal.actor, key).status == "paused":
        _tell_state(terminal, status.flow(terminal.world, terminal.actor, key))
        return
    _tell_state(terminal, FlowView.of(setup.pause(terminal.world, terminal.actor, key)))


@click.command()
@click.argument("flow", shell_complete=flow_names)
@json_option
@pass_terminal
def resume(terminal: Terminal, *, flow: str) -> None:
    """Resume a paused flow. Everything is compared, and its webhooks are renewed.

    \b
    Example: samspill resume tripletex-timerabbit
    """
    key = terminal.flow(flow)
    if status.flow(terminal.world, terminal.actor, key).status == "active":
        _tell_state(terminal, status.flow(terminal.world, terminal.actor, key))
        return
    state = setup.resume(terminal.world, terminal.actor, key)
    asked = webhooks.ask_for_flow(terminal.world, terminal.actor, key) if state.status == "active" else ()
    _tell_state(terminal, FlowView.of(state, asked))


COMMANDS = (enable, run, approve, pause, resume)
