"""`enable`, `run`, `approve`, `pause`, `resume`: what moves a flow."""

from __future__ import annotations

import click

from samspill.cli.desk import Desk, json_option, pairs, pass_desk
from samspill.cli.follow import exit_code, follow, show_plan
from samspill.cli.hooks import subscribe_flow
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.plan.lines import DraftPlan, read_plan
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, FlowStatus, RunStatus
from samspill.usecases import approvals, setup


def _tell_state(desk: Desk, state: FlowState) -> None:
    desk.tell(desk.text("state", flow=state.flow, status=desk.word(state.status)))
    if state.reason is not None:
        desk.tell(desk.reason(state.reason))
    hint = {"approved": "next.approved", "in review": "next.in review", "new": "next.tested"}.get(state.status)
    if hint:
        desk.tell(desk.text(hint, flow=state.flow))
    desk.answer(state.model_dump(mode="json"))


@click.command()
@click.argument("declaration")
@click.option("--left", help="Connection on the left of the declaration's name; only for a new flow.")
@click.option("--right", help="Connection on the right of it; only for a new flow.")
@click.option("--name", metavar="FLOW", help="What you call the flow, if not as the declaration is called.")
@click.option("--every", type=click.IntRange(1, 1440), help="Minutes between scheduled runs.")
@click.option("--time-zone", metavar="ZONE", help="Whose days and nights count, such as Europe/Oslo (the default).")
@click.option("--setting", multiple=True, metavar="NAME=VALUE", help="What the flow lets you set. May be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_desk
def enable(
    desk: Desk,
    *,
    declaration: str,
    left: str | None,
    right: str | None,
    name: str | None,
    every: int | None,
    time_zone: str | None,
    setting: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Set up a flow between two connections, or change its interval, time zone and settings.

    DECLARATION is what `samspill flows` lists, or the name of a flow that is set up. A second company gets a flow of
    its own, with connections of its own and another --name.

    \b
    Examples:
      samspill enable tripletex-timerabbit --left our-tripletex --right our-timerabbit --every 10
      samspill enable svenn-tripletex --left our-svenn --right our-tripletex --setting hours_from=2026-01-01
      samspill enable svenn-tripletex --left bergen-svenn --right bergen-tripletex --name bergen
      samspill enable bergen --every 5
    """
    desk.as_json = as_json
    asked = setup.asked(desk.world, desk.tenant, declaration, left, right, name=name)
    what = declared(asked.declaration)
    told = "enable.what" if what.planned else "enable.reads"
    desk.tell(desk.text(told, title=what.title[desk.language], connections=", ".join(asked.connections)))
    if what.setup:
        desk.tell(what.setup[desk.language])
    for setting_name, meaning in what.settings.items():
        desk.tell(f"  {setting_name}: {meaning[desk.language]}")
    if not yes:
        desk.confirm(desk.text("enable?"))
    state = setup.enable(
        desk.world,
        desk.tenant,
        declaration,
        left,
        right,
        name=name,
        every_min=every,
        time_zone=time_zone,
        settings=pairs(setting),
    )
    _tell_state(desk, state)


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
        if started.purpose == "plan":
            desk.tell("\n" + desk.text("next.planned", flow=flow))
    desk.answer({"run": ended.model_dump(mode="json"), "plan": plan.model_dump(mode="json") if plan else None})
    return exit_code(ended)


@click.command()
@click.argument("flow")
@click.option("--plan", "plan_hash", help="The plan you saw; without it the plan is shown first.")
@click.option("--list", "listed", metavar="HASH", help="Let exactly this list through, which the guard stopped.")
@click.option("--operator", is_flag=True, help="Approve a set-up in review, as somebody at our end.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_desk
def approve(
    desk: Desk, *, flow: str, plan_hash: str | None, listed: str | None, operator: bool, yes: bool, as_json: bool
) -> int:
    """Carry out exactly the plan you saw; or, with --operator, let a set-up in review go on.

    Exit code 1 when records failed or wait for a person.

    \b
    Example: samspill approve tripletex-timerabbit --plan 3f2a91c07b1d
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    state = desk.world.registry.flow(key)
    if listed is not None:
        desk.answer(approvals.approve(desk.world, key, listed, desk.by).model_dump(mode="json"))
        desk.tell(desk.text("list.approved"))
        return 0
    if operator:
        _tell_state(desk, setup.approve_setup(desk.world, key, desk.by))
        return 0
    if state.status is FlowStatus.IN_REVIEW:
        raise UsageError("the set-up is in review", reason=Reason("needs_operator"))
    if plan_hash is None:
        plan = _present_plan(desk, key, state)
        show_plan(desk, flow, plan)
        plan_hash = plan.hash
    if not yes:
        desk.confirm(desk.text("approve?"))
    begun = setup.approve_plan(desk.world, key, plan_hash, desk.by)
    subscribe_flow(desk, state)  # first: whoever follows may leave, and the flow becomes active all the same
    ended = follow(desk, begun)
    desk.answer(ended.model_dump(mode="json"))
    return exit_code(ended)


def _present_plan(desk: Desk, key: FlowKey, state: FlowState) -> DraftPlan:
    planned = desk.world.runs.get(key, state.plan_run or "")
    plan = read_plan(desk.world, planned) if planned else None
    if plan is None:
        raise click.UsageError(desk.text("noplan", flow=key.flow))
    return plan


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
    """Let a paused flow go on, with a full comparison and its webhooks renewed.

    \b
    Example: samspill resume tripletex-timerabbit
    """
    desk.as_json = as_json
    state = setup.resume(desk.world, desk.flow(flow), desk.by)
    if state.status is FlowStatus.ACTIVE:
        subscribe_flow(desk, state)
    _tell_state(desk, state)


COMMANDS = (enable, run, approve, pause, resume)
