"""`flows`, `enable`, `run`, `approve`, `pause`, `resume`, `status`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from samspill.cli import follow
from samspill.engine.model import Side
from samspill.flows.catalogue import FLOWS
from samspill.guard import pending
from samspill.messages import FetchPage
from samspill.state import FlowKey, FlowStatus
from samspill.usecases import setup
from samspill.work.turns import BACK_S
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub
from tests.support.actors import admin

KEY = FlowKey("acme", FLOW)


def test_every_flow_is_listed_with_where_it_stands(terminal: Terminal) -> None:
    assert {flow["flow"]: flow["status"] for flow in terminal.ask("flows")["flows"]} == dict.fromkeys(FLOWS)

    terminal.set_up()

    assert {flow["flow"]: flow["status"] for flow in terminal.ask("flows")["flows"]}[FLOW] == "approved"


def test_enabling_is_explained_and_must_be_confirmed(terminal: Terminal) -> None:
    for vendor in ("tripletex", "timerabbit"):
        terminal.connect(vendor, tested=False)
    arguments = ("enable", FLOW, "--left", "tripletex", "--right", "timerabbit")

    said = terminal.run(*arguments, keys="n\n", expect=1).output

    assert "Nothing is written until you have approved a plan." in said
    assert terminal.world.registry.flows("acme") == []
    terminal.run(*arguments, keys="y\n")
    assert terminal.world.registry.flow(KEY).status is FlowStatus.NEW


@pytest.mark.parametrize(
    ("language", "order", "review"),
    [
        ("nb", "ansatte, kunder, prosjekter", "til gjennomgang"),
        ("en", "employees, customers, projects", "in review"),
        ("de", "Mitarbeiter, Kunden, Projekte", "in Prüfung"),
    ],
)
def test_what_to_do_in_the_systems_first_is_said_before_a_flow_is_set_up(
    tmp_path: Path, language: str, order: str, review: str
) -> None:
    terminal = Terminal(Hub(size=2, flow="svenn-tripletex"), tmp_path, language)
    terminal.hub.connect()
    arguments = ("enable", "svenn-tripletex", "--left", "svenn", "--right", "tripletex")

    said = " ".join(terminal.run(*arguments, keys="n\n", expect=1).output.split())

    assert order in said
    assert "default_department" in said
    assert review in said


def test_the_interval_is_the_admins(active: Terminal) -> None:
    active.run("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", "--every", "30", "--yes")

    assert active.world.registry.flow(KEY).every_min == 30
    assert active.hub.world.schedules.by_flow[KEY].every_min == 30


def test_a_plan_shows_counts_and_doubts_with_candidate_score_and_reason(doubtful: tuple[Terminal, str, str]) -> None:
    terminal, _, right = doubtful
    before = terminal.hub.writes("timerabbit")

    said = terminal.run("run", FLOW).output

    plan = terminal.world.registry.flow(KEY).plan
    assert f"Plan {plan} for {FLOW}" in said
    assert re.search(rf"≈ {right} .*  \d+ %  name alike", said)
    assert f"Next: samspill review {FLOW}" in said
    assert re.search(r"^customers +\d+ +\d+", said, re.MULTILINE)
    assert terminal.hub.writes("timerabbit") == before


def test_a_plan_that_is_shown_must_be_confirmed_before_anything_is_written(terminal: Terminal) -> None:
    terminal.set_up()
    terminal.run("run", FLOW)
    before = terminal.hub.writes("timerabbit")

    said = terminal.run("approve", FLOW, keys="n\n", expect=1).output

    assert str(terminal.world.registry.flow(KEY).plan) in said
    assert terminal.hub.writes("timerabbit") == before
    assert terminal.world.registry.flow(KEY).status is FlowStatus.APPROVED


def test_an_approved_plan_is_carried_out_in_the_persons_name(terminal: Terminal) -> None:
    terminal.set_up()
    plan = terminal.ask("run", FLOW)["plan"]

    ended = terminal.ask_any("approve", FLOW, "--plan", plan["hash"], "--yes")

    assert (ended["purpose"], ended["by"]) == ("apply", "kari")
    assert terminal.world.registry.flow(KEY).status is FlowStatus.ACTIVE
    assert terminal.hub.writes("timerabbit") > 0


def test_another_plan_than_the_one_that_was_shown_is_refused(terminal: Terminal) -> None:
    terminal.set_up()
    terminal.run("run", FLOW)

    said = terminal.run("approve", FLOW, "--plan", "0ther", "--yes", expect=1).stderr

    assert "no longer holds" in said
    assert terminal.hub.writes("timerabbit") == 0


def test_approving_without_a_plan_says_how_to_make_one(terminal: Terminal) -> None:
    terminal.set_up()

    assert f"samspill run {FLOW}" in terminal.run("approve", FLOW, expect=2).stderr


def test_a_dry_run_of_an_active_flow_plans_and_writes_nothing(active: Terminal) -> None:
    active.hub.tripletex.add("customer", {"name": "Ny kunde AS"})
    before = active.hub.writes("timerabbit")

    answer = active.ask("run", FLOW, "--dry-run")

    created = [line["label"] for line in answer["plan"]["lines"] if line["action"] == "create"]
    assert [label.split(" (")[0] for label in created if label.startswith("Ny")] == ["Ny kunde AS"]
    assert active.hub.writes("timerabbit") == before


def test_a_run_without_waiting_leaves_before_anything_is_read(active: Terminal) -> None:
    calls = len(active.hub.tripletex.calls)

    answer = active.ask("run", FLOW, "--no-wait")

    assert active.world.runs.latest(KEY, 1)[0].id == answer["run"]
    assert len(active.hub.tripletex.calls) == calls


def test_leaving_a_run_leaves_it_going(active: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow, "_watch", interrupted)

    said = active.run("run", FLOW, expect=130).output

    assert f"goes on. See: samspill status {FLOW}" in said
    assert not active.world.runs.latest(KEY, 1)[0].status.is_over


def test_a_paused_flow_does_not_run_and_goes_on_after_resume(active: Terminal) -> None:
    assert active.ask("pause", FLOW)["status"] == "paused"
    assert active.hub.world.schedules.by_flow[KEY].enabled is False
    active.run("run", FLOW, expect=2)

    assert active.ask("resume", FLOW)["status"] == "active"
    assert active.hub.world.schedules.by_flow[KEY].enabled is True
    assert active.world.runs.latest(KEY, 1)[0].by == "kari"


def test_status_tells_connections_flows_and_runs(active: Terminal) -> None:
    answer = active.ask_any("status", FLOW)

    assert {(c["id"], c["status"]) for c in answer["connections"]} == {
        ("tripletex", "tested"),
        ("timerabbit", "tested"),
    }
    assert [(flow["flow"], flow["status"]) for flow in answer["flows"]] == [(FLOW, "active")]
    assert [run["purpose"] for run in answer["flows"][0]["runs"]] == ["apply", "plan"]


@pytest.mark.parametrize("command", ["status", "run", "approve", "pause", "resume", "review", "log", "export"])
def test_a_flow_that_does_not_exist_is_wrong_usage(terminal: Terminal, command: str) -> None:
    said = terminal.run(command, "no-such-flow", expect=2).stderr

    assert "no-such-flow" in said


def test_a_stopped_mass_deletion_is_shown_and_let_through_by_its_hash(active: Terminal) -> None:
    message = FetchPage(tenant=KEY.tenant, flow=KEY.flow, stream="customers", side=Side.LEFT)
    links = [(link.id, link.label) for link in active.hub.links("customers") if Side.LEFT in link.ids][:3]
    stopped = pending.hold(active.world, message, links)
    assert stopped is not None

    told = active.run("status", FLOW, expect=1).output
    assert f"--list {stopped.hash}" in " ".join(told.split())
    assert "no such list" in active.run("approve", FLOW, "--list", "000000000000", expect=1).stderr
    assert active.ask("approve", FLOW, "--list", stopped.hash)["count"] == 3
    assert active.ask_any("status", FLOW)["flows"][0]["held"] == []


def test_status_tells_of_a_run_that_rests_until_when_what_was_broken_off_comes_back(active: Terminal) -> None:
    run = setup.run(active.hub.world, admin("kari"), KEY, full=True)
    assert "has not moved" not in active.run("status", FLOW).output
    broken_off = [each for each in active.world.queues.receive("fetch") if each]  # type: ignore[attr-defined]  # in memory
    assert broken_off, "a function took the run's messages and died"
    active.hub.clock.advance(100)

    said = active.run("status", FLOW).output
    (told, *_) = active.ask("status", FLOW)["flows"][0]["runs"]

    assert told["id"] == run.id
    since = datetime.fromisoformat(told["moved_at"] or told["started_at"])
    until = datetime.fromisoformat(told["comes_back_by"])
    assert until - since == timedelta(seconds=BACK_S)
    assert f"Run {run.id} has not moved since {since:%F %T} UTC" in said
    assert f"comes back by {until:%F %T} UTC" in said
