"""`undo`: what a run or a batch wrote, shown as it would be taken back, and taken back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from samspill.cli.terminal import PERSON_MUST_ACT, Terminal, json_option, pass_terminal
from samspill.usecases import undo as use_case

if TYPE_CHECKING:
    from samspill.usecases.undo import What
    from samspill.usecases.views.undo import Undo

EXAMPLES = 20


@click.command()
@click.argument("what", type=click.Choice(("run", "batch")))
@click.argument("name", metavar="ID")
@click.option("--yes", "hash_", metavar="HASH", help="Take exactly this batch back, without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be taken back.")
@json_option
@pass_terminal
def undo(terminal: Terminal, *, what: What, name: str, hash_: str | None, dry_run: bool) -> None:
    """Take back what a run or a batch wrote, where nobody touched it since.

    Values are set back, what was created is archived, never deleted, and what was archived is in use again where the
    system can do that. What people edited since is left alone and listed. Afterwards nothing writes it again by itself.

    \b
    Examples:
      samspill undo run 01K5E3ZJ9V
      samspill undo batch 3f2a91c07b1d --dry-run
    """
    found = use_case.show(terminal.world, terminal.actor, terminal.tenant, what, name)
    if hash_ is None:
        _tell(terminal, found)
        if dry_run or not found.back or terminal.as_json:
            terminal.answer(found)
            return
        terminal.confirm(terminal.text("undo.confirm", count=len(found.back), hash=found.hash))
    done = use_case.take_back(terminal.world, terminal.actor, terminal.tenant, what, name, hash_ or found.hash)
    terminal.tell(terminal.text("undo.done", flow=done.flow))
    terminal.answer(done)
    if done.left or done.lacking:
        raise click.exceptions.Exit(PERSON_MUST_ACT)


def _tell(terminal: Terminal, found: Undo) -> None:
    counts = Counter((each.stream, each.action, each.system) for each in found.back)
    for (stream, action, system), count in counts.items():
        terminal.tell(
            terminal.text(f"undo.line.{action}", stream=terminal.named(stream), system=system, count=count),
        )
    rows = [
        [terminal.named(each.stream), each.label or each.link, terminal.named(name), f"{held['now']} → {held['back']}"]
        for each in found.back
        for name, held in each.values.items()
    ]
    terminal.table([""] * 4, rows[:EXAMPLES])
    if found.left:
        terminal.tell(terminal.text("undo.left", count=len(found.left)))
        rows = [[terminal.named(it.stream), it.label or it.link, terminal.reason(it.reason)] for it in found.left]
        terminal.table([""] * 3, rows)
    if found.lacking:
        terminal.tell(terminal.text("undo.lacking", count=found.lacking))
    terminal.tell(terminal.text("undo.batch", count=len(found.back), hash=found.hash))


COMMANDS = (undo,)
