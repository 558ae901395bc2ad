"""The demo tells only what it has looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, override

import pytest

from local import second_act
from local.demo import Demo
from tools.say import CommandError

LEFTS = [{"id": n, "customerNumber": 10_000 + n, "name": f"Kunde {n} AS", "isInactive": False} for n in (1, 2)]
RIGHTS = [{"id": str(n), "number": str(10_000 + n), "name": f"Kunde {n} AS"} for n in (1, 2)]
PARENTS: Mapping[int, int | None] = {1: None, 2: 1, 3: 2}
PROJECTS = [
    {"id": n, "name": f"Prosjekt {n}", "mainProject": {"id": parent} if parent else None}
    for n, parent in PARENTS.items()
]


class Played(Demo):
    """The demo with a hub and vendors that only answer. What is waited for is there at once, or never."""

    def __init__(self, answers: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]) -> None:
        self.told = []
        self.machine: Any = SimpleNamespace(home="here")
        self._answers, self._rows = answers, rows

    @override
    def samspill(self, *arguments: str) -> None:
        """Show nothing."""

    @override
    def ask(self, *arguments: str) -> Any:
        return next(answer for part, answer in self._answers.items() if part in " ".join(arguments))

    @override
    def records(self, vendor: str, collection: str) -> list[dict[str, Any]]:
        return self._rows[collection]

    @override
    def edit(self, vendor: str, collection: str, record_id: object, change: Mapping[str, object]) -> None:
        """Change nothing."""

    @override
    def faults(self, vendor: str, **switches: object) -> None:
        """Change nothing."""

    @override
    def wait(self, what: str, done: Callable[[], bool], limit_s: int) -> float:
        self.insist(what, done())
        return 0


@pytest.mark.parametrize("answered", [[], [403], [502, 502]])
def test_an_edit_that_did_not_come_by_webhook_is_not_announced_as_such(answered: list[int]) -> None:
    renamed = [{**right, "name": f"{right['name']} avd. Nord"} for right in RIGHTS]
    played = Played({}, {"customer": LEFTS, "customers": RIGHTS})
    sent: list[int] = []

    def edited(*_: object) -> None:
        played._rows = {"customer": LEFTS, "customers": renamed}
        sent.extend(answered)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(played, "edit", edited)
        patch.setattr(played, "deliveries", lambda _vendor: list(sent))
        with pytest.raises(CommandError, match="the hub takes the webhook"):
            played.webhook()

    assert played.told == []


def test_a_third_level_that_nobody_told_of_is_not_announced() -> None:
    line = {"ids": {"left": "3"}, "text": "level 3, below Prosjekt 2"}
    rows = {"project": PROJECTS}
    fine = Played({"too_deep": {"journal": [line]}, "export": {"rows": []}}, rows)
    fine.skipped()
    assert len(fine.told) == 1
    for said in ([], [line | {"text": "level 3"}], [line | {"ids": {"left": "2"}}]):
        demo = Played({"too_deep": {"journal": said}, "export": {"rows": []}}, rows)
        with pytest.raises(CommandError, match="names its parent"):
            demo.skipped()
        assert demo.told == []


def test_a_third_level_that_is_in_the_target_is_not_announced() -> None:
    line = {"ids": {"left": "3"}, "text": "level 3, below Prosjekt 2"}
    there = {"stream": "projects", "left_id": "3", "right_id": "9"}
    with pytest.raises(CommandError, match="none of them is in Timerabbit"):
        Played({"too_deep": {"journal": [line]}, "export": {"rows": [there]}}, {"project": PROJECTS}).skipped()


@pytest.mark.parametrize(
    ("result", "why"), [("unchanged", "Waiting for the refusal"), ("failed", "Waiting for the replay")]
)
def test_a_replay_is_announced_only_for_the_record_that_was_refused_itself(result: str, why: str) -> None:
    """Other records may have failed before."""
    about = {"records": [{"link": "left-2", "result": result}], "journal": [{"result": result}]}
    demo = Played({"--record 10002": about, "--result failed": ["another"]}, {"customer": LEFTS, "customers": RIGHTS})
    with pytest.raises(CommandError, match=why):
        demo.replayed()
    assert demo.told == []


def test_a_name_that_arrives_before_the_replay_is_no_replay() -> None:
    about = {"records": [{"link": "left-2", "result": "failed"}], "journal": [{"result": "failed"}]}
    demo = Played({"--record": about}, {"customer": LEFTS, "customers": [dict(row) for row in RIGHTS]})
    demo.samspill = lambda *_: demo.records("", "customers")[1].update(name="Kunde 2 AS Drift")  # type: ignore[method-assign]
    with pytest.raises(CommandError, match="still has the old name"):
        demo.replayed()
    assert demo.told == []


@pytest.mark.parametrize(
    ("totals", "why"),
    [
        ([], "hold both days"),
        ([{"left": "3.5", "right": "3.5"}, {"left": "4.5", "right": "8"}], "the totals agree"),
    ],
)
def test_totals_that_are_missing_or_differ_are_not_announced(totals: list[dict[str, str]], why: str) -> None:
    demo = Played({"totals": {"totals": totals}}, {})
    with pytest.raises(CommandError, match=why):
        second_act.totals(demo)
    assert demo.told == []
