"""What would take a write back: from what it did, as the journal keeps it, to a person's decision about its record.

Only what nobody touched since is taken back: a value that is still the one that was written, a record whose every value
is. Whatever was edited is left alone, and told. The decision is carried out by `engine.undone`, which looks again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from samspill.canon.values import Fields, Value
from samspill.engine.model import Act, Decision, DetailKind, Effect, Link, LinkState, Shadow, Side, Write, detail_of
from samspill.engine.refused import mark
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.reasons import Reason

UNDO = "undo-"
"""What the action of such a decision begins with; the act that is taken back follows."""
_NOTHING = mark(None)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What would be decided about one record, and why some or all of what was written is left alone."""

    decision: Decision | None
    left: tuple[Reason, ...] = ()


def effect_of(write: Write, replaced: Fields, before: Shadow | None, after: Shadow) -> Effect:
    """Return what a write did.

    Args:
        write: what was sent.
        replaced: the values it replaced; of an archive they are found by comparing.
        before: the written side as it was known before.
        after: the written side as the answer tells it.
    """
    if write.archive:
        known = before.fields if before is not None else {}
        replaced = {
            name: value for name, value in known.items() if name in after.fields and after.fields[name] != value
        }
        return Effect(write.side, Act.ARCHIVE, replaced, _marks(after.fields, replaced))
    if write.external_id is None:
        return Effect(write.side, Act.CREATE, {}, _marks(after.fields, after.fields))
    replaced = {name: value for name, value in replaced.items() if name in write.fields}
    return Effect(write.side, Act.CHANGE, replaced, _marks(after.fields, write.fields))


def _marks(fields: Fields, names: Fields) -> dict[str, str]:
    return {name: mark(fields[name]) for name in names if name in fields}


def folded(effects: Sequence[Effect]) -> Effect:
    """Return what several writes to one side of a record did together; they stand in the order they were made.

    Where somebody edited a value between two of them, only what the later one replaced comes back.
    """
    first, *others = effects
    for each in others:
        made = first.act is Act.CREATE and each.act is Act.CHANGE
        if each.act is not first.act and not made:
            first = each
            continue
        kept = {
            name: first.replaced[name] if name in first.replaced and mark(value) == first.left.get(name) else value
            for name, value in each.replaced.items()
        }
        replaced = {} if made else {**first.replaced, **kept}
        first = replace(first, replaced=replaced, left={**first.left, **each.left})
    return first


def undoing(
    rules: StreamRules,
    link: Link | None,
    effects: Sequence[Effect],
    by: str,
    at: int,
    carried: Mapping[str, str] | None = None,
) -> Undoing:
    """Return the decision that takes back what was written to a record, by what is known of it.

    Args:
        rules: the stream's.
        link: the record as it is known.
        effects: what was done, one of each side that was written; what is taken back first comes first.
        by: who decides.
        at: epoch seconds.
        carried: field → hash of what was written to the other side, such as a number that the record was given.
    """
    first, *others = effects
    made = _undoing(rules, link, first, by, at, carried or {})
    if not others:
        return made
    then = undoing(rules, _expected(link, made.decision), others, by, at, first.left)
    decision = replace(made.decision, then=then.decision) if made.decision is not None else then.decision
    return Undoing(decision, (*made.left, *(reason for reason in then.left if reason not in made.left)))


def _expected(link: Link | None, decision: Decision | None) -> Link | None:
    """Return the link as it is once a decision was carried out."""
    if link is None or decision is None:
        return link
    side, act = Side(decision.target or ""), Act(decision.action.removeprefix(UNDO))
    is_pair_again = act is Act.ARCHIVE and detail_of(link).kind is DetailKind.TAKEN_BACK
    state = LinkState.TOMBSTONE if act is Act.CREATE else LinkState.LINKED if is_pair_again else link.state
    before = link.shadows.get(side, Shadow({}))
    shadow = replace(before, fields={**before.fields, **decision.restores})
    return replace(link, state=state, shadows={**link.shadows, side: shadow})


def _undoing(
    rules: StreamRules, link: Link | None, effect: Effect, by: str, at: int, carried: Mapping[str, str]
) -> Undoing:
    """Return the decision that takes an effect back as far as the record is still as it was left, by what is known."""
    if link is None or effect.side not in link.ids or not effect.act.is_known:
        return Undoing(None, (Reason("undo_ended"),))
    if link.intent is not None or link.decision is not None:
        return Undoing(None, (Reason("undo_busy"),))
    if effect.act is Act.CHANGE:
        return _values(rules, link, effect, by, at)
    if effect.act is Act.ARCHIVE:
        return _archive(link, effect, by, at)
    given = {name: value for name, value in carried.items() if effect.left.get(name, _NOTHING) == _NOTHING}
    return _create(rules, link, replace(effect, left={**effect.left, **given}), by, at)


def _values(rules: StreamRules, link: Link, effect: Effect, by: str, at: int) -> Undoing:
    if link.state is not LinkState.LINKED:
        return Undoing(None, (Reason("undo_ended"),))
    shadow, restores, left = link.shadows.get(effect.side, Shadow({})), dict[str, Value](), dict[str, list[str]]()
    for name, was in effect.left.items():
        why = _left(rules.of(name), link, effect, shadow, was)
        if why:
            left.setdefault(why, []).append(name)
        else:
            restores[name] = effect.replaced[name]
    told = tuple(Reason(code, {"fields": ", ".join(names)}) for code, names in left.items())
    if not restores:
        return Undoing(None, told)
    return Undoing(_decision(effect, link, by, at, restores, restores), told)


def _left(rule: FieldRule, link: Link, effect: Effect, shadow: Shadow, was: str) -> str:
    """Return why a value is left as it is; empty where it can be set back."""
    name = rule.name
    if name not in effect.replaced:
        return "undo_not_kept"
    if rule.policy is Policy.OFF or rule.computed or _is_foreign(rule, effect.replaced[name]):
        return "undo_not_ours"
    if name in link.conflicts or name not in shadow.fields or mark(shadow.fields[name]) != was:
        return "undo_edited"
    return "undo_same" if rule.same(shadow.fields[name], effect.replaced[name]) else ""


def _is_foreign(rule: FieldRule, value: Value) -> bool:
    """Tell whether a reference leads to a record that was no one's counterpart: nobody can write it."""
    return rule.references is not None and isinstance(value, str) and value.partition(":")[0] in set(Side)


def _create(rules: StreamRules, link: Link, effect: Effect, by: str, at: int) -> Undoing:
    if link.state is not LinkState.LINKED:
        return Undoing(None, (Reason("undo_ended"),))
    shadow = link.shadows.get(effect.side, Shadow({})).fields
    edited = [
        name
        for name, was in effect.left.items()
        if rules.of(name).policy is not Policy.OFF and mark(shadow.get(name)) != was
    ]
    edited += [name for name in shadow.keys() - effect.left.keys() if shadow[name] is not None]
    if edited or link.conflicts:
        return Undoing(None, (Reason("undo_edited", {"fields": ", ".join(sorted({*edited, *link.conflicts}))}),))
    return Undoing(_decision(effect, link, by, at, shadow, {}))


def _archive(link: Link, effect: Effect, by: str, at: int) -> Undoing:
    if link.state is not LinkState.TOMBSTONE:
        return Undoing(None, (Reason("undo_ended"),))
    shadow = link.shadows.get(effect.side, Shadow({})).fields
    edited = sorted(name for name, was in effect.left.items() if mark(shadow.get(name)) != was)
    if edited or effect.side in link.gone:
        return Undoing(None, (Reason("undo_edited", {"fields": ", ".join(edited)}),))
    if not effect.replaced:
        return Undoing(None, (Reason("undo_not_reopened"),))
    return Undoing(_decision(effect, link, by, at, effect.replaced, effect.replaced))


def _decision(effect: Effect, link: Link, by: str, at: int, names: Fields, restores: Fields) -> Decision:
    held = {side: shadow.fields for side, shadow in link.shadows.items()}
    ended = detail_of(link).kind is DetailKind.TAKEN_BACK
    sides = [effect.side] if link.state is LinkState.TOMBSTONE and not ended else list(Side)
    seen: Mapping[str, Mapping[str, Value]] = {
        name: {side.value: held[side][name] for side in sides if side in held and name in held[side]} for name in names
    }
    return Decision(UNDO + effect.act, by, at, effect.side.value, seen, dict(restores))
