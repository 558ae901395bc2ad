"""Try mutants in forks of one pytest that has collected the tests, and knows which of them reach which function.

Usage, in a tree that `tools.mutants` prepared: `.venv-mutants/bin/python tools/forks.py TESTS… [--only MODULE…]
[--sample N] [--seed N]`. mutmut changes the code, and its `.meta` files keep what became of each mutant, as when
`mutmut run` tries them; that starts pytest for every one, which takes ten times as long.
"""

import argparse
import gc
import json
import os
import random
import resource
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import import_module
from multiprocessing import Pool
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

CPU_S, TIMES = 2, 5
"""A mutant goes in circles when its tests take so many seconds of the processor, and so many times what they took."""
MEMORY_BYTES = 1 << 31
"""Nor may it take the machine's memory: more than that is a failure."""
UNTESTED = 33
"""mutmut's code of a mutant that no test reaches."""
SLOW_S = 0.05
"""A test that takes longer is tried after the others, and one that reaches little before one that reaches much."""
SOURCE = Path("src/samspill")
TRIED = "tried: "
"""What a line begins with that names a module whose mutants have all been tried."""


def generate(only: Sequence[str]) -> None:
    """Let mutmut copy the tree to `mutants/` and change the modules that match one of `only` there.

    What it changed before stays as long as its source does.
    """
    mutmut = import_module("mutmut.__main__")
    _mutate("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    sources = sorted(SOURCE.rglob("*.py"))
    chosen = [source for source in sources if matches(str(source.relative_to(SOURCE)), only)]
    with Pool() as processes:
        for made in processes.map(mutmut.create_file_mutants, chosen):
            if made.error:
                raise made.error
    for source in set(sources) - set(chosen):
        changed = Path("mutants") / source
        if not changed.exists() or changed.stat().st_mtime < source.stat().st_mtime:
            changed.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, changed)
            changed.with_name(f"{changed.name}.meta").unlink(missing_ok=True)
    for meta in (Path("mutants") / SOURCE).rglob("*.meta"):
        data = json.loads(meta.read_text(encoding="utf-8"))
        data["exit_code_by_key"] = dict.fromkeys(data["exit_code_by_key"])
        meta.write_text(json.dumps(data), encoding="utf-8")
    _mutate("")


def matches(module: str, patterns: Sequence[str]) -> bool:
    """Tell whether a module of `samspill`, such as `engine/merge.py`, is among the chosen ones."""
    return any(fnmatch(module, pattern) for pattern in patterns)


def _mutate(name: str) -> None:
    import_module("mutmut.mutation.trampoline").set_mutant_under_test(name)


@dataclass(frozen=True)
class Reached:
    """The tests that reach a function, in the order in which they are tried, and how long they take together."""

    tests: Sequence[pytest.Item]
    cpu_s: float


class Forks:
    """A plugin of pytest: instead of a run of all tests, each mutant is tried in a fork by those that reach it."""

    def __init__(self, only: list[str], sample: int | None, seed: int) -> None:
        """Draw `sample` mutants of the modules that match one of `only`; all of them without a number."""
        self.only, self.sample, self.seed = only, sample, seed

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Let hypothesis draw the same examples each time, and stop at the first that fails."""
        from hypothesis import Phase, settings  # only now: pytest rewrites its own plugins' modules

        once = settings(
            database=None,
            deadline=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),
            report_multiple_bugs=False,
        )
        settings.register_profile("mutants", once)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run each test once, to see what it reaches; then try the mutants."""
        reached = _reached(session.items)
        gc.collect()
        gc.freeze()
        for meta, names in self.drawn().items():
            data = json.loads(meta.read_text(encoding="utf-8"))
            data["exit_code_by_key"] |= _tried(names, reached)
            meta.write_text(json.dumps(data), encoding="utf-8")
            print(f"{TRIED}{meta.relative_to(SOURCE).with_suffix('')}", flush=True)
        return True

    def drawn(self) -> dict[Path, list[str]]:
        """Return the names of the mutants to try, by mutmut's file about their module."""
        metas = [
            meta
            for meta in sorted(SOURCE.rglob("*.meta"))
            if matches(str(meta.relative_to(SOURCE).with_suffix("")), self.only)
        ]
        names = [(meta, name) for meta in metas for name in json.loads(meta.read_text("utf-8"))["exit_code_by_key"]]
        found: dict[Path, list[str]] = {}
        for meta, name in sorted(random.Random(self.seed).sample(names, self.sample) if self.sample else names):
            found.setdefault(meta, []).append(name)
        return found


def _reached(items: list[pytest.Item]) -> dict[str, Reached]:
    """Return the tests of each function, those first that are quick and reach little else."""
    hits = vars(import_module("mutmut.state").state())["_stats"]
    cpu_s: dict[pytest.Item, float] = {}
    reach: dict[pytest.Item, set[str]] = {}
    _mutate("stats")
    for item in items:
        hits.clear()
        began = time.process_time()
        if _fails(item):
            sys.exit(f"{item.nodeid} fails without any change.")
        cpu_s[item], reach[item] = time.process_time() - began, set(hits)
    _mutate("")
    found: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (cpu_s[item] > SLOW_S, len(reach[item]), cpu_s[item])):
        for function in reach[item]:
            found[function].append(item)
    return {function: Reached(tests, sum(map(cpu_s.__getitem__, tests))) for function, tests in found.items()}


def _fails(item: pytest.Item) -> bool:
    return any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))


def _tried(names: Sequence[str], reached: Mapping[str, Reached]) -> dict[str, int]:
    """Return what became of each mutant: 1 where a test failed, or did not end; 0 where none did.

    As many are tried at once as there are processors.
    """
    found: dict[str, int] = {}
    running: dict[int, str] = {}
    for name in names:
        by = reached.get(name.partition("__mutmut_")[0])
        if by is None:
            found[name] = UNTESTED
            continue
        if len(running) == (os.cpu_count() or 1):
            found |= _ended(running)
        running[_forked(name, by)] = name
    while running:
        found |= _ended(running)
    return found


def _ended(running: dict[int, str]) -> dict[str, int]:
    """Wait for one of the forks to end."""
    pid, status = os.wait()
    return {running.pop(pid): 0 if status == 0 else 1} if pid in running else {}


def _forked(name: str, by: Reached) -> int:
    """Try a mutant in a fork, whose process id is returned; its exit code is 0 where no test failed."""
    child = os.fork()
    if child:
        return child
    survived = False
    with suppress(BaseException):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        limit = CPU_S + int(TIMES * by.cpu_s)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        _mutate(name)
        survived = not any(map(_fails, by.tests))
    os._exit(0 if survived else 1)


def main(arguments: list[str]) -> int:
    """Make the mutants and try them; the exit code is pytest's."""
    parser = argparse.ArgumentParser(prog="tools/forks.py")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--only", nargs="*", default=["*"], metavar="MODULE")
    parser.add_argument("--sample", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    generate(chosen.only)
    os.chdir("mutants")
    plugin = Forks(chosen.only, chosen.sample, chosen.seed)
    options = ["--rootdir=.", "--tb=native", "-q", "-p", "no:randomly", "-p", "no:xdist"]
    return int(pytest.main([*options, *chosen.tests], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
