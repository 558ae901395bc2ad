"""Live random lives of the simulated hub until the time is up: every seed is another world.

Usage: `python -m tools.soak [SECONDS] [--seed N] [--processes N]`. Lives one life of every kind with each seed, and
ends at the first one in which an invariant breaks, with the call that repeats it. What is printed at the end tells
whether the search was any good: how often each fault struck at which step, and per kind in which share of its lives,
and how many of the pairs of faults met in one life.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import batched, combinations, count
from math import comb
from multiprocessing import Pool
from textwrap import wrap

from tests.simulation.broken import Broken
from tests.simulation.hub import SimulatedHub
from tests.simulation.kinds import KINDS
from tests.simulation.options import Weather

logging.getLogger("samspill").addHandler(logging.NullHandler())  # lives draw defects on purpose: they are no news
WIDTH = 120
FIRST_SEED = int(time.time()) * 1000
"""Another place to begin every time; a failure names its seed."""
FAULTS = tuple(fault.name for fault in fields(Weather))
ROUNDS_AT_ONCE = 4
"""So many lives of each kind are shared out among the processes before it is asked whether the time is up."""

type Task = tuple[str, int]
"""A kind and a seed."""


@dataclass(frozen=True, slots=True)
class Life:
    """What one life was like."""

    kind: str
    broken: str = ""
    steps: int = 0
    deaths: int = 0
    writes: int = 0
    edits: int = 0
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(fault, step) → how often."""


def lived(task: Task) -> Life:
    """Live one life."""
    kind, seed = task
    try:
        hub: SimulatedHub = KINDS[kind](seed)
    except Broken as broken:
        return Life(kind, f"{broken}\nRepeat it with: tests.simulation.kinds.{kind}({seed})")
    writes = sum(len(each.history.writes) for each in hub.hubs)
    edits = sum(len(each.history.edits) for each in hub.hubs)
    return Life(kind, "", hub.steps, hub.history.deaths, writes, edits, hub.seen)


@dataclass(slots=True)
class Found:
    """What a soak has seen."""

    lives: Counter[str] = field(default_factory=Counter)
    """Kind → how many of its lives were clean."""
    struck: dict[str, Counter[str]] = field(default_factory=dict)
    """Kind → fault → in how many of its lives it struck."""
    met: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Kind → pairs of faults that struck in one life."""
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    broken: str = ""

    def add(self, life: Life) -> None:
        """Add what a life was like."""
        if life.broken:
            self.broken = life.broken
            return
        self.lives[life.kind] += 1
        names = sorted({fault for fault, _ in life.faults} & {*FAULTS})
        self.struck.setdefault(life.kind, Counter()).update(names)
        self.met.setdefault(life.kind, set()).update(combinations(names, 2))
        self.faults.update(life.faults)
        for name in ("steps", "edits", "writes", "deaths"):
            self.totals[name] += getattr(life, name)

    def report(self, seconds: float) -> str:
        """Return the figures as text: totals, then per kind and per fault."""
        total = self.totals
        speed = f"{total['steps']:,} I/O steps ({total['steps'] / seconds:,.0f} a second)"
        done = f"{total['edits']:,} edits by people, {total['writes']:,} writes, {total['deaths']:,} deaths"
        lines = [f"{self.lives.total():,} lives, {speed}, {done}", "Share of lives that each fault struck:"]
        for kind, lives in self.lives.items():
            possible = comb(len(self.struck[kind]), 2)
            lines.append(f"  {kind}: {lives:,} lives, {len(self.met[kind])} of {possible} pairs of faults met in one")
            shares = (f"{fault} {times / lives:.0%}" for fault, times in self.struck[kind].most_common())
            lines += _table(shares)
        lines.append(f"{len(self.faults)} pairs of fault and step:")
        for fault, steps in sorted(_by_fault(self.faults).items()):
            lines.append(f"  {fault}: {steps.total():,} at {len(steps)} steps")
            lines += _table(f"{step} {times:,}" for step, times in steps.most_common())
        return "\n".join(lines)


def _by_fault(faults: Counter[tuple[str, str]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for (fault, step), times in faults.items():
        found.setdefault(fault, Counter())[step] += times
    return found


def _table(cells: Iterable[str]) -> list[str]:
    return wrap(", ".join(cells), WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


@contextmanager
def _lives(processes: int) -> Iterator[Callable[[Iterable[Task]], Iterable[Life]]]:
    """Yield what lives lives: here, or shared out among processes."""
    if processes == 1:
        yield lambda tasks: map(lived, tasks)
    else:
        with Pool(processes) as pool:
            yield lambda tasks: pool.imap_unordered(lived, list(tasks))


def soak(seconds: float, first_seed: int = FIRST_SEED, processes: int = 1) -> Found:
    """Live for so long, one life of each kind at least; stop at the first life in which an invariant breaks."""
    began, found = time.monotonic(), Found()
    with _lives(processes) as live:
        for seeds in batched(count(first_seed), ROUNDS_AT_ONCE if processes > 1 else 1, strict=False):
            for life in live((kind, seed) for seed in seeds for kind in KINDS):
                found.add(life)
                if found.broken:
                    return found
            print(f"\r  {found.lives.total():,} lives in {time.monotonic() - began:.0f} s", end="", flush=True)
            if time.monotonic() - began >= seconds:
                break
    print()
    return found


def main(arguments: list[str]) -> int:
    """Search, tell what was found; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description="Search for broken invariants.")
    parser.add_argument("seconds", nargs="?", type=float, default=60.0, help="how long to search")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first seed; another one every time")
    parser.add_argument("--processes", type=int, default=1, help="how many search at once")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    print(f"  from seed {asked.seed}")
    found = soak(asked.seconds, asked.seed, asked.processes)
    print(found.report(time.monotonic() - began))
    if found.broken:
        print(f"\n{found.broken}", file=sys.stderr)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
