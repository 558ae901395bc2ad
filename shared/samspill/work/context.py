"""What every step opens first: the flow's declaration and its present state."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from samspill.engine.model import Side
from samspill.flows.catalogue import declared
from samspill.flows.field_map import mapped
from samspill.flows.flow import Flow
from samspill.ports import Connector, World
from samspill.state import FlowKey, FlowState, FlowStatus, RunStatus
from samspill.work.access import calling

_READS = frozenset(
    {FlowStatus.TESTED, FlowStatus.IN_REVIEW, FlowStatus.APPROVED, FlowStatus.MATCHING, FlowStatus.ACTIVE}
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A flow: its declaration, under the rules in force, and its state."""

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
    flow = declared(state.declaration).changed(state.rules)
    return Opened(mapped(flow, state.mapping, state.lookups), state)


def now_s(world: World) -> int:
    """The present moment in epoch seconds."""
    return int(world.clock.now().timestamp())


def connected(world: World, opened: Opened, side: Side) -> AbstractContextManager[Connector]:
    """Open the connection on one side; see `access.calling`."""
    return calling(world, world.registry.connection(opened.state.tenant, opened.state.connection(side)))


def stop_run(world: World, key: FlowKey, run_id: str) -> None:
    """End a run that meets a flow at rest: it may have been started in the very moment the flow was stopped."""
    run = world.runs.get(key, run_id) if run_id else None
    if run is not None and not run.status.is_over:
        world.runs.move(run, status=RunStatus.STOPPED, stage=run.stage, ended_at=world.clock.now())
