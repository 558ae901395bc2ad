"""The tenants of the installation, and which of them need somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from samspill.errors import UsageError
from samspill.ports import STEPS, World
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.tenants import DeadView, TenantList, TenantView

if TYPE_CHECKING:
    from samspill.notices.summary import Summary

_LAST = datetime.max.replace(tzinfo=UTC)


@needs(Role.VIEWER)
def tenants(world: World, _actor: Actor, *, needs_somebody: bool = False) -> TenantList:
    """Return the tenants, all or those who need somebody, as the last look found them, and what steps gave up on.

    Who has needed somebody for longest comes first, those who need nobody last. No tenant's own things are read.
    """
    views = [_view(name, summary) for name, summary in world.tenants.summaries()]
    counts = {step: world.queues.count_dead(step) for step in STEPS}
    return TenantList(
        tenants=tuple(sorted((it for it in views if it.needs_person or not needs_somebody), key=_urgency)),
        dead=tuple(DeadView(step=step, about=count) for step, count in counts.items() if count),
    )


@needs(Role.VIEWER)
def check(world: World, _actor: Actor, tenant: str) -> None:
    """UsageError naming the tenants there are, where there are some and this is none of them."""
    known = world.tenants.all()
    if known and tenant not in known and not (world.registry.connections(tenant) or world.registry.flows(tenant)):
        raise UsageError.because("no_such_tenant", tenant=tenant, tenants=", ".join(known))


def _view(name: str, found: Summary | None) -> TenantView:
    if found is None:
        return TenantView(tenant=name)
    return TenantView(**found.model_dump(include=set(TenantView.model_fields)), needs_person=found.needs_person)


def _urgency(tenant: TenantView) -> tuple[bool, datetime, str]:
    return not tenant.needs_person, tenant.needs_since or _LAST, tenant.tenant
