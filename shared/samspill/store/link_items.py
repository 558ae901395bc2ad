"""A link as the table holds it: small, because every write of it is paid by the kilobyte.

Shadows are kept as differences from the base; what is empty is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from samspill.canon.values import Fields
from samspill.engine.model import Candidate, Decision, Intent, Link, LinkState, Outcome, Result, Shadow, Side
from samspill.reasons import Reason


def encode(link: Link) -> bytes:
    """Return the body; id and revision are attributes of the item."""
    body: dict[str, Any] = {"i": {side.value: name for side, name in link.ids.items()}, "s": link.state.value}
    optional: dict[str, Any] = {
        "b": dict(link.base),
        "h": {side.value: _shadow(shadow, link.base) for side, shadow in link.shadows.items()},
        "o": _outcome(link.outcome),
        "l": link.label,
        "n": _intent(link.intent),
        "d": _decision(link.decision),
        "c": [[c.external_id, c.label, c.score, c.why] for c in link.candidates],
        "x": link.conflicts,
        "a": link.attempt,
        "g": {side.value: times for side, times in link.absent.items()},
        "m": link.merged_into,
        "e": link.echoes,
    }
    body.update({name: value for name, value in optional.items() if value})
    return orjson.dumps(body)


def decode(link_id: str, revision: int, data: bytes) -> Link:
    """Return the link."""
    body = orjson.loads(data)
    base = body.get("b", {})
    return Link(
        id=link_id,
        ids={Side(side): external_id for side, external_id in body["i"].items()},
        state=LinkState(body["s"]),
        base=base,
        shadows={Side(side): _read_shadow(shadow, base) for side, shadow in body.get("h", {}).items()},
        outcome=_read_outcome(body.get("o")),
        label=body.get("l", ""),
        intent=_read_intent(body.get("n")),
        decision=_read_decision(body.get("d")),
        candidates=tuple(Candidate(*c) for c in body.get("c", [])),
        conflicts=body.get("x", {}),
        attempt=body.get("a", ""),
        absent={Side(side): times for side, times in body.get("g", {}).items()},
        merged_into=body.get("m"),
        echoes={key: (count, since) for key, (count, since) in body.get("e", {}).items()},
        revision=revision,
    )


def _shadow(shadow: Shadow, base: Fields) -> list[Any]:
    """Version, when seen, fingerprint; then the fields that differ from base, and the names base has and it lacks."""
    differs = {name: value for name, value in shadow.fields.items() if name not in base or base[name] != value}
    lacks = [name for name in base if name not in shadow.fields]
    whole: list[Any] = [shadow.version, shadow.seen_at, shadow.fingerprint]
    return [*whole, differs, lacks] if lacks else [*whole, differs] if differs else whole


def _read_shadow(data: list[Any], base: Mapping[str, Any]) -> Shadow:
    version, seen_at, fingerprint, *rest = data
    lacks = rest[1] if len(rest) > 1 else []
    fields = {name: value for name, value in base.items() if name not in lacks} | (rest[0] if rest else {})
    return Shadow(fields, version, seen_at, fingerprint)


def _outcome(outcome: Outcome | None) -> list[Any] | None:
    return [outcome.result.value, outcome.reason.to_json()] if outcome else None


def _read_outcome(data: list[Any] | None) -> Outcome | None:
    return Outcome(Result(data[0]), Reason.from_json(data[1])) if data else None


def _intent(intent: Intent | None) -> list[Any] | None:
    if intent is None:
        return None
    head = [intent.attempt, intent.side.value, intent.until]
    return [*head, dict(intent.fields), _shadow(intent.source, intent.base), dict(intent.base)]


def _read_intent(data: list[Any] | None) -> Intent | None:
    if data is None:
        return None
    attempt, side, until, fields, source, base = data
    return Intent(attempt, Side(side), until, fields, _read_shadow(source, base), base)


def _decision(decision: Decision | None) -> list[Any] | None:
    if decision is None:
        return None
    return [decision.action, decision.by, decision.at, decision.target, decision.seen]


def _read_decision(data: list[Any] | None) -> Decision | None:
    return Decision(*data) if data else None
