"""The tenants of the installation, and which of them need somebody."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.ports import STEPS, World
from samspill.state import ConnectionStatus, FlowStatus
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.status import status
from samspill.usecases.views.flows import Status
from samspill.usecases.views.tenants import DeadView, TenantList, TenantView

_AT_REST = {FlowStatus.PAUSED, FlowStatus.KEY_INVALID}


@needs(Role.VIEWER)
def tenants(world: World, actor: Actor) -> TenantList:
    """Return every tenant with what waits there, and how many messages the steps gave up on."""
    counts = {step: world.queues.count_dead(step) for step in STEPS}
    return TenantList(
        tenants=tuple(_view(status(world, actor, name)) for name in world.tenants.all()),
        dead=tuple(DeadView(step=step, about=count) for step, count in counts.items() if count),
    )


@needs(Role.VIEWER)
def check(world: World, _actor: Actor, tenant: str) -> None:
    """UsageError naming the tenants there are, where there are some and this is none of them."""
    known = world.tenants.all()
    if known and tenant not in known and not (world.registry.connections(tenant) or world.registry.flows(tenant)):
        raise UsageError.because("no_such_tenant", tenant=tenant, tenants=", ".join(known))


def _view(found: Status) -> TenantView:
    waiting = {name: sum(flow.waiting[name] for flow in found.flows) for name in ("review", "conflict", "failed")}
    runs = [run.started_at for flow in found.flows for run in flow.runs]
    refused = sum(each.status == ConnectionStatus.KEY_INVALID for each in found.connections)
    held = sum(len(flow.held) for flow in found.flows)
    return TenantView(
        tenant=found.tenant,
        connections=len(found.connections),
        flows=len(found.flows),
        keys_refused=refused,
        stopped=sum(flow.status in _AT_REST for flow in found.flows),
        **waiting,
        held=held,
        last_run_at=max(runs, default=None),
        needs_person=bool(refused or held or any(waiting.values()) or any(flow.mapping for flow in found.flows)),
    )
