"""Judges by the facts of a tenant what is wrong, and whether what was wrong was seen to work again.

Silence is not health: a condition that ended because nothing runs any more has not ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from samspill.canon.key_end import key_end
from samspill.engine.model import Result
from samspill.errors import ConfigurationError
from samspill.notices.condition import Condition
from samspill.notices.facts import FlowFacts, TenantFacts
from samspill.notices.kinds import Kind
from samspill.reasons import Reason
from samspill.state import Connection, ConnectionStatus, FlowState, FlowStatus, Run

STUCK_AFTER = timedelta(hours=2)
"""A run that got nothing done for so long is stuck."""
OVERDUE_RUNS = 3
OVERDUE_AFTER = timedelta(hours=1)
"""A flow is overdue after three of its intervals without a good run, and not before an hour."""
MOVES_FOR = timedelta(days=1)
"""A run that moves may take longer than an interval; a day without a good one is too long all the same."""
SLOW_AFTER = timedelta(hours=4)
"""A run that moves and is not through after so long waits for something, most often for a vendor's limit."""
USUAL_TIMES = 3
SILENT_AFTER = timedelta(hours=6)
"""Webhooks are silent beyond their habit after three of their longest silences, and not before six hours."""
SETTLES = timedelta(minutes=15)
"""A read may be faster than the webhook about the same change, by a moment and not by so long."""
ENDS_WITHIN = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
"""So long before a key ends it is told, and then told again."""
COUNTED = {Kind.FAILED: Result.FAILED, Kind.CONFLICT: Result.CONFLICT, Kind.REVIEW: Result.REVIEW}


def conditions(facts: TenantFacts) -> Iterator[Condition]:
    """Yield what is wrong or waits for somebody now."""
    if facts.dead_letters:
        yield Condition(Kind.DEAD_LETTERS, count=facts.dead_letters)
    for connection in facts.connections:
        yield from _of_connection(connection)
        yield from _of_its_end(facts, connection)
        yield from _of_its_silence(facts, connection)
    for flow in facts.flows:
        yield from _of_flow(facts, flow)


def _of_connection(connection: Connection) -> Iterator[Condition]:
    if is_refused(connection):
        since = connection.refusal.since if connection.refusal else None
        yield Condition(
            Kind.KEY, connection=connection.id, since=since, label=connection.vendor, example=connection.reason
        )
    if connection.hooks_refused is not None:
        yield Condition(Kind.WEBHOOKS_REFUSED, connection=connection.id, example=connection.hooks_refused)


def _of_its_end(facts: TenantFacts, connection: Connection) -> Iterator[Condition]:
    """Tell that a key ends soon, as far as a person told when it does."""
    try:
        day = key_end(connection.settings)
    except ConfigurationError:
        return  # a version before took anything
    if day is None:
        return
    left = timedelta(days=(day - facts.now.date()).days)
    steps = sum(left <= within for within in ENDS_WITHIN)
    if steps:
        reason = Reason("key_ends", {"system": connection.vendor, "day": day.isoformat()})
        yield Condition(Kind.KEY_ENDS, connection=connection.id, level=steps, label=connection.vendor, example=reason)


def _of_its_silence(facts: TenantFacts, connection: Connection) -> Iterator[Condition]:
    """Tell that reads find what webhooks should have told, while none has come for longer than is usual."""
    if not connection.told_kinds or connection.hooks_refused is not None or is_refused(connection):
        return
    heard = connection.heard
    last = heard.at if heard else connection.created_at
    usual = timedelta(seconds=heard.usual_s if heard else 0)
    proof = [
        state.untold[side]
        for state in (flow.state for flow in facts.flows)
        for side in state.untold
        if state.status is FlowStatus.ACTIVE and state.connection(side) == connection.id
    ]
    if any(last + max(USUAL_TIMES * usual, SILENT_AFTER) < at <= facts.now - SETTLES for at in proof):
        reason = Reason("webhooks_silent", {"system": connection.vendor, "connection": connection.id})
        since = heard.at if heard else None
        yield Condition(Kind.WEBHOOKS_SILENT, connection=connection.id, since=since, example=reason)


def is_refused(connection: Connection) -> bool:
    """Tell whether the vendor refuses the connection's key, be it for a moment only."""
    return connection.refusal is not None or connection.status is ConnectionStatus.KEY_INVALID


def _of_flow(facts: TenantFacts, flow: FlowFacts) -> Iterator[Condition]:
    state = flow.state
    if state.status is FlowStatus.IN_REVIEW:
        yield Condition(Kind.SETUP, state.flow, label=_companies(facts, state))
    if (late := _overdue(facts, flow)) is not None:
        yield late
    elif (slow := _slow(flow)) is not None and slow < facts.now - SLOW_AFTER:
        reason = Reason("run_slow", {"run": flow.latest.id if flow.latest else "", "flow": state.flow})
        yield Condition(Kind.SLOW, state.flow, since=slow, example=reason)
    for kind, result in COUNTED.items():
        tally = flow.tallies.get(result)
        if tally is not None and tally.count:
            yield Condition(
                kind,
                state.flow,
                count=tally.count,
                at_least=tally.at_least,
                since=tally.since,
                label=tally.label,
                example=tally.reason,
            )
    if state.held:
        since = min(stop.at for stop in state.held.values())
        yield Condition(Kind.HELD, state.flow, count=len(state.held), since=since, label=", ".join(sorted(state.held)))
    if state.differing:
        first = min(state.differing.values(), key=lambda each: each.since)
        count = sum(each.count for each in state.differing.values())
        yield Condition(
            Kind.TOTALS, state.flow, count=count, since=first.since, label=first.label, example=first.reason
        )


def _companies(facts: TenantFacts, state: FlowState) -> str:
    """Return which company on which system, of both sides."""
    used = (facts.connection(name) for name in state.connections)
    told = (f"{each.identity.company if each.identity else each.id} ({each.vendor})" for each in used if each)
    return " / ".join(told)


def _overdue(facts: TenantFacts, flow: FlowFacts) -> Condition | None:
    """Tell that no run has ended well for too long. A refused key, which is told by itself, keeps every run from it."""
    state, now = flow.state, facts.now
    used = (facts.connection(name) for name in state.connections)
    if state.status is not FlowStatus.ACTIVE or any(each is not None and is_refused(each) for each in used):
        return None
    moved_at = _moved_at(flow.latest)
    if moved_at is not None and moved_at < now - STUCK_AFTER:
        reason = Reason("run_stuck", {"run": flow.latest.id if flow.latest else "", "since": _moment(moved_at)})
        return Condition(Kind.OVERDUE, state.flow, since=moved_at, example=reason)
    good = last_good(flow)
    patience = max(OVERDUE_RUNS * timedelta(minutes=state.every_min), OVERDUE_AFTER)
    if moved_at is not None:
        patience = max(patience, MOVES_FOR)
    # Once the key is accepted it has as long as any other to get something done.
    held_up = [facts.refused_until[name] for name in state.connections if name in facts.refused_until]
    if good is None or max([good, *held_up]) > now - patience:
        return None
    reason = Reason("no_good_run", {"flow": state.flow, "since": _moment(good)}, because=state.reason)
    return Condition(Kind.OVERDUE, state.flow, since=good, example=reason)


def _slow(flow: FlowFacts) -> datetime | None:
    """Return when the run began that is under way; not of a first sync, which somebody watches."""
    run = flow.latest
    keeps = run is not None and run.purpose == "sync" and not run.status.is_over
    return run.started_at if run is not None and keeps and flow.state.status is FlowStatus.ACTIVE else None


def last_good(flow: FlowFacts) -> datetime | None:
    """Return since when the flow is to have had a good run: its last one, or else since it could have had one.

    None where nobody can tell: a version that kept no such moment began the run that is under way.
    """
    if flow.state.last_good_at is not None:
        return flow.state.last_good_at
    if flow.latest is None:
        return flow.state.created_at
    return flow.latest.ended_at


def _moved_at(run: Run | None) -> datetime | None:
    """Return when a run that is under way moved last; None where none is."""
    return None if run is None or run.status.is_over else run.moved_at or run.started_at


def is_proved(facts: TenantFacts, kind: Kind, flow: str, connection: str, ill_at: datetime) -> bool:
    """Tell whether what was wrong at `ill_at`, and is not now, was seen to work since."""
    if kind is Kind.KEY:
        active = [
            each
            for each in facts.flows
            if connection in each.state.connections and each.state.status is FlowStatus.ACTIVE
        ]
        return not active or any(_good_since(each, ill_at) for each in active)
    if kind in {Kind.OVERDUE, Kind.SLOW}:
        found = facts.flow(flow)
        return found is None or _good_since(found, ill_at)
    if kind is Kind.WEBHOOKS_SILENT:
        known = facts.connection(connection)
        return known is None or not known.told_kinds or (known.heard is not None and known.heard.at >= ill_at)
    return True


def _good_since(flow: FlowFacts, moment: datetime) -> bool:
    return flow.state.last_good_at is not None and flow.state.last_good_at > moment


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
