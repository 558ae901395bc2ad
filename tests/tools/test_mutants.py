"""The mutation tool: which mutants it draws, and what it makes of the results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import mutants
from tools.forks import TRIED, Forks
from tools.mutants import Score
from tools.uv import ROOT


@pytest.mark.parametrize("room", mutants.ROOMS.values(), ids=mutants.ROOMS)
def test_every_room_has_modules_and_tests(room: mutants.Room) -> None:
    package = ROOT / "shared" / "samspill"
    assert all(any(package.glob(pattern)) for pattern in room.modules)
    assert all((ROOT / tests).is_dir() for tests in room.tests)


def test_a_sample_is_drawn_from_the_chosen_modules_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for module in ("engine/merge", "engine/match", "canon/keys"):
        _met(Path(f"src/samspill/{module}.py.meta"), {f"{module}{number}": None for number in range(10)})

    def drawn(only: list[str], sample: int | None, seed: int = 1) -> list[str]:
        return [name for names in Forks(only, sample, seed).drawn().values() for name in names]

    assert len(drawn(["engine/*"], None)) == 20
    assert len(drawn(["engine/*", "canon/keys.py"], 25)) == 25
    assert drawn(["*"], 5) == drawn(["*"], 5) != drawn(["*"], 5, seed=2)
    assert all(name.startswith("engine/merge") for name in drawn(["engine/me*"], 5))


def test_a_mutant_is_killed_by_a_failure_or_a_time_out_and_what_was_not_tried_is_left_out(tmp_path: Path) -> None:
    _met(tmp_path / "x.py.meta", {"a": 1, "b": 0, "c": 33, "d": 36, "e": None})
    assert mutants.outcomes(tmp_path / "x.py") == {"a": "killed", "b": "survived", "c": "no test", "d": "killed"}


def test_a_survivor_is_shown_by_the_lines_that_it_changes(tmp_path: Path) -> None:
    changed = tmp_path / "x.py"
    changed.write_text(
        "class Sum:\n"
        "    def xǁSumǁof__mutmut_orig(a, b):\n        total = a + b\n        return total\n"
        "    def xǁSumǁof__mutmut_2(a, b):\n        total = a - b\n        return total\n",
        encoding="utf-8",
    )
    lines = mutants.difference(changed, "samspill.engine.x.xǁSumǁof__mutmut_2")
    assert lines == ["-         total = a + b", "+         total = a - b"]


def test_what_was_made_of_a_module_before_is_used_again_and_of_one_that_is_gone_removed(tmp_path: Path) -> None:
    made = tmp_path / "mutants" / "src" / "samspill"
    for name in ("engine/merge.py", "engine/merge.py.meta", "engine/no_more.py", "../../tests/test_no_more.py"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text("made before", encoding="utf-8")
    mutants.prepare(mutants.ROOMS["engine"], tmp_path)
    left = {file.relative_to(tmp_path).as_posix() for file in (tmp_path / "mutants").rglob("*") if file.is_file()}
    assert left == {"mutants/src/samspill/engine/merge.py", "mutants/src/samspill/engine/merge.py.meta"}
    assert (tmp_path / "src" / "samspill" / "engine" / "merge.py").exists()


def test_the_report_says_which_rooms_fall_short_and_a_module_is_kept_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutants, "SCORES", tmp_path / "scores.json")
    assert mutants.kept() == {}
    mutants.keep("engine", {"engine/x.py": Score(0, 60), "engine/y.py": Score(40, 40)})
    mutants.keep("engine", {"engine/x.py": Score(55, 60)})
    mutants.keep("steps", {"plan/x.py": Score(949, 1000)})
    monkeypatch.setattr(mutants, "unmeasured", lambda _, measured: ["z.py"] * len(measured))
    lines = mutants.report().splitlines()
    assert lines[1:] == [
        "engine           95 of    100 killed: 95.0%; modules without a score: 2",
        "steps           949 of  1,000 killed: 94.9%, short of 95%; modules without a score: 1",
    ]
    assert mutants.total({}).share == 1


@pytest.mark.parametrize(
    ("sample", "killed", "code"), [("40", 35, 0), ("40", 34, 1), (None, 38, 0), (None, 37, 1)], ids=str
)
def test_a_sample_is_measured_by_the_kept_score_less_a_margin_and_a_whole_room_by_the_goal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: str | None, killed: int, code: int
) -> None:
    found = {f"m{number}": mutants.KILLED if number < killed else mutants.SURVIVED for number in range(40)}
    monkeypatch.setattr(mutants, "SCORES", tmp_path / "scores.json")
    monkeypatch.setattr(mutants, "prepare", lambda *_: None)
    monkeypatch.setattr(mutants, "lines_of", lambda *_: ["collected 3 items", f"{TRIED}engine/x.py"])
    monkeypatch.setattr(mutants, "difference", lambda *_: [])
    monkeypatch.setattr(mutants, "outcomes", lambda _: found)
    kept = {"engine/x.py": Score(97, 100)}
    mutants.keep("engine", kept)
    assert mutants.main(["engine", *(["--sample", sample] if sample else [])]) == code
    assert mutants.kept()["engine"] == (kept if sample else {"engine/x.py": Score(killed, 40)})


def _met(file: Path, codes: dict[str, int | None]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"exit_code_by_key": codes}), encoding="utf-8")


def test_a_run_that_tries_nothing_fails_and_tells_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mutants, "SCORES", tmp_path / "scores.json")
    monkeypatch.setattr(mutants, "prepare", lambda *_: None)
    monkeypatch.setattr(mutants, "lines_of", lambda *_: ["tests/x.py fails without any change."])
    assert mutants.main(["engine"]) == 1
    assert "fails without any change" in capsys.readouterr().err


def test_the_report_counts_the_modules_that_were_never_measured() -> None:
    room = mutants.Room(("engine/*",), ("tests/engine",))

    assert "engine/undone.py" in mutants.unmeasured(room, ["engine/merge.py"])
    assert "engine/merge.py" not in mutants.unmeasured(room, ["engine/merge.py"])
    assert "engine/__init__.py" not in mutants.unmeasured(room, [])
