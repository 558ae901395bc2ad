"""Receive: takes a webhook in. Verified on the raw body, kept, queued as a hint; nothing else happens here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import IntEnum

from samspill.engine.model import Side
from samspill.errors import ContractError, SignatureError, UsageError
from samspill.flows.catalogue import flow_named
from samspill.messages import FetchRecords, Message, RecordHint
from samspill.ports import Hook, World
from samspill.state import Connection, FlowStatus

MAX_BODY_BYTES = 1_000_000


class Answer(IntEnum):
    """What the vendor is told."""

    ACCEPTED = 202
    MALFORMED = 400
    UNAUTHORIZED = 401
    UNKNOWN = 404
    TOO_LARGE = 413


def receive(world: World, tenant: str, connection_id: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Take in one delivery. A repeated one is accepted and does nothing; a failure leaves it to be delivered again."""
    if len(body) > MAX_BODY_BYTES:
        return Answer.TOO_LARGE
    try:
        connection = world.registry.connection(tenant, connection_id)
    except UsageError:
        return Answer.UNKNOWN
    secret = world.secrets.get(tenant, connection_id).get("hook_secret", "")
    if not secret:
        return Answer.UNAUTHORIZED
    try:
        hooks = world.hooks.read(connection.vendor, headers, body, secret, world.clock.now())
    except SignatureError:
        return Answer.UNAUTHORIZED
    except ContractError:
        _keep(world, connection, "malformed", body)
        return Answer.MALFORMED
    fresh = [hook for hook in hooks if world.deliveries.first(f"{tenant}/{connection_id}/{hook.delivery}")]
    try:
        _take(world, connection, fresh, body)
    except Exception:
        for hook in fresh:
            world.deliveries.forget(f"{tenant}/{connection_id}/{hook.delivery}")
        raise
    return Answer.ACCEPTED


def _take(world: World, connection: Connection, hooks: list[Hook], body: bytes) -> None:
    known = [hook for hook in hooks if hook.subscription in connection.subscriptions or not hook.subscription]
    if len(known) < len(hooks):
        _keep(world, connection, "quarantine", body)
    if known:
        _keep(world, connection, "raw", body)
        world.queues.send(_hints(world, connection, known))


def _keep(world: World, connection: Connection, kind: str, body: bytes) -> None:
    day = world.clock.now().strftime("%Y-%m-%d")
    name = hashlib.sha256(body).hexdigest()[:32]
    world.blobs.put(f"webhooks/{kind}/{connection.tenant}/{connection.id}/{day}/{name}", body)


def _hints(world: World, connection: Connection, hooks: list[Hook]) -> list[Message]:
    """Return one message per flow and stream that the records concern."""
    out: list[Message] = []
    for state in world.registry.flows(connection.tenant):
        if state.status is not FlowStatus.ACTIVE:
            continue
        for side in Side:
            if state.connection(side) != connection.id:
                continue
            for stream in flow_named(state.flow).streams:
                about = [hook for hook in hooks if hook.kind == stream.kind_on(side) and side in stream.watch]
                records = tuple(
                    RecordHint.model_validate({side.value: hook.external_id, "deleted": hook.deleted}) for hook in about
                )
                if records:
                    out.append(
                        FetchRecords(
                            tenant=state.tenant,
                            flow=state.flow,
                            trigger="webhook",
                            stream=stream.name,
                            records=records,
                        )
                    )
    return out
