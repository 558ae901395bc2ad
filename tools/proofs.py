"""Run the long proofs and say in a few plain lines what was proved: too long for `make test`, short enough for CI.

Usage: `python -m tools.proofs [SECONDS] [--seed N] [--processes N]`. First the tests marked `proofs`: every pair of
deaths, the large fixed sets of lives. Then SECONDS of fresh lives of every kind (see `tools.soak`), and the
kept scores of `make mutants`.
"""

import argparse
import re
import subprocess
import sys
import time

from tools.mutants import report
from tools.soak import FIRST_SEED, Found, soak
from tools.uv import ROOT

SECONDS = 180.0
PROCESSES = 2
SUMMARY = re.compile(r"^=* ?(\d+ (?:passed|failed|error).*?) in [\d.]+s", re.MULTILINE)


def fixed_sets(processes: int) -> tuple[bool, str]:
    """Run the tests marked `proofs`; tell whether they pass, and pytest's own words."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "proofs", "-n", str(processes), "--dist", "worksteal"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    said = SUMMARY.search(done.stdout)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
    return done.returncode == 0, said[1] if said else "no summary"


def told(found: Found, seed: int) -> str:
    """Return what the fresh lives were, in one line, and what broke."""
    each = ", ".join(f"{kind} {lives:,}" for kind, lives in found.lives.items())
    line = f"Fresh lives from seed {seed}: {found.lives.total():,} clean ({each})"
    return f"{line}\n{found.broken}" if found.broken else line


def main(arguments: list[str]) -> int:
    """Prove; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.proofs", description="Run the long proofs.")
    parser.add_argument("seconds", nargs="?", type=float, default=SECONDS, help="how long to live fresh lives")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first seed; another one every time")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="how many work at once")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    passed, said = fixed_sets(asked.processes)
    middle = time.monotonic()
    print(f"Fixed sets: {said} ({middle - began:.0f} s)")
    found = soak(asked.seconds, asked.seed, asked.processes)
    print(f"{told(found, asked.seed)} ({time.monotonic() - middle:.0f} s)")
    print(report())
    holds = passed and not found.broken
    print("Every proof holds." if holds else "A proof does NOT hold.")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
