"""`totals`: the hours of both sides, added up."""

from __future__ import annotations

import click

from samspill.cli.completion import flow_names
from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, pass_terminal
from samspill.usecases import totals as use_case


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--all", "every", is_flag=True, help="Show sums that agree as well.")
@json_option
@pass_terminal
def totals(terminal: Terminal, *, flow: str, every: bool) -> int:
    """Compare the sums of hours on both sides, read afresh. Exit code 1 if any differ.

    \b
    Example: samspill totals svenn-tripletex
    """
    found = use_case.totals(terminal.world, terminal.actor, terminal.flow(flow), every=every)
    if not found.streams:
        terminal.tell(terminal.text("totals.none"))
    for stream in found.streams:
        systems = [stream.systems["left"], stream.systems["right"]]
        rows = [
            [it.day, it.employee, it.project, it.left, it.right, terminal.reason(it.reason)]
            for it in found.totals
            if it.stream == stream.stream
        ]
        terminal.table([*terminal.text("totals.head").split("|"), *systems, ""], rows)
        values = {
            "left": f"{systems[0]} {stream.left}",
            "right": f"{systems[1]} {stream.right}",
            "count": stream.count,
            "differ": stream.differ,
        }
        terminal.tell(terminal.text("totals.differ" if stream.differ else "totals.agree", **values))
    terminal.answer(found)
    return PERSON_MUST_ACT if any(stream.differ for stream in found.streams) else 0


COMMANDS = (totals,)
