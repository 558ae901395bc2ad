"""Run every check of `make check` and say in one line each what was checked; details only for what fails.

python -m tools.check [--only NAME]
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from tools.say import CommandError, run, step
from tools.uv import ROOT

PYTHON = sys.executable
CODE = [name for name in ("shared/samspill", "functions", "local", "tools", "tests") if (ROOT / name).is_dir()]
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, tuple[str, list[str]]] = {
    "types": ("Types: mypy, strict", [f"{BIN}/mypy", *CODE]),
    "checkov": ("Infrastructure: checkov", [f"{ROOT}/.venv-checkov/bin/checkov", "--config-file", ".checkov.yaml"]),
    "sam": (
        "Template: sam validate --lint",
        [f"{ROOT}/.venv-sam/bin/sam", "validate", "--lint"],
    ),
    "template": ("Template as AWS sees it: transformed, then cfn-lint", [PYTHON, "-m", "tools.check_template"]),
    "imports": ("Import rules: import-linter", [f"{BIN}/lint-imports", "--no-cache"]),
    "format": ("Format: ruff", [f"{BIN}/ruff", "format", "--check", "."]),
    "lint": ("Lint: ruff", [f"{BIN}/ruff", "check", "--output-format", "concise", "."]),
    "locks": ("Locks pin what is declared", [PYTHON, "-m", "tools.lock", "--check"]),
    "texts": ("Texts: every language says what English says", [PYTHON, "-m", "tools.texts", "--check"]),
    "vendors": ("Vendors: each holds the level that it declares", [PYTHON, "-m", "tools.check_vendors"]),
    "docs": ("Documents: links, commands, generated pages", [PYTHON, "-m", "tools.docs", "--check"]),
}


def check(name: str) -> str | None:
    """Run one check; the output of a failure, or None when all is well."""
    title, command = CHECKS[name]
    try:
        with step(title, announce=False):
            run(command, cwd=ROOT, env=_environment())
    except CommandError as error:
        return f"--- {title}\n{error}"
    return None


def _environment() -> dict[str, str]:
    """No colour codes in captured output, and no telemetry from the SAM command line."""
    return {**os.environ, "NO_COLOR": "1", "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-north-1"}


def main(arguments: list[str]) -> int:
    """Run the checks two at a time (the slow ones first); the exit code."""
    names = arguments[1:] if arguments[:1] == ["--only"] else list(CHECKS)
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = [pending.result() for pending in as_completed([pool.submit(check, name) for name in names])]
    failures = [failure for failure in results if failure]
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
