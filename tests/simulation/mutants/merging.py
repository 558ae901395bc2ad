"""Wrong engines that merge wrongly: what a change is (1, 2, 4), what a field is (15, 16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine import merge as merging
from samspill.engine import pairs
from samspill.engine.merge import Merged, View
from samspill.engine.model import Link, Observation, Side
from samspill.engine.rules import FieldRule, Policy
from samspill.work import known
from tests.simulation.connector import SimulatedConnector


def _merged(rules: Sequence[FieldRule], views: Mapping[Side, View], winner: Callable[[str], Side | None]) -> Merged:
    """Build a merge in which `winner` says whose value is taken."""
    base: dict[str, Any] = {}
    writes: dict[Side, dict[str, Any]] = {Side.LEFT: {}, Side.RIGHT: {}}
    for rule in rules:
        values = {side: view.now[rule.name] for side, view in views.items() if rule.name in view.now}
        if rule.policy is Policy.OFF or len(values) < len(Side):
            continue
        won = winner(rule.name)
        base[rule.name] = values[won or Side.LEFT]
        if won and values[won] != values[won.other]:
            writes[won.other][rule.name] = values[won]
    names = {rule.name for rule in rules if rule.policy is not Policy.OFF}
    shadows = {side: {n: v for n, v in view.now.items() if n in names} for side, view in views.items()}
    return Merged(base, shadows, writes, {Side.LEFT: {}, Side.RIGHT: {}}, {}, ())


def newest_record_wins(patch: pytest.MonkeyPatch) -> None:
    """1: no base; the record that was changed last wins with all its fields."""

    def merge(rules: Any, base: Any, views: Mapping[Side, View], *_: Any, **__: Any) -> Merged:
        left, right = views[Side.LEFT].changed_at or 0, views[Side.RIGHT].changed_at or 0
        return _merged(rules, views, lambda _name: Side.LEFT if left >= right else Side.RIGHT)

    patch.setattr(pairs, "merge", merge)


def echo_by_origin(patch: pytest.MonkeyPatch) -> None:
    """2: a record that our user changed last is taken for an echo, whatever it holds."""
    is_known_ = known._is_known

    def is_known(opened: Any, side: Side, link: Link | None, observation: Observation) -> bool:
        return "ours" in observation.label.split("|") or is_known_(opened, side, link, observation)

    observe = SimulatedConnector._observe

    def told(self: SimulatedConnector, kind: str, row: Any, seen_at: float, *, exact: bool = False) -> Observation:
        seen = observe(self, kind, row, seen_at, exact=exact)
        writes = [w.at for w in self._hub.history.writes if w.record[2] == row.id]
        return replace(seen, label="|ours" if writes and writes[-1] >= row.changed_at - 60 else seen.label)

    patch.setattr(known, "_is_known", is_known)
    patch.setattr(SimulatedConnector, "_observe", told)


def sides_compared(patch: pytest.MonkeyPatch) -> None:
    """4: a change is a difference between the sides, not from a side's own shadow."""

    def merge(rules: Any, base: Mapping[str, Any], views: Mapping[Side, View], *_: Any, **__: Any) -> Merged:
        def winner(name: str) -> Side | None:
            left, right = views[Side.LEFT].now.get(name), views[Side.RIGHT].now.get(name)
            if left == right:
                return None
            return Side.RIGHT if right != base.get(name) and left == base.get(name) else Side.LEFT

        return _merged(rules, views, winner)

    patch.setattr(pairs, "merge", merge)


def missing_is_null(patch: pytest.MonkeyPatch) -> None:
    """15: a field that was not told is taken for empty."""
    observe = SimulatedConnector._observe

    def filled(self: SimulatedConnector, kind: str, row: Any, seen_at: float, *, exact: bool = False) -> Observation:
        seen = observe(self, kind, row, seen_at, exact=exact)
        return replace(seen, fields=dict.fromkeys(row.fields) | dict(seen.fields))

    patch.setattr(SimulatedConnector, "_observe", filled)


def groups_are_torn(patch: pytest.MonkeyPatch) -> None:
    """16: the parts of an address are merged one by one."""
    merge = merging.merge

    def torn(rules: Any, base: Any, views: Mapping[Side, View], *more: Any, **named: Any) -> Merged:
        def flat(fields: Mapping[str, Any]) -> dict[str, Any]:
            out = dict(fields)
            address = out.pop("address", None)
            if isinstance(address, Mapping):
                out |= {f"address.{key}": value for key, value in address.items()}
            return out

        parts = [replace(r, name=f"address.{p}") for r in rules if r.name == "address" for p in ("street", "city")]
        flat_views = {s: View(flat(v.shadow), flat(v.now), v.changed_at) for s, v in views.items()}
        done = merge((*(r for r in rules if r.name != "address"), *parts), flat(base), flat_views)

        def whole(fields: Mapping[str, Any], now: Any) -> dict[str, Any]:
            out = {name: value for name, value in fields.items() if not name.startswith("address.")}
            own = {n.partition(".")[2]: value for n, value in fields.items() if n.startswith("address.")}
            if own:
                out["address"] = {**(now if isinstance(now, Mapping) else {}), **own}
            return out

        address = {side: view.now.get("address") for side, view in views.items()}
        return replace(
            done,
            base=whole(done.base, None),
            shadows={side: whole(fields, None) for side, fields in done.shadows.items()},
            writes={side: whole(fields, address[side]) for side, fields in done.writes.items()},
            overwritten={side: whole(fields, address[side]) for side, fields in done.overwritten.items()},
            conflicts={n: v for n, v in done.conflicts.items() if not n.startswith("address.")},
            pending=tuple(n for n in done.pending if not n.startswith("address.")),
        )

    patch.setattr(pairs, "merge", torn)
