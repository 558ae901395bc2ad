"""A person takes back what was written: carried out where both sides still hold what the person saw, and only there.

Afterwards nothing writes it again by itself. A value that was taken back is withheld until its source changes it
(`Link.withheld`). A create that was taken back ends its pair: neither half is joined or created again by itself.

Where both sides were written, the decision about the second follows the one about the first (`Decision.then`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.case import Case, Plan
from samspill.engine.interrupted import confirmed
from samspill.engine.model import (
    Act,
    Decision,
    Detail,
    DetailKind,
    Link,
    LinkState,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
    detail_of,
)
from samspill.engine.refused import is_refused, mark, refused_key
from samspill.engine.stops import look
from samspill.engine.undo import UNDO
from samspill.reasons import Reason

_BOTH = tuple(Side)


def is_undo(decision: Decision | None) -> bool:
    """Tell whether a person decided to take something back."""
    return decision is not None and decision.action.startswith(UNDO)


def undone(case: Case) -> Plan | None:
    """Return the plan that takes back what a person decided to; None where nobody did."""
    link = case.link
    if link.decision is None or not is_undo(link.decision):
        return None
    act = Act(link.decision.action.removeprefix(UNDO))
    side = Side(link.decision.target or "")  # pragma: no mutate: such a decision always names one
    if any(view.observation.problem is not None for view in case.seen.values()):
        return None  # told as what it is; the decision waits
    if len(case.seen) < len(Side):
        return look(case)
    if act is Act.CHANGE:
        return _values(case, side, link.decision)
    return _create(case, side, link.decision) if act is Act.CREATE else _archive(case, side, link.decision)


def _fits(case: Case, decision: Decision, name: str) -> bool:
    """Tell whether the sides hold what the person saw; a field that is not told now may hold anything."""
    fields = {side: view.observation.fields for side, view in case.seen.items()}
    return all(
        name in fields[Side(side)] and case.rules.of(name).same(fields[Side(side)][name], value)
        for side, value in decision.seen[name].items()
    )


def _is_there(case: Case, *sides: Side) -> bool:
    return not any(case.seen[side].observation.deleted for side in sides)


def _leave(case: Case, decision: Decision, fields: Collection[str] = ()) -> Plan:
    """Leave the record as it is, saying so, and have it looked at as ever."""
    reason = Reason("undo_left", {"person": decision.by, "fields": ", ".join(sorted(fields))})
    return Plan(_looked_at_again(replace(case.link, decision=decision.then)), Result.SKIPPED, reason, look=_BOTH)


def _looked_at_again(link: Link) -> Link:
    """Return the link such that neither side passes for known: edits that this read showed were not dealt with."""
    return replace(link, shadows={side: replace(shadow, fingerprint="") for side, shadow in link.shadows.items()})


def _values(case: Case, side: Side, decision: Decision) -> Plan:
    """Set values back; what this leaves behind is a difference that stays until somebody changes the source."""
    if case.link.state is not LinkState.LINKED or not _is_there(case, *Side):
        return _leave(case, decision, decision.restores)
    case = replace(case, link=confirmed(case.rules, case.link, case.seen))
    link, rules = case.link, case.rules
    now, source = case.seen[side].observation, case.seen[side.other].observation.fields
    back = {
        name: value
        for name, value in decision.restores.items()
        if name in now.fields and rules.of(name).same(now.fields[name], value)  # set back before somebody died
    }
    sent = {
        name: value
        for name, value in decision.restores.items()
        if name not in back and _fits(case, decision, name) and not is_refused(link, side, name, value)
    }
    done = {**back, **sent}
    if not done:
        return _leave(case, decision, decision.restores)
    names = {"system": case.name(side), "person": decision.by, "fields": ", ".join(sorted(done))}
    reason = Reason("taken_back", names)
    left = sorted(decision.restores.keys() - done.keys())
    if left:
        reason = replace(reason, because=Reason("undo_left", {"person": decision.by, "fields": ", ".join(left)}))
    withheld = {refused_key(side, name): mark(source[name]) for name in done if name in source}
    before = link.shadows.get(side, Shadow({}))
    shadow = replace(before, fields={**before.fields, **back}, version=now.version, seen_at=now.seen_at)
    after = _looked_at_again(
        replace(
            link,
            base={**link.base, **done},
            shadows={**link.shadows, side: shadow},
            withheld={**link.withheld, **withheld},
            decision=decision.then,
            outcome=Outcome(Result.APPLIED, reason),
        )
    )
    write = Write(side, sent, link.ids[side], now.version) if sent else None
    replaced = {name: now.fields[name] for name in sent}
    return Plan(after, Result.APPLIED, reason, write, replaced=replaced, look=_BOTH)


def _create(case: Case, side: Side, decision: Decision) -> Plan:
    """Archive what was created, and end the pair."""
    link = case.link
    if link.state is not LinkState.LINKED or not _is_there(case, side.other):
        return _leave(case, decision)
    reason = Reason("create_taken_back", {"system": case.name(side), "person": decision.by})
    edited = [name for name in decision.seen if not _fits(case, decision, name)]
    is_gone = not _is_there(case, side)
    if edited and not is_gone and link.intent is None:
        return _leave(case, decision, edited)
    after = replace(
        link,
        state=LinkState.TOMBSTONE,
        intent=None,
        candidates=(),
        conflicts={},
        disputed=(),
        withheld={},
        absent={},
        decision=None,
        outcome=Outcome(Result.APPLIED, reason, Detail(DetailKind.TAKEN_BACK)),
    )
    if is_gone or edited:  # it was archived before somebody died, or edited since: either way it is not written again
        return Plan(after, Result.APPLIED, reason)
    return Plan(after, Result.APPLIED, reason, Write(side, {}, link.ids[side], case.version(side), archive=True))


def _archive(case: Case, side: Side, decision: Decision) -> Plan:
    """Have an archived record be in use again. Where its create had been taken back, the two are a pair again."""
    link, now = case.link, case.seen[side].observation
    if link.intent is not None and case.now < link.intent.until:
        return Plan(link, Result.WAITING, Reason("record_busy"), look=_BOTH, store=False)
    is_pair_again = detail_of(link).kind is DetailKind.TAKEN_BACK
    if link.state is not LinkState.TOMBSTONE or now.deleted or _is_there(case, side.other) is not is_pair_again:
        return _leave(case, decision)
    rules, restores = case.rules, decision.restores
    is_back = all(name in now.fields and rules.of(name).same(now.fields[name], v) for name, v in restores.items())
    if not is_back and not all(_fits(case, decision, name) for name in restores):
        return _leave(case, decision, restores)
    reason = Reason("archive_taken_back", {"system": case.name(side), "person": decision.by})
    before = link.shadows.get(side, Shadow({}))
    fields: Fields = {**before.fields, **restores} if is_back else before.fields
    shadow = replace(before, fields=fields, version=now.version, seen_at=now.seen_at)
    kept = Outcome(Result.SKIPPED, reason, Detail(DetailKind.KEPT))
    after = replace(
        link,
        state=LinkState.LINKED if is_pair_again else LinkState.TOMBSTONE,
        shadows={**link.shadows, side: shadow},
        intent=None,
        decision=decision.then if is_pair_again else None,
        outcome=Outcome(Result.APPLIED, reason) if is_pair_again else kept,
    )
    write = None if is_back else Write(side, restores, link.ids[side], now.version)
    replaced = {name: now.fields[name] for name in restores if name in now.fields}
    look_again = _BOTH if is_pair_again else ()
    return Plan(_looked_at_again(after), Result.APPLIED, reason, write, replaced=replaced, look=look_again)
