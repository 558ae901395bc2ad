"""From a person's edit to the other system, by webhook, through the stack deployed onto this machine."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, override

from local import demo, second_act
from local.demo import Demo
from local.launcher.machine import OneMachine
from local.launcher.ports import free_port
from samspill.connectors.vendors import title
from samspill.engine.model import Side
from tools.bench.figures import Figure
from tools.say import CommandError

if TYPE_CHECKING:
    import subprocess

EDITS = 24
PAUSE_S = 6
"""Between edits: each costs a write and the looks at its echo, and of some vendors we may ask sixty things a minute."""
RECORDS = 10
FIELDS = ("name", "email")
"""Changed by turns, so that the guard over mass changes has no objection."""
LIMIT_S = 90
LOOK_EVERY_S = 0.02
MOST_S = 3
START_MOST_S = 60
START = "second start of the demo, everything installed and built: an empty machine, the stack deployed"
COLLECTIONS = {"tripletex": "customer", "timerabbit": "customers", "svenn": "customers"}


@dataclass(frozen=True)
class Way:
    """From a side of a flow to the other one."""

    flow: str
    source: str
    target: str
    side: Side

    @property
    def what(self) -> str:
        """The way in words."""
        return f"webhook to applied, {title(self.source)} → {title(self.target)}, one machine, {EDITS} edits"


WAYS = (
    Way(demo.FLOW, "tripletex", "timerabbit", Side.LEFT),
    Way(second_act.FLOW, "svenn", "tripletex", Side.LEFT),
    Way(second_act.FLOW, "tripletex", "svenn", Side.RIGHT),
)


class Quiet(Demo):
    """The demo without its showing."""

    @override
    def run(self, *arguments: str, shown: bool) -> subprocess.CompletedProcess[str]:
        """Run a command, and show nothing."""
        return super().run(*arguments, shown=False)

    @override
    def samspill(self, *arguments: str) -> None:
        """Run a command."""
        self.ask(*arguments)

    @override
    @staticmethod
    def chapter(title: str) -> None:
        """Say nothing."""

    @override
    def tell(self, text: str) -> None:
        """Say nothing."""


def not_measured() -> Iterator[Figure]:
    """Yield what `latency` would measure."""
    how = "E2E=1 make bench"
    for way in WAYS:
        for share in ("p50", "p95"):
            yield Figure(f"{way.what}: {share}", None, "s", most=MOST_S, how=how)
    yield Figure(START, None, "s", most=START_MOST_S, how=how)


def latency() -> Iterator[Figure]:
    """Yield median and 95th percentile of each way, the first edit with its cold start among them."""
    with _machine() as machine:
        quiet = Quiet(machine)
        with quiet.vendors:
            quiet.connect()
            quiet.first_sync()
            second_act.set_up(quiet)
            second_act.first_sync(quiet)
            for way in WAYS:
                pairs = _pairs(quiet, way)
                took_s = sorted(_edit_s(quiet, way, number, pairs[number % len(pairs)]) for number in range(EDITS))
                what = f"{way.what}, the slowest {took_s[-1]:.1f} s"
                yield Figure(f"{what}: p50", took_s[len(took_s) // 2], "s", most=MOST_S)
                yield Figure(f"{what}: p95", took_s[math.ceil(0.95 * len(took_s)) - 1], "s", most=MOST_S)
    yield from _start()


def _start() -> Iterator[Figure]:
    began = time.monotonic()
    with _machine():
        yield Figure(START, time.monotonic() - began, "s", most=START_MOST_S)


@contextmanager
def _machine() -> Iterator[OneMachine]:
    with (
        tempfile.TemporaryDirectory() as home,
        OneMachine(Path(home), port=free_port(), sandbox_port=free_port()) as machine,
    ):
        yield machine


def _pairs(quiet: Quiet, way: Way) -> list[tuple[str, str]]:
    """Return the ids of some pairs that are in step, the source's first."""
    links = [each for each in quiet.links("customers", way.flow) if each["result"] in {"applied", "unchanged"}]
    pairs = [(each[f"{way.side}_id"], each[f"{way.side.other}_id"]) for each in links]
    active = [pair for pair in pairs if all(pair)]
    quiet.insist(f"{RECORDS} customers are in step", len(active) >= RECORDS)
    return active[:RECORDS]


def _edit_s(quiet: Quiet, way: Way, number: int, pair: tuple[str, str]) -> float:
    """Edit a linked customer and wait for it on the other side."""
    field = FIELDS[number % len(FIELDS)]
    time.sleep(PAUSE_S)
    value = f"{way.source} {number} AS" if field == "name" else f"post{number}@{way.source}.example"
    began = time.monotonic()
    quiet.edit(way.source, COLLECTIONS[way.source], pair[0], {field: value})
    while _value(quiet, way.target, pair[1], field) != value:
        if time.monotonic() > began + LIMIT_S:
            raise CommandError(f"edit {number} was not applied within {LIMIT_S} s: {way.what}")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began


def _value(quiet: Quiet, vendor: str, record_id: str, field: str) -> object:
    path = f"/{vendor}/{COLLECTIONS[vendor]}/{record_id}"
    return quiet.vendors.get(path).raise_for_status().json()[field]
