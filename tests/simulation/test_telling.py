"""No condition without a notice, no notice without a condition, and at most one of each, whoever dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from samspill.notices import notice as notices
from samspill.notices.notice import Notice
from samspill.pipeline.notify import tell, watch
from samspill.store.memory import MemoryLeases
from tests.simulation.broken import Broken
from tests.simulation.telling import live

SEEDS = 40
MOST_SEEDS = 300


@pytest.mark.parametrize("seed", range(SEEDS))
def test_people_believe_what_is_so(seed: int) -> None:
    life = live(seed)
    assert len(life.looks) > 100


def test_where_nobody_dies_nothing_is_told_twice() -> None:
    for seed in range(10):
        life = live(seed, dies=0.0)
        assert max(life.sent.values()) == 1


def test_the_lives_meet_what_can_go_wrong() -> None:
    lives = [live(seed) for seed in range(10)]
    names = [name for life in lives for told in life.told.values() for name in told]
    assert sum(life.deaths for life in lives) > 20
    assert any(count > 1 for life in lives for count in life.sent.values()), "somebody died between sending and noting"
    kinds = {tuple(name.split("/")[i] for i in (1, 5)) for name in names}
    every = ("key", "failed", "review", "held", "overdue", "dead-letters")
    assert kinds == {(kind, edge) for kind in every for edge in ("start", "end")}
    assert any(name.split("/")[4] != "1" for name in names), "what is over begins again"


def lost_is_lost(patch: pytest.MonkeyPatch) -> None:
    """N1: what was stored and never queued stays untold."""
    patch.setattr(Notice, "is_lost", lambda *_: False)


def added_late(patch: pytest.MonkeyPatch) -> None:
    """N2: who is added, or muted, while something lasts never hears of it."""
    with_recipients = notices.with_recipients

    def at_the_start(notice: Notice, *more: Any) -> Notice:
        fresh = notice.ill_at == notice.started_at or notice.is_over
        return with_recipients(notice, *more) if fresh else notice

    patch.setattr(notices, "with_recipients", at_the_start)


def silence_is_health(patch: pytest.MonkeyPatch) -> None:
    """N3: what is not found to be wrong any more is over, whether or not anything was seen to work."""
    patch.setattr(watch, "is_proved", lambda *_: True)


def over_at_once(patch: pytest.MonkeyPatch) -> None:
    """N4: an all-clear waits for nothing."""
    after_look = notices.after_look
    patch.setattr(
        notices, "after_look", lambda notice, found, **more: after_look(notice, found, **{**more, "calm": timedelta(0)})
    )


def never_struck_off(patch: pytest.MonkeyPatch) -> None:
    """N5: who was told is told again with the next message."""
    patch.setattr(tell, "_struck_off", lambda *_, **__: lambda notice: notice)


def nobody_alone(patch: pytest.MonkeyPatch) -> None:
    """N6: two functions tell at once."""
    patch.setattr(MemoryLeases, "take", lambda *_: True)


WRONG: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "N1": (lost_is_lost, "INV-TOLD"),
    "N2": (added_late, "INV-TOLD"),
    "N3": (silence_is_health, "INV-TOLD-TRUE"),
    "N4": (over_at_once, "INV-TOLD-TRUE"),
    "N5": (never_struck_off, "INV-TOLD-ONCE"),
    "N6": (nobody_alone, "INV-TOLD-ONCE"),
}


@pytest.mark.parametrize("number", WRONG)
def test_a_wrong_engine_is_caught(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, caught_by = WRONG[number]
    wrong(monkeypatch)
    found: set[str] = set()
    for seed in range(MOST_SEEDS):
        try:
            live(seed, dies=0.0 if caught_by == "INV-TOLD-ONCE" else 0.01)
        except Broken as broken:
            found |= broken.names
            if caught_by in found:
                return
    pytest.fail(f"{number} lives; it broke {sorted(found) or 'nothing'}")
