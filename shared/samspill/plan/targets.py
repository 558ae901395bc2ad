"""Refuses a choice that is known to lead nowhere: a record that is not there, or that belongs to another one."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.engine.chosen import chosen
from samspill.engine.detail_v0 import rule_of_v0
from samspill.engine.model import Link, LinkState, Result, Side
from samspill.errors import UsageError
from samspill.plan.lines import DraftPlan
from samspill.ports import World
from samspill.state import StreamKey
from samspill.work.context import Opened

type _Place = tuple[Side, str]


def refuse_hopeless(
    world: World, opened: Opened, stream: StreamKey, plan: DraftPlan | None, decided: Sequence[Link]
) -> None:
    """Look at what records were chosen for: known links, decisions not carried out yet, and the plan that waits.

    Raises:
        UsageError: a chosen record is not there, or belongs to another one.
    """
    wanted = {link.id: (_side(link), target) for link in decided if (target := chosen(link))}
    if not wanted:
        return
    systems = opened.flow.stream(stream.stream).rules.systems
    holders = _promised(world, stream, [link for link in decided if link.id in wanted])
    gone: set[_Place] = set()
    if plan is not None:
        there, pairs = _planned(plan, stream.stream)
        gone |= set(wanted.values()) - there
        holders |= pairs
    for side in {side for side, _ in wanted.values()}:
        ids = sorted({target for found, target in wanted.values() if found is side})
        for target, link in world.links.of_records(stream, side, ids).items():
            if link.state is LinkState.TOMBSTONE:  # what outlived its partner may have another; the read tells
                gone |= {(side, target)} if set(link.ids) == {side} else set()
            elif link.state is not LinkState.UNLINKED:
                holders[side, target] = (link.id, link.label)
    for name, (side, target) in wanted.items():
        names = {"record": target, "system": systems.get(side, side)}
        if (side, target) in gone:
            raise UsageError.because("target_not_there", **names)
        holder, label = holders.get((side, target), (name, ""))
        if holder != name:
            raise UsageError.because("target_taken", **names, label=label or holder)


def _side(link: Link) -> Side:
    """Return the side on which the other half of an unlinked record is."""
    (own,) = link.ids
    return own.other


def _promised(world: World, stream: StreamKey, decided: Sequence[Link]) -> dict[_Place, tuple[str, str]]:
    """Return who is to get what by decisions: those taken now, and those of others that are not carried out yet."""
    now = {link.id for link in decided}
    waiting = [link for key, link in world.links.with_result(stream.of_flow, [Result.REVIEW]) if key == stream]
    found: dict[_Place, tuple[str, str]] = {}
    for link in [*(link for link in waiting if link.id not in now), *decided]:
        if target := chosen(link):
            found.setdefault((_side(link), target), (link.id, link.label))
    return found


def _planned(plan: DraftPlan, stream: str) -> tuple[set[_Place], dict[_Place, tuple[str, str]]]:
    """Return what stood on each side when the plan was made, and what it links by itself."""
    there: set[_Place] = set()
    pairs: dict[_Place, tuple[str, str]] = {}
    for line in plan.lines:
        places = [(side, i) for side, i in ((Side.LEFT, line.left), (Side.RIGHT, line.right)) if i is not None]
        if line.stream == stream:
            there.update(places)
            rule = rule_of_v0(line.reason) if line.rule is None else line.rule
            if len(places) == len(Side) and rule != "person":
                pairs.update(dict.fromkeys(places, (line.link, line.label)))
    return there, pairs
