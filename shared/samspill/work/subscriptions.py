"""Webhook subscriptions: asked for by a person's command, and looked at with every whole read.

Vendors switch them off after errors. The schedule finds changes all the same, only later.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from samspill.engine.model import Result, Side
from samspill.errors import ConfigurationError, ConflictError, CredentialsError, PermanentError
from samspill.flows.catalogue import declared
from samspill.hook_address import address, token
from samspill.messages import LogOutcomes, RenewHooks
from samspill.ports import Connector, Subscribed, World
from samspill.reasons import Reason
from samspill.state import Connection, FormerHooks, JournalEntry
from samspill.work.context import Opened, connected, open_flow

ALONE = timedelta(minutes=2)
"""Longer than the function may take. Flows that share a connection are read whole at the same hour: two that looked at
once would both make what is missing. Who looks first looks for all of them."""
OVERLAP = timedelta(days=1)
"""How long what a vendor was told before is good yet. The nightly comparison has come by then."""


def subscribe(world: World, connection: Connection, connector: Connector) -> Subscribed:
    """Have the vendor send what the flows on a connection watch; makes, renews, re-enables, so it may be done any time.

    A hub that vendors cannot reach asks for nothing.
    """
    kinds = {
        stream.kind_on(side)
        for state in world.registry.flows(connection.tenant)
        for side in Side
        if state.connection(side) == connection.id
        for stream in declared(state.declaration).streams
        if side in stream.watch
    }
    wanted = sorted(kinds & connector.capabilities.webhooks)
    if not wanted or not world.hook_url:
        return Subscribed({})
    generation = connection.hook_generation
    moves = connection.hooks_at != generation and bool(connection.subscriptions or connection.hooks_signed)
    url, secret = _address(world, connection, generation)
    done = connector.subscribe(url, wanted, secret, renew=connection.hooks_signed != generation)
    if moves:
        # Those at the address of before go once the new ones are there: what comes twice is hinted at twice. Until both
        # is done and on record, either address is good, and all of it is done again.
        connector.subscribe(_address(world, connection, connection.hooks_at)[0], [], secret)
        done = Subscribed(done.events)
    fresh = world.registry.connection(connection.tenant, connection.id)
    update: dict[str, object] = {"subscriptions": dict(done.events), "told_kinds": tuple(wanted)}
    update |= {"hooks_signed": generation, "hooks_at": generation, "hooks_refused": None}
    if moves:
        until = world.clock.now() + OVERLAP
        update["hooks_former"] = FormerHooks(address=fresh.hooks_at, signed=fresh.hooks_signed, until=until)
    if fresh.model_copy(update=update) != fresh:
        world.registry.save_connection(fresh.model_copy(update=update))
    return done


def unsubscribe(world: World, connection: Connection, connector: Connector) -> None:
    """Have the vendor send nothing any more, wherever it was told to; doing it again changes nothing."""
    former = connection.hooks_former
    for generation in {connection.hooks_at, *([former.address] if former is not None else [])}:
        url, secret = _address(world, connection, generation)
        connector.subscribe(url, [], secret)
    fresh = world.registry.connection(connection.tenant, connection.id)
    world.registry.save_connection(fresh.model_copy(update={"subscriptions": {}}))


def _address(world: World, connection: Connection, generation: int) -> tuple[str, str]:
    """Return where a vendor sends a connection's webhooks, and what it signs them with; 0: where older versions did."""
    secret = world.secrets.hook_secret(connection.tenant, connection.id, generation)
    last = token(secret, generation) if generation else ""
    return address(world.hook_url, connection.tenant, connection.id, last), secret


def renew_hooks(world: World, message: RenewHooks) -> None:
    """Look at the subscriptions of one side, and tell what a vendor had stopped sending, or will not send.

    What passes is tried again; a refusal would be the same again, so it is told, and the next whole read asks anew.
    """
    if not world.hook_url:
        return
    opened = open_flow(world, message.flow_key)
    if not opened.runs_by_itself:
        return
    connection = world.registry.connection(message.tenant, opened.state.connection(message.side))
    lease, holder = f"hooks/{connection.tenant}/{connection.id}", f"{message.flow}/{message.run}"
    if not world.leases.take(lease, holder, world.clock.now() + ALONE):
        return
    try:
        _renew(world, message, opened, connection)
    finally:
        world.leases.release(lease, holder)


def _renew(world: World, message: RenewHooks, opened: Opened, connection: Connection) -> None:
    names = {"system": opened.flow.streams[0].rules.systems[message.side], "connection": connection.id}
    try:
        with connected(world, opened, message.side) as connector:
            done = subscribe(world, connection, connector)
    except CredentialsError:
        raise
    except (PermanentError, ConfigurationError) as error:
        refused = Reason("webhooks_refused", {**names, "message": error.vendor_message or str(error)})
        with suppress(ConflictError):  # somebody changes the connection; the next whole read asks anew
            fresh = world.registry.connection(connection.tenant, connection.id)
            world.registry.save_connection(fresh.model_copy(update={"hooks_refused": refused}))
        _tell(world, message, Result.FAILED, refused)
    else:
        if done.repaired:
            repaired = Reason("webhooks_mended", {**names, "what": ", ".join(done.repaired)})
            _tell(world, message, Result.APPLIED, repaired)


def _tell(world: World, message: RenewHooks, result: Result, reason: Reason) -> None:
    line = JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=result,
        reason=reason,
        run=message.run,
        trigger=message.trigger,
    )
    name = f"hooks/{message.run}/{message.side}/{result}"
    world.queues.send([LogOutcomes(tenant=message.tenant, flow=message.flow, id=name, entries=(line,))])
