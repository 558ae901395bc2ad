"""`undo`: shown, confirmed, done, and refused where it is another batch."""

from __future__ import annotations

import pytest

from tests.cli.terminal import FLOW, Terminal, a_customer

OLD, NEW = "21000001", "21000002"


@pytest.fixture
def changed(active: Terminal) -> tuple[Terminal, str]:
    """A terminal, and the run that carried a new telephone number over."""
    hub = active.hub
    hub.tripletex.set_faults({"webhook_drop": True})
    left = str(a_customer(active)["id"])
    for phone in (OLD, NEW):
        hub.tripletex.edit("customer", left, {"phoneNumber": phone})
        active.ask_any("run", FLOW)
    return active, hub.world.runs.latest(hub.flow)[0].id


def phones(terminal: Terminal) -> list[str]:
    return [row["phone"] for row in terminal.hub.timerabbit.rows("customers")]


def test_what_would_be_taken_back_is_shown_and_nothing_is_written(changed: tuple[Terminal, str]) -> None:
    terminal, run = changed
    writes = terminal.hub.writes("timerabbit")

    shown = terminal.run("undo", "run", run, "--dry-run").output

    assert f"{NEW} → {OLD}" in shown
    assert "values of 1 record are set back in Timerabbit" in shown
    terminal.hub.drain()
    assert terminal.hub.writes("timerabbit") == writes


def test_a_yes_takes_it_back_and_a_no_does_not(changed: tuple[Terminal, str]) -> None:
    terminal, run = changed

    terminal.run("undo", "run", run, keys="n\n", expect=1)
    terminal.hub.drain()
    assert NEW in phones(terminal)
    terminal.run("undo", "run", run, keys="y\n")
    terminal.hub.drain()

    assert NEW not in phones(terminal)
    assert OLD in phones(terminal)
    assert "kari took back what had been written in Timerabbit" in terminal.run("log", FLOW).output


def test_a_program_names_the_batch_that_it_saw(changed: tuple[Terminal, str]) -> None:
    terminal, run = changed
    shown = terminal.ask("undo", "run", run)
    assert (shown["done"], len(shown["back"]), shown["left"]) == (False, 1, [])

    assert "samspill undo" in terminal.run("undo", "run", run, "--yes", "000000000000", expect=1).stderr
    done = terminal.ask("undo", "run", run, "--yes", shown["hash"])
    terminal.hub.drain()

    assert (done["done"], done["by"], done["hash"]) == (True, "kari", shown["hash"])
    assert OLD in phones(terminal)


@pytest.mark.parametrize(("language", "told"), [("nb", "tilbake"), ("de", "zurück")])
def test_it_is_told_in_the_language_of_the_person(changed: tuple[Terminal, str], language: str, told: str) -> None:
    terminal, run = changed
    terminal.language = language

    assert told in terminal.run("undo", "run", run, "--dry-run").output
