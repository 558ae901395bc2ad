"""`reject` and `limits`: what the mass-change guard holds back, and how much it lets through by itself."""

from __future__ import annotations

from typing import Any

import click

from samspill.cli.desk import Desk, json_option, pass_desk
from samspill.guard import limits as use_case
from samspill.guard import pending
from samspill.guard.batch import words
from samspill.state import FlowKey
from samspill.texts.names import worded
from samspill.usecases import approvals


def tell_held(desk: Desk, key: FlowKey) -> list[dict[str, Any]]:
    """Show the lists that the guard holds back; return them as data."""
    found = pending.lists(desk.world, key)
    for each in found:
        what = worded(desk.language, "what", words(each.name))
        desk.tell(f"  {what}: {desk.reason(each.reason(key.flow))}")
        desk.tell("  " + ", ".join(each.examples) + (" …" if each.count > len(each.examples) else ""))
    return [
        {
            "hash": each.hash,
            "stream": each.stop.stream,
            "side": each.stop.side,
            "kind": each.stop.kind,
            "count": each.count,
            "total": each.total,
            "examples": list(each.examples),
            "at": each.stop.at.isoformat(),
        }
        for each in found
    ]


@click.command()
@click.argument("flow")
@click.argument("hash_", metavar="HASH")
@json_option
@pass_desk
def reject(desk: Desk, *, flow: str, hash_: str, as_json: bool) -> None:
    """Refuse exactly this list, which the guard stopped: nothing of it is done.

    What was deleted on one side stays on the other, what is new is left out, and a changed value is not carried over
    until it changes again. `samspill status` shows the lists.

    \b
    Example: samspill reject tripletex-timerabbit 3f2a91c07b1d
    """
    desk.as_json = as_json
    refused = approvals.reject(desk.world, desk.flow(flow), hash_, desk.by)
    desk.tell(desk.text("list.rejected"))
    desk.answer({"hash": hash_, "count": refused.count})


@click.command()
@click.argument("flow")
@click.option("--at-least", type=click.IntRange(0), metavar="N", help="Records a day and kind that always go through.")
@click.option("--share", type=click.IntRange(0, 100), metavar="PERCENT", help="Of all pairs, where that is more.")
@click.option("--shrink", type=click.IntRange(0, 100), metavar="PERCENT", help="By how much a source may shrink.")
@click.option("--reset", is_flag=True, help="Go back to the standard limits.")
@json_option
@pass_desk
def limits(
    desk: Desk,
    *,
    flow: str,
    at_least: int | None,
    share: int | None,
    shrink: int | None,
    reset: bool,
    as_json: bool,
) -> None:
    """Show the limits of the mass-change guard, or set them. Limits above the standard end after 24 hours.

    \b
    Examples:
      samspill limits tripletex-timerabbit
      samspill limits tripletex-timerabbit --at-least 300
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    if reset:
        use_case.reset(desk.world, key, by=desk.by)
    elif any(given is not None for given in (at_least, share, shrink)):
        use_case.change(
            desk.world,
            key,
            by=desk.by,
            at_least=at_least,
            share=None if share is None else share / 100,
            shrink=None if shrink is None else shrink / 100,
        )
    state, now = desk.world.registry.flow(key), desk.world.clock.now()
    guard = use_case.in_force(state, now)
    told = {"at_least": guard.at_least, "share": f"{guard.share:.0%}", "shrink": f"{guard.shrink:.0%}"}
    desk.tell(desk.text("limits", **told))
    raised = state.raised if state.raised and state.raised.expires_at and state.raised.expires_at > now else None
    if raised is not None:
        desk.tell(desk.text("limits.until", person=raised.by, until=f"{raised.expires_at:%Y-%m-%d %H:%M} UTC"))
    desk.answer(
        {
            "at_least": guard.at_least,
            "share": guard.share,
            "shrink": guard.shrink,
            "raised": raised.model_dump(mode="json") if raised else None,
        }
    )


COMMANDS = (reject, limits)
