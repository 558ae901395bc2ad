"""Receive: takes a webhook in. Verified on the raw body, kept, queued as a hint; nothing else happens here.

A vendor that asks for a handshake first is answered with what it wants to read back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from samspill.engine.model import Side
from samspill.errors import ContractError, SignatureError, UsageError
from samspill.flows.catalogue import declared
from samspill.hints import HintedRecord, Hints
from samspill.ports import Blobs, Clock, Deliveries, Hook, Hooks

MAX_BODY_BYTES = 1_000_000
_NONE: Mapping[str, str] = MappingProxyType({})
_ACTIVE = "active"
"""`FlowStatus.ACTIVE`, without the library that its module takes."""


class Answer(IntEnum):
    """What the vendor is told."""

    READ_BACK = 200
    ACCEPTED = 202
    MALFORMED = 400
    UNAUTHORIZED = 401
    UNKNOWN = 404
    TOO_LARGE = 413


class Taken(NamedTuple):
    """What became of a delivery."""

    answer: Answer
    why: str = ""
    """For the log: why it, or a part of it, was not queued."""
    kept: str = ""
    """Where its body lies for a person to look at."""
    read_back: str = ""
    """The answer's body, in a handshake."""

    @property
    def body(self) -> str:
        """The answer's body: what is to be read back, or what was wrong, in a word."""
        return self.read_back if self.answer < Answer.MALFORMED else self.answer.name.lower()


class Connection(Protocol):
    """What a delivery is checked by. `state.Connection` is one."""

    @property
    def tenant(self) -> str:
        """Whose it is."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def vendor(self) -> str:
        """Whose webhooks it gets."""

    @property
    def subscriptions(self) -> Mapping[str, str]:
        """Vendor's subscription id → event."""

    @property
    def hook_generation(self) -> int:
        """Which of its signing secrets webhooks are asked for with."""

    @property
    def hooks_signed(self) -> int:
        """Which one they were asked for with last."""


class Flow(Protocol):
    """What is told of a change. `state.FlowState` is one."""

    @property
    def tenant(self) -> str:
        """Whose it is."""

    @property
    def flow(self) -> str:
        """Its id."""

    @property
    def declaration(self) -> str:
        """Name of its declaration."""

    @property
    def status(self) -> str:
        """One of `FlowStatus`."""

    def connection(self, side: Side) -> str:
        """Return the id of the connection on `side`."""


class Registry(Protocol):
    """Part of `ports.Registry`."""

    def hooked(self, tenant: str, connection_id: str) -> tuple[Connection, Sequence[Flow]]:
        """Return the connection and all of the tenant's flows; UsageError when there is no such connection."""


class Secrets(Protocol):
    """Part of `ports.Secrets`."""

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """Return what a connection's webhooks are signed with."""


class HintQueue(Protocol):
    """Part of `ports.Queues`."""

    def hint(self, hints: Sequence[Hints]) -> None:
        """Tell `fetch` where to look."""


class Intake(Protocol):
    """What `receive` needs of the world; `ports.World` has it, and `intake.IntakeWorld` has nothing else."""

    @property
    def clock(self) -> Clock: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def hooks(self) -> Hooks: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def blobs(self) -> Blobs: ...
    @property
    def queues(self) -> HintQueue: ...


def receive(
    world: Intake,
    tenant: str,
    connection_id: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    query: Mapping[str, str] = _NONE,
    correlation_id: str = "",
) -> Taken:
    """Take in one delivery. A repeated one is accepted and does nothing; a failure leaves it to be delivered again.

    `correlation_id` goes along with all that the delivery leads to.
    """
    if len(body) > MAX_BODY_BYTES:
        return Taken(Answer.TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes")
    try:
        connection, flows = world.registry.hooked(tenant, connection_id)
    except UsageError:
        return Taken(Answer.UNKNOWN, "no such connection")
    if query and (handshake := _handshake(world, connection, query)):
        return handshake
    try:
        hooks = _verified(world, connection, headers, body)
    except SignatureError as error:
        return Taken(Answer.UNAUTHORIZED, str(error))
    except ContractError as error:
        return Taken(Answer.MALFORMED, str(error), _keep(world, connection, "malformed", body))
    return _take(world, connection, flows, hooks, body, correlation_id=correlation_id)


def _handshake(world: Intake, connection: Connection, query: Mapping[str, str]) -> Taken | None:
    """Answer a handshake. Nobody signs it: nothing of it is kept, and a text that is not the vendor's is refused."""
    try:
        text = world.hooks.challenge(connection.vendor, query)
    except ContractError as error:
        return Taken(Answer.MALFORMED, str(error))
    return None if text is None else Taken(Answer.READ_BACK, "handshake", read_back=text)


def _verified(world: Intake, connection: Connection, headers: Mapping[str, str], body: bytes) -> list[Hook]:
    """Read a delivery; while its signing secret is renewed a vendor may use the old one or the new one."""
    now, refused = world.clock.now(), SignatureError("the signature does not match")
    for generation in {connection.hook_generation, connection.hooks_signed or connection.hook_generation}:
        secret = world.secrets.hook_secret(connection.tenant, connection.id, generation)
        try:
            return world.hooks.read(connection.vendor, headers, body, secret, now)
        except SignatureError as error:
            refused = error
    raise refused


def _take(
    world: Intake, connection: Connection, flows: Sequence[Flow], hooks: list[Hook], body: bytes, *, correlation_id: str
) -> Taken:
    """Queue what is new, then note it: who dies between the two is told again and hints again, which does no harm."""
    names = [f"{connection.tenant}/{connection.id}/{hook.delivery}" for hook in hooks]
    fresh = [hook for name, hook in zip(names, hooks, strict=True) if not world.deliveries.known(name)]
    if not fresh:
        return Taken(Answer.ACCEPTED, "delivered before" if hooks else "nothing that is watched")
    taken = _queue(world, connection, flows, fresh, body, correlation_id=correlation_id)
    for name in names:
        world.deliveries.note(name)
    return taken


def _queue(
    world: Intake, connection: Connection, flows: Sequence[Flow], hooks: list[Hook], body: bytes, *, correlation_id: str
) -> Taken:
    known = [hook for hook in hooks if hook.subscription in connection.subscriptions or not hook.subscription]
    if known:
        _keep(world, connection, "raw", body)
        world.queues.hint([each._replace(correlation_id=correlation_id) for each in _hints(connection, flows, known)])
    unknown = sorted({hook.subscription for hook in hooks if hook not in known})
    if not unknown:
        return Taken(Answer.ACCEPTED)
    why = f"quarantined: not a subscription of ours: {', '.join(unknown)}"
    return Taken(Answer.ACCEPTED, why, _keep(world, connection, "quarantine", body))


def _keep(world: Intake, connection: Connection, kind: str, body: bytes) -> str:
    day = world.clock.now().strftime("%Y-%m-%d")
    name = hashlib.sha256(body).hexdigest()[:32]
    key = f"webhooks/{kind}/{connection.tenant}/{connection.id}/{day}/{name}"
    world.blobs.put(key, body)
    return key


def _hints(connection: Connection, flows: Sequence[Flow], hooks: list[Hook]) -> list[Hints]:
    """Return one message per flow and stream that the records concern."""
    out: list[Hints] = []
    for state in flows:
        if state.status != _ACTIVE:
            continue
        for side in Side:
            if state.connection(side) != connection.id:
                continue
            for stream in declared(state.declaration).streams:
                about = [hook for hook in hooks if hook.kind == stream.kind_on(side) and side in stream.watch]
                records = [HintedRecord(side.value, hook.external_id, hook.deleted, hook.version) for hook in about]
                if records:
                    out.append(Hints(state.tenant, state.flow, stream.name, records))
    return out
