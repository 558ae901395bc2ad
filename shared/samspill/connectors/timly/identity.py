"""Whose a token is, in which role, and what its user may see. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from samspill.connectors.http.reply import Reply
from samspill.connectors.timly.profile import SYSTEM
from samspill.reasons import Reason
from samspill.state import Identity

LEVELS = ("none", "view", "edit", "create_delete")
"""The levels of a role, each with all below it."""
AREAS = ("inventory", "tickets", "personnel")
_SEEN = ("organisational_units", "root_categories")


def of(reply: Reply) -> Identity:
    """Return who a token is; ContractError where the answer does not tell whose account it opens."""
    me = reply.json()
    try:
        user, account, role = me["user"], me["account"], me["role"]
        company_id = account["id"]
        if not isinstance(company_id, str | int) or not str(company_id).strip():
            raise reply.unreadable("account", "the answer does not tell whose account it is")
        return Identity(
            user=str(user["name"]),
            company=str(account["name"]),
            company_id=str(company_id),
            rights=tuple(_rights(role, me)),
            missing=tuple(_missing(role, me)),
        )
    except (KeyError, TypeError, AttributeError):
        raise reply.unreadable("account", "the answer does not tell who the token is") from None


def _rights(role: Mapping[str, Any], me: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{area}: {level}" for area in AREAS if (level := role.get(area, LEVELS[0])) != LEVELS[0])
    yield from (f"{what}: {', '.join(names)}" for what, names in _restricted(me))


def _missing(role: Mapping[str, Any], me: Mapping[str, Any]) -> Iterator[Reason]:
    for area in AREAS:
        level = role.get(area, LEVELS[0])
        lacking = LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else LEVELS[1:]
        if lacking:
            yield Reason("missing_right", {"system": SYSTEM, "what": f"{area}: {', '.join(lacking)}"})
    for what, names in _restricted(me):
        yield Reason("sees_only_part", {"system": SYSTEM, "what": f"{what}: {', '.join(names)}"})


def _restricted(me: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what the user sees only some of, with the names of what is seen."""
    for what in _SEEN:
        if (told := me.get(what)) is not None:
            yield what, [str(each["name"]) for each in told]
