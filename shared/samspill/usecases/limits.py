"""The mass-change guard's limits, as an admin sets them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from samspill.engine.guard import Guard
from samspill.engine.model import Result
from samspill.errors import UsageError
from samspill.guard.limits import in_force
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry, Limits
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.held import LimitsRaised, LimitsView
from samspill.work.flow_state import change_flow

RAISED_FOR = timedelta(hours=24)
MOST = 10_000
"""Above this it is no limit but a list to look at and approve."""


@needs(Role.ADMIN)
def change(
    world: World,
    actor: Actor,
    key: FlowKey,
    *,
    at_least: int | None = None,
    share: float | None = None,
    shrink: float | None = None,
) -> FlowState:
    """Set limits; what is not given stays as it is. One above the standard ends after a day. The journal keeps who did.

    Raises:
        UsageError: a limit is negative, or so large that it is none.
    """
    state, now = world.registry.flow(key), world.clock.now()
    old, standard = in_force(state, now), Guard()
    new = Guard(
        old.at_least if at_least is None else at_least,
        old.share if share is None else share,
        old.shrink if shrink is None else shrink,
    )
    if not (0 <= new.at_least <= MOST and 0 <= new.share <= 1 and 0 <= new.shrink <= 1):
        raise UsageError("limits out of range", reason=Reason("limits_out_of_range", {"most": str(MOST)}))
    looser = new.at_least > standard.at_least or new.share > standard.share or new.shrink > standard.shrink
    ends = now + RAISED_FOR if looser else None
    limits = Limits(at_least=new.at_least, share=new.share, shrink=new.shrink, by=actor.name, expires_at=ends)
    update = {"raised": limits} if looser else {"limits": limits, "raised": None}
    return _save(world, key, update, _told(limits), actor.name)


@needs(Role.ADMIN)
def reset(world: World, actor: Actor, key: FlowKey) -> FlowState:
    """Go back to the standard limits."""
    standard = Guard()
    limits = Limits(at_least=standard.at_least, share=standard.share, shrink=standard.shrink, by=actor.name)
    return _save(world, key, {"limits": None, "raised": None}, _told(limits), actor.name)


def _told(limits: Limits) -> Reason:
    params = {
        "person": limits.by,
        "at_least": str(limits.at_least),
        "share": f"{limits.share:.0%}",
        "shrink": f"{limits.shrink:.0%}",
    }
    if limits.expires_at is None:
        return Reason("limits_set", params)
    return Reason("limits_raised", {**params, "until": f"{limits.expires_at:%Y-%m-%d %H:%M} UTC"})


def _save(world: World, key: FlowKey, update: Mapping[str, Any], reason: Reason, by: str) -> FlowState:
    saved = change_flow(world, key, lambda _: update)
    entry = JournalEntry(
        at=world.clock.now(), stream="", link="", label=by, result=Result.APPLIED, reason=reason, trigger="manual"
    )
    world.journal.append(key, f"limits/{saved.revision}", [entry])
    return saved


@needs(Role.VIEWER)
def show(world: World, _actor: Actor, key: FlowKey) -> LimitsView:
    """Return the limits in force."""
    state, now = world.registry.flow(key), world.clock.now()
    guard = in_force(state, now)
    raised = state.raised if state.raised and state.raised.expires_at and state.raised.expires_at > now else None
    return LimitsView(
        at_least=guard.at_least,
        share=guard.share,
        shrink=guard.shrink,
        raised=LimitsRaised.of(raised) if raised else None,
    )
