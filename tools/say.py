"""One plain line per long step: what it does, and how long it took.

Runs on any Python 3.8 or newer, with the standard library alone: it works before anything is installed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

INTERACTIVE = sys.stdout.isatty()


@contextmanager
def step(what: str, *, announce: bool = True) -> Iterator[None]:
    """Say `what` while the block runs (unless others run beside it), then its time in seconds, or that it failed."""
    if INTERACTIVE and announce:
        print(f"  … {what}", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print(_line("✗", what, started), flush=True)
        raise
    print(_line("✓", what, started), flush=True)


def _line(mark: str, what: str, started: float) -> str:
    back = "\r" if INTERACTIVE else ""
    return f"{back}  {mark} {what} ({time.monotonic() - started:.1f} s)"


class CommandError(Exception):
    """A command ended with an error. The text holds the command and all it printed."""


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run `command` without standard input and return what it printed; nothing is shown unless it fails.

    Raises:
        CommandError: it could not be started, or its exit code is not zero.
    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise CommandError(f"$ {' '.join(command)}\n{error}") from error
    if done.returncode:
        raise CommandError(f"$ {' '.join(command)}\n{done.stdout}(exit code {done.returncode})")
    return done.stdout
