"""Whether a connection may be called now, and what becomes of it when the vendor refuses its key.

One refusal proves little: vendors have bad minutes. So the key is tried again with growing delays, by one message at a
time, while all others wait in the queue. Refused for about an hour it stops the connection and its flows, which is
told; from then on the schedules of such flows try it once an hour, and they go on by themselves once it is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from samspill.engine.model import Result
from samspill.errors import ConflictError, CredentialsError, KeyRefusedError, SamspillError
from samspill.messages import LogOutcomes
from samspill.ports import Connector, World
from samspill.reasons import Reason
from samspill.state import Connection, ConnectionStatus, FlowState, FlowStatus, Identity, JournalEntry, Refusal
from samspill.work.account import another, flows_of
from samspill.work.flow_state import TRIES, change_flow
from samspill.work.stopping import AT_REST, going_on, stop_runs, stopped

AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
"""How long a refused key is left alone before it is tried again. Refused after the last, the connection stops."""
STOPPED_AFTER = timedelta(hours=1)
"""How long the key of a stopped connection is left alone before it is tried again."""
TRYING = timedelta(minutes=3)
"""Longer than a function may run: who tries a key may die."""


@contextmanager
def calling(world: World, connection: Connection) -> Iterator[Connector]:
    """Open the connection, if it may be called now.

    Raises:
        KeyRefusedError: the key was refused, now or a moment ago; what was asked for waits.
        CredentialsError: the connection is stopped, and so are its flows.
    """
    connection = _permitted(world, connection)
    try:
        connector = world.connectors.open(connection)
        if connection.refusal is not None:
            _check_account(world, connection, connector.check())
        yield connector
    except CredentialsError as error:
        told = _refused(world, connection, error)
        if told is error:
            raise
        raise told from error
    if connection.refusal is not None:
        _accepted(world, connection)


def _permitted(world: World, connection: Connection) -> Connection:
    """Return the connection; with `refusal` set where this caller is the one to try the key."""
    if connection.status is not ConnectionStatus.TESTED:
        untested = Reason("untested", {"system": connection.vendor, "connection": connection.id})
        reason = connection.reason or (untested if connection.status is ConnectionStatus.NEW else Reason("key_invalid"))
        # Who marked it may have died before the flows were stopped.
        stop_connection(world, connection.tenant, connection.id, reason)
        raise CredentialsError(f"connection {connection.id} is stopped: {reason.code}", reason=reason)
    refusal, now = connection.refusal, world.clock.now()
    if refusal is None:
        return connection
    if now < refusal.next:
        raise _wait(world, connection, refusal)
    mine = refusal.model_copy(update={"next": now + TRYING})
    try:
        return world.registry.save_connection(connection.model_copy(update={"refusal": mine}))
    except ConflictError:
        raise _wait(world, connection, mine) from None  # somebody else tries it


def _wait(world: World, connection: Connection, refusal: Refusal) -> KeyRefusedError:
    seconds = (refusal.next - world.clock.now()).total_seconds()
    message = f"the key of {connection.id} was refused; it is tried again at {refusal.next:%H:%M:%S}"
    return KeyRefusedError(message, reason=key_refused(connection, refusal), retry_after_s=max(seconds, 1))


def key_refused(connection: Connection, refusal: Refusal, because: Reason | None = None) -> Reason:
    """Return what is said of a key that was refused and is tried again."""
    params = {"system": connection.vendor, "connection": connection.id, "until": f"{refusal.next:%H:%M} UTC"}
    return Reason("key_refused", params, because=because)


def _check_account(world: World, connection: Connection, found: Identity) -> None:
    wrong = another(connection, found)
    if wrong is not None:
        stop_connection(world, connection.tenant, connection.id, wrong)
        raise CredentialsError(f"connection {connection.id} leads to another account", reason=wrong)


def _refused(world: World, connection: Connection, error: CredentialsError) -> SamspillError:
    """Note a refusal; return the error to raise: the key is tried again later, or the connection is stopped."""
    now = world.clock.now()
    for _ in range(TRIES):
        stored = world.registry.connection(connection.tenant, connection.id)
        if stored.status is not ConnectionStatus.TESTED:
            return error
        refusal = stored.refusal
        if refusal is None:
            after = Refusal(since=now, next=now + AFTER[0])
        elif stored.revision != connection.revision:
            return _wait(world, stored, refusal)  # called before the refusal was noted
        elif refusal.tries + 1 == len(AFTER):
            stop_connection(world, stored.tenant, stored.id, error.reason)
            return error
        else:
            tries = refusal.tries + 1
            after = Refusal(since=refusal.since, next=now + AFTER[tries], tries=tries)
        try:
            world.registry.save_connection(stored.model_copy(update={"refusal": after}))
        except ConflictError:
            continue
        if refusal is None:
            reason = key_refused(stored, after, because=_named(stored, error.reason))
            for state in flows_of(world, stored):
                if state.status not in AT_REST:
                    _tell(world, state, f"refused/{stored.id}/{_epoch(now)}", Result.FAILED, reason)
        return _wait(world, stored, after)
    return _wait(world, connection, Refusal(since=now, next=now + AFTER[0]))


def _accepted(world: World, connection: Connection) -> None:
    """Note that the key was accepted again, unless somebody changed the connection meanwhile."""
    try:
        world.registry.save_connection(connection.model_copy(update={"refusal": None}))
    except ConflictError:
        return
    for state in flows_of(world, connection):
        if state.status not in AT_REST:
            _tell_accepted(world, connection, state)


def stop_connection(world: World, tenant: str, connection_id: str, reason: Reason) -> None:
    """Mark the connection as one that must not be called, and stop every flow that uses it."""
    connection = _marked(world, tenant, connection_id, reason)
    since = connection.refusal.since if connection.refusal else world.clock.now()
    for state in flows_of(world, connection):
        if state.status not in AT_REST:
            stop_runs(world, state.key)  # first: who dies here is repeated, and a run begun meanwhile meets the rest
            params = {"system": connection.vendor, "connection": connection.id}
            line = Reason("stopped_for_key", params, because=connection.reason)
            _tell(
                world, state, f"stopped/{connection.id}/{_epoch(since)}", Result.FAILED, line, counted="flows_stopped"
            )
            change_flow(
                world,
                state.key,
                lambda now: (
                    None
                    if now.status in AT_REST
                    else {**stopped(now, FlowStatus.KEY_INVALID), "reason": connection.reason}
                ),
            )


def _marked(world: World, tenant: str, connection_id: str, reason: Reason) -> Connection:
    now = world.clock.now()

    def mark(connection: Connection) -> Connection | None:
        known = connection.reason.code if connection.reason else ""
        if connection.status is ConnectionStatus.KEY_INVALID and known == reason.code:
            return None
        since = connection.refusal.since if connection.refusal else now
        update = {
            "status": ConnectionStatus.KEY_INVALID,
            "reason": _named(connection, reason),
            "refusal": Refusal(since=since, next=now + STOPPED_AFTER),
        }
        return connection.model_copy(update=update)

    for tried in range(TRIES):
        connection = world.registry.connection(tenant, connection_id)
        marked = mark(connection)
        if marked is None:
            return connection
        try:
            return world.registry.save_connection(marked)
        except ConflictError:
            if tried == TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _named(connection: Connection, reason: Reason) -> Reason:
    return reason.filled(system=connection.vendor, vendor=connection.vendor, connection=connection.id)


def look_again(world: World, state: FlowState) -> None:
    """Try the keys of a stopped flow's connections again, each once an hour; what stopped for them goes on."""
    for connection_id in state.connections:
        connection, now = world.registry.connection(state.tenant, connection_id), world.clock.now()
        refusal = connection.refusal or Refusal(since=now, next=now)
        if connection.status is not ConnectionStatus.KEY_INVALID or now < refusal.next:
            continue
        mine = refusal.model_copy(update={"next": now + TRYING})
        with suppress(ConflictError):  # somebody else tries it, or changes the connection
            tried = world.registry.save_connection(connection.model_copy(update={"refusal": mine}))
            _try_stopped(world, tried, state)
    # Who accepted a key may have died before the flow went on.
    left = world.registry.connection(state.tenant, state.left)
    _go_on(world, left, world.registry.flow(state.key))


def _try_stopped(world: World, connection: Connection, state: FlowState) -> None:
    """Try the key of a stopped connection; one that is still refused rests for an hour."""
    try:
        identity = world.connectors.open(connection).check()
        _check_account(world, connection, identity)
    except CredentialsError:
        now = world.clock.now()
        _tell(world, state, f"still/{connection.id}/{_epoch(now)}", Result.FAILED, None, counted="flows_stopped")
        stored = world.registry.connection(connection.tenant, connection.id)
        if stored.refusal is not None:
            rests = stored.refusal.model_copy(update={"next": now + STOPPED_AFTER})
            world.registry.save_connection(stored.model_copy(update={"refusal": rests}))
    except SamspillError:
        return  # it was not asked; the next schedule tries again
    else:
        accept(world, connection, identity)


def accept(world: World, connection: Connection, identity: Identity) -> Connection:
    """Note that the key opens the connection's account. What stopped for it goes on.

    Raises:
        ConflictError: somebody changed the connection since it was read.
    """
    update = {"status": ConnectionStatus.TESTED, "identity": identity, "reason": None, "refusal": None}
    saved = world.registry.save_connection(connection.model_copy(update=update))
    for state in flows_of(world, saved):
        _go_on(world, connection, state)
    return saved


def _go_on(world: World, connection: Connection, state: FlowState) -> None:
    """Have a flow go on if it may, now that the key of a connection is accepted; tell it first."""
    goes_on = going_on(world, state) is not None
    refused = state.status not in AT_REST and connection.refusal is not None
    if refused or (goes_on and state.status is FlowStatus.KEY_INVALID):
        _tell_accepted(world, connection, state)
    if goes_on:
        change_flow(world, state.key, lambda now: going_on(world, now))


def _tell_accepted(world: World, connection: Connection, state: FlowState) -> None:
    params = {"system": connection.vendor, "connection": connection.id}
    since = _epoch(connection.refusal.since) if connection.refusal else f"flow {state.revision}"
    name = f"accepted/{connection.id}/{since}"
    _tell(world, state, name, Result.APPLIED, Reason("key_accepted", params), counted="flows_recovered")


def _tell(
    world: World, state: FlowState, name: str, result: Result, reason: Reason | None, *, counted: str = ""
) -> None:
    """Write a line into a flow's journal, and count it in a metric; with no reason only the latter."""
    lines = [JournalEntry(at=world.clock.now(), stream="", link="", result=result, reason=reason)] if reason else []
    counters = {f"flow.{counted}": 1} if counted else {}
    message = LogOutcomes(
        tenant=state.tenant, flow=state.flow, id=f"key/{name}", entries=tuple(lines), counters=counters
    )
    world.queues.send([message])


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
