"""`reject` and `limits`: what the mass-change guard holds back, and how much it lets through by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from samspill.cli.completion import flow_names
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.usecases import approvals
from samspill.usecases import limits as use_case
from samspill.usecases.views.held import ListRejected

if TYPE_CHECKING:
    from samspill.usecases.views.held import HeldView


def tell_held(terminal: Terminal, held: Iterable[HeldView]) -> None:
    """Show the lists that the guard holds back."""
    for each in held:
        terminal.tell(f"  {terminal.worded(each.what)}: {terminal.reason(each.reason)}")
        terminal.tell("  " + ", ".join(each.examples) + (" …" if each.count > len(each.examples) else ""))


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.argument("hash_", metavar="HASH")
@json_option
@pass_terminal
def reject(terminal: Terminal, *, flow: str, hash_: str) -> None:
    """Reject a list of changes that the mass-change guard stopped. None of them is made.

    A record deleted on one side stays on the other, a new one is left out, and a changed value is not carried over
    until it changes again. `samspill status` shows the lists.

    \b
    Example: samspill reject tripletex-timerabbit 3f2a91c07b1d
    """
    refused = approvals.reject(terminal.world, terminal.actor, terminal.flow(flow), hash_)
    terminal.tell(terminal.text("list.rejected"))
    terminal.answer(ListRejected(hash=hash_, count=refused.count))


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option(
    "--at-least", type=click.IntRange(0), metavar="N", help="Changes per day and kind that are always let through."
)
@click.option(
    "--share",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Share of all pairs that may change, if that is more than --at-least.",
)
@click.option("--shrink", type=click.IntRange(0, 100), metavar="PERCENT", help="How much a source may shrink.")
@click.option("--reset", is_flag=True, help="Reset to the standard limits.")
@json_option
@pass_terminal
def limits(
    terminal: Terminal, *, flow: str, at_least: int | None, share: int | None, shrink: int | None, reset: bool
) -> None:
    """Show or set the limits of the mass-change guard. Limits above the standard expire after 24 hours.

    \b
    Examples:
      samspill limits tripletex-timerabbit
      samspill limits tripletex-timerabbit --at-least 300
    """
    key = terminal.flow(flow)
    if reset:
        use_case.reset(terminal.world, terminal.actor, key)
    elif any(given is not None for given in (at_least, share, shrink)):
        use_case.change(
            terminal.world,
            terminal.actor,
            key,
            at_least=at_least,
            share=None if share is None else share / 100,
            shrink=None if shrink is None else shrink / 100,
        )
    found = use_case.show(terminal.world, terminal.actor, key)
    told = {"at_least": found.at_least, "share": f"{found.share:.0%}", "shrink": f"{found.shrink:.0%}"}
    terminal.tell(terminal.text("limits", **told))
    if found.raised is not None:
        until = terminal.moment(found.raised.expires_at) if found.raised.expires_at else "?"
        terminal.tell(terminal.text("limits.until", person=found.raised.by, until=until))
    terminal.answer(found)


COMMANDS = (reject, limits)
