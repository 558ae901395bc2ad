"""Change the code under the tests, one small change at a time, and list the changes that no test notices.

Usage: `python -m tools.mutants ROOM [--sample FUNCTIONS] [--seed N]`, or `python -m tools.mutants --report`.

The changes are mutmut's. It works on a copy of the tree under `.mutants/`. A mutant that means nothing is marked where
it stands: `# pragma: no mutate`, with the reason. The score of a whole room is kept in `tests/mutants.json`; a sample
is of whole functions, drawn anew each time.
"""

import argparse
import ast
import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

from tools.uv import ROOT

MUTMUT = ROOT / ".venv-mutants" / "bin" / "mutmut"
SCORES = ROOT / "tests" / "mutants.json"
GOAL = 0.95
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
    "engine": Room(("canon/*", "engine/*"), ("tests/canon", "tests/engine")),
    "steps": Room(
        ("work/*", "guard/*", "plan/*", "runs/*", "modes/*", "pipeline/*", "usecases/*"),
        ("tests/steps", "tests/flows", "tests/handlers"),
    ),
    "stores": Room(("store/*",), ("tests/stores",)),
    "connectors": Room(("connectors/*",), ("tests/connectors",)),
}


def prepare(room: Room, home: Path) -> None:
    """Copy the tree to `home`, the package into `src/`, where mutmut expects it, and write mutmut's settings."""
    shutil.rmtree(home, ignore_errors=True)
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


def functions(room: Room) -> list[str]:
    """Return the names that mutmut gives to the functions of a room, as patterns of their mutants."""
    package = ROOT / "shared" / "samspill"
    files = sorted({file for pattern in room.modules for file in package.glob(pattern.replace("*", "**/*.py"))})
    return [
        f"{'.'.join(file.relative_to(package.parent).with_suffix('').parts)}.{name}__mutmut_*"
        for file in files
        for name in _defined(ast.parse(file.read_text(encoding="utf-8")))
    ]


def _defined(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield f"x_{node.name}"
        elif isinstance(node, ast.ClassDef):
            yield from (f"xǁ{node.name}ǁ{each.name}" for each in node.body if isinstance(each, ast.FunctionDef))


def outcomes(home: Path) -> dict[str, str]:
    """Return what became of each mutant that was tried."""
    found: dict[str, str] = {}
    for file in sorted((home / "mutants").rglob("*.meta")):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        found |= {name: _OUTCOMES.get(code, KILLED) for name, code in codes.items() if code is not None}
    return found


def report() -> str:
    """Return the kept scores as text."""
    kept = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    lines = [
        f"{name:<12} {each['killed']:>6,} of {each['mutants']:>6,} killed: {_share(each)}"
        for name, each in kept.items()
    ]
    return "\n".join(["Mutants, by the last whole run of each room:", *lines])


def _share(score: dict[str, int]) -> str:
    share = score["killed"] / max(score["mutants"], 1)
    return f"{share:.1%}" + ("" if share >= GOAL else f", short of {GOAL:.0%}")


def _keep(name: str, score: dict[str, int]) -> None:
    kept = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    SCORES.write_text(json.dumps({**kept, name: score}, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _show(home: Path, names: Sequence[str]) -> None:
    for name in names:
        shown = run([MUTMUT, "show", name], cwd=home, capture_output=True, text=True, check=False).stdout
        print(
            name,
            *(line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}),
            sep="\n  ",
        )


def main(arguments: list[str]) -> int:
    """Try the mutants of a room; the exit code is 1 where too few were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("room", nargs="?", choices=ROOMS)
    parser.add_argument("--sample", type=int, metavar="FUNCTIONS", help="try so many functions, drawn at random")
    parser.add_argument("--seed", type=int, default=None, help="repeat a sample")
    parser.add_argument("--report", action="store_true", help="print the kept scores")
    chosen = parser.parse_args(arguments)
    if chosen.report or chosen.room is None:
        print(report())
        return 0
    room, home = ROOMS[chosen.room], ROOT / ".mutants" / chosen.room
    prepare(room, home)
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    names = random.Random(seed).sample(functions(room), chosen.sample) if chosen.sample else []
    if names:
        print(f"A sample of {len(names)} functions; the same again: --sample {len(names)} --seed {seed}")
    ended = run([MUTMUT, "run", "--max-children", "2", *names], cwd=home, capture_output=True, text=True, check=False)
    tried = outcomes(home)
    if not tried:
        print(ended.stdout[-2000:], ended.stderr[-2000:], sep="\n", file=sys.stderr)
        return 1
    _show(home, [name for name, outcome in tried.items() if outcome != KILLED])
    counts = Counter(tried.values())
    score = {"mutants": len(tried), "killed": counts[KILLED]}
    print(f"{chosen.room}: {dict(counts)}; {_share(score)}")
    if not names:
        _keep(chosen.room, score)
    return 0 if counts[KILLED] >= GOAL * len(tried) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
