"""A link as the table holds it: small, because every write of it is paid by the kilobyte.

One JSON document with short names, which a person can still read in AWS's console. What is empty is left out,
and what mostly repeats the base is kept as what differs from it: shadows, and the note of a write under way.

A newer version adds names to the document, and elements at the end of the lists in it: names it does not know are
stored again as they are; elements, and names in an outcome's detail, are passed over. One that changes the meaning of a
name sets `min_reader`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from samspill.canon.json_form import jsonable, loads
from samspill.canon.values import Fields, Value
from samspill.engine.detail_v0 import detail_of_v0
from samspill.engine.model import (
    Candidate,
    Decision,
    Detail,
    DetailKind,
    Intent,
    Link,
    LinkState,
    Outcome,
    RefusedValue,
    Result,
    Shadow,
    Side,
)
from samspill.engine.revision import Revision
from samspill.reasons import Reason
from samspill.state import READER, needs_newer

_SIDES = {side.value: side for side in Side}
_STATES = {state.value: state for state in LinkState}
_RESULTS = {result.value: result for result in Result}
_SORTED = orjson.OPT_SORT_KEYS
_NAMES = frozenset("risbholndcxagefzqwpt")
_MIN_READER = "min_reader"
_NO_DIFFERENCE: list[Any] = [{}, []]
"""What `_difference` leaves out at its end, where something comes after it."""


def encode(link: Link, revision: int) -> str:
    """Return the body of the link as it is stored under `revision`; the id is the item's key.

    Raises:
        ConfigurationError: only a newer version can read the link, so this one must not replace it.
    """
    if link.newer and _needs_newer(link.newer):
        raise needs_newer(link.id, link.newer[_MIN_READER])
    body: dict[str, Any] = {
        **link.newer,
        "r": revision,
        "i": {side.value: external_id for side, external_id in link.ids.items()},
        "s": link.state,
        "b": link.base,
        "h": {side.value: _shadow(shadow, link.base) for side, shadow in link.shadows.items()},
        "o": _outcome(link.outcome) if link.outcome else None,
        "l": link.label,
        "n": _intent(link.intent, link.base) if link.intent else None,
        "d": _decision(link.decision) if link.decision else None,
        "c": [[c.external_id, c.label, c.score, c.why] for c in link.candidates],
        "x": link.conflicts,
        "a": link.attempt,
        "f": link.refusal.to_json() if link.refusal else None,
        "g": {side.value: times for side, times in link.absent.items()},
        "e": link.echoes,
        "z": [side.value for side in link.gone],
        "q": list(link.disputed),
        "p": list(link.apart),
        "w": {key: [each.value, each.reason.to_json()] for key, each in link.refused.items()},
        "t": link.withheld,
    }
    return orjson.dumps({name: value for name, value in body.items() if value}, default=jsonable).decode()


def decode(link_id: str, data: str) -> Link:
    """Return the link; one that needs a newer reader has a state that nobody knows, so that it is left alone."""
    body = loads(data)
    newer = {} if body.keys() <= _NAMES else {name: body[name] for name in body.keys() - _NAMES}
    if newer and _needs_newer(newer):
        return Link(link_id, {}, LinkState(f"{_MIN_READER} {newer[_MIN_READER]}"), newer=newer)
    get = body.get
    base = get("b", {})
    outcome, intent, decision = get("o"), get("n"), get("d")
    return Link(
        id=link_id,
        ids={_SIDES[side]: external_id for side, external_id in body["i"].items()},
        state=_STATES.get(body["s"]) or LinkState(body["s"]),
        base=base,
        shadows={_SIDES[side]: _read_shadow(shadow, base) for side, shadow in get("h", {}).items()},
        outcome=_read_outcome(*outcome[:3]) if outcome else None,
        label=get("l", ""),
        intent=_read_intent(intent, base) if intent else None,
        decision=_read_decision(decision) if decision else None,
        candidates=tuple(Candidate(*candidate[:4]) for candidate in get("c", ())),
        conflicts=get("x", {}),
        attempt=get("a", ""),
        refusal=Reason.from_json(body["f"]) if "f" in body else None,
        absent={_SIDES[side]: times for side, times in get("g", {}).items()},
        echoes={key: (echo[0], echo[1]) for key, echo in get("e", {}).items()},
        gone=tuple(_SIDES[side] for side in get("z", ())),
        disputed=tuple(get("q", ())),
        apart=tuple(get("p", ())),
        refused={key: RefusedValue(each[0], Reason.from_json(each[1])) for key, each in get("w", {}).items()},
        withheld=get("t", {}),
        revision=get("r", 0),
        newer=newer,
    )


def _needs_newer(newer: Mapping[str, Any]) -> bool:
    needed: int = newer.get(_MIN_READER, 0)
    return needed > READER


def _outcome(outcome: Outcome) -> list[Any]:
    return [outcome.result, outcome.reason.to_json(), *_short(_detail(outcome.detail))]


def _read_outcome(result: str, reason: Mapping[str, Any], detail: Mapping[str, Any] | None = None) -> Outcome:
    told = Reason.from_json(reason)
    known = _read_detail(detail) if detail else detail_of_v0(told)
    return Outcome(_RESULTS.get(result) or Result(result), told, known)


def _detail(detail: Detail | None) -> dict[str, Any]:
    if detail is None:
        return {}
    body = {
        "k": detail.kind,
        "r": detail.waits_for,
        "g": dict(detail.stops),
        "m": detail.missing,
        "w": detail.written,
        "f": detail.fields,
    }
    return {name: value for name, value in body.items() if value}


def _read_detail(data: Mapping[str, Any]) -> Detail:
    get = data.get
    kind, place, written = get("k"), get("r"), get("w")
    return Detail(
        kind=DetailKind(kind) if kind else None,
        waits_for=(place[0], _SIDES[place[1]], place[2]) if place else None,
        stops=get("g", {}),
        missing=tuple(get("m", ())),
        written=_SIDES[written] if written else None,
        fields=tuple(get("f", ())),
    )


def _shadow(shadow: Shadow, base: Fields) -> list[Any]:
    order, tag = shadow.version or (None, None)
    difference = _difference(shadow.fields, base)
    beside = [] if tag is None else [*_NO_DIFFERENCE[len(difference) :], tag]
    return [order, shadow.seen_at, shadow.fingerprint, *difference, *beside]


def _read_shadow(data: list[Any], base: Fields) -> Shadow:
    order, seen_at, fingerprint, *rest = data
    tag = rest[2] if len(rest) > len(_NO_DIFFERENCE) and isinstance(rest[2], str) else None
    return Shadow(_restored(base, rest), Revision.of(order, tag), seen_at, fingerprint)


def _intent(intent: Intent, link_base: Fields) -> list[Any]:
    """Nearly all that is written is what both sides will have in common: of those fields only the names are kept."""
    same = [name for name, value in intent.fields.items() if _is_same(name, value, intent.base)]
    own = {name: value for name, value in intent.fields.items() if name not in same}
    source = _shadow(intent.source, intent.base)
    values = [own, dict(intent.overwritten)] if intent.overwritten else own
    return [intent.attempt, intent.side, intent.until, same, values, source, *_difference(intent.base, link_base)]


def _read_intent(data: list[Any], link_base: Fields) -> Intent:
    attempt, side, until, same, values, source, *difference = data
    own, overwritten = values if isinstance(values, list) else (values, {})
    base = _restored(link_base, difference)
    fields = {name: base[name] for name in same} | own
    return Intent(attempt, _SIDES[side], until, fields, _read_shadow(source, base), base, overwritten)


def _decision(decision: Decision) -> list[Any]:
    then = _decision(decision.then) if decision.then else None
    return [decision.action, decision.by, decision.at, *_short(decision.target, decision.seen, decision.restores, then)]


def _read_decision(data: list[Any]) -> Decision:
    then = data[6] if len(data) > 6 else None  # noqa: PLR2004 - what a version before did not know
    return replace(Decision(*data[:6]), then=_read_decision(then) if then else None)


def _difference(fields: Fields, base: Fields) -> list[Any]:
    """Return what differs from `base` or is not in it, then the names that only `base` has; shorter where empty."""
    differs = {name: value for name, value in fields.items() if not _is_same(name, value, base)}
    return _short(differs, [name for name in base if name not in fields])


def _restored(base: Fields, difference: list[Any]) -> Fields:
    """Return what `_difference` was made from."""
    if not difference:
        return base
    differs: Fields = difference[0]
    lacks: list[str] = difference[1] if len(difference) > 1 else []
    return {name: value for name, value in base.items() if name not in lacks} | dict(differs)


def _is_same(name: str, value: Value, base: Fields) -> bool:
    """Tell whether `base` holds the very same value; to Python, 1 and True are equal, and 1.5 and 1.50."""
    if name not in base:
        return False
    other = base[name]
    if value is None or isinstance(value, str | int):
        return type(value) is type(other) and value == other
    return orjson.dumps(value, default=jsonable, option=_SORTED) == orjson.dumps(
        other, default=jsonable, option=_SORTED
    )


def _short(*values: Any) -> list[Any]:
    """Return the values without those at the end that are empty."""
    out = list(values)
    while out and out[-1] in (None, {}, []):
        out.pop()
    return out
