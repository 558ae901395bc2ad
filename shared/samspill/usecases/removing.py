"""Flows, connections and tenants removed, step by step. From the first step on nothing of them fires.

Each step is bounded, and may be repeated: whoever dies over it, the same command goes on. What names a thing goes last:
a flow's document after its records, a connection's after its subscriptions and key, a tenant's name after both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from samspill.errors import SamspillError, UsageError
from samspill.flows.catalogue import declared
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import Connection, FlowKey, FlowState, FlowStatus, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.audited import Subject
from samspill.usecases.enabling import flow_of
from samspill.usecases.views.removing import Keeping, RemovalPreview, RemovalStep, Undone
from samspill.work.access import calling
from samspill.work.account import account_of, flows_of
from samspill.work.flow_state import change_flow
from samspill.work.stopping import stop_runs
from samspill.work.subscriptions import unsubscribe

SLICE = 500
"""So many records, pointers or files go in one step."""
SETTLES = timedelta(minutes=15)
"""No function runs longer: what was at work when a flow was stopped has come to its end by then."""
OF_A_FLOW = ("held", "linked", "operators", "runs")
OF_A_CONNECTION = ("webhooks/raw", "webhooks/malformed", "webhooks/quarantine")
KEPT = (Keeping(what="journal", days=90), Keeping(what="messages", days=30))
"""What nobody can pick out, or nobody may change; it expires by itself."""


class Target(NamedTuple):
    """What is to be removed: a flow, a connection, or neither for the whole tenant."""

    tenant: str
    flow: str | None = None
    connection: str | None = None


def _about(_world: World, arguments: Mapping[str, Any]) -> Subject:
    target: Target = arguments["target"]
    return Subject(target.tenant, target.flow or "", target.connection or "")


@needs(Role.VIEWER)
def preview(world: World, _actor: Actor, target: Target) -> RemovalPreview:
    """Return what a removal takes away, and what it leaves for how long.

    Raises:
        UsageError: there is no such thing, or a flow uses the connection.
    """
    flows, connections = _there(world, target)
    whole = target.flow is None and target.connection is None
    if whole and not (flows or connections) and target.tenant not in world.tenants.all():
        raise UsageError.because("no_such_tenant", tenant=target.tenant, tenants=", ".join(world.tenants.all()) or "-")
    if target.connection is not None:
        _refuse_used(world, connections[0])
    always = (Keeping(what="decisions", days=None), Keeping(what="systems", days=None))
    return RemovalPreview(
        tenant=target.tenant,
        flows=tuple(state.flow for state in flows),
        connections=tuple(connection.id for connection in connections),
        whole_tenant=whole,
        kept=(*KEPT, *always),
    )


@needs(Role.ADMIN, about=_about)
def begin(world: World, actor: Actor, target: Target) -> None:
    """Stop what is to be removed: its schedules go, its runs end, links to its files are good no longer.

    Raises:
        UsageError: there is no such thing, or a flow uses the connection.
    """
    preview(world, actor, target)
    for state in _there(world, target)[0]:
        _stop(world, state)


@needs(Role.ADMIN, decides=False)  # `begin` is written down
def go_on(world: World, _actor: Actor, target: Target, token: str = "") -> RemovalStep:
    """Do one step of a removal that was begun; `token` is that of the step before."""
    try:
        flows, connections = _there(world, target)
    except UsageError:
        return RemovalStep(is_over=True)
    for state in flows:
        if count := _remove_some(world, _stop(world, state)):
            return RemovalStep(removed=count)
    if flows:
        settles_at = max(_settles_at(world, state) for state in flows)
        if settles_at > world.clock.now():
            return RemovalStep(waits_until=settles_at)
        count, token = world.keys.sweep([state.key for state in flows], token, SLICE)
        if not token:
            for state in flows:
                world.registry.remove_flow(world.registry.flow(state.key))
        return RemovalStep(removed=count, token=token)
    for connection in connections:
        return _remove_connection(world, connection)
    if target.flow is None and target.connection is None:
        world.secrets.remove(target.tenant)
        world.tenants.forget(target.tenant)
    return RemovalStep(is_over=True)


def _there(world: World, target: Target) -> tuple[list[FlowState], list[Connection]]:
    if target.flow is not None:
        return [flow_of(world, FlowKey(target.tenant, target.flow))], []
    if target.connection is not None:
        return [], [world.registry.connection(target.tenant, target.connection)]
    return world.registry.flows(target.tenant), world.registry.connections(target.tenant)


def _refuse_used(world: World, connection: Connection) -> None:
    if using := ", ".join(state.flow for state in flows_of(world, connection)):
        raise UsageError.because("connection_in_use", connection=connection.id, flows=using)


def _stop(world: World, state: FlowState) -> FlowState:
    """Have nothing of a flow fire any more. Again, it changes nothing."""

    def removing(now: FlowState) -> Mapping[str, object] | None:
        if now.status is FlowStatus.REMOVING:
            return None
        return {"status": FlowStatus.REMOVING, "removing_since": now.removing_since or world.clock.now()}

    stopped = change_flow(world, state.key, removing)
    world.schedules.remove(state.key)
    stop_runs(world, state.key)
    return stopped


def _settles_at(world: World, state: FlowState) -> datetime:
    return (world.registry.flow(state.key).removing_since or world.clock.now()) + SETTLES


def _remove_some(world: World, state: FlowState) -> int:
    """Remove some of what is stored about a flow; return how much, 0 where nothing is left."""
    for stream in declared(state.declaration).streams:
        key = StreamKey(*state.key, stream.name)
        if count := world.links.remove(key, SLICE):
            return count
        world.cursors.remove(key)
    if count := world.files.remove(state.key, SLICE):
        return count
    if count := world.file_store.remove(f"files/{state.tenant}/{state.flow}/", SLICE):
        return count
    for folder in OF_A_FLOW:
        if count := world.blobs.remove(f"{folder}/{state.tenant}/{state.flow}/", SLICE):
            return count
    return 0


def _remove_connection(world: World, connection: Connection) -> RemovalStep:
    """End a connection at its vendor, and then forget its key and itself."""
    _refuse_used(world, connection)
    for folder in OF_A_CONNECTION:
        if count := world.blobs.remove(f"{folder}/{connection.tenant}/{connection.id}/", SLICE):
            return RemovalStep(removed=count)
    if count := world.deliveries.remove(connection.tenant, connection.id, SLICE):
        return RemovalStep(removed=count)
    undone = _unsubscribe(world, connection)
    if connection.identity is not None:
        world.tenants.forget_opened(account_of(connection, connection.identity), connection.tenant, connection.id)
    world.secrets.put(connection.tenant, connection.id, {})
    world.registry.remove_connection(world.registry.connection(connection.tenant, connection.id))
    return RemovalStep(removed=1, undone=undone)


def _unsubscribe(world: World, connection: Connection) -> Undone | None:
    """Have the vendor send nothing any more; return why it will go on, where it will."""
    if not connection.subscriptions:
        return None
    try:
        with calling(world, connection) as connector:
            unsubscribe(world, connection, connector)
    except SamspillError as error:
        names = {"system": connection.vendor, "connection": connection.id}
        reason = Reason("not_unsubscribed", names, because=error.reason)
        return Undone(connection=connection.id, vendor=connection.vendor, reason=reason)
    return None
