"""Who is told of what: recipients, trials, mutes with an end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from samspill.errors import ConflictError, UsageError
from samspill.messages import TryRecipient, WatchTenant
from samspill.notices.kinds import Kind
from samspill.notices.notice import Notice
from samspill.notices.recipients import INSTALLATION, Audience, Mute, Recipient, Way
from samspill.pipeline.notify.deliver import signed_for
from samspill.ports import World
from samspill.reasons import Language
from samspill.state import FlowKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.enabling import flow_of
from samspill.usecases.views.notify import (
    Muted,
    MuteView,
    NoticeView,
    NotifyList,
    RecipientAdded,
    RecipientAnswer,
    RecipientView,
)

KINDS = tuple(str(kind) for kind in Kind)
WAYS = tuple(str(way) for way in Way)
TRIES = 5
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")


@needs(Role.VIEWER)
def listed(world: World, _actor: Actor, tenant: str) -> NotifyList:
    """Return who is told of a tenant, what is muted, and its notices, those that last first."""
    own, notices = world.notices.of(tenant)
    everywhere = own if tenant == INSTALLATION else world.notices.of(INSTALLATION)[0]
    audiences = [own] if tenant == INSTALLATION else [own, everywhere]
    ordered = sorted(notices, key=lambda each: (each.is_over, each.since))
    return NotifyList(
        recipients=tuple(_view(each) for audience in audiences for each in audience.recipients.values()),
        mutes=_mutes(world, *audiences),
        notices=tuple(map(_notice, ordered)),
    )


@needs(Role.ADMIN)
def add(
    world: World,
    actor: Actor,
    tenant: str,
    way: str,
    address: str,
    *,
    language: Language,
    kinds: Sequence[str] = (),
    everywhere: bool = False,
) -> RecipientAdded:
    """Add a recipient for a tenant, or for every tenant. What lasts already is told to it, too.

    Raises:
        UsageError: the address cannot be used.
    """
    chosen = Way(way)
    _check(world, chosen, address)
    whose = INSTALLATION if everywhere else tenant

    def named(audience: Audience) -> Recipient:
        return Recipient(
            id=f"{'all-' if everywhere else ''}{chosen}-{audience.made + 1}",
            way=chosen,
            address=address,
            language=language,
            kinds=tuple(map(Kind, kinds)),
            made_by=actor.name,
            made_at=world.clock.now(),
        )

    def with_it(audience: Audience) -> Audience:
        made = named(audience)
        both = {**audience.recipients, made.id: made}
        return audience.model_copy(update={"recipients": both, "made": audience.made + 1})

    saved = _change(world, whose, with_it)
    made = list(saved.recipients.values())[-1]
    world.queues.send([WatchTenant(tenant=tenant)])
    secret = world.secrets.hook_secret(*signed_for(whose, made)) if chosen is Way.WEBHOOK else None
    return RecipientAdded(recipient=_view(made), secret=secret)


@needs(Role.ADMIN)
def remove(world: World, _actor: Actor, tenant: str, name: str) -> RecipientAnswer:
    """Tell a recipient nothing any more; UsageError where there is none of the name."""
    whose, found = _find(world, tenant, name)

    def without(audience: Audience) -> Audience:
        rest = {key: each for key, each in audience.recipients.items() if key != name}
        return audience.model_copy(update={"recipients": rest})

    _change(world, whose, without)
    return RecipientAnswer(recipient=_view(found))


@needs(Role.OPERATOR)
def try_out(world: World, _actor: Actor, tenant: str, name: str) -> RecipientAnswer:
    """Send a recipient a trial, by the way that notices take; UsageError where there is none of the name."""
    whose, found = _find(world, tenant, name)
    world.queues.send([TryRecipient(tenant=whose, recipient=name, name=f"trial/{world.ids.new()}")])
    return RecipientAnswer(recipient=_view(found))


@needs(Role.OPERATOR)
def mute(
    world: World, actor: Actor, tenant: str, *, hours: int, kind: str | None = None, flow: str | None = None
) -> Muted:
    """Tell nobody what begins in the next hours, of one kind or flow or at all. All-clears are told all the same."""
    if flow is not None:
        flow_of(world, FlowKey(tenant, flow))
    now = world.clock.now()
    made = Mute(
        until=now + timedelta(hours=hours),
        by=actor.name,
        kind=Kind(kind) if kind is not None else None,
        flow=flow or "",
    )

    def muted(audience: Audience) -> Audience:
        others = (each for each in audience.mutes if each.until > now)
        kept = [each for each in others if (each.kind, each.flow) != (made.kind, made.flow)]
        return audience.model_copy(update={"mutes": (*kept, made)})

    return Muted(mutes=_mutes(world, _change(world, tenant, muted)))


@needs(Role.OPERATOR)
def unmute(world: World, _actor: Actor, tenant: str) -> Muted:
    """End every mute of a tenant. What lasts is told now."""
    _change(world, tenant, lambda audience: audience.model_copy(update={"mutes": ()}))
    world.queues.send([WatchTenant(tenant=tenant)])
    return Muted(mutes=())


def _check(world: World, way: Way, address: str) -> None:
    if way is not Way.MAIL:
        world.poster.check(address)
    elif not _MAIL.fullmatch(address):
        raise UsageError.because("no_mail_address", address=address)


def _find(world: World, tenant: str, name: str) -> tuple[str, Recipient]:
    for whose in dict.fromkeys((tenant, INSTALLATION)):
        found = world.notices.of(whose)[0].recipients.get(name)
        if found is not None:
            return whose, found
    raise UsageError.because("no_such_recipient", recipient=name)


def _change(world: World, tenant: str, change: Callable[[Audience], Audience]) -> Audience:
    for tried in range(TRIES):
        try:
            return world.notices.save_audience(change(world.notices.of(tenant)[0]))
        except ConflictError:
            if tried == TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _view(recipient: Recipient) -> RecipientView:
    is_mail = recipient.way is Way.MAIL
    return RecipientView(
        recipient=recipient.id,
        way=str(recipient.way),
        address=recipient.address if is_mail else f"https://{urlsplit(recipient.address).hostname}/…",
        language=recipient.language,
        kinds=tuple(map(str, recipient.kinds)),
        everywhere=recipient.id.startswith("all-"),
    )


def _mutes(world: World, *audiences: Audience) -> tuple[MuteView, ...]:
    now = world.clock.now()
    return tuple(
        MuteView(until=each.until, kind=str(each.kind) if each.kind else None, flow=each.flow or None, by=each.by)
        for audience in audiences
        for each in audience.mutes
        if each.until > now
    )


def _notice(notice: Notice) -> NoticeView:
    return NoticeView(
        kind=str(notice.kind),
        flow=notice.flow or None,
        connection=notice.connection or None,
        count=notice.count,
        at_least=notice.at_least,
        since=notice.since,
        ended_at=notice.ended_at,
        told=notice.told,
        waiting=tuple(sorted(name for each in notice.to_tell.values() for name in each)),
        given_up=notice.given_up,
        reason=notice.example,
    )
