"""What happens after somebody died writing: keep off for a while, then finish a create, or take over what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.canon.values import Fields, Value
from samspill.engine.case import Case, Plan, Seen
from samspill.engine.kept import written
from samspill.engine.model import Intent, Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.engine.rules import StreamRules
from samspill.reasons import Reason


def interrupted(case: Case) -> Plan | None:
    """Keep off while somebody writes; finish or look again after somebody died writing."""
    link = case.link
    if link.intent is None:
        return None
    if case.now < link.intent.until:
        return Plan(link, Result.WAITING, Reason("record_busy"), look=tuple(case.seen), store=False)
    if link.state is LinkState.CLAIMED:
        return _recover(case, link.intent)
    if len(case.seen) < len(Side) or not is_over(link.intent, case.seen):
        return Plan(link, Result.WAITING, Reason("outcome_unknown"), look=tuple(Side), store=False)
    return None


def is_over(intent: Intent, seen: Mapping[Side, Seen]) -> bool:
    """Tell whether the side that was written was read after the write can still have come about."""
    return intent.side in seen and seen[intent.side].observation.seen_at >= intent.until * 1000


def _recover(case: Case, claim: Intent) -> Plan:
    """Finish a create from the snapshot in its claim: the source as it is now may hold an edit nobody has seen."""
    reason = Reason("recovered", {"system": case.name(claim.side)})
    after = replace(
        case.link,
        state=LinkState.LINKED,
        base=claim.base,
        shadows={claim.side.other: claim.source, claim.side: Shadow(claim.base)},
        outcome=Outcome(Result.APPLIED, reason),
        candidates=(),
        decision=None,
    )
    return Plan(after, Result.APPLIED, reason, Write(claim.side, claim.fields), recover=True)


def done_by(rules: StreamRules, link: Link, intent: Intent, held: Fields) -> Fields:
    """Return the fields of `held` that an interrupted update has set, with the values they hold.

    The beginning of a text that was sent counts: it was cut there, and must not pass for an edit. It does not where the
    side held that beginning before the write: then nothing shows that the write was carried out, and it is sent again.
    """
    shadow = link.shadows.get(intent.side, Shadow({}))
    before = {**link.base, **shadow.fields, **intent.overwritten}

    def was_there(name: str, kept: Value) -> bool:
        same = rules.of(name).same
        return name in before and same(before[name], kept) and not same(intent.fields[name], kept)

    found = written(rules, intent.fields, held)
    return {name: kept for name, kept in found.items() if not was_there(name, kept)}


def confirmed(rules: StreamRules, link: Link, seen: Mapping[Side, Seen]) -> Link:
    """Return the link without its intent. What an interrupted write was to set, and the side holds, is our doing.

    The other side is then known as it was when the write was planned.
    """
    link, intent = replace(link, intent=None), link.intent
    if intent is None or intent.side not in seen or link.state is not LinkState.LINKED:
        return link
    done = done_by(rules, link, intent, seen[intent.side].observation.fields)
    if not done:
        return link
    shadow, agreed = link.shadows.get(intent.side, Shadow({})), {name: intent.fields[name] for name in done}
    shadows = {**link.shadows, intent.side: replace(shadow, fields={**shadow.fields, **done}, fingerprint="")}
    source = link.shadows.get(intent.side.other)
    if source is not None:
        told = {name: value for name, value in intent.source.fields.items() if name in done}
        shadows[intent.side.other] = replace(source, fields={**source.fields, **told})
    return replace(link, base={**link.base, **agreed}, shadows=shadows)
