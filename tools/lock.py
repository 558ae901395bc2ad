"""Resolve the dependencies and write the hashed locks (docs/adr/0002-locks-as-hashed-requirements.md).

Usage: `python -m tools.lock [--check]`.

The locks name no index address. `--check` fails when a declaration changed without its lock.
"""

import re
import sys
from dataclasses import dataclass

from tools.environments import PYTHON
from tools.say import CommandError, run, step
from tools.uv import ROOT, find_uv


@dataclass(frozen=True)
class Lock:
    """One lock and the declarations it is resolved from; paths are relative to the project."""

    path: str
    sources: tuple[str, ...]
    extras: tuple[str, ...] = ()
    constraint: str = ""
    """A lock whose versions this one keeps to."""


RUNTIME = Lock("shared/requirements.txt", ("pyproject.toml",))
LOCKS = (
    RUNTIME,
    Lock("requirements/dev.txt", ("pyproject.toml", "requirements/dev.in"), ("cli",), RUNTIME.path),
    Lock("requirements/sam.txt", ("requirements/sam.in",)),
    Lock("requirements/local.txt", ("requirements/local.in",)),
    Lock("requirements/checkov.txt", ("requirements/checkov.in",)),
    Lock("requirements/peers.txt", ("requirements/peers.in",)),
    Lock(
        "requirements/mutants.txt",
        ("pyproject.toml", "requirements/dev.in", "requirements/mutants.in"),
        ("cli",),
        "requirements/dev.txt",
    ),
    Lock("requirements/scan.txt", ("requirements/scan.in",)),
    Lock("requirements/uv.txt", ("requirements/uv.in",)),
)
EXACT = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links")


def resolve(lock: Lock, *, upgrade: bool) -> None:
    """Write `lock`; what it already pins stays pinned unless `upgrade`."""
    command = [str(find_uv()), "pip", "compile", "--quiet", "--python-version", PYTHON, *EXACT]
    command += ["--custom-compile-command", "make lock"]
    if upgrade:
        command.append("--upgrade")
    if lock.constraint:
        command += ["--constraint", lock.constraint]
    for extra in lock.extras:
        command += ["--extra", extra]
    run([*command, *lock.sources, "--output-file", lock.path], cwd=ROOT)


def stale() -> list[str]:
    """What is wrong with the locks without asking an index: direct dependencies that a lock does not pin."""
    problems = []
    for lock in LOCKS:
        text = (ROOT / lock.path).read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
        problems += [f"{lock.path} does not pin {name}" for name in sorted(_declared(lock) - pinned)]
        problems += [f"{lock.path} names an index or a file address" for _ in re.findall(r"^--|https?://", text)[:1]]
    return problems


def _declared(lock: Lock) -> set[str]:
    import tomllib

    lines: list[str] = []
    for source in lock.sources:
        text = (ROOT / source).read_text(encoding="utf-8")
        if source == "pyproject.toml":
            project = tomllib.loads(text)["project"]
            lines += project["dependencies"]
            for extra in lock.extras:
                lines += project["optional-dependencies"][extra]
        else:
            lines += text.splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", name.group()).lower() for name in names if name}


def main(arguments: list[str]) -> int:
    """Write the locks, or check them; the exit code."""
    if "--check" in arguments:
        problems = stale()
        print(*problems, sep="\n", end="\n" if problems else "")
        return 1 if problems else 0
    try:
        for lock in LOCKS:
            with step(f"Locking {lock.path}"):
                resolve(lock, upgrade="--upgrade" in arguments)
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
