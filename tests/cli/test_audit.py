"""`samspill audit`: who decided what, and when."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from samspill.decisions import DecisionLine, Part
from samspill.reasons import Reason
from samspill.texts.reasons import reason_text
from tests.cli.terminal import FLOW, Terminal
from tests.support.actors import admin


@pytest.fixture
def active(terminal: Terminal) -> Terminal:
    """A flow that somebody set up and somebody else paused."""
    terminal.first_sync()
    terminal.hub.clock.advance(3600)
    terminal.actor = admin("ola")
    terminal.run("--by", "for the accountant", "pause", FLOW)
    return terminal


def test_decisions_are_listed_newest_first_with_who_when_what_and_what_changed(active: Terminal) -> None:
    decisions = active.ask("audit")["decisions"]

    first = decisions[0]
    assert (first["by"], first["note"], first["deed"], first["flow"], first["ended"]) == (
        "ola",
        "for the accountant",
        "setup.pause",
        FLOW,
        "done",
    )
    assert first["changes"]["status"] == {"before": "active", "after": "paused"}
    assert {each["by"] for each in decisions[1:]} == {"kari"}
    assert {each["deed"] for each in decisions} >= {"connecting.store", "enabling.enable", "setup.approve_plan"}
    assert decisions == sorted(decisions, key=lambda each: each["at"], reverse=True)


def test_they_are_chosen_by_flow_person_and_time(active: Terminal) -> None:
    everything = active.ask("audit")["decisions"]

    assert {each["flow"] for each in active.ask("audit", "--flow", FLOW)["decisions"]} == {FLOW}
    assert {each["connection"] for each in everything} == {"", "tripletex", "timerabbit"}
    assert [each["deed"] for each in active.ask("audit", "--who", "OL")["decisions"]] == ["setup.pause"]
    assert active.ask("audit", "--who", "nobody")["decisions"] == []
    assert [each["by"] for each in active.ask("audit", "--since", "30m")["decisions"]] == ["ola"]
    assert "Nobody decided anything in that time." in active.run("audit", "--who", "nobody").stdout


def test_a_person_reads_it_in_local_time_and_words(active: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    at = active.hub.clock.now().astimezone()

    line = next(each for each in active.run("audit").stdout.splitlines() if "ola" in each)

    assert f"{at:%Y-%m-%d %H:%M:%S %Z}" in line
    assert "ola (for the accountant)" in line
    assert "paused a flow" in line
    assert "status: active → paused" in line


def test_what_was_refused_says_why_in_the_persons_language(active: Terminal) -> None:
    active.language = "de"
    active.run("reject", FLOW, "0123456789ab", expect=1)

    (refused,) = [each for each in active.ask("audit")["decisions"] if each["deed"] == "approvals.reject"]

    assert (refused["ended"], refused["reason"]["code"]) == ("refused", "held_changed")
    assert refused["text"] == reason_text(Reason.from_json(refused["reason"]), "de", {"flow": FLOW})
    active.columns = None
    assert refused["text"].split("samspill")[0].strip() in active.run("audit").stdout


def test_a_decision_that_somebody_died_over_is_not_known_to_have_ended(active: Terminal) -> None:
    asked = DecisionLine(
        tenant="acme",
        at=active.hub.clock.now(),
        asked_at=active.hub.clock.now(),
        part=Part.ASKED,
        by="kari",
        deed="setup.resume",
        flow=FLOW,
    )
    active.world.decisions.write(asked)

    found = next(each for each in active.ask("audit")["decisions"] if each["deed"] == "setup.resume")

    assert (found["ended"], found["ended_at"]) == ("unknown", None)
    assert "not known" in active.run("audit").stdout


def test_programs_and_spreadsheets_get_a_file(active: Terminal) -> None:
    plain = list(csv.DictReader(io.StringIO(active.run("audit", "--format", "csv").stdout)))
    text = active.run("audit", "--format", "excel").stdout
    excel = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))

    assert (plain[0]["by"], plain[0]["deed"]) == ("ola", "setup.pause")
    assert datetime.fromisoformat(plain[0]["at"]) == active.hub.clock.now()
    assert "status: active → paused" in plain[0]["changes"]
    assert text.startswith("\ufeff")
    assert (excel[0]["deed"], excel[0]["note"]) == ("paused a flow", "for the accountant")
    assert len(plain) == len(excel) == len(active.ask("audit")["decisions"])


def test_a_note_that_begins_like_a_formula_is_text_in_a_file(active: Terminal) -> None:
    active.run("--by", "=cmd()", "resume", FLOW)

    (row, *_) = csv.DictReader(io.StringIO(active.run("audit", "--format", "csv").stdout))

    assert row["note"] == "'=cmd()"


def test_nobody_elses_decisions_are_shown(active: Terminal) -> None:
    active.world.decisions.write(
        DecisionLine(
            tenant="nord",
            at=active.hub.clock.now(),
            asked_at=active.hub.clock.now(),
            part=Part.ASKED,
            by="nils",
            deed="setup.run",
        )
    )

    assert "nils" not in {each["by"] for each in active.ask("audit")["decisions"]}
