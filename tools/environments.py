"""Create the project's virtual environments from their locks, and leave them alone while nothing changed.

Usage: `python3 -m tools.environments [dev] [sam] [local] [checkov] [peers] [mutants] [scan]`.

Tools that pin each other's libraries live apart. A stamp in each environment names the lock it was made from.
Runs on any Python 3.8 or newer, with the standard library alone: it works before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from tools.say import CommandError, run, step
from tools.uv import ROOT, find_uv

PYTHON = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
ENVIRONMENTS = {
    "dev": (".venv", "developer environment (product, tests, lint)"),
    "sam": (".venv-sam", "AWS SAM command line"),
    "local": (".venv-local", "AWS emulator of the one-machine edition"),
    "checkov": (".venv-checkov", "infrastructure scanner"),
    "peers": (".venv-peers", "library that the benchmark is compared with"),
    "mutants": (".venv-mutants", "mutation tester"),
    "scan": (".venv-scan", "vulnerability scanner"),
}
ON_REQUEST = {"peers", "mutants", "scan"}
"""Not made unless named."""


def ensure(name: str) -> None:
    """Make the environment `name` agree with its lock; returns at once where it already does.

    Raises:
        CommandError: an installer failed; its output says why.
    """
    folder, title = ENVIRONMENTS[name]
    lock = ROOT / "requirements" / f"{name}.txt"
    home = ROOT / folder
    stamp = home / ".samspill-lock"
    wanted = _fingerprint(name, lock)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and (home / "bin" / "python").exists():
        return
    uv = str(find_uv())
    if not (home / "bin" / "python").exists():
        with step(f"Creating {folder} with Python {PYTHON}"):
            run([uv, "venv", "--quiet", "--clear", "--python", _python(uv), str(home)], cwd=ROOT)
    with step(f"Installing the {title}"):
        stamp.unlink(missing_ok=True)
        into = ["--quiet", "--python", str(home)]
        run([uv, "pip", "sync", *into, "--require-hashes", str(lock)], cwd=ROOT)
        if name == "dev":
            run([uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "--editable", "."], cwd=ROOT)
        stamp.write_text(wanted, encoding="utf-8")


def _fingerprint(name: str, lock: Path) -> str:
    sources = [lock, ROOT / ".python-version"]
    if name == "dev":
        sources.append(ROOT / "pyproject.toml")
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return f"{digest.hexdigest()} {ROOT}\n"


def _python(uv: str) -> str:
    """The interpreter for every environment: one uv finds, one that pyenv holds, else one that uv downloads for us."""
    ours = {**os.environ, "UV_PYTHON_INSTALL_DIR": str(ROOT / ".tools" / "python")}
    find = [uv, "python", "find", "--no-python-downloads", PYTHON]
    try:
        return _last_line(run(find, cwd=ROOT, env=ours))
    except CommandError:
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
        for candidate in sorted(pyenv.glob(f"{PYTHON}.*/bin/python"), reverse=True):
            return str(candidate)
    with step(f"Downloading Python {PYTHON} into .tools/"):
        run([uv, "python", "install", "--quiet", "--no-bin", PYTHON], cwd=ROOT, env=ours)
    return _last_line(run(find, cwd=ROOT, env=ours))


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def main(names: list[str]) -> int:
    """Ensure the named environments (all of them without a name); the exit code."""
    unknown = [name for name in names if name not in ENVIRONMENTS]
    if unknown:
        print(f"Unknown environment: {', '.join(unknown)}. Known: {', '.join(ENVIRONMENTS)}.", file=sys.stderr)
        return 2
    try:
        for name in names or [name for name in ENVIRONMENTS if name not in ON_REQUEST]:
            ensure(name)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
