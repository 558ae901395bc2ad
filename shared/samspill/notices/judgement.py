"""Judges by the facts of a tenant what is wrong, and whether what was wrong was seen to work again.

Silence is not health: a condition that ended because nothing runs any more has not ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from samspill.engine.model import Result
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
REMINDED_BEFORE = timedelta(days=30)
"""How long before its key ends somebody is reminded to make a new one."""
KEY_ENDS = "key_ends_on"
"""The setting of a connection that holds the day; see `samspill.connectors.facts.KEY_ENDS`."""
COUNTED = {Kind.FAILED: Result.FAILED, Kind.CONFLICT: Result.CONFLICT, Kind.REVIEW: Result.REVIEW}


def conditions(facts: TenantFacts) -> Iterator[Condition]:
    """Yield what is wrong or waits for somebody now."""
    if facts.dead_letters:
        yield Condition(Kind.DEAD_LETTERS, count=facts.dead_letters)
    for connection in facts.connections:
        yield from _of_connection(connection, facts.now)
    for flow in facts.flows:
        yield from _of_flow(facts, flow)


def _of_connection(connection: Connection, now: datetime) -> Iterator[Condition]:
    if is_refused(connection):
        since = connection.refusal.since if connection.refusal else None
        yield Condition(
            Kind.KEY, connection=connection.id, since=since, label=connection.vendor, example=connection.reason
        )
    if connection.hooks_refused is not None:
        yield Condition(Kind.WEBHOOKS_REFUSED, connection=connection.id, example=connection.hooks_refused)
    if (ends := _key_ends(connection)) is not None and ends <= (now + REMINDED_BEFORE).date():
        told = {"connection": connection.id, "vendor": connection.vendor}
        reason = Reason("key_ends", {**told, "day": ends.isoformat()})
        yield Condition(Kind.KEY_ENDS, connection=connection.id, label=connection.vendor, example=reason)


def _key_ends(connection: Connection) -> date | None:
    """Return the day on which the connection's key ends; None where nobody noted one that can be read."""
    try:
        return date.fromisoformat(connection.settings.get(KEY_ENDS, ""))
    except ValueError:
        return None


def is_refused(connection: Connection) -> bool:
    """Tell whether the vendor refuses the connection's key, be it for a moment only."""
    return connection.refusal is not None or connection.status is ConnectionStatus.KEY_INVALID


def _of_flow(facts: TenantFacts, flow: FlowFacts) -> Iterator[Condition]:
    state = flow.state
    if state.status is FlowStatus.IN_REVIEW:
        yield Condition(Kind.SETUP, state.flow, label=_companies(facts, state))
    if (late := _overdue(facts, flow)) is not None:
        yield late
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
    if kind is Kind.OVERDUE:
        found = facts.flow(flow)
        return found is None or _good_since(found, ill_at)
    return True


def _good_since(flow: FlowFacts, moment: datetime) -> bool:
    return flow.state.last_good_at is not None and flow.state.last_good_at > moment


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
