"""What every step opens first: the flow's declaration and its present state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from samspill.engine.model import Side
from samspill.errors import CredentialsError
from samspill.flows.catalogue import flow_named
from samspill.flows.flow import Flow
from samspill.flows.hours import HOURS_FROM
from samspill.ports import Connector, World
from samspill.reasons import Reason
from samspill.state import ConnectionStatus, FlowKey, FlowState, FlowStatus, RunStatus
from samspill.steps.limits import change_flow

OSLO = ZoneInfo("Europe/Oslo")


_READS = frozenset(
    {FlowStatus.TESTED, FlowStatus.IN_REVIEW, FlowStatus.APPROVED, FlowStatus.MATCHING, FlowStatus.ACTIVE}
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A flow with its state."""

    flow: Flow
    state: FlowState

    @property
    def runs_by_itself(self) -> bool:
        """True while schedules and webhooks may start work."""
        return self.state.status is FlowStatus.ACTIVE

    @property
    def may_read(self) -> bool:
        """True while the vendors may be read for this flow."""
        return self.state.status in _READS

    @property
    def may_write(self) -> bool:
        """True once a person approved the first sync. What a pause leaves undone, the read after it finds again."""
        return self.state.status in {FlowStatus.MATCHING, FlowStatus.ACTIVE}


def open_flow(world: World, key: FlowKey) -> Opened:
    """Return the flow; UsageError when it is not set up."""
    state = world.registry.flow(key)
    return Opened(flow_named(key.flow).changed(state.rules), state)


def first_day(opened: Opened) -> str:
    """Return the first day whose hours are sent: what was worked before may be in accounting by another way."""
    set_up = opened.state.created_at.astimezone(OSLO).date().isoformat()
    return opened.state.settings.get(HOURS_FROM) or set_up


def now_s(world: World) -> int:
    """The present moment in epoch seconds."""
    return int(world.clock.now().timestamp())


@contextmanager
def connected(world: World, opened: Opened, side: Side) -> Iterator[Connector]:
    """Open the connection on one side; a key that is refused stops the connection and its flows, once."""
    connection = world.registry.connection(opened.state.tenant, opened.state.connection(side))
    if connection.status is ConnectionStatus.KEY_INVALID:
        # Who marked it may have died before the flows were stopped.
        stop_connection(world, connection.tenant, connection.id, connection.reason or Reason("key_invalid"))
        message = f"connection {connection.id} is stopped: its key is invalid"
        raise CredentialsError(message, reason=connection.reason)
    try:
        yield world.connectors.open(connection)
    except CredentialsError as error:
        stop_connection(world, connection.tenant, connection.id, error.reason)
        raise


def stop_runs(world: World, key: FlowKey) -> None:
    """End what is under way. What it did not do is found again by the read after the flow goes on."""
    for run in world.runs.latest(key, 3):
        if not run.status.is_over:
            world.runs.move(run, status=RunStatus.STOPPED, stage=run.stage, ended_at=world.clock.now())


def stop_run(world: World, key: FlowKey, run_id: str) -> None:
    """End a run that meets a flow at rest: it may have been started in the very moment the flow was stopped."""
    run = world.runs.get(key, run_id) if run_id else None
    if run is not None and not run.status.is_over:
        world.runs.move(run, status=RunStatus.STOPPED, stage=run.stage, ended_at=world.clock.now())


def stop_connection(world: World, tenant: str, connection_id: str, reason: Reason) -> None:
    """Mark the connection's key as invalid and stop every flow that uses it."""
    connection = world.registry.connection(tenant, connection_id)
    named = Reason(reason.code, {"system": connection.vendor.title(), **reason.params}, reason.vendor)
    if connection.status is not ConnectionStatus.KEY_INVALID:
        update = {"status": ConnectionStatus.KEY_INVALID, "reason": named}
        world.registry.save_connection(connection.model_copy(update=update))
    for state in world.registry.flows(tenant):
        if connection_id in {state.left, state.right} and state.status not in _AT_REST:
            stop_runs(world, state.key)  # first: who dies here is repeated, and a run begun meanwhile meets the rest
            change_flow(
                world,
                state.key,
                lambda now: (
                    None if now.status in _AT_REST else {**stopped(now, FlowStatus.KEY_INVALID), "reason": named}
                ),
            )


_AT_REST = frozenset({FlowStatus.NEW, FlowStatus.PAUSED, FlowStatus.KEY_INVALID})


def stopped(state: FlowState, status: FlowStatus) -> dict[str, object]:
    """Return what stopping a flow changes. A first sync that was broken off is planned and approved anew."""
    if state.status is FlowStatus.MATCHING:
        nothing = dict.fromkeys(("plan", "plan_run", "approval"))
        return {"status": status, "resume_to": FlowStatus.APPROVED, **nothing}
    return {"status": status, "resume_to": state.status}
