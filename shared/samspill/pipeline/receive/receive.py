"""Receive: takes a webhook in. Verified on the raw body, kept, queued as a hint; nothing else happens here.

A vendor that asks for a handshake first is answered with what it wants to read back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from samspill.errors import ContractError, SignatureError, UsageError
from samspill.hints import Hints
from samspill.hook_address import generation_of, is_token
from samspill.pipeline.receive.gate import Gate
from samspill.ports import Blobs, Clock, Deliveries, Delivery, Hook, Hooks
from samspill.work.hinting import Flow, hints_of

MAX_BODY_BYTES = 1_000_000
SMALL_BYTES = 8192
"""What is no larger is kept with the delivery's own entry, which is written anyway. At eight write units it would cost
what an object of its own does; compressed it takes one or two."""
_NONE: Mapping[str, str] = MappingProxyType({})


class Answer(IntEnum):
    """What the vendor is told."""

    READ_BACK = 200
    ACCEPTED = 202
    MALFORMED = 400
    UNAUTHORIZED = 401
    """Also where there is no such connection: who asks shall not learn which ones there are."""
    TOO_LARGE = 413
    TOO_MANY = 429


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


class Former(Protocol):
    """What vendors were told before. `state.FormerHooks` is one."""

    @property
    def address(self) -> int:
        """Generation of the address; 0 for the one without a token."""

    @property
    def signed(self) -> int:
        """Generation of the signing secret; 0 for none of ours."""

    @property
    def until(self) -> datetime:
        """How long it is good."""


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

    @property
    def hooks_at(self) -> int:
        """Generation of the address that they were asked for with last; 0 for the one without a token."""

    @property
    def hooks_former(self) -> Former | None:
        """What vendors were told before that."""


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
    token: str = "",
    gate: Gate | None = None,
    correlation_id: str = "",
) -> Taken:
    """Take in one delivery. A repeated one is accepted and does nothing; a failure leaves it to be delivered again.

    An address that was never ours is refused before anything is looked up. `token` is its last part, empty in those of
    older versions, which answer no handshake; `gate` is what the function remembers; `correlation_id` goes along with
    all that the delivery leads to.
    """
    if len(body) > MAX_BODY_BYTES:
        return Taken(Answer.TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes")
    gate, at = gate or Gate(), generation_of(token)
    try:
        _check(world, gate, tenant, connection_id, token)
        if not gate.admits(f"{tenant}/{connection_id}", world.clock.now()):
            return Taken(Answer.TOO_MANY, "too many at once for one connection")
        connection, flows = _looked_up(world, gate, tenant, connection_id, at)
    except SignatureError as error:
        return Taken(Answer.UNAUTHORIZED, str(error))
    if query and at and (handshake := _handshake(world, connection, query)):
        return handshake
    return _opened(world, connection, flows, headers, body, at=at, correlation_id=correlation_id)


def _check(world: Intake, gate: Gate, tenant: str, connection_id: str, token: str) -> None:
    """Raise SignatureError for an address that is not ours or led nowhere a moment ago; nothing is looked up for it."""
    at = generation_of(token)
    if token and not is_token(token, world.secrets.hook_secret(tenant, connection_id, at)):
        raise SignatureError("no such address")
    if gate.is_unknown(f"{tenant}/{connection_id}/{at}", world.clock.now()):
        raise SignatureError("no such connection")


def _looked_up(
    world: Intake, gate: Gate, tenant: str, connection_id: str, at: int
) -> tuple[Connection, Sequence[Flow]]:
    """Return the connection that is reached at this generation of its address; SignatureError when there is none."""
    now = world.clock.now()
    try:
        connection, flows = world.registry.hooked(tenant, connection_id)
    except UsageError:
        gate.note_unknown(f"{tenant}/{connection_id}/{at}", now)
        raise SignatureError("no such connection") from None
    former = _former(connection, now)
    if at not in {connection.hook_generation, connection.hooks_at, former.address if former else connection.hooks_at}:
        gate.note_unknown(f"{tenant}/{connection_id}/{at}", now)
        raise SignatureError("an address of before")
    return connection, flows


def _opened(
    world: Intake,
    connection: Connection,
    flows: Sequence[Flow],
    headers: Mapping[str, str],
    body: bytes,
    *,
    at: int,
    correlation_id: str,
) -> Taken:
    try:
        hooks = _verified(world, connection, headers, body)
    except SignatureError as error:
        return Taken(Answer.UNAUTHORIZED, str(error))
    except ContractError as error:
        return Taken(Answer.MALFORMED, str(error), _keep(world, connection, "malformed", body))
    return _take(world, connection, flows, hooks, body, at=at, correlation_id=correlation_id)


def _former(connection: Connection, now: datetime) -> Former | None:
    """Return what vendors were told before, as long as it is good: what was under way when it changed comes yet."""
    former = connection.hooks_former
    return former if former is not None and now < former.until else None


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
    former = _former(connection, now)
    good = {connection.hook_generation, connection.hooks_signed, former.signed if former else 0} - {0}
    for generation in sorted(good, reverse=True):
        secret = world.secrets.hook_secret(connection.tenant, connection.id, generation)
        try:
            return world.hooks.read(connection.vendor, headers, body, secret, now)
        except SignatureError as error:
            refused = error
    raise refused


def _take(
    world: Intake,
    connection: Connection,
    flows: Sequence[Flow],
    hooks: list[Hook],
    body: bytes,
    *,
    at: int,
    correlation_id: str,
) -> Taken:
    """Queue what is new, then note it: who dies between the two is told again and hints again, which does no harm.

    A body is kept before the vendor hears that it was taken: a large one first, a small one with the first note.
    """
    names = [Delivery(connection.tenant, connection.id, hook.delivery) for hook in hooks]
    fresh = [hook for name, hook in zip(names, hooks, strict=True) if not world.deliveries.known(name)]
    if not fresh:
        return Taken(Answer.ACCEPTED, "delivered before" if hooks else "nothing that is watched")
    known, unknown = _on_record(connection, fresh, at)
    is_small = len(body) <= SMALL_BYTES
    if known:
        if not is_small:
            _keep(world, connection, "raw", body)
        hints = hints_of(connection.id, flows, known)
        world.queues.hint([each._replace(correlation_id=correlation_id) for each in hints])
    why = f"quarantined: not a subscription of ours: {', '.join(unknown)}" if unknown else ""
    kept = _keep(world, connection, "quarantine", body) if unknown else ""
    told = body if known and is_small else b""
    for name in dict.fromkeys(names):
        world.deliveries.note(name, told)
        told = b""
    return Taken(Answer.ACCEPTED, why, kept)


def _on_record(connection: Connection, hooks: Sequence[Hook], at: int) -> tuple[list[Hook], list[str]]:
    """Return the hooks that we asked for, and the subscriptions that we did not."""
    # Subscriptions are put on record after the vendor has made them: at any other address than the one on record some
    # may be missing there.
    on_record = connection.subscriptions if at == connection.hooks_at else {hook.subscription for hook in hooks}
    known = [hook for hook in hooks if hook.subscription in on_record or not hook.subscription]
    return known, sorted({hook.subscription for hook in hooks if hook not in known})


def _keep(world: Intake, connection: Connection, kind: str, body: bytes) -> str:
    at = world.clock.now().strftime("%Y-%m-%d/%H%M%S")
    name = hashlib.sha256(body).hexdigest()[:32]
    key = f"webhooks/{kind}/{connection.tenant}/{connection.id}/{at}-{name}"
    world.blobs.put(key, body)
    return key
