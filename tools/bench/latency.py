"""From a person's edit to the other system, by webhook, through the stack deployed onto this machine."""

import math
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from local.demo import Demo
from local.launcher.machine import OneMachine
from local.launcher.ports import free_port
from tools.bench.figures import Figure
from tools.say import CommandError

EDITS = 24
PAUSE_S = 6
"""Between edits: each costs Timerabbit a write and the looks at its echo, and we may make sixty calls a minute."""
FIELDS = ("name", "email")
"""Changed by turns, so that the guard over mass changes has no objection."""
LIMIT_S = 90
LOOK_EVERY_S = 0.02


class Quiet(Demo):
    """The demo without its showing."""

    def samspill(self, *arguments: str) -> None:
        """Run a command."""
        self.ask(*arguments)

    @staticmethod
    def chapter(title: str) -> None:
        """Say nothing."""

    def tell(self, text: str) -> None:
        """Say nothing."""


def latency() -> Iterator[Figure]:
    """Yield median and 95th percentile, the first edit with its cold start among them."""
    with (
        tempfile.TemporaryDirectory() as home,
        OneMachine(Path(home), port=free_port(), sandbox_port=free_port()) as machine,
    ):
        demo = Quiet(machine)
        with demo.vendors:
            demo.connect()
            demo.first_sync()
            took_s = sorted(_edit_s(demo, number) for number in range(EDITS))
    what = f"webhook to applied, one machine, {EDITS} edits, the slowest {took_s[-1]:.1f} s"
    yield Figure(f"{what}: p50", took_s[len(took_s) // 2], "s", most=3)
    yield Figure(f"{what}: p95", took_s[math.ceil(0.95 * len(took_s)) - 1], "s", most=3)


def _edit_s(demo: Demo, number: int) -> float:
    """Edit one linked customer of Tripletex and wait for it in Timerabbit."""
    field = FIELDS[number % len(FIELDS)]
    time.sleep(PAUSE_S)
    left, right = demo.pair(number % 10)
    value = f"Kunde {number} AS" if field == "name" else f"post{number}@kunde.example"
    began = time.monotonic()
    demo.edit("tripletex", "customer", left["id"], {field: value})
    while not any(it["id"] == right["id"] and it[field] == value for it in demo.records("timerabbit", "customers")):
        if time.monotonic() > began + LIMIT_S:
            raise CommandError(f"edit {number} was not applied within {LIMIT_S} s")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began
