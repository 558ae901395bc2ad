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
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

CPU_S, TIMES = 2, 5
"""A mutant goes in circles when its tests take so many seconds of the processor, and so many times what they took."""
UNTESTED = 33
"""mutmut's code of a mutant that no test reaches."""
SLOW_S = 0.05
"""A test that takes longer is tried after the others, and one that reaches little before one that reaches much."""


def generate() -> None:
    """Let mutmut copy the tree to `mutants/` and change it there."""
    mutmut = import_module("mutmut.__main__")
    _mutate("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    mutmut.store_lines_covered_by_tests()
    mutmut.create_mutants(1)
    _mutate("")


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
            for name in names:
                function = name.partition("__mutmut_")[0]
                data["exit_code_by_key"][name] = _tried(name, reached[function]) if function in reached else UNTESTED
            meta.write_text(json.dumps(data), encoding="utf-8")
            print(f"{meta.stem}: {len(names)} tried", flush=True)
        return True

    def drawn(self) -> dict[Path, list[str]]:
        """Return the names of the mutants to try, by mutmut's file about their module."""
        source = Path("src/samspill")
        metas = [
            meta
            for meta in sorted(source.rglob("*.meta"))
            if any(fnmatch(str(meta.relative_to(source)), f"{pattern}.meta") for pattern in self.only)
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


def _tried(name: str, by: Reached) -> int:
    """Return 1 where a test failed with the mutant, or did not end; else 0."""
    child = os.fork()
    if not child:
        survived = False
        with suppress(BaseException):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            limit = CPU_S + int(TIMES * by.cpu_s)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            _mutate(name)
            survived = not any(map(_fails, by.tests))
        os._exit(0 if survived else 1)
    return 0 if os.waitpid(child, 0)[1] == 0 else 1


def main(arguments: list[str]) -> int:
    """Make the mutants and try them; the exit code is pytest's."""
    parser = argparse.ArgumentParser(prog="tools/forks.py")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--only", nargs="*", default=["*"], metavar="MODULE")
    parser.add_argument("--sample", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    generate()
    os.chdir("mutants")
    plugin = Forks(chosen.only, chosen.sample, chosen.seed)
    options = ["--rootdir=.", "--tb=native", "-q", "-p", "no:randomly", "-p", "no:xdist"]
    return int(pytest.main([*options, *chosen.tests], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
