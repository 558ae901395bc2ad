"""Cold start: what a function's imports take over a bare interpreter, in fresh processes with byte code."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tools.bench.figures import Figure
from tools.uv import ROOT

BUDGET_MS = {"receive": 150, "fetch": 450, "map": 450, "upsert": 450, "log": 450}
TURNS = 9


def imports() -> Iterator[Figure]:
    """Yield one figure per function."""
    bare = _fastest_ms("pass", "")
    for name, budget in BUDGET_MS.items():
        measured = _fastest_ms("import app", name) - bare
        yield Figure(f"imports of {name} over a bare interpreter", measured, "ms", most=budget)


def _fastest_ms(code: str, function: str) -> float:
    """Return the fastest of several turns: what disturbs only ever adds."""
    path = os.pathsep.join([str(ROOT / "shared"), str(ROOT / "functions" / function)])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(ROOT / ".local" / "pycache")}
    took = []
    for _ in range(TURNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=env, check=True)
        took.append(time.perf_counter() - began)
    return min(took) * 1000
