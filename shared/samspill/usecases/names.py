"""Names that somebody may type."""

from __future__ import annotations

from typing import NamedTuple

from samspill.flows.catalogue import FLOWS
from samspill.ports import World
from samspill.state import FlowKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.rules import in_force


class Names(NamedTuple):
    """What a tenant's flows and connections are called, and what can be set up."""

    flows: tuple[str, ...]
    declarations: tuple[str, ...]
    connections: tuple[str, ...]


@needs(Role.VIEWER)
def names(world: World, _actor: Actor, tenant: str) -> Names:
    """Return the names of a tenant; none where there is no such tenant."""
    flows = tuple(state.flow for state in world.registry.flows(tenant))
    connections = tuple(each.id for each in world.registry.connections(tenant))
    return Names(flows, tuple(FLOWS), connections)


@needs(Role.VIEWER)
def fields(world: World, actor: Actor, tenant: str, flow: str) -> tuple[str, ...]:
    """Return a flow's fields as `stream.field`; UsageError where there is no such flow."""
    return tuple(in_force(world, actor, FlowKey(tenant, flow)))


@needs(Role.VIEWER)
def tenant_names(world: World, _actor: Actor) -> tuple[str, ...]:
    """Return the tenants of the installation."""
    return tuple(world.tenants.all())
