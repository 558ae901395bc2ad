"""In lives of every kind people are told what is so, once when it begins and once when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from samspill.engine.model import Result
from samspill.notices import judgement
from samspill.notices import notice as notices
from samspill.pipeline.notify import watch
from tests.simulation.accounts import live_accounts
from tests.simulation.broken import Broken
from tests.simulation.histories import live, live_guarded
from tests.simulation.hours.stories import live_hours
from tests.simulation.hub import SimulatedHub

MOST_SEEDS = 60


def test_the_lives_meet_conditions_of_many_kinds_and_their_ends() -> None:
    told: Counter[tuple[str, str]] = Counter()
    for life in (live, live_guarded, live_accounts, live_hours):
        for seed in range(4):
            told += life(seed).people.told_kinds
    assert {kind for kind, _ in told} >= {"key", "failed", "conflict", "review", "held", "totals"}
    assert {kind for kind, edge in told if edge == "end"} >= {"key", "failed", "totals"}


def conflicts_are_nobodys(patch: pytest.MonkeyPatch) -> None:
    """N7: a look overlooks conflicts."""
    kept = {kind: result for kind, result in judgement.COUNTED.items() if result is not Result.CONFLICT}
    patch.setattr(judgement, "COUNTED", kept)


def over_at_once(patch: pytest.MonkeyPatch) -> None:
    """N8: an all-clear waits for nothing."""
    after_look = notices.after_look
    patch.setattr(
        notices, "after_look", lambda notice, found, **more: after_look(notice, found, **{**more, "calm": timedelta(0)})
    )


def told_again(patch: pytest.MonkeyPatch) -> None:
    """N9: each look that finds it so tells it anew."""
    patch.setattr(watch, "_with_audience", _anew(watch._with_audience))


def _anew(with_audience: Callable[..., notices.Notice]) -> Callable[..., notices.Notice]:
    def anew(notice: notices.Notice, *more: object) -> notices.Notice:
        return with_audience(notice.model_copy(update={"told": ()}), *more)

    return anew


WRONG: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Callable[[int], SimulatedHub], str]] = {
    "N7": (conflicts_are_nobodys, live, "INV-TOLD"),
    "N8": (over_at_once, live_accounts, "INV-TOLD-TRUE"),
    "N9": (told_again, live, "INV-TOLD-ONCE"),
}


@pytest.mark.parametrize("number", WRONG)
def test_a_wrong_look_is_caught(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, life, caught_by = WRONG[number]
    wrong(monkeypatch)
    found: set[str] = set()
    for seed in range(MOST_SEEDS):
        try:
            life(seed)
        except Broken as broken:
            found |= broken.names
            if caught_by in found:
                return
    pytest.fail(f"{number} lives; it broke {sorted(found) or 'nothing'}")
