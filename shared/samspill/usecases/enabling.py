"""Flows: set up between two connections under an id of their own, or changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.flows.catalogue import FLOWS, declared
from samspill.flows.flow import Flow
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import TIME_ZONE, Connection, FlowKey, FlowState, FlowStatus
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.audited import Subject
from samspill.usecases.views.flows import Proposed
from samspill.work.account import is_same
from samspill.work.flow_state import change_flow
from samspill.work.stopping import going_on

_ID = re.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def flow_of(world: World, key: FlowKey) -> FlowState:
    """Return the flow; UsageError naming those there are, or how to set it up."""
    try:
        return world.registry.flow(key)
    except UsageError:
        if key.flow in FLOWS:
            raise
        known = ", ".join(state.flow for state in world.registry.flows(key.tenant)) or "-"
        raise UsageError.because("no_such_flow", flow=key.flow, flows=known) from None


def _named(_world: World, arguments: Mapping[str, Any]) -> Subject:
    return Subject(arguments["tenant"], flow=arguments.get("name") or arguments["declaration"])


@needs(Role.ADMIN, about=_named)
def enable(
    world: World,
    _actor: Actor,
    tenant: str,
    declaration: str,
    left: str | None = None,
    right: str | None = None,
    *,
    name: str | None = None,
    every_min: int | None = None,
    time_zone: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> FlowState:
    """Set up a flow between two connections, or change its interval, time zone and settings. Nothing is read yet.

    Changed settings make the next run read everything.

    Args:
        world: Everything outside.
        _actor: Who does it.
        tenant: Whose flow.
        declaration: What the flow is a use of; the id of a flow that exists will do.
        left: Connection on the left; not needed for a flow that exists.
        right: Connection on the right; likewise.
        name: The flow's id; the declaration's name if None.
        every_min: Minutes between scheduled runs; None keeps what it has.
        time_zone: IANA name; None keeps what it has.
        settings: Added to those it has.

    Raises:
        UsageError: there is no such declaration, setting or time zone; a connection is missing, to another system, or
            not the one that the flow has; the id is no name, or another declaration's; another flow of the declaration
            is over the same accounts.
    """
    state = asked(world, tenant, declaration, left, right, name=name)
    known = declared(state.declaration)
    update: dict[str, object] = {}
    if every_min is not None:
        update["every_min"] = every_min
    if time_zone is not None:
        update["time_zone"] = _zone(time_zone)
    if settings:
        update |= {"settings": {**state.settings, **_checked(known, settings)}, "last_full_at": None}
    state = world.registry.save_flow(state.model_copy(update=update))
    if state.status is FlowStatus.ACTIVE:
        world.schedules.set(state, enabled=True)
    state = change_flow(world, state.key, lambda now: going_on(world, now))
    if state.status is FlowStatus.TESTED:
        state = world.registry.save_flow(state.model_copy(update={"status": _gate(known)}))
        if state.status is FlowStatus.ACTIVE:
            world.schedules.set(state, enabled=True)
    return state


def _gate(known: Flow) -> FlowStatus:
    """Return where a flow goes whose connections are tested: without a first sync there is no plan to approve."""
    if known.needs_operator:
        return FlowStatus.IN_REVIEW
    return FlowStatus.APPROVED if known.planned else FlowStatus.ACTIVE


def asked(
    world: World, tenant: str, declaration: str, left: str | None, right: str | None, *, name: str | None = None
) -> FlowState:
    """Return the flow that `enable` would set up or change, as it is before that; see there."""
    key = FlowKey(tenant, declaration if name is None else name)
    present = _present(world, key)
    if present is not None and present.status is FlowStatus.REMOVING:
        raise UsageError.because("being_removed", flow=present.flow)
    if present is not None:
        return _unmoved(present, present.declaration if name is None else declaration, left, right)
    return _new(world, key, declaration, left, right)


@needs(Role.VIEWER)
def proposed(
    world: World,
    _actor: Actor,
    tenant: str,
    declaration: str,
    left: str | None,
    right: str | None,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> Proposed:
    """Return what `enable` would set up or change, for a person to see before; see there, errors too."""
    state = asked(world, tenant, declaration, left, right, name=name)
    flow = declared(state.declaration)
    _checked(flow, settings or {})
    if time_zone is not None:
        _zone(time_zone)
    return Proposed(
        flow=state.flow,
        is_new=not state.revision,
        declaration=flow.name,
        has_setup=flow.has_setup,
        settings=flow.settings,
        left=state.left,
        right=state.right,
        has_first_sync=bool(flow.planned),
    )


def check_pair(world: World, state: FlowState) -> None:
    """UsageError where an earlier flow of the declaration is over the same two accounts: they would share records.

    Which account a connection leads to may be known only once it was tested, after the flow was set up.
    """
    for other in world.registry.flows(state.tenant):
        if other.declaration != state.declaration or other.flow == state.flow:
            continue
        is_earlier = not state.revision or (other.created_at, other.flow) < (state.created_at, state.flow)
        if is_earlier and all(
            is_same(*(_connection(world, each, side) for each in (state, other))) for side in state.sides
        ):
            raise UsageError.because("pair_taken", left=other.left, right=other.right, flow=other.flow)


def _connection(world: World, state: FlowState, side: Side) -> Connection:
    return world.registry.connection(state.tenant, state.connection(side))


def _present(world: World, key: FlowKey) -> FlowState | None:
    try:
        return world.registry.flow(key)
    except UsageError:
        return None


def _unmoved(present: FlowState, declaration: str, left: str | None, right: str | None) -> FlowState:
    """Return a flow that exists, if it is the one that was meant: links and cursors are about its own accounts."""
    if present.declaration != declaration:
        raise UsageError.because("other_declaration", flow=present.flow, declaration=present.declaration)
    if (left or present.left, right or present.right) != (present.left, present.right):
        names = {"flow": present.flow, "left": present.left, "right": present.right or "-"}
        raise UsageError.because("other_connections", **names, declaration=present.declaration)
    return present


def _new(world: World, key: FlowKey, declaration: str, left: str | None, right: str | None) -> FlowState:
    (tenant, name), known = key, declared(declaration)
    if not _ID.fullmatch(name) or (name in FLOWS and name != declaration):
        raise UsageError.because("no_flow_name", name=name)
    given = {side: each for side, each in ((Side.LEFT, left), (Side.RIGHT, right)) if each is not None}
    systems = {str(side): system for side, system in known.streams[0].rules.systems.items()}
    if not known.vendors.keys() <= given.keys():
        code = "connections_missing" if len(known.vendors) == len(Side) else "connection_missing"
        raise UsageError.because(code, flow=name, **systems)
    if given.keys() != known.vendors.keys():
        raise UsageError.because("no_other_side", flow=name, **systems)
    for side, connection_id in given.items():
        connection = world.registry.connection(tenant, connection_id)
        if connection.vendor != known.vendors[side]:
            names = {"vendor": connection.vendor, "wanted": known.vendors[side]}
            raise UsageError.because("other_system", connection=connection_id, **names)
    state = FlowState(
        tenant=tenant,
        flow=name,
        declaration=declaration,
        left=given[Side.LEFT],
        right=given.get(Side.RIGHT, ""),
        every_min=known.default_every_min,
        created_at=world.clock.now(),
    )
    check_pair(world, state)
    return state


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise UsageError.because("no_time_zone", name=name, example=TIME_ZONE)
    return name


def _checked(declared: Flow, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings as they are stored: days in the one form that sorts as they follow each other."""
    checked = dict(settings)
    for name, value in settings.items():
        if name not in declared.settings:
            known = ", ".join(declared.settings) or "-"
            raise UsageError(f"no setting {name}", reason=Reason("no_such_setting", {"setting": name, "known": known}))
        if name in declared.days:
            try:
                checked[name] = date.fromisoformat(value).isoformat()
            except ValueError:
                message = f"{name} is no day such as 2026-01-31: {value}"
                raise UsageError(message, reason=Reason("no_day", {"setting": name, "value": value})) from None
    return checked
