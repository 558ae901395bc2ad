"""Live random lives of the simulated hub until the time is up: every seed is another world.

Usage: `python -m tools.soak [SECONDS]`. Ends at the first invariant that breaks, and names the seed that repeats it.
What is printed at the end tells whether the search was any good: which faults struck at which step, how often. A soak
of ten minutes or more begins with every pair of deaths while hours are moved, of which the tests try a sixth.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from textwrap import wrap

from tests.simulation.broken import Broken
from tests.simulation.histories import live, live_beside, live_guarded
from tests.simulation.hours.stories import BY_NAME, die_twice, live_hours
from tests.simulation.hub import SimulatedHub
from tests.simulation.managed import live_managed

LONG_S = 600
WIDTH = 120
FIRST_SEED = int(time.time()) * 1000
"""Another place to begin every time; a failure names its seed."""


def live_calm(seed: int) -> SimulatedHub:
    """Live a life in which calls do what they are told, so that bounds on writes are exact."""
    return live(seed, calm=True)


LIVES: dict[str, Callable[[int], SimulatedHub]] = {
    each.__name__: each for each in (live, live_calm, live_guarded, live_beside, live_managed, live_hours)
}
KINDS = ("live", "live_calm", "live_guarded", "live", "live_managed", "live_hours", "live", "live_beside")
"""In which turn they are lived."""


@dataclass(slots=True)
class Found:
    """What a soak has seen."""

    lives: int = 0
    steps: int = 0
    deaths: int = 0
    writes: int = 0
    edits: int = 0
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: str = ""

    def add(self, hub: SimulatedHub) -> None:
        """Add what a life was like."""
        self.lives += 1
        self.steps += hub.steps
        self.deaths += hub.history.deaths
        self.writes += sum(len(each.history.writes) for each in hub.hubs)
        self.edits += sum(len(each.history.edits) for each in hub.hubs)
        self.faults.update(hub.seen)

    def report(self, seconds: float) -> str:
        """Return the figures as text: totals, then per fault the steps at which it struck."""
        kinds: dict[str, Counter[str]] = {}
        for (fault, step), count in self.faults.items():
            kinds.setdefault(fault, Counter())[step] += count
        speed = f"{self.steps:,} I/O steps ({self.steps / seconds:,.0f} a second)"
        done = f"{self.edits:,} edits by people, {self.writes:,} writes, {self.deaths:,} deaths"
        lines = [f"{self.lives:,} lives, {speed}, {done}", f"{len(self.faults)} pairs of fault and step:"]
        for fault, steps in sorted(kinds.items()):
            lines.append(f"  {fault}: {sum(steps.values()):,} at {len(steps)} steps")
            table = ", ".join(f"{step} {count:,}" for step, count in steps.most_common())
            lines += wrap(table, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
        return "\n".join(lines)


def soak(seconds: float, first_seed: int = FIRST_SEED) -> Found:
    """Live for so long, at least once; stop at the first life in which an invariant breaks."""
    began, found = time.monotonic(), Found()
    while not found.lives or (time.monotonic() - began < seconds and not found.broken):
        seed = first_seed + found.lives
        name = KINDS[found.lives % len(KINDS)]
        try:
            hub = LIVES[name](seed)
        except Broken as broken:
            found.broken = f"{broken}\nRepeat it with: {name}({seed})"
            break
        found.add(hub)
        if found.lives % 50 == 0:
            print(f"\r  {found.lives:,} lives in {time.monotonic() - began:.0f} s", end="", flush=True)
    print()
    return found


def main(arguments: list[str]) -> int:
    """Search, tell what was found; the exit code."""
    seconds = float(arguments[0]) if arguments else 60.0
    began = time.monotonic()
    if seconds >= LONG_S:
        print(f"  {die_twice(BY_NAME['hours moved']):,} pairs of deaths while hours are moved")
    found = soak(seconds)
    print(found.report(time.monotonic() - began))
    if found.broken:
        print(f"\n{found.broken}", file=sys.stderr)
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
