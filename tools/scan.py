"""Look every library that a lock pins up in a public database of known vulnerabilities, with pip-audit.

Usage: `python -m tools.scan`. Needs the internet: PyPI's advisories, which hold those of the Python Packaging Advisory
Database. Where it cannot be reached the scan fails and says so; it is never reported as clean.
"""

import sys

from tools.lock import LOCKS, Lock
from tools.say import CommandError, run, step
from tools.uv import ROOT

PIP_AUDIT = ROOT / ".venv-scan" / "bin" / "pip-audit"


def scan(lock: Lock) -> str | None:
    """Look up what `lock` pins; what was found, or could not be looked up, or None when there is nothing."""
    command = [str(PIP_AUDIT), "--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    try:
        with step(f"Known vulnerabilities in {lock.path}"):
            run([*command, "--requirement", lock.path], cwd=ROOT)
    except CommandError as error:
        return f"--- {lock.path}\n{error}"
    return None


def main() -> int:
    """Scan every lock; the exit code."""
    found = [report for report in map(scan, LOCKS) if report]
    print(*found, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
