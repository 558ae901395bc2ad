"""Where everything stands, and what waits for a person."""

from __future__ import annotations

from datetime import timedelta

from samspill.engine.model import Result
from samspill.flows.catalogue import FLOWS, declared
from samspill.guard import pending
from samspill.ports import World
from samspill.runs.polling import polled_every
from samspill.state import ConnectionStatus, FlowKey, FlowState
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.enabling import flow_of
from samspill.usecases.views.base import Explained
from samspill.usecases.views.connections import ConnectionView
from samspill.usecases.views.flows import FlowList, FlowListed, FlowStatusView, FlowView, Status
from samspill.usecases.views.held import HeldView
from samspill.usecases.views.runs import RunView
from samspill.work.turns import comes_back_by

FOR_A_PERSON = (Result.REVIEW, Result.CONFLICT, Result.FAILED)
LATEST = 5


@needs(Role.VIEWER)
def flows(world: World, _actor: Actor, tenant: str) -> FlowList:
    """Return every flow that is set up, then the declarations that none of them uses."""
    states = world.registry.flows(tenant)
    used = {state.declaration for state in states}
    own = [
        FlowListed(
            flow=state.flow,
            declaration=state.declaration,
            left=state.left,
            right=state.right,
            status=state.status,
            every_min=state.every_min,
            title="",
        )
        for state in states
    ]
    others = [FlowListed(flow=name, declaration=name, title="") for name in FLOWS if name not in used]
    return FlowList(flows=(*own, *others))


@needs(Role.VIEWER)
def key_of(world: World, _actor: Actor, tenant: str, name: str) -> FlowKey:
    """Return the key of a flow; UsageError naming those there are, or how to set it up."""
    return flow_of(world, FlowKey(tenant, name)).key


@needs(Role.VIEWER)
def flow(world: World, _actor: Actor, key: FlowKey) -> FlowView:
    """Return where one flow stands; UsageError where there is none."""
    return FlowView.of(flow_of(world, key))


@needs(Role.VIEWER)
def status(world: World, _actor: Actor, tenant: str, name: str | None = None) -> Status:
    """Return where connections and flows stand, all or one."""
    states = [flow_of(world, FlowKey(tenant, name))] if name else world.registry.flows(tenant)
    connections = world.registry.connections(tenant)
    found = tuple(_flow(world, state) for state in states)
    stopped = any(it.status is ConnectionStatus.KEY_INVALID for it in connections)
    waits = any(it.held or it.mapping or any(it.waiting[str(result)] for result in FOR_A_PERSON) for it in found)
    return Status(
        tenant=tenant,
        connections=tuple(map(ConnectionView.of, connections)),
        flows=found,
        needs_person=stopped or waits,
    )


def _flow(world: World, state: FlowState) -> FlowStatusView:
    waiting = {
        str(result): sum(1 for _ in world.links.with_result(state.key, [result]))
        for result in (*FOR_A_PERSON, Result.WAITING)
    }
    now = world.clock.now()
    return FlowStatusView(
        reason=state.reason,
        flow=state.flow,
        declaration=state.declaration,
        left=state.left,
        right=state.right,
        status=state.status,
        every_min=state.every_min,
        last_good_at=state.last_good_at,
        polled_every_min=round(polled_every(world, state, declared(state.declaration)) / timedelta(minutes=1)),
        waiting=waiting,
        mapping=tuple(Explained(reason=reason) for reason in state.mapping_problems),
        held=tuple(HeldView.of(each, state.flow) for each in pending.lists(world, state.key)),
        runs=tuple(RunView.of(run, comes_back_by(run, now)) for run in world.runs.latest(state.key, LATEST)),
    )
