"""Vendors asked for webhooks: made, renewed or re-enabled. Without them the schedule does the work."""

from __future__ import annotations

from samspill.engine.model import Side
from samspill.errors import SamspillError
from samspill.ports import World
from samspill.state import Connection, FlowKey, FlowStatus
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.connections import Webhooks
from samspill.work import subscriptions
from samspill.work.access import calling


@needs(Role.OPERATOR)
def ask_for_flow(world: World, _actor: Actor, key: FlowKey) -> tuple[Webhooks, ...]:
    """Ask both vendors of a flow; return what came of it. A vendor that need not be asked is left out."""
    state = world.registry.flow(key)
    asked = (_ask(world, world.registry.connection(key.tenant, state.connection(side))) for side in Side)
    return tuple(each for each in asked if each is not None)


@needs(Role.OPERATOR)
def ask_if_active(world: World, _actor: Actor, tenant: str, connection_id: str) -> tuple[Webhooks, ...]:
    """Ask the vendor of a connection that an active flow uses: a new key may have none of the old one's webhooks."""
    flows = world.registry.flows(tenant)
    if not any(connection_id in {it.left, it.right} and it.status is FlowStatus.ACTIVE for it in flows):
        return ()
    asked = _ask(world, world.registry.connection(tenant, connection_id))
    return () if asked is None else (asked,)


def _ask(world: World, connection: Connection) -> Webhooks | None:
    named = {"connection": connection.id, "vendor": connection.vendor}
    try:
        with calling(world, connection) as connector:
            done = subscriptions.subscribe(world, connection, connector)
    except SamspillError as error:
        return Webhooks(**named, sends=False, reason=error.reason)
    return Webhooks(**named, sends=True) if done.events else None
