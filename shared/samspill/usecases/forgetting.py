"""A person's data shown to whoever asks for it (access), and taken out (erasure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from samspill.engine.model import Decision
from samspill.errors import ConflictError
from samspill.ports import World
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.audited import Subject
from samspill.usecases.personal.found import Found
from samspill.usecases.personal.person import Person, person
from samspill.usecases.personal.places import places
from samspill.usecases.views.personal import Forgotten, Personal, PlaceView
from samspill.work.context import now_s


def _about(_world: World, arguments: Mapping[str, Any]) -> Subject:
    return Subject(arguments["tenant"])


@needs(Role.ADMIN, decides=False)
def found(world: World, _actor: Actor, tenant: str, who: str, chosen: Sequence[str] = ()) -> Personal:
    """Return everything that the hub holds of one person, and what of it `forget` takes out.

    Raises:
        UsageError: nobody goes by that, or several do and none was chosen.
    """
    meant = person(world, tenant, who, chosen)
    return _view(world, tenant, meant, tuple(places(world, tenant, meant)))


@needs(Role.ADMIN, about=_about)
def handed_out(world: World, actor: Actor, tenant: str, records: Sequence[str]) -> Personal:
    """Return the same as `found` of these records (`flow/stream/link`), to be given away: that it was is written down.

    Raises:
        UsageError: there is no such record.
    """
    return found(world, actor, tenant, records[0], records)


@needs(Role.ADMIN, about=_about)
def forget(
    world: World,
    actor: Actor,
    tenant: str,
    records: Sequence[str],
    *,
    leave_out: bool = False,
    tell: Callable[[int], None] = lambda _count: None,
) -> Forgotten:
    """Take out what the hub holds of the person who is these records. Whoever dies over it does the same again.

    Nothing changes in the systems themselves. Ids and hashes stay on the links, by which the flow goes on to know which
    records are the same and which have changed. With `leave_out` the flows leave the records alone from now on;
    otherwise a later change of them brings their values back.

    Args:
        world: Everything outside.
        actor: Who does it: their name is kept, the person's is not.
        tenant: The tenant.
        records: All records of the person, as `flow/stream/link`.
        leave_out: Whether the flows are to leave the person alone.
        tell: Hears after every place how many were done.

    Raises:
        UsageError: there is no such record.
    """
    meant = person(world, tenant, records[0], records)
    ignore = Decision("ignore", actor.name, now_s(world)) if leave_out else None
    removed, stays = Counter[str](), list[Found]()
    for each in places(world, tenant, meant, ignore):
        if each.erase is None or not _erased(each.erase):
            stays.append(each)
        else:
            removed[each.kind] += 1
            tell(removed.total())
    return Forgotten(
        tenant=tenant,
        records=meant.names,
        removed=dict(removed),
        stays=tuple(_place(each, holds=None) for each in stays),
        leaves_out=leave_out,
    )


def _erased(erase: Callable[[], None]) -> bool:
    """Erase, and tell whether it could be: what somebody else changes at this moment stays until the next time."""
    try:
        erase()
    except ConflictError:
        return False
    return True


def _view(world: World, tenant: str, meant: Person, every: Sequence[Found]) -> Personal:
    return Personal(
        tenant=tenant,
        at=world.clock.now(),
        records=meant.records(),
        places=tuple(_place(each, holds=each.holds) for each in every),
        shared=tuple(sorted(meant.shared)),
    )


def _place(each: Found, *, holds: Any) -> PlaceView:
    return PlaceView(kind=each.kind, at=each.at, until=each.until, can_go=each.erase is not None, holds=holds)
