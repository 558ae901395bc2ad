"""Who acts, and what they may do. Every use case takes an actor; `needs` declares the role it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial, wraps
from inspect import signature
from typing import Concatenate

from samspill.decisions import DecisionLine, Part
from samspill.errors import NotAllowedError
from samspill.ports import SignIn, World
from samspill.reasons import Reason
from samspill.usecases.audited import About, decided, named, shown


class Role(StrEnum):
    """What somebody may do. Each role may do what those before it may."""

    VIEWER = "viewer"
    """See everything, change nothing."""
    OPERATOR = "operator"
    """Run, pause, replay, decide and approve."""
    ADMIN = "admin"
    """Connect systems, set up flows, change rules and limits."""

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do what `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, as the sign-in tells: the name is kept with whatever they decide."""

    name: str
    roles: frozenset[Role]
    note: str = ""
    """What they say themselves, such as on whose behalf: kept beside the name, and trusted by nobody."""
    is_deciding: bool = False
    """True within a use case that is written down: what it calls is part of the same decision."""

    def may(self, role: Role) -> bool:
        """Tell whether the actor may do what a role may."""
        return any(own.includes(role) for own in self.roles)

    def noting(self, note: str | None) -> Actor:
        """Return the actor with what they say themselves."""
        return replace(self, note=note or "")


UNKNOWN = "unknown"
"""The name of whoever cannot be told. They may look, but nobody would know who decided."""


def signed_in(sign_in: SignIn) -> Actor:
    """Return the person at the command line. What they may do on the stack is IAM's to say; an unknown one may look."""
    name = sign_in.name() or UNKNOWN
    return Actor(name, frozenset({Role.VIEWER if name == UNKNOWN else Role.ADMIN}))


type UseCase[**P, R] = Callable[Concatenate[World, Actor, P], R]


def needs[**P, R](
    role: Role, *, decides: bool = True, about: About = named
) -> Callable[[UseCase[P, R]], UseCase[P, R]]:
    """Declare the role that a use case asks for; whoever lacks it gets a NotAllowedError before anything is done.

    What needs more than looking is a decision, and is written down with who made it: see `audited`. It is none with
    `dry_run`, nor where a use case says that it `decides` nothing. `about` tells what it is about where that is neither
    a key nor a connection among its arguments.
    """

    def around(use_case: UseCase[P, R]) -> UseCase[P, R]:
        name = f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"
        audits, taken = decides and role is not Role.VIEWER, signature(use_case)

        @wraps(use_case)
        def checked(world: World, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not actor.may(role):
                reason = Reason("not_allowed", {"person": actor.name, "role": role})
                raise NotAllowedError(f"{actor.name} may not {use_case.__name__}", reason=reason)
            if not audits or actor.is_deciding or kwargs.get("dry_run"):
                return use_case(world, actor, *args, **kwargs)
            arguments = dict(list(taken.bind(world, actor, *args, **kwargs).arguments.items())[2:])
            subject, now = about(world, arguments), world.clock.now()
            line = DecisionLine(
                **subject._asdict(),
                at=now,
                asked_at=now,
                part=Part.ASKED,
                by=actor.name,
                note=actor.note,
                deed=name,
                asked=shown(arguments),
            )
            return decided(
                world, line, subject, partial(use_case, world, replace(actor, is_deciding=True), *args, **kwargs)
            )

        ROLES[name] = role
        if audits:
            DEEDS[name] = role
        return checked

    return around


ROLES: dict[str, Role] = {}
"""Every use case that was loaded, with the role it asks for."""
DEEDS: dict[str, Role] = {}
"""Those of them that are decisions, and are written down."""
