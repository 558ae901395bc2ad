"""`make demo`: a first sync and live changes between two sandbox vendors, through the deployed stack, from nothing.

Everything the demo does to the hub it does with the `samspill` command line, and shows the command. What people do in
the vendors' screens goes through the sandboxes' `/_sandbox` calls.
"""

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

from local import second_act
from local.launcher.machine import OneMachine
from tools.say import CommandError
from tools.uv import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FLOW = "tripletex-timerabbit"
HOME = ROOT / ".local" / "demo"
PORTS = (4567, 4581)
WEBHOOK_WAIT_S = 60
SCHEDULE_WAIT_S = 150

console = Console(highlight=False, soft_wrap=True)


class Demo:
    """One showing: the machine, the sandboxes and the command line."""

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

    # --- the two hands: the command line, and a person at the vendors' screens

    def samspill(self, *arguments: str) -> None:
        """Show a command and run it.

        Raises:
            CommandError: it failed.
        """
        console.print(f"\n[bold cyan]$ samspill {' '.join(arguments)}[/]")
        command = [sys.executable, "-m", "samspill.cli", *arguments]
        if subprocess.run(command, env=self.environment, check=False).returncode not in {0, 1}:
            raise CommandError(f"samspill {' '.join(arguments)} failed")

    def ask(self, *arguments: str) -> Any:
        """Return a command's answer as JSON."""
        command = [sys.executable, "-m", "samspill.cli", *arguments, "--json"]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            raise CommandError(f"samspill {' '.join(arguments)} said: {done.stdout}{done.stderr}") from None

    def records(self, vendor: str, collection: str) -> list[dict[str, Any]]:
        """Return everything a vendor holds of one kind."""
        found: list[dict[str, Any]] = self.vendors.get(f"/{vendor}/{collection}").raise_for_status().json()
        return found

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

    # --- the story

    def connect(self) -> None:
        """Two customers' keys, tested."""
        self.chapter("1  Two accounts, full of customers and projects")
        self.vendors.post("/seed", json={"seed": 7, "size": "demo"}).raise_for_status()
        for vendor, kinds in (("tripletex", ("customer", "project")), ("timerabbit", ("customers", "projects"))):
            counts = [f"{len(self.records(vendor, kind))} {kind.rstrip('s')}s" for kind in kinds]
            console.print(f"  {vendor.title():<12} {', '.join(counts)}")
        self.write_one_by_hand()
        self.chapter("2  Connect, and test the keys")
        manager = self.records("tripletex", "project")[0]["projectManager"]["id"]
        for vendor, path in (("tripletex", "/tripletex/v2"), ("timerabbit", "/timerabbit")):
            tokens = self.vendors.get(f"/{vendor}/tokens").raise_for_status().json()
            settings = {"environment": "test", "default_project_manager": manager} if vendor == "tripletex" else {}
            self.connect_vendor(vendor, f"{self.machine.sandbox_url}{path}", tokens, **settings)
        self.tell("Both keys were tested and shown back with their company before anything was read.")

    def connect_vendor(self, vendor: str, address: str, tokens: Mapping[str, str], **settings: object) -> None:
        """Connect an account and test its key."""
        more = [part for name, value in settings.items() for part in ("--setting", f"{name}={value}")]
        with credentials_file(tokens) as file:
            self.samspill("connect", vendor, "--name", vendor, "--address", address, "--credentials-file", file, *more)
        self.samspill("test", vendor)

    def write_one_by_hand(self) -> None:
        """Let one customer in Timerabbit be as somebody typed it there: without numbers, and spelt another way."""
        numbers = {str(r["customerNumber"]): r for r in self.records("tripletex", "customer") if not r["isInactive"]}
        typed = next(
            r
            for r in self.records("timerabbit", "customers")
            if r.get("number") in numbers and set("æøå") & set(numbers[r["number"]]["name"].lower())
        )
        plain = typed["name"].translate(str.maketrans("æøåÆØÅ", "eoaEOA")).replace(" AS", " A/S")
        self.edit("timerabbit", "customers", typed["id"], {"name": plain, "number": None, "organizationNumber": None})
        console.print(f"  One of them somebody once typed by hand: “{plain}”.")

    def first_sync(self) -> None:
        """Plan, decide, approve, apply."""
        self.chapter("3  Set up the flow; nothing is written until the plan is approved")
        self.samspill("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", "--every", "1", "--yes")
        self.samspill("run", FLOW)
        self.chapter("4  What did not match is a person's to decide")
        self.samspill("review", FLOW)
        for item in self.ask("review", FLOW)[:1]:
            if not item["candidates"]:
                continue
            target = item["candidates"][0]["external_id"]
            self.samspill("review", FLOW, "--stream", item["stream"], "--link", f"{item['link']}={target}")
            self.tell(f"{item['label']} was linked by a person to {item['candidates'][0]['label']}.")
        self.chapter("5  Approve the plan; watch it being carried out")
        self.samspill("approve", FLOW, "--yes")
        self.tell("The first sync linked what was there twice and created what was missing, nothing twice.")

    def webhook(self) -> None:
        """An edit arrives within seconds."""
        self.chapter("6  An edit in Tripletex arrives by webhook")
        left, right = self.pair()
        name = f"{left['name']} avd. Nord"
        self.edit("tripletex", "customer", left["id"], {"name": name})
        took = self.wait(
            "Waiting for the webhook's way through the hub", lambda: self.name_of(right) == name, WEBHOOK_WAIT_S
        )
        self.tell(f"“{left['name']}” became “{name}” in Timerabbit {took:.1f} s after the edit.")

    def overwritten(self) -> None:
        """An edit on the wrong side is set back, and the journal says so."""
        self.chapter("7  An edit in Timerabbit is set back: Tripletex is master")
        left, right = self.pair()
        current = self.name_of(right)
        self.edit("timerabbit", "customers", right["id"], {"name": "Written on the wrong side"})
        took = self.wait("Waiting until it is set back", lambda: self.name_of(right) == current, WEBHOOK_WAIT_S)
        self.samspill("log", FLOW, "--record", str(left.get("customerNumber") or left["name"]), "--limit", "3")
        self.tell(f"An edit in Timerabbit was overwritten after {took:.1f} s, and the journal keeps what stood there.")

    def skipped(self) -> None:
        """A project on the third level stays out, with its parent's name."""
        self.chapter("8  Projects deeper than two levels are left out, with the reason")
        self.samspill("log", FLOW, "--code", "too_deep", "--limit", "5")
        self.tell("Third-level projects were skipped; the reason names their parent.")

    def replayed(self) -> None:
        """A refusal, its reason, the cure, the replay."""
        self.chapter("9  A record the vendor refuses fails alone, and is replayed after the cure")
        left, right = self.pair(1)
        name = f"{left['name']} Drift"
        self.faults(
            "timerabbit",
            fail_next=[
                {"status": 422, "times": 9, "path_prefix": "/v1/customers", "method": "POST"},
                {"status": 422, "times": 9, "path_prefix": "/v1/customers", "method": "PATCH"},
            ],
        )
        self.edit("tripletex", "customer", left["id"], {"name": name})
        self.wait("Waiting for the refusal", lambda: bool(self.ask("log", FLOW, "--result", "failed")), WEBHOOK_WAIT_S)
        self.samspill("log", FLOW, "--result", "failed", "--limit", "2")
        self.faults("timerabbit")
        self.samspill("replay", FLOW, "--all")
        self.wait("Waiting for the replay", lambda: self.name_of(right) == name, WEBHOOK_WAIT_S)
        self.tell(f"“{name}” was refused, told why, and applied by replay once the cause was gone.")

    def scheduled(self) -> None:
        """With every webhook lost the schedule still finds the edit."""
        self.chapter("10  A lost webhook: the schedule finds the change (up to a minute)")
        left, right = self.pair(2)
        name = f"{left['name']} og Sønner"
        self.faults("tripletex", webhook_drop=True)
        self.edit("tripletex", "customer", left["id"], {"name": name})
        took = self.wait("Waiting for the schedule", lambda: self.name_of(right) == name, SCHEDULE_WAIT_S)
        self.faults("tripletex")
        self.tell(f"With webhooks switched off the schedule brought the edit over after {took:.0f} s.")

    def summary(self) -> None:
        """What happened, and where to look."""
        self.chapter("What happened")
        for text in self.told:
            console.print(f"  [green]✓[/] {text}")
        self.samspill("status")
        console.print(
            "\nLook further: `make local` keeps a machine running for use by hand; docs/index.md has the rest."
        )

    # --- helpers

    def pair(self, index: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return an active customer that stands on both sides under the same number."""
        rights = {str(r.get("number")): r for r in self.records("timerabbit", "customers") if r.get("number")}
        lefts = [r for r in self.records("tripletex", "customer") if str(r.get("customerNumber")) in rights]
        left = [r for r in lefts if not r.get("isInactive")][index]
        return left, rights[str(left["customerNumber"])]

    def name_of(self, record: Mapping[str, Any]) -> str:
        """Return the record's present name in Timerabbit."""
        return next(str(r["name"]) for r in self.records("timerabbit", "customers") if r["id"] == record["id"])


@contextmanager
def credentials_file(tokens: Mapping[str, str]) -> Iterator[str]:
    """Write credentials to a file only this user reads, and remove it."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(dict(tokens), file)
    try:
        yield file.name
    finally:
        Path(file.name).unlink()


def main() -> int:
    """Show everything; the exit code."""
    began = time.monotonic()
    machine = OneMachine(HOME, port=PORTS[0], sandbox_port=PORTS[1])
    try:
        machine.reset()
        with machine:
            console.print(f"  Ready after {time.monotonic() - began:.0f} s.")
            demo = Demo(machine)
            demo.connect()
            demo.first_sync()
            demo.webhook()
            demo.overwritten()
            demo.skipped()
            demo.replayed()
            demo.scheduled()
            second_act.play(demo)
            demo.summary()
    except CommandError as error:
        console.print(f"\n[red]{error}[/]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
