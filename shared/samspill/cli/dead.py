"""What is said about dead letters: how many lie there, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from samspill.cli.desk import Desk
from samspill.pipeline.replay.dead_letters import STEPS, Answer

NAMED = 5
"""So many records of one letter are named."""


def tell_answers(desk: Desk, answers: Sequence[Answer], *, dry_run: bool) -> None:
    """Tell what becomes of each letter."""
    desk.table([""] * 5, [_row(desk, answer) for answer in answers])
    desk.tell(desk.text("would_answer" if dry_run else "answered", count=len(answers)))
    desk.answer({"letters": [answer.to_json() for answer in answers], "dry_run": dry_run})


def _row(desk: Desk, answer: Answer) -> list[str]:
    named = ", ".join(answer.records[:NAMED]) + (" …" if len(answer.records) > NAMED else "")
    since = f"{answer.letter.sent_at:%Y-%m-%d %H:%M}"
    return [since, answer.letter.step, answer.stream, named, desk.reason(answer.reason)]


def tell_dead(desk: Desk, flow: str) -> list[dict[str, Any]]:
    """Tell about how many dead letters lie in the whole installation, by step; nothing where there are none."""
    counts = {step: desk.world.queues.count_dead(step) for step in STEPS}
    lying = {step: found for step, found in counts.items() if found.count}
    if lying:
        told = ", ".join(f"{step} {found.count}" for step, found in lying.items())
        since = min((f"{found.since:%Y-%m-%d %H:%M}" for found in lying.values() if found.since), default="?")
        desk.tell("\n" + desk.text("dead", steps=told, since=since))
        desk.tell(desk.text("dead.see", flow=flow))
    return [{"step": step, "about": found.count, "since": found.since} for step, found in lying.items()]
