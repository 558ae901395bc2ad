"""A plan tells beforehand what the target would refuse: exactly that, and before anything is sent."""

from __future__ import annotations

from pathlib import Path

from samspill.engine.model import Result
from samspill.usecases import setup
from tests.cli.terminal import Terminal
from tests.flows.hub import Hub
from tests.support.actors import admin

NAME = "svenn-tripletex"


class Forgetful(Hub):
    """A hub whose connection to Tripletex was given no project manager."""

    def _settings(self, vendor: str) -> dict[str, str]:
        return {name: value for name, value in super()._settings(vendor).items() if name != "default_project_manager"}


def foreseen(hub: Hub) -> tuple[dict[str, str], str]:
    """The label of each record that the plan says would be refused, with the reason's code; and the plan's hash."""
    plan = hub.plan()
    return {line.label: line.foreseen.code for line in plan.lines if line.foreseen}, plan.hash


def refused(hub: Hub) -> dict[str, str]:
    return {
        link.label: link.outcome.reason.code
        for stream in ("customers", "projects", "employees")
        for link in hub.links(stream)
        if link.outcome and link.outcome.result is Result.FAILED
    }


def test_the_plan_of_a_first_sync_foresees_exactly_what_would_be_refused() -> None:
    hub = Forgetful(flow=NAME)
    hub.connect()
    made = next(
        line for line in hub.plan().lines if line.stream == "projects" and line.action == "create" and line.right
    )
    hub.tripletex.edit("project", made.right or "", {"number": "2026-17"})
    told, plan = foreseen(hub)

    setup.approve_plan(hub.world, admin(), hub.flow, plan)
    hub.drain()

    assert told == refused(hub)
    assert {"default_required", "field_refused"} == set(told.values())


def test_what_a_plan_foresees_is_told_with_its_count_an_example_and_the_command_that_helps(tmp_path: Path) -> None:
    hub = Forgetful(flow=NAME)
    hub.connect()
    terminal = Terminal(hub, tmp_path)

    shown = terminal.run("run", NAME).stdout
    (told,) = terminal.ask("run", NAME)["plan"]["foreseen"]

    assert "Would be refused: 2 of projects. Tripletex requires manager of every new record." in shown
    assert "samspill connect tripletex --name tripletex --setting default_project_manager=ID" in shown
    assert f"First: {told['label']} ({told['link']})" in shown
    assert (told["stream"], told["count"], told["reason"]["code"]) == ("projects", 2, "default_required")
    assert "default_project_manager" in told["text"]


def test_a_plan_names_the_same_actions_whether_or_not_a_refusal_is_foreseen() -> None:
    without, with_it = Forgetful(flow=NAME), Hub(flow=NAME)
    for hub in (without, with_it):
        hub.connect()
    assert without.plan().hash == with_it.plan().hash
