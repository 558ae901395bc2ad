"""Who acts, and what they may do. Every use case takes an actor; `needs` declares the role it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate

from samspill.errors import NotAllowedError
from samspill.ports import SignIn, World
from samspill.reasons import Reason


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

    def may(self, role: Role) -> bool:
        """Tell whether the actor may do what a role may."""
        return any(own.includes(role) for own in self.roles)


UNKNOWN = "unknown"
"""The name of whoever cannot be told. They may look, but nobody would know who decided."""


def signed_in(sign_in: SignIn) -> Actor:
    """Return the person at the command line. What they may do on the stack is IAM's to say; an unknown one may look."""
    name = sign_in.name() or UNKNOWN
    return Actor(name, frozenset({Role.VIEWER if name == UNKNOWN else Role.ADMIN}))


type UseCase[**P, R] = Callable[Concatenate[World, Actor, P], R]


def needs[**P, R](role: Role) -> Callable[[UseCase[P, R]], UseCase[P, R]]:
    """Declare the role that a use case asks for; whoever lacks it gets a NotAllowedError before anything is done."""

    def around(use_case: UseCase[P, R]) -> UseCase[P, R]:
        @wraps(use_case)
        def checked(world: World, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not actor.may(role):
                reason = Reason("not_allowed", {"person": actor.name, "role": role})
                raise NotAllowedError(f"{actor.name} may not {use_case.__name__}", reason=reason)
            return use_case(world, actor, *args, **kwargs)

        ROLES[f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"] = role
        return checked

    return around


ROLES: dict[str, Role] = {}
"""Every use case that was loaded, with the role it asks for."""
