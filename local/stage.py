"""What a showing is played on: the machine, the `samspill` command line, the vendors' screens, and a place to tell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from rich.console import Console
from rich.rule import Rule

from tools.say import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.launcher.machine import OneMachine

console = Console(highlight=False, soft_wrap=True)


class Stage:
    """The two hands, a person at the command line and one at the vendors' screens; and the voice."""

    def __init__(self, machine: OneMachine) -> None:
        """Take a machine that runs."""
        self.machine = machine
        self.environment = {
            **os.environ,
            **machine.environment,
            "SAMSPILL_STACK": machine.stack_name,
            "SAMSPILL_LANG": os.environ.get("SAMSPILL_LANG", "en"),
        }
        self.vendors = httpx.Client(base_url=f"{machine.sandbox_url}/_sandbox", timeout=30)
        self.told: list[str] = []

    # --- the command line

    def samspill(self, *arguments: str) -> None:
        """Show a command and run it.

        Raises:
            CommandError: it failed.
        """
        console.print(f"\n[bold cyan]$ samspill {' '.join(arguments)}[/]")
        if self.run(*arguments, shown=True).returncode not in {0, 1}:
            raise CommandError(f"samspill {' '.join(arguments)} failed")

    def ask(self, *arguments: str) -> Any:
        """Return a command's answer as JSON.

        Raises:
            CommandError: it gave none.
        """
        done = self.run(*arguments, "--json", shown=False)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            raise CommandError(f"samspill {' '.join(arguments)} said: {done.stdout}{done.stderr}") from None

    def run(self, *arguments: str, shown: bool) -> subprocess.CompletedProcess[str]:
        """Run a command; what it prints is shown, or kept in the answer."""
        command = [sys.executable, "-m", "samspill.cli", *arguments]
        return subprocess.run(command, env=self.environment, check=False, capture_output=not shown, text=True)

    def connect_vendor(self, vendor: str, address: str, tokens: Mapping[str, str], **settings: object) -> None:
        """Connect an account and test its key."""
        more = [part for name, value in settings.items() for part in ("--setting", f"{name}={value}")]
        with _credentials_file(tokens) as file:
            self.samspill("connect", vendor, "--name", vendor, "--address", address, "--credentials-file", file, *more)
        self.samspill("test", vendor)

    # --- the vendors' screens

    def tokens(self, vendor: str) -> dict[str, str]:
        """Return the keys a vendor gives its customer."""
        found: dict[str, str] = self.vendors.get(f"/{vendor}/tokens").raise_for_status().json()
        return found

    def records(self, vendor: str, collection: str) -> list[dict[str, Any]]:
        """Return everything a vendor holds of one kind."""
        found: list[dict[str, Any]] = self.vendors.get(f"/{vendor}/{collection}").raise_for_status().json()
        return found

    def deliveries(self, vendor: str) -> list[int]:
        """Return what was answered to each webhook the vendor sent, the oldest first."""
        return [each["status"] for each in self.vendors.get(f"/{vendor}/deliveries").raise_for_status().json()]

    def edit(self, vendor: str, collection: str, record_id: object, change: Mapping[str, object]) -> None:
        """Change a record as a person would in the vendor's screens."""
        self.vendors.patch(f"/{vendor}/{collection}/{record_id}", json=dict(change)).raise_for_status()

    def add(self, vendor: str, collection: str, record: Mapping[str, object]) -> str:
        """Make a record as a person would; return its id."""
        made = self.vendors.post(f"/{vendor}/{collection}", json=dict(record)).raise_for_status().json()
        return str(made["id"])

    def faults(self, vendor: str, **switches: object) -> None:
        """Turn fault switches; none puts everything right."""
        self.vendors.put(f"/{vendor}/faults", json=switches).raise_for_status()

    # --- showing

    @staticmethod
    def chapter(title: str) -> None:
        """Begin a part."""
        console.print()
        console.print(Rule(f"[bold]{title}[/]", align="left"))

    def tell(self, text: str) -> None:
        """Say what happened, and remember it for the end."""
        self.told.append(text)
        console.print(f"  [green]✓[/] {text}")

    def wait(self, what: str, done: Callable[[], bool], limit_s: int) -> float:
        """Wait until `done`; return the seconds it took.

        Raises:
            CommandError: it did not happen in time.
        """
        began = time.monotonic()
        with console.status(f"{what} …"):
            while not done():
                if time.monotonic() - began > limit_s:
                    raise CommandError(f"{what}: not seen within {limit_s} s. Look: {self.machine.home}")
                time.sleep(0.2)
        return time.monotonic() - began

    def insist(self, what: str, so: object) -> None:
        """Go on only if it is so: nothing is told that was not looked at.

        Raises:
            CommandError: it is not so.
        """
        if not so:
            raise CommandError(f"It is not so: {what}. Look: {self.machine.home}")


@contextmanager
def _credentials_file(tokens: Mapping[str, str]) -> Iterator[str]:
    """Write credentials to a file only this user reads, and remove it."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(dict(tokens), file)
    try:
        yield file.name
    finally:
        Path(file.name).unlink()
