"""Sometimes: the fixed lives together meet every fault, every way to settle a conflict, and every end of a recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

import pytest

from samspill.engine import interrupted
from samspill.engine.match import several
from samspill.engine.model import Link, Outcome
from samspill.engine.rules import OnConflict, Policy
from samspill.pipeline.map import interruption, requeue
from samspill.pipeline.upsert import creates
from samspill.reasons import Reason
from tests.simulation.hard import live_hard
from tests.simulation.histories import live, live_guarded
from tests.simulation.hub import SimulatedHub
from tests.simulation.managed import live_managed
from tests.simulation.options import Weather

RECOVERING = (interrupted, creates, interruption, requeue)
"""What deals with interrupted writes, and gives these reasons."""
SETTLED = {"overwritten", "conflict_settled"}
REASONS = {"record_busy", "recovered", "confirmed", "outcome_unclear", "not_found_after_all", "ambiguous"}
"""Not met so far: giving up, a create that nothing could find, several with our mark, and `outcome_unknown`."""
MEETING: tuple[tuple[Callable[[int], SimulatedHub], int], ...] = (
    *((live, seed) for seed in (6, 23)),
    *((live_managed, seed) for seed in (2, 10)),
    *((live_guarded, seed) for seed in (8, 37)),
    *((live_hard, seed) for seed in (9, 43)),
)
"""Lives that together met everything once. Where an engine lives them otherwise, more are tried."""
MORE = 60


def lives() -> Iterator[SimulatedHub]:
    yield from (life(seed) for life, seed in MEETING)
    for seed in range(MORE):
        yield from (life(seed) for life in (live, live_managed, live_guarded, live_hard))


def noted(patch: pytest.MonkeyPatch) -> set[str]:
    """Return a set that grows by the code of every reason that those modules give."""
    codes: set[str] = set()

    def note(code: str, *more: object, **named: object) -> Reason:
        codes.add(code)
        return Reason(code, *more, **named)  # type: ignore[arg-type]  # whatever it was called with

    def ask_which(rule: str, value: str) -> Outcome:
        codes.add("ambiguous")
        return several(rule, value)

    for module in RECOVERING:
        patch.setattr(module, "Reason", note)
    patch.setattr(creates, "several", ask_which)
    return codes


def settled_by(hub: SimulatedHub) -> Iterator[OnConflict | Policy]:
    """Yield how conflicts were settled or kept, and by which policies fields were written or left."""
    for stream in hub.flow_now().streams:
        rules = stream.rules.by_name
        for link in hub.links(stream.name):
            yield from (rules[name].on_conflict for name in link.conflicts)
            yield from _told(hub, link, lambda name, rules=rules: rules[name].on_conflict)  # type: ignore[misc]
        for write in hub.history.writes:
            if write.record[0] == stream.name and not write.create:
                yield from (rules[name].policy for name in write.fields)


def _told(hub: SimulatedHub, link: Link, rule: Callable[[str], OnConflict]) -> Iterator[OnConflict]:
    lines = [entry for entry in hub.journal() if entry.link == link.id and entry.reason.code in SETTLED]
    yield from (rule(name) for entry in lines for name in entry.before)


def test_every_fault_conflict_policy_and_recovery_occurs(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = noted(monkeypatch)
    missing: set[str] = {*(fault.name for fault in fields(Weather)), "ran out of time", "dead letter", "pauses"}
    missing |= {*OnConflict, *Policy, *REASONS} - {Policy.OFF}
    for hub in lives():
        missing -= {fault for fault, _ in hub.seen} | {*settled_by(hub)} | reasons
        if not missing:
            break
    assert not missing
