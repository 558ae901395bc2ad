"""What is said about dead letters: how many lie there, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from samspill.cli.terminal import Terminal

if TYPE_CHECKING:
    from samspill.usecases.views.records import Letter, Letters
    from samspill.usecases.views.tenants import DeadView

NAMED = 5
"""So many records of one letter are named."""


def tell_letters(terminal: Terminal, found: Letters) -> None:
    """Tell what becomes of each letter."""
    terminal.table([""] * 5, [_row(terminal, letter) for letter in found.letters])
    terminal.tell(terminal.text("would_answer" if found.dry_run else "answered", count=len(found.letters)))
    terminal.answer(found)


def _row(terminal: Terminal, letter: Letter) -> list[str]:
    named = ", ".join(letter.records[:NAMED]) + (" …" if len(letter.records) > NAMED else "")
    return [terminal.moment(letter.sent_at), letter.step, letter.stream, named, terminal.reason(letter.reason)]


def tell_dead(terminal: Terminal, dead: Sequence[DeadView]) -> None:
    """Tell about how many dead letters lie in the whole installation, by step; nothing where there are none."""
    if dead:
        told = ", ".join(f"{each.step} {each.about}" for each in dead)
        terminal.tell("\n" + terminal.text("dead", steps=told))
        terminal.tell(terminal.text("dead.see"))
