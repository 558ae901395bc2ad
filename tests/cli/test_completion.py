"""The shell completes what the hub knows: tenants, flows, connections. It is quick, and silent where it cannot ask."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from click.shell_completion import BashComplete

from samspill.cli import completion
from samspill.cli.main import cli
from samspill.cli.terminal import Session
from samspill.errors import UnavailableError
from samspill.ports import World
from tests.flows.hub import Hub
from tests.support.actors import admin


@pytest.fixture(scope="module")
def world() -> World:
    hub = Hub(size=2)
    hub.connect()
    hub.world.tenants.note("acme")
    return hub.world


def completed(world: World, *typed: str, begun: str = "") -> list[str]:
    session = Session(world, admin())
    complete = BashComplete(cli, {"obj": session}, "samspill", "_SAMSPILL_COMPLETE")
    return [item.value for item in complete.get_completions(["--tenant", "acme", *typed], begun)]


@pytest.mark.parametrize(
    ("typed", "begun", "expected"),
    [
        (("run",), "", ["tripletex-timerabbit"]),
        (("run",), "trip", ["tripletex-timerabbit"]),
        (("run",), "x", []),
        (("status",), "", ["tripletex-timerabbit"]),
        (("test",), "", ["timerabbit", "tripletex"]),
        (("remove", "connection"), "time", ["timerabbit"]),
        (("enable",), "svenn", ["svenn-tripletex"]),
        (("enable", "svenn-tripletex", "--left"), "trip", ["tripletex"]),
        (("--tenant",), "ac", ["acme"]),
        (("rules", "tripletex-timerabbit"), "projects.pe", ["projects.period"]),
        (("rules", "nobody"), "", []),
        (("audit", "--flow"), "", ["tripletex-timerabbit"]),
    ],
)
def test_what_the_hub_knows_is_proposed(world: World, typed: tuple[str, ...], begun: str, expected: list[str]) -> None:
    assert sorted(completed(world, *typed, begun=begun)) == expected


def test_of_another_tenant_nothing_is_proposed(world: World) -> None:
    assert completed(world, "--tenant", "other", "run") == []


class Broken:
    """A registry that fails, or takes its time."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s

    def flows(self, _tenant: str) -> list[object]:
        time.sleep(self.wait_s)
        raise UnavailableError("down")


@pytest.mark.parametrize(("wait_s", "at_most_s"), [(0.0, 2.0), (5.0, 1.5)], ids=["fails", "hangs"])
def test_a_hub_that_cannot_be_asked_proposes_nothing_and_holds_nobody_up(
    world: World,
    wait_s: float,
    at_most_s: float,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(completion, "WAIT_S", 0.2)
    began = time.monotonic()

    assert completed(replace(world, registry=Broken(wait_s)), "run") == []  # type: ignore[arg-type]  # broken

    assert time.monotonic() - began < at_most_s
    assert capfd.readouterr() == ("", "")


def test_no_more_than_a_screen_of_names_is_proposed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "MOST", 1)

    assert len(completed(world, "test")) == 1
