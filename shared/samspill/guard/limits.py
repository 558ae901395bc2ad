"""The guard's limits that hold at a moment. Stricter ones stay; looser ones end by themselves after a day."""

from __future__ import annotations

from datetime import datetime

from samspill.engine.guard import Guard
from samspill.state import FlowState


def in_force(state: FlowState, now: datetime) -> Guard:
    """Return the guard with the limits of this moment."""
    raised = state.raised if state.raised and state.raised.expires_at and state.raised.expires_at > now else None
    limits = raised or state.limits
    return Guard(limits.at_least, limits.share, limits.shrink) if limits else Guard()
