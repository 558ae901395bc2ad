"""Looks for conditions: at every tenant by the schedule, at one when something happened there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from samspill.errors import ConflictError
from samspill.messages import Message, TellNotice, WatchTenant, WatchTenants
from samspill.notices import notice as notices
from samspill.notices.condition import Condition
from samspill.notices.facts import FlowFacts, TenantFacts
from samspill.notices.judgement import COUNTED, conditions, is_proved
from samspill.notices.kinds import Kind
from samspill.notices.notice import Notice
from samspill.notices.recipients import INSTALLATION, Audience
from samspill.notices.summary import summed_up
from samspill.ports import STEPS, World
from samspill.state import FlowState, FlowStatus

type Place = tuple[str, str, str]

PAGE = 100
"""Tenants of one message."""
MOST = 1000
"""So many records are counted; of more it is said that there are more."""


def watch_tenants(world: World, message: WatchTenants) -> None:
    """Have a page of tenants looked at, then the next one."""
    names = world.tenants.following(message.after, PAGE)
    asked: list[Message] = [WatchTenant(tenant=name) for name in names]
    if not message.after:
        asked.append(WatchTenant(tenant=INSTALLATION))
    if len(names) == PAGE:
        asked.append(message.model_copy(update={"after": names[-1], "part": message.part + 1}))
    world.queues.send(asked)


def watch_tenant(world: World, message: WatchTenant) -> None:
    """Compare what is so now with what was told, have told what is new, and sum up. Looking twice does no harm."""
    tenant = message.tenant
    audience, stored = world.notices.of(tenant)
    facts = _facts(world, tenant, stored)
    found = {condition.place: condition for condition in conditions(facts)}
    known = {each.place: each for each in stored}
    if found or any(not each.is_over or each.waits for each in stored):
        _compare(world, facts, found, known, audience)
    if tenant != INSTALLATION:
        world.tenants.sum_up(summed_up(facts, list(found.values()), known))


def _compare(
    world: World,
    facts: TenantFacts,
    found: Mapping[Place, Condition],
    known: Mapping[Place, Notice],
    audience: Audience,
) -> None:
    tenant = facts.tenant
    everywhere = audience if tenant == INSTALLATION else world.notices.of(INSTALLATION)[0]
    due: list[Message] = []
    for place in sorted(found.keys() | known.keys()):
        before = known.get(place)
        if place in found and before is not None and before.ends_now(facts.now):
            continue  # people hear that it ended before they hear that it begins again: the next look finds it
        after = _with_audience(_looked(world, facts, found.get(place), before), audience, everywhere, facts.now)
        if after != before:
            with suppress(ConflictError):  # somebody else looks, or tells: the next look finds it again
                world.notices.save(after)
        if after.to_tell != (before.to_tell if before else {}) or after.is_lost(facts.now):
            due.append(TellNotice(tenant=tenant, flow=after.flow, kind=str(after.kind), connection=after.connection))
    world.queues.send(due)


def _looked(world: World, facts: TenantFacts, condition: Condition | None, known: Notice | None) -> Notice:
    """Return the notice after this look: of the two one is there."""
    if known is None or (known.is_over and condition is not None):
        if condition is None:
            raise AssertionError("nothing is so, and nothing was")
        return notices.begun(facts.tenant, condition, facts.now, known)
    proved = is_proved(facts, known.kind, known.flow, known.connection, known.ill_at)
    return notices.after_look(known, condition, now=facts.now, proved=proved, calm=world.calm)


def _with_audience(notice: Notice, audience: Audience, everywhere: Audience, now: datetime) -> Notice:
    """Add those who are to be told. What either mutes, nobody hears of; an all-clear is told to whoever was told."""
    if not notice.is_over and any(each.mutes_now(notice.kind, notice.flow, now) for each in (audience, everywhere)):
        return notice
    operators = everywhere.wanting(notice.kind)
    return notices.with_recipients(notice, operators | audience.wanting(notice.kind), operators, now)


def _facts(world: World, tenant: str, stored: Sequence[Notice]) -> TenantFacts:
    now = world.clock.now()
    if tenant == INSTALLATION:
        return TenantFacts(tenant, now, dead_letters=sum(map(world.queues.count_dead, STEPS)))
    flows = [_flow(world, state) for state in world.registry.flows(tenant)]
    keys = {each.connection: each.ill_at for each in stored if each.kind is Kind.KEY and not each.is_over}
    return TenantFacts(tenant, now, world.registry.connections(tenant), flows, refused_until=keys)


def _flow(world: World, state: FlowState) -> FlowFacts:
    if state.status in {FlowStatus.NEW, FlowStatus.TESTED}:
        return FlowFacts(state)
    tallies = {result: world.links.tally(state.key, result, MOST) for result in COUNTED.values()}
    return FlowFacts(state, tallies, next(iter(world.runs.latest(state.key, 1)), None))
