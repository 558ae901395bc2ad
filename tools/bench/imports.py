"""Cold start: what a function's imports take over a bare interpreter, in fresh processes with byte code."""

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator

from tools.bench.figures import Figure
from tools.uv import ROOT

CLIENT = "botocore.session, botocore.config"
CONNECTORS = f"{CLIENT}, samspill.connectors.registry, samspill.connectors.tripletex.connector"
FUNCTIONS = {
    "receive": (150, "samspill.connectors.tripletex.webhooks"),
    "fetch": (450, CONNECTORS),
    "map": (450, CLIENT),
    "upsert": (450, CONNECTORS),
    "log": (450, CLIENT),
}
"""Function → budget in ms, and what its first event imports besides: put off is not saved."""
CODE = "import sys; sys.modules['click'] = None; import {}"
"""Without the command line's libraries, which httpx loads where it finds them: the layer has none."""
TURNS = 12


def imports() -> Iterator[Figure]:
    """Yield one figure per function."""
    code = {name: CODE.format(f"app, {besides}") for name, (_, besides) in FUNCTIONS.items()}
    # By turns, and the fastest of each: what disturbs only ever adds, and it comes and goes.
    took_ms = dict.fromkeys(["", *code], float("inf"))
    for _ in range(TURNS):
        for name in took_ms:
            took_ms[name] = min(took_ms[name], _once_ms(code.get(name, "pass"), name))
    for name, (budget, _) in FUNCTIONS.items():
        what = f"imports of {name}, its first event's among them, over a bare interpreter"
        yield Figure(what, took_ms[name] - took_ms[""], "ms", most=budget)


def interpreter() -> str:
    """Return which Python measured, and whether it is built for speed as AWS's is."""
    built = sysconfig.get_config_var("CONFIG_ARGS") or ""
    speed = "" if "--enable-optimizations" in built else ", built without --enable-optimizations: AWS's is faster"
    return f"Python {sys.version.split()[0]}{speed}"


def _once_ms(code: str, function: str) -> float:
    path = os.pathsep.join([str(ROOT / "shared"), str(ROOT / "functions" / function)])
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": path,
        "PYTHONPYCACHEPREFIX": str(ROOT / ".local" / "pycache"),
        "PYDANTIC_DISABLE_PLUGINS": "__all__",  # as in the template
    }
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    return (time.perf_counter() - began) * 1000
