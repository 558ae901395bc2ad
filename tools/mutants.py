"""Change the code under the tests, one small change at a time, and list the changes that no test notices.

Usage: `python -m tools.mutants ROOM [--only MODULE…] [--sample N] [--seed N]`, or `python -m tools.mutants --report`.

The changes are mutmut's, made in a copy of the tree under `.mutants/` and tried by `tools/forks.py`. A mutant that
means nothing is marked where it stands: `# pragma: no mutate: reason`. The score of each module is kept in
`tests/mutants.json` as soon as all of it was tried, so that a room may be measured piece by piece. A sample is drawn
anew each time from a whole room; it fails where clearly fewer are noticed than by the kept scores.
"""

import argparse
import ast
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

from tools.forks import TRIED
from tools.uv import ROOT

BIN = ROOT / ".venv-mutants" / "bin"
SCORES = ROOT / "tests" / "mutants.json"
GOAL = 0.95
MARGIN = 0.10
"""By so much a sample of forty may fall short of the kept score by chance: three times in two thousand."""
COPIED = ("tests", "tools", "local", "functions", "events", "docs", "template.yaml", "samconfig.toml", "README.md")
KILLED, SURVIVED, UNTESTED = "killed", "survived", "no test"
_OUTCOMES = {0: SURVIVED, 33: UNTESTED}
"""mutmut's exit codes; every other one is of a test run that failed, or did not end in time."""


@dataclass(frozen=True)
class Room:
    """Modules of `samspill` that are changed together, and the tests that must notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "engine": Room(("canon/*", "engine/*", "modes/hours/rules/*"), ("tests/canon", "tests/engine", "tests/modes")),
    "steps": Room(
        ("work/*", "guard/*", "plan/*", "runs/*", "modes/*", "pipeline/*", "usecases/*"),
        ("tests/steps", "tests/flows", "tests/handlers", "tests/modes"),
    ),
    "stores": Room(("store/*",), ("tests/stores",)),
    "connectors": Room(("connectors/*",), ("tests/connectors",)),
}


def prepare(room: Room, home: Path) -> None:
    """Copy the tree to `home`, the package into `src/`, where mutmut expects it, and write mutmut's settings.

    What mutmut made of the package before stays, and is made anew where its source changed.
    """
    changed = home / "mutants" / "src"
    for old in (*home.glob("*"), *changed.parent.glob("*")):
        if old not in {changed, changed.parent}:
            (shutil.rmtree if old.is_dir() else Path.unlink)(old)
    for old in changed.rglob("*.py"):
        if not (ROOT / "shared" / old.relative_to(changed)).exists():
            old.unlink()
            old.with_name(f"{old.name}.meta").unlink(missing_ok=True)
    shutil.copytree(ROOT / "shared", home / "src")
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, home / name)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = {
        "source_paths": ["src/samspill"],
        "only_mutate": [f"src/samspill/{each}" for each in room.modules],
        "also_copy": ["src", *COPIED],
        "pytest_add_cli_args": ["-p", "no:randomly"],
        "pytest_add_cli_args_test_selection": list(room.tests),
        "use_git_change_detection": False,
        "track_dependencies": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    project = project.replace('pythonpath = ["shared", "."]', 'pythonpath = ["src", "."]')
    (home / "pyproject.toml").write_text("\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8")


def outcomes(changed: Path) -> dict[str, str]:
    """Return what became of each mutant of a module that was tried."""
    codes = json.loads(changed.with_name(f"{changed.name}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
    return {name: _OUTCOMES.get(code, KILLED) for name, code in codes.items() if code is not None}


def difference(changed: Path, mutant: str) -> list[str]:
    """Return the lines that a mutant takes away and puts in, of a module as mutmut changed it."""
    text = changed.read_text(encoding="utf-8")
    lines = text.splitlines()
    functions = {
        node.name: lines[node.lineno : node.end_lineno]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    name = mutant.rpartition(".")[2]
    original = f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"
    return [line for line in ndiff(functions[original], functions[name]) if line[:1] in "+-"]


@dataclass(frozen=True)
class Score:
    """How many mutants were noticed of those that were tried."""

    killed: int
    mutants: int

    @property
    def share(self) -> float:
        """The part that was noticed, 1 where there was none."""
        return self.killed / self.mutants if self.mutants else 1.0

    def __str__(self) -> str:
        """Return the score as text."""
        return f"{self.killed:>6,} of {self.mutants:>6,} killed: {self.share:.1%}"


def kept() -> dict[str, dict[str, Score]]:
    """Return the kept scores, by room and module."""
    rooms = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    return {
        room: {name: Score(*map(int, text.split("/"))) for name, text in modules.items()}
        for room, modules in rooms.items()
    }


def total(scores: Mapping[str, Score]) -> Score:
    """Return the score of several modules."""
    return Score(sum(each.killed for each in scores.values()), sum(each.mutants for each in scores.values()))


def report() -> str:
    """Return the kept scores as text, and how many modules have none."""
    lines = [
        f"{name:<12} {_told(total(modules))}; modules without a score: {len(unmeasured(ROOMS[name], list(modules)))}"
        for name, modules in kept().items()
    ]
    return "\n".join(["Mutants, by the last whole run of each module:", *lines])


def _told(score: Score) -> str:
    return f"{score}" + ("" if score.share >= GOAL else f", short of {GOAL:.0%}")


def unmeasured(room: Room, measured: Sequence[str]) -> list[str]:
    """Return the modules of a room that have no kept score."""
    home = ROOT / "shared" / "samspill"
    found = {file for pattern in room.modules for file in home.glob(pattern) if file.suffix == ".py"}
    names = {file.relative_to(home).as_posix() for file in found if "def " in file.read_text(encoding="utf-8")}
    return sorted(names - set(measured))


def keep(room: str, scores: Mapping[str, Score]) -> None:
    """Keep the scores of modules that were tried whole."""
    rooms = kept()
    rooms[room] = {**rooms.get(room, {}), **scores}
    texts = {
        name: {module: f"{each.killed}/{each.mutants}" for module, each in found.items()}
        for name, found in rooms.items()
    }
    SCORES.write_text(json.dumps(texts, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def lines_of(command: Sequence[str | Path], home: Path) -> Iterator[str]:
    """Yield the lines that a command tells while it runs."""
    with Popen(command, cwd=home, stdout=PIPE, stderr=STDOUT, text=True) as running:
        for line in running.stdout or ():
            yield line.rstrip("\n")


def main(arguments: list[str]) -> int:
    """Try the mutants of a room; the exit code is 1 where too few were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("room", nargs="?", choices=ROOMS)
    parser.add_argument("--only", nargs="*", default=[], metavar="MODULE", help="such as engine/merge.py, engine/s*")
    parser.add_argument("--sample", type=int, metavar="N", help="try so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=None, help="repeat a sample")
    parser.add_argument("--report", action="store_true", help="print the kept scores")
    chosen = parser.parse_args(arguments)
    if chosen.report or chosen.room is None:
        print(report())
        return 0
    room, home = ROOMS[chosen.room], ROOT / ".mutants" / chosen.room
    prepare(room, home)
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    options = ["--only", *(chosen.only or room.modules)]
    if chosen.sample:
        options += ["--sample", str(chosen.sample), "--seed", str(seed)]
        print(
            f"A sample of {chosen.sample} mutants; the same again: --sample {chosen.sample} --seed {seed}", flush=True
        )
    command = [BIN / "python", ROOT / "tools" / "forks.py", *room.tests, *options]
    scores: dict[str, Score] = {}
    told: list[str] = []
    for line in lines_of(command, home):
        if not line.startswith(TRIED):
            told.append(line)
            continue
        module = line.removeprefix(TRIED)
        changed = home / "mutants" / "src" / "samspill" / module
        found = outcomes(changed)
        scores[module] = Score(Counter(found.values())[KILLED], len(found))
        for function in sorted({name.partition("__mutmut_")[0] for name in found if found[name] == UNTESTED}):
            print(f"{function}: {UNTESTED}")
        for name in (name for name in found if found[name] == SURVIVED):
            print(f"{name}: {SURVIVED}", *difference(changed, name), sep="\n  ")
        print(f"{module}: {scores[module]}", flush=True)
        if not chosen.sample:
            keep(chosen.room, {module: scores[module]})
    if not scores:
        print(*told[-40:], sep="\n", file=sys.stderr)
        return 1
    print(f"{chosen.room}: {_told(total(scores))}")
    floor = total(kept().get(chosen.room, {})).share - MARGIN if chosen.sample else GOAL
    return 0 if total(scores).share >= floor else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
