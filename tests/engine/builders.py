"""What tests of the engine are told with: two systems, a pair of them, what a read saw, and what is planned.

A rename in `engine.model` or `engine.case` is one edit here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from samspill.canon.values import Fields, Value
from samspill.engine.case import Case, Plan, Seen
from samspill.engine.model import (
    Decision,
    Detail,
    DetailKind,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
)
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.reasons import Reason

L, R = Side.LEFT, Side.RIGHT
BOTH = (L, R)
SYSTEMS = {L: "Tripletex", R: "Svenn"}
IDS = {L: "1", R: "9"}
AGREED: Fields = {"name": "Berg AS", "phone": "22334455"}
TWO_WAY = (FieldRule("name", Policy.TWO_WAY, L, OnConflict.REVIEW), FieldRule("phone", Policy.TWO_WAY, L))


def rules(*fields: FieldRule, **more: Any) -> StreamRules:
    """Customers of two systems, created both ways, whose fields go both ways unless others are given."""
    return StreamRules("customers", fields or TWO_WAY, **{"creates": frozenset(Side), "systems": SYSTEMS, **more})


def why(code: str, **params: str) -> Reason:
    """A reason."""
    return Reason(code, params)


def ended(result: Result, code: str, detail: Detail | DetailKind | None = None, /, **params: str) -> Outcome:
    """How a record ended, and what the hub has to know of that."""
    return Outcome(result, Reason(code, params), Detail(detail) if isinstance(detail, DetailKind) else detail)


def written(side: Side, *fields: str) -> Detail:
    """That a side was written last, with fields that both sides may change."""
    return Detail(written=side, fields=fields)


def waits(code: str, **params: str) -> Outcome:
    """What a record waits for."""
    return ended(Result.WAITING, code, **params)


def decided(action: str, target: str | None = None, **seen: Mapping[str, Value]) -> Decision:
    """What Kari decided, of a conflict with what she saw on both sides."""
    return Decision(action, "kari", 5, target, seen)


def known(fields: Fields, version: int | None = 3, at_s: int = 1, looks: str = "known") -> Shadow:
    """What one side confirmed."""
    return Shadow(fields, Revision.of(version), at_s * 1000, looks)


def pair(fields: Fields = AGREED, **more: Any) -> Link:
    """A pair that agreed on these fields."""
    given = {"ids": IDS, "state": LinkState.LINKED, "base": fields, "label": "Berg AS", "revision": 4}
    return Link("left-1", **{**given, "shadows": {side: known(fields) for side in Side}, **more})


def alone(side: Side = L, **more: Any) -> Link:
    """A record without a partner."""
    return Link(f"{side}-{IDS[side]}", {side: IDS[side]}, **{"label": "Berg AS", "revision": 4, **more})


def read(side: Side, fields: Fields = AGREED, version: int | None = 4, **more: Any) -> Seen:
    """What a read at the ninth second saw of a record."""
    looks = more.pop("looks", "new")
    name = more.pop("external_id", IDS[side])
    given = {"seen_at": 9_000, "label": "Berg AS", **more}
    return Seen(Observation(name, fields, Revision.of(version), **given), looks)


def gone(side: Side, **more: Any) -> Seen:
    """A record that was told as deleted."""
    return read(side, {}, None, deleted=True, **more)


def unreadable(side: Side, fields: Fields | None = None, **more: Any) -> Seen:
    """A record that cannot be taken."""
    return read(side, fields or {}, problem=Reason("cannot_map", {"field": "email", "misfit": "not text"}), **more)


def case(stream: StreamRules, link: Link, *seen: Seen, waits: Sequence[Outcome] = (), **more: Any) -> Case:
    """What is known and was read, at the tenth second."""
    return Case(stream, link, views(*seen), 10, waits, **more)


def planned(stream: StreamRules, link: Link | None, *seen: Seen, **more: Any) -> Plan:
    """What is planned at the tenth second."""
    return plan(stream, link, views(*seen), 10, **more)


def views(*seen: Seen) -> dict[Side, Seen]:
    """What was read, by the side whose record it is."""
    return {L if view.observation.external_id == IDS[L] else R: view for view in seen}


def looks(made: Plan, link: Link) -> bool:
    """Tell whether the plan settles nothing before both sides were read again."""
    return made == Plan(link, Result.WAITING, Reason("changed_meanwhile"), look=BOTH, store=False)


def create(side: Side, fields: Fields) -> Write:
    """A write that makes a record."""
    return Write(side, fields)


def update(side: Side, fields: Fields, version: int | None = 4) -> Write:
    """A write that changes one half of a pair."""
    return Write(side, fields, IDS[side], Revision.of(version))


def archived(side: Side, version: int | None = 4) -> Write:
    """A write that puts one half of a pair away."""
    return Write(side, {}, IDS[side], Revision.of(version), archive=True)
