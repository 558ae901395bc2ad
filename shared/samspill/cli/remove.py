"""`remove`: a flow, a connection, or all of a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from samspill.cli.completion import connection_names, flow_names
from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, pass_terminal
from samspill.usecases import removing
from samspill.usecases.removing import Target
from samspill.usecases.views.removing import RemovalStep, Removed, Undone

if TYPE_CHECKING:
    from samspill.usecases.views.removing import RemovalPreview

TOLD_EVERY = 10_000
"""So many things go between two lines of progress."""
_yes = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")


@click.group()
def remove() -> None:
    """Remove a flow, a connection or a whole tenant. What is removed and what stays is shown first.

    Nothing in the systems themselves changes, except that they stop sending webhooks here. An interrupted command
    continues when it is repeated.
    """


@remove.command("flow")
@click.argument("flow", shell_complete=flow_names)
@_yes
@json_option
@pass_terminal
def flow_(terminal: Terminal, *, flow: str, yes: bool) -> int:
    """Remove a flow with its links, schedules, runs and files.

    \b
    Example: samspill remove flow tripletex-timerabbit
    """
    return _remove(terminal, Target(terminal.tenant, flow=flow), yes)


@remove.command("connection")
@click.argument("connection", shell_complete=connection_names)
@_yes
@json_option
@pass_terminal
def connection_(terminal: Terminal, *, connection: str, yes: bool) -> int:
    """Remove a connection with its key and webhooks. It must not be in use by a flow.

    \b
    Example: samspill remove connection our-tripletex
    """
    return _remove(terminal, Target(terminal.tenant, connection=connection), yes)


@remove.command("tenant")
@_yes
@json_option
@pass_terminal
def tenant_(terminal: Terminal, *, yes: bool) -> int:
    """Remove the tenant given by --tenant, with flows, connections and keys.

    \b
    Example: samspill remove tenant --tenant acme
    """
    return _remove(terminal, Target(terminal.tenant), yes)


def _remove(terminal: Terminal, target: Target, yes: bool) -> int:
    found = removing.preview(terminal.world, terminal.actor, target)
    _tell(terminal, found)
    if not yes:
        terminal.confirm(terminal.text("remove.sure"))
    removing.begin(terminal.world, terminal.actor, target)
    removed, undone, last = 0, list[Undone](), RemovalStep()
    while not last.is_over and last.waits_until is None:
        last = removing.go_on(terminal.world, terminal.actor, target, last.token)
        if (removed + last.removed) // TOLD_EVERY > removed // TOLD_EVERY:
            terminal.tell(terminal.text("remove.progress", count=removed + last.removed))
        removed += last.removed
        undone += [last.undone] if last.undone else []
    if last.waits_until is not None:
        terminal.tell(terminal.text("remove.waits", until=terminal.moment(last.waits_until)))
    else:
        terminal.tell(terminal.text("remove.done"))
    for each in undone:
        terminal.tell(terminal.reason(each.reason))
    terminal.answer(
        Removed(
            tenant=found.tenant,
            flows=found.flows,
            connections=found.connections,
            removed=removed,
            undone=tuple(undone),
            waits_until=last.waits_until,
            is_over=last.is_over,
        )
    )
    return 0 if last.is_over and not undone else PERSON_MUST_ACT


def _tell(terminal: Terminal, found: RemovalPreview) -> None:
    for each in found.flows:
        terminal.tell(terminal.text("remove.flow", flow=each))
    for each in found.connections:
        terminal.tell(terminal.text("remove.connection", connection=each))
    if found.whole_tenant:
        terminal.tell(terminal.text("remove.tenant", tenant=found.tenant))
    for kept in found.kept:
        told = terminal.word(f"kept.{kept.what}")
        terminal.tell("  " + (told if kept.days is None else terminal.text("remove.kept", what=told, days=kept.days)))


COMMANDS = (remove,)
