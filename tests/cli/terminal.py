"""A person at a terminal whose commands reach a hub in memory. The hub works whenever somebody looks at a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from samspill.cli.main import cli
from samspill.cli.terminal import Session
from samspill.ports import World
from samspill.state import FlowKey, Run
from samspill.store.memory import MemoryRuns
from samspill.usecases.actor import Actor
from tests.flows.hub import Hub
from tests.support.actors import admin
from tools.pages.schemas import answer_schema, answers

FLOW = "tripletex-timerabbit"
WIDE = {"COLUMNS": "240"}
ADDRESSES = {"tripletex": "https://tripletex.sandbox/v2", "timerabbit": "https://timerabbit.sandbox"}


class WorkingRuns(MemoryRuns):
    """Runs that are over by the time they are looked at, so that following one never sleeps."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub, self._working = hub, False

    def get(self, key: FlowKey, run_id: str) -> Run | None:
        if not self._working:
            self._working = True
            self._hub.drain()
            self._working = False
        return super().get(key, run_id)

    def add(self, key: FlowKey, run_id: str, counters: Mapping[str, int], once: str) -> Run | None:
        working, self._working = self._working, True  # counting is no look
        try:
            return super().add(key, run_id, counters, once)
        finally:
            self._working = working


@dataclass
class Terminal:
    """Runs commands and keeps everything they printed."""

    hub: Hub
    folder: Path
    language: str = "en"
    world: World = field(init=False)
    actor: Actor = field(default_factory=lambda: admin("kari"))
    columns: int | None = 240
    printed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = self.hub.world = replace(self.hub.world, runs=WorkingRuns(self.hub))

    @property
    def session(self) -> Session:
        return Session(self.world, self.actor, self.columns)

    def run(self, *arguments: str, keys: str | None = None, expect: int = 0) -> Result:
        """Run a command with these keystrokes; its exit code must be as expected."""
        options = ["--tenant", "acme", "--lang", self.language]
        done = CliRunner().invoke(cli, [*options, *arguments], obj=self.session, input=keys, env=WIDE)
        self.printed.append(done.output)
        assert done.exit_code == expect, (arguments, done.output, done.exception)
        return done

    def ask(self, *arguments: str, expect: int = 0) -> Any:
        """Return a command's answer as JSON; standard output must hold nothing else."""
        return self.answer(self.run(*arguments, "--json", expect=expect).stdout)

    def answer(self, printed: str) -> Any:
        """Return what a command answered, without the name of its shape."""
        answer = json.loads(printed)
        shape(answer["schema"]).validate(answer)
        del answer["schema"]
        return answer

    def file(self, content: Mapping[str, str] | str) -> str:
        """Return the name of a credentials file."""
        path = self.folder / "credentials.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def connect(self, vendor: str, *more: str, tested: bool = True, expect: int = 0) -> Result:
        """Connect a sandbox with its own tokens."""
        how = () if tested else ("--no-test",)
        tokens = self.file(self.hub.sandboxes[vendor].tokens())
        settings = ("--setting", "environment=test") if vendor == "tripletex" else ()
        address = ("--address", ADDRESSES[vendor])
        arguments = ("connect", vendor, "--name", vendor, "--credentials-file", tokens)
        return self.run(*arguments, *how, *(more or (*address, *settings)), expect=expect)

    def set_up(self) -> None:
        """Go the way up to the first plan."""
        for vendor in ADDRESSES:
            self.connect(vendor)
            self.run("test", vendor)
        self.run("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", "--yes")

    def first_sync(self) -> None:
        """Go the whole way to an active flow."""
        self.set_up()
        self.ask("run", FLOW)
        done = self.ask_any("approve", FLOW, "--yes")
        assert done["status"].startswith("done")

    def ask_any(self, *arguments: str) -> Any:
        """Return the answer of a command that may end with something for a person to do."""
        options = ["--tenant", "acme"]
        done = CliRunner().invoke(cli, [*options, *arguments, "--json"], obj=self.session, env=WIDE)
        self.printed.append(done.output)
        assert done.exit_code in {0, 1}, done.output
        return self.answer(done.stdout)


@cache
def shape(name: str) -> Validator:
    """Return what checks that an answer has the shape it says it has, as docs/schemas/cli describes it."""
    kind = next(each for each in answers() if each.schema_name() == name)
    return Draft202012Validator(answer_schema(kind))


def a_customer(terminal: Terminal) -> dict[str, Any]:
    """Return an active customer that stands on both sides."""
    rights = {row["number"] for row in terminal.hub.timerabbit.rows("customers")}
    lefts = (row for row in terminal.hub.tripletex.rows("customer") if not row["isInactive"])
    return next(row for row in lefts if str(row["customerNumber"]) in rights)
