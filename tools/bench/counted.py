"""The usage that docs/cost.md reckons with, kept in counted.json; `make bench` counts again and tells differences.

Usage: `python -m tools.bench.counted` counts and writes it (half a minute). Then `make docs`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from tools.bench.counting import Counted, count
from tools.bench.meter import Usage
from tools.uv import ROOT

KEPT = ROOT / "tools" / "bench" / "counted.json"


def kept() -> Counted:
    """Return what was counted last."""
    told = json.loads(KEPT.read_text(encoding="utf-8"))
    return Counted(**{name: Usage(**told[name]) for name in told})


def rounded(counted: Counted) -> dict[str, dict[str, float]]:
    """Return what was counted to two decimals, as it is kept."""
    return {name: {unit: round(number, 2) for unit, number in used.items()} for name, used in asdict(counted).items()}


def differing(counted: Counted) -> int:
    """Return how many numbers are not what is kept."""
    now, then = rounded(counted), rounded(kept())
    return sum(now[name][unit] != then[name][unit] for name in now for unit in now[name])


if __name__ == "__main__":
    KEPT.write_text(json.dumps(rounded(count()), indent=2) + "\n", encoding="utf-8")
    sys.exit(0)
