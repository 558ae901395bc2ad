"""`undo`: what a run or a batch wrote, shown as it would be taken back, and taken back."""

from __future__ import annotations

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
@click.option("--yes", "hash_", metavar="HASH", help="Undo exactly this batch without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be undone.")
@json_option
@pass_terminal
def undo(terminal: Terminal, *, what: What, name: str, hash_: str | None, dry_run: bool) -> None:
    """Undo what a run or a batch wrote, unless it was edited since.

    Values are set back, created records are archived, never deleted, and archived ones are made active again where the
    system can do that. What people have edited since is left alone and listed. Nothing undone is written again by
    itself.

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
        terminal.confirm(terminal.text("undo.confirm", count=found.records, hash=found.hash))
    done = use_case.take_back(terminal.world, terminal.actor, terminal.tenant, what, name, hash_ or found.hash)
    terminal.tell(terminal.text("undo.done", flow=done.flow))
    terminal.answer(done)
    if done.left or done.lacking:
        raise click.exceptions.Exit(PERSON_MUST_ACT)


def _tell(terminal: Terminal, found: Undo) -> None:
    for each in found.counts:
        stream = terminal.named(each.stream)
        terminal.tell(terminal.text(f"undo.line.{each.action}", stream=stream, system=each.system, count=each.count))
    rows = [
        [terminal.named(each.stream), each.label or each.link, terminal.named(name), f"{held['now']} → {held['back']}"]
        for each in found.back
        for name, held in each.values.items()
    ]
    terminal.table([""] * 4, rows[:EXAMPLES])
    if found.left:
        terminal.tell(terminal.text("undo.left", count=found.left_alone))
        rows = [[terminal.named(it.stream), it.label or it.link, terminal.reason(it.reason)] for it in found.left]
        terminal.table([""] * 3, rows)
    if found.lacking:
        terminal.tell(terminal.text("undo.lacking", count=found.lacking))
    terminal.tell(terminal.text("undo.batch", count=found.records, hash=found.hash))


COMMANDS = (undo,)
