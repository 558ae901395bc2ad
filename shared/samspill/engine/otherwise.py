"""What other rules would decide otherwise: about records as they are now, and about what the journal tells. Pure.

Records are planned twice, and the two plans compared. Of what is past only the journal is left, and that keeps no
value that was sent: where its line does not tell what other rules would have made of it, that is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from samspill.canon.values import Fields, Value
from samspill.engine.model import Act, Effect, Result, Side
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.reasons import Reason

NOTHING = "none"
"""The action of a record that stays as it is."""
_WRITES = frozenset({NOTHING, "link", "create", "update", "archive"})
"""The actions of which the reason says only why, and not what."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a plan makes of one record, with fields and values as the written system names and holds them."""

    link: str
    label: str
    action: str
    """As in `PlanLine.action`."""
    reason: Reason
    side: Side | None = None
    """The side that is written; None where none is."""
    held: Fields = field(default_factory=dict)
    """What the written fields hold now."""
    written: Fields = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    """Fields about which a person is asked."""
    foreseen: Reason | None = None
    """Why the write would be refused."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that would hold another value than under the present rules."""

    side: Side
    name: str
    held: Value
    """What is there."""
    now: Value
    """What would be there under the present rules."""
    new: Value
    """What would be there under the other ones."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that other rules would treat otherwise."""

    now: Made
    new: Made
    fields: tuple[FieldChange, ...]


def compare(now: Made | None, new: Made | None) -> Difference | None:
    """Return how two plans for one record differ, if they do. None stands for a record without a line of its own."""
    some = now or new
    if some is None:
        return None
    nothing = Made(some.link, some.label, NOTHING, some.reason)
    now, new = now or nothing, new or nothing
    fields = tuple(_fields(now, new))
    if not fields and _told(now) == _told(new):
        return None
    return Difference(now, new, fields)


def _told(made: Made) -> tuple[object, ...]:
    reason = None if made.action in _WRITES else made.reason
    return made.action, made.side, made.asked, reason, made.foreseen


def _fields(now: Made, new: Made) -> Sequence[FieldChange]:
    out: list[FieldChange] = []
    for side in Side:
        before, after = (made.written if made.side is side else {} for made in (now, new))
        held = {**(now.held if now.side is side else {}), **(new.held if new.side is side else {})}
        for name in sorted({*before, *after}):
            there = held.get(name)
            change = FieldChange(side, name, there, before.get(name, there), after.get(name, there))
            if change.now != change.new:
                out.append(change)
    return out


# --- the journal -----------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What other rules would have made of a field of a journal line."""

    SAME = "same"
    OTHERWISE = "otherwise"
    UNTOLD = "untold"
    """The journal does not keep what it takes to tell."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the journal, as far as it tells what was decided."""

    result: Result
    fields: Sequence[str]
    """Those that were written."""
    overwritten: Mapping[str, object]
    """Values of the written side that a person had put there."""
    effect: Effect | None
    """None: nothing was written, or by a version that did not note it."""


def judge(line: Line, before: StreamRules, after: StreamRules) -> dict[str, Verdict]:
    """Return for each field of a line whether `after` would have decided otherwise than `before`.

    The field of a line that names none is empty: it tells of the record as a whole.
    """
    old, new = before.by_name, after.by_name
    if not line.fields:
        return {"": Verdict.SAME if old == new else Verdict.UNTOLD}
    return {name: _judge(line, name, old.get(name), new.get(name)) for name in line.fields}


def _judge(line: Line, name: str, old: FieldRule | None, new: FieldRule | None) -> Verdict:
    effect = line.effect
    if old == new or (effect is not None and (effect.takes_back or effect.act is Act.ARCHIVE)):
        return Verdict.SAME  # no field's rule decides that a record is archived, or what a person takes back
    if line.result is not Result.APPLIED:
        return Verdict.UNTOLD
    if new is None or new.policy is Policy.OFF:
        return Verdict.OTHERWISE
    if effect is None or not effect.act.is_known or (old is not None and old.own != new.own):
        return Verdict.UNTOLD
    return _written(line, name, effect, new)


def _written(line: Line, name: str, effect: Effect, rule: FieldRule) -> Verdict:
    if effect.act is Act.CREATE:
        return Verdict.SAME  # with whatever its source held, whoever owns the field
    return (
        _two_way(line, name, effect.side, rule) if rule.policy is Policy.TWO_WAY else _owned(line, name, effect, rule)
    )


def _two_way(line: Line, name: str, target: Side, rule: FieldRule) -> Verdict:
    """Where a person had edited the written side, that edit would have gone the other way, or met the other one."""
    if name not in line.overwritten:
        return Verdict.SAME
    may_win = rule.on_conflict is OnConflict.NEWEST_WINS or rule.master is not target
    return Verdict.UNTOLD if rule.on_conflict is not OnConflict.REVIEW and may_win else Verdict.OTHERWISE


def _owned(line: Line, name: str, effect: Effect, rule: FieldRule) -> Verdict:
    if rule.master is effect.side or rule.policy is Policy.REPORT:
        return Verdict.OTHERWISE
    if rule.policy is Policy.FILL_IF_BLANK:
        if name not in effect.replaced:
            return Verdict.UNTOLD
        return Verdict.SAME if effect.replaced[name] is None else Verdict.OTHERWISE
    asks = rule.on_conflict is OnConflict.REVIEW and name in line.overwritten
    return Verdict.OTHERWISE if asks else Verdict.SAME
