"""What a function may not import: each costs tens of milliseconds of every cold start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = {"boto3", "s3transfer", "click", "rich", "asyncio", "local", "tests", "tools", "samspill.cli"}
"""boto3 makes the clients that botocore makes; the rest belongs to people's machines."""
WORKER = NOBODY | {"httpx", "samspill.connectors.registry", "botocore.session", "samspill.texts"}
"""Loaded by the first event that needs it: not every worker calls a vendor, and none speaks to a person."""
INTAKE = WORKER | {
    "pydantic",
    "aws_lambda_powertools",
    "samspill.bootstrap",
    "samspill.messages",
    "samspill.state",
    "urllib3",
}
FORBIDDEN = {
    "receive": INTAKE,
    "files": WORKER,
    "fetch": WORKER,
    "map": WORKER,
    "upsert": WORKER,
    "log": WORKER,
    "notify": WORKER,
    "replay": WORKER,
}


def loaded(function: str, code: str) -> set[str]:
    """Return the modules in a fresh process of a function."""
    path = os.pathsep.join([str(ROOT / "shared"), str(ROOT / "functions" / function)])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    told = f"import sys, {code}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", told], env=env, check=True, capture_output=True, text=True).stdout.split()
    )


@pytest.mark.parametrize("function", FORBIDDEN)
def test_a_function_imports_nothing_that_it_is_forbidden(function: str) -> None:
    modules = loaded(function, "app")
    assert "app" in modules
    assert not modules & FORBIDDEN[function]
    assert {name.split(".")[2] for name in modules if name.startswith("samspill.pipeline.")} <= {function}


def test_every_function_has_its_list() -> None:
    assert {path.parent.name for path in (ROOT / "functions").glob("*/app.py")} == set(FORBIDDEN)


@pytest.mark.parametrize("vendor", ["tripletex", "timerabbit", "svenn"])
def test_reading_a_webhook_loads_nothing_forbidden_either(vendor: str) -> None:
    assert not loaded("receive", f"app, samspill.connectors.{vendor}.webhooks") & INTAKE
