"""Find uv, the installer, or bring our own copy of it to `.tools/`.

Runs on any Python 3.8 or newer, with the standard library alone: it works before anything is installed.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from tools.say import CommandError, run, step

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / ".tools" / "uv"
BOOT = ROOT / ".tools" / "boot"
PINNED = ROOT / "requirements" / "uv.txt"
OLDEST = (0, 8)

NO_PIP = """\
Cannot install uv, the tool that installs everything else: {python} has neither pip nor venv that works.
Do one of these and start again:
  - Debian, Ubuntu:  apt-get install python3-pip     (or python3-venv)
  - any system:      install uv yourself, see https://docs.astral.sh/uv/getting-started/installation/

{detail}"""


def find_uv() -> Path:
    """The uv to use: our own in `.tools/`, else a recent one on PATH, else our own freshly installed.

    Raises:
        CommandError: there is none, and this Python has no way to install one.
    """
    if OWN.exists():
        return OWN
    on_path = shutil.which("uv")
    if on_path and _version(on_path) >= OLDEST:
        return Path(on_path)
    with step("Installing uv into .tools/"):
        OWN.parent.mkdir(exist_ok=True)
        OWN.symlink_to(_install().relative_to(OWN.parent))
    return OWN


def _version(uv: str) -> tuple[int, ...]:
    try:
        numbers = re.findall(r"\d+", run([uv, "--version"]))
    except CommandError:
        return ()
    return tuple(int(number) for number in numbers[:2])


def _install() -> Path:
    """Install the pinned uv with pip, else with pip from a virtual environment."""
    shutil.rmtree(BOOT, ignore_errors=True)
    wanted = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--requirement", str(PINNED)]
    try:
        run([sys.executable, "-m", "pip", *wanted, "--target", str(BOOT)])
    except CommandError as without_venv:
        shutil.rmtree(BOOT, ignore_errors=True)
        try:
            run([sys.executable, "-m", "venv", str(BOOT)])
            run([str(BOOT / "bin" / "python"), "-m", "pip", *wanted])
        except CommandError as with_venv:
            detail = f"{without_venv}\n\n{with_venv}"
            raise CommandError(NO_PIP.format(python=sys.executable, detail=detail)) from with_venv
    return BOOT / "bin" / "uv"


if __name__ == "__main__":
    print(find_uv())
