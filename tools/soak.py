"""Run the tests that search (simulation, properties) again and again with fresh seeds, until the time is up.

Usage: `python -m tools.soak [SECONDS]`. Ends at the first failure, and names the seed that repeats it.
"""

import sys
import time

from tools.say import CommandError, run
from tools.uv import ROOT

SEARCHING = ("tests/simulation", "tests/properties")


def command(seed: int) -> list[str]:
    """Return the command that runs every searching test with one seed."""
    seeds = [f"--randomly-seed={seed}", f"--hypothesis-seed={seed}"]
    return [sys.executable, "-m", "pytest", "-q", "-x", *seeds, *SEARCHING]


def soak(seconds: float) -> str | None:
    """Search for so long, at least once; the first failure's output with its seed, or None."""
    began = time.monotonic()
    seed = first = int(time.time())
    while seed == first or time.monotonic() - began < seconds:
        try:
            run(command(seed), cwd=ROOT)
        except CommandError as error:
            return f"{error}\nRepeat it with: {' '.join(command(seed))}"
        seed += 1
        print(f"\r  {seed - first} rounds in {time.monotonic() - began:.0f} s, seeds {first} to {seed - 1}", end="")
    print()
    return None


def main(arguments: list[str]) -> int:
    """Search, tell what was found; the exit code."""
    failure = soak(float(arguments[0]) if arguments else 60)
    if failure:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
