"""Failed records and dead letters put back to the start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.messages import Replay
from samspill.pipeline.replay.dead_letters import Answer, answer_dead
from samspill.pipeline.replay.replay import replay
from samspill.pipeline.replay.webhooks import put_back
from samspill.ports import World
from samspill.state import FlowKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.filters import check_stream
from samspill.usecases.views.base import View
from samspill.usecases.views.records import Letter, Letters, Named, PutBack, Replayed
from samspill.work.context import open_flow


class Chosen(View):
    """Which failed records."""

    records: tuple[str, ...] = ()
    """By their link ids."""
    code: str | None = None
    stream: str | None = None
    limit: int | None = None


@needs(Role.OPERATOR)
def records(world: World, actor: Actor, key: FlowKey, chosen: Chosen, *, dry_run: bool) -> Replayed:
    """Have failed records read and planned again; `dry_run` only tells which."""
    check_stream(open_flow(world, key).flow, chosen.stream)
    message = Replay(**key._asdict(), **chosen.model_dump(), dry_run=dry_run, by=actor.name)
    missing = {name for name in chosen.records if name.partition("-")[0] not in set(Side)}  # is no link's id
    found = [] if missing else replay(world, message.model_copy(update={"dry_run": True}))
    if missing := missing | (set(chosen.records) - {link.id for _, link in found}):
        raise UsageError.because("no_such_records", records=", ".join(sorted(missing)), flow=key.flow)
    if not dry_run:
        replay(world, message)
    named = tuple(Named(stream=place.stream, link=link.id, label=link.label) for place, link in found)
    return Replayed(records=tuple(link.id for _, link in found), found=named, dry_run=dry_run)


@needs(Role.OPERATOR)
def letters(world: World, actor: Actor, key: FlowKey, *, limit: int | None, dry_run: bool) -> Letters:
    """Put back what the steps gave up on; `dry_run` only tells what would become of it."""
    message = Replay(**key._asdict(), dead=True, limit=limit, dry_run=dry_run, by=actor.name)
    return Letters(letters=tuple(map(_letter, answer_dead(world, message))), dry_run=dry_run)


def _letter(answer: Answer) -> Letter:
    return Letter(
        reason=answer.reason,
        step=answer.letter.step,
        id=answer.letter.id,
        sent_at=answer.letter.sent_at,
        why=answer.letter.why,
        stream=answer.stream,
        records=answer.records,
        blob=answer.blob,
    )


@needs(Role.OPERATOR)
def webhooks(
    world: World,
    _actor: Actor,
    tenant: str,
    *,
    span: timedelta,
    flow: FlowKey | None = None,
    connection: str | None = None,
    dry_run: bool,
    tell: Callable[[int], None] = lambda _count: None,
) -> PutBack:
    """Put back what vendors told within `span`, of all connections and active flows or of one; see `put_back`.

    UsageError where there is no such connection, or the flow does not use it.
    """
    flows = [world.registry.flow(flow)] if flow else world.registry.flows(tenant)
    used = {name for each in flows for name in each.connections}
    if connection is not None:
        world.registry.connection(tenant, connection)
        if flow is not None and connection not in used:
            raise UsageError.because("no_such_connection", connection=connection)
        used = {connection}
    connections = [world.registry.connection(tenant, name) for name in sorted(used)]
    found = put_back(world, connections, flows, world.clock.now() - span, dry_run=dry_run, tell=tell)
    records = sum(len(each.records) for each in found.hints)
    return PutBack(
        bodies=found.bodies,
        records=records,
        flows=tuple(sorted({each.flow for each in found.hints})),
        unreadable=found.unreadable,
        dry_run=dry_run,
    )
