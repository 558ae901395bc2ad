"""The mutation tool: which functions it draws from, and what it makes of the results."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tools import mutants
from tools.uv import ROOT


@pytest.mark.parametrize("room", mutants.ROOMS.values(), ids=mutants.ROOMS)
def test_every_room_has_modules_and_tests(room: mutants.Room) -> None:
    package = ROOT / "shared" / "samspill"
    assert all(any(package.glob(pattern)) for pattern in room.modules)
    assert all((ROOT / tests).is_dir() for tests in room.tests)


def test_functions_and_methods_are_named_as_mutmut_names_them() -> None:
    names = mutants.functions(mutants.ROOMS["engine"])
    assert "samspill.engine.merge.x__owned__mutmut_*" in names
    assert "samspill.engine.merge.xǁ_Draftǁtake__mutmut_*" in names
    assert not any(fnmatch(name, "samspill.pipeline.*") for name in names)


def test_a_mutant_is_killed_by_a_failure_or_a_time_out_and_what_was_not_tried_is_left_out(tmp_path: Path) -> None:
    codes = {"a": 1, "b": 0, "c": 33, "d": 36, "e": None}
    folder = tmp_path / "mutants" / "src"
    folder.mkdir(parents=True)
    (folder / "x.py.meta").write_text(json.dumps({"exit_code_by_key": codes}), encoding="utf-8")
    assert mutants.outcomes(tmp_path) == {"a": "killed", "b": "survived", "c": "no test", "d": "killed"}


def test_the_report_says_which_rooms_fall_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "SCORES", tmp_path / "scores.json")
    mutants._keep("engine", {"mutants": 100, "killed": 95})
    mutants._keep("steps", {"mutants": 1000, "killed": 949})
    lines = mutants.report().splitlines()
    assert lines[1:] == [
        "engine           95 of    100 killed: 95.0%",
        "steps           949 of  1,000 killed: 94.9%, short of 95%",
    ]
