"""Asks vendors for webhooks: made, renewed or re-enabled. Without them the schedule does the work."""

from __future__ import annotations

from samspill.cli.desk import Desk
from samspill.connectors.vendors import vendor_facts
from samspill.engine.model import Side
from samspill.errors import SamspillError
from samspill.state import Connection, FlowState, FlowStatus
from samspill.work import subscriptions
from samspill.work.access import calling


def subscribe_flow(desk: Desk, state: FlowState) -> None:
    """Ask both vendors of a flow."""
    for side in Side:
        subscribe(desk, desk.world.registry.connection(desk.tenant, state.connection(side)))


def subscribe_active(desk: Desk, name: str) -> None:
    """Ask the vendor of a connection that an active flow uses: a new key may have none of the old one's webhooks."""
    flows = desk.world.registry.flows(desk.tenant)
    if any(name in {flow.left, flow.right} and flow.status is FlowStatus.ACTIVE for flow in flows):
        subscribe(desk, desk.world.registry.connection(desk.tenant, name))


def subscribe(desk: Desk, connection: Connection) -> None:
    """Ask one vendor, if it can reach us; tell what came of it."""
    vendor = vendor_facts(connection.vendor).title
    try:
        with calling(desk.world, connection) as connector:
            done = subscriptions.subscribe(desk.world, connection, connector)
    except SamspillError as error:
        desk.tell(desk.text("nosubscription", vendor=vendor, why=desk.reason(error.reason)))
        return
    if done.events:
        desk.tell(desk.text("subscribed", vendor=vendor))
