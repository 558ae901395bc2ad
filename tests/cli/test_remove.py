"""`samspill remove`: what goes and what stays is shown before, and the answer says what was done."""

from __future__ import annotations

import pytest

from samspill.reasons import LANGUAGES, Language
from samspill.usecases.removing import SETTLES
from tests.cli.terminal import FLOW, Terminal


@pytest.fixture
def active(terminal: Terminal) -> Terminal:
    terminal.first_sync()
    return terminal


def test_nothing_is_removed_before_a_yes(active: Terminal) -> None:
    said = active.run("remove", "flow", FLOW, keys="n\n", expect=1).output

    assert f"The flow {FLOW}: its links, schedules, lists and files." in said
    assert "Stays: who decided what" in said
    assert active.world.registry.flow(active.hub.flow).status == "active"


def test_a_flow_goes_in_two_goes_for_what_was_at_work(active: Terminal) -> None:
    first = active.ask("remove", "flow", FLOW, "--yes", expect=1)
    assert not first["is_over"]
    assert first["waits_until"]
    assert active.ask("flows")["flows"][0]["status"] == "being removed"

    active.hub.clock.advance(SETTLES.total_seconds())
    second = active.ask("remove", "flow", FLOW, "--yes")

    assert (second["is_over"], second["waits_until"], first["removed"] > 3) == (True, None, True)
    assert active.world.registry.flows("acme") == []
    assert active.run("remove", "flow", FLOW, "--yes", expect=2).stderr


def test_a_connection_in_use_is_refused_with_what_to_do(active: Terminal) -> None:
    said = active.run("remove", "connection", "tripletex", "--yes", expect=2).stderr

    assert said.strip() == f"Flows use the connection tripletex: {FLOW}. Remove them first: samspill remove flow NAME"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tenant_goes_with_everything(active: Terminal, language: Language) -> None:
    active.language = language
    active.run("remove", "tenant", "--yes", expect=1)
    active.hub.clock.advance(SETTLES.total_seconds())

    done = active.ask("remove", "tenant", "--yes")

    assert (done["is_over"], done["undone"]) == (True, [])
    assert active.world.registry.connections("acme") == []
    assert active.world.tenants.all() == []


def test_who_removed_what_stays_known(active: Terminal) -> None:
    active.run("--by", "the contract ended", "remove", "flow", FLOW, "--yes", expect=1)
    active.hub.clock.advance(SETTLES.total_seconds())
    active.run("remove", "flow", FLOW, "--yes")

    found = [each for each in active.ask("audit", "--flow", FLOW)["decisions"] if each["deed"] == "removing.begin"]

    assert [each["by"] for each in found] == ["kari", "kari"]
    assert found[-1]["note"] == "the contract ended"
    assert found[-1]["changes"]["status"]["after"] == "being removed"


def test_a_tenant_that_is_not_there_is_told(active: Terminal) -> None:
    active.run("remove", "flow", "nothing", "--yes", expect=2)
    active.run("remove", "connection", "nothing", "--yes", expect=2)
