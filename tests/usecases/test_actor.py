"""Who may do what: every use case takes an actor and declares the role that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from samspill import usecases
from samspill.errors import NotAllowedError
from samspill.reasons import LANGUAGES, Language, Reason
from samspill.store.sign_in import AwsSignIn, machine_user
from samspill.texts.reasons import reason_text
from samspill.usecases import review, setup
from samspill.usecases.actor import ROLES, UNKNOWN, Actor, Role, signed_in
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub


class Sts:
    def __init__(self, arn: str) -> None:
        self._arn = arn

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Arn": self._arn}


class Named:
    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name


def use_cases() -> Iterator[tuple[str, Any]]:
    """Every public function of the use cases that reaches the world."""
    for module in iter_modules(usecases.__path__):
        loaded = import_module(f"samspill.usecases.{module.name}")
        for name, function in getmembers(loaded, isfunction):
            here = function.__module__ == loaded.__name__ and not name.startswith("_")
            if here and "actor" in {each.lstrip("_") for each in signature(function).parameters}:
                yield f"{module.name}.{name}", function


def test_every_use_case_that_takes_an_actor_declares_the_role_it_needs() -> None:
    found = {name for name, _ in use_cases()}

    assert found == set(ROLES)
    assert len(found) > 15


def test_a_role_may_do_what_those_before_it_may() -> None:
    operator = Actor("o", frozenset({Role.OPERATOR}))

    assert [operator.may(role) for role in Role] == [True, True, False]


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::123456789012:user/office/kari", "kari"),
        ("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_1a/kari@firma.example", "kari@firma.example"),
        ("arn:aws:iam::000000000000:root", machine_user()),
    ],
)
def test_the_name_is_what_the_sign_in_proves(arn: str, name: str) -> None:
    actor = signed_in(AwsSignIn(lambda: Sts(arn)))

    assert (actor.name, actor.may(Role.ADMIN)) == (name, True)


def test_whoever_cannot_be_told_may_look_and_not_decide() -> None:
    hub, unknown = Hub(size=3), signed_in(Named(""))
    hub.connect()
    before = hub.world.registry.flow(hub.flow)

    assert unknown.name == UNKNOWN
    assert review.waiting_for_a_person(hub.world, unknown, hub.flow) == []
    with pytest.raises(NotAllowedError) as caught:
        setup.run(hub.world, unknown, hub.flow)
    assert caught.value.reason.params == {"person": "unknown", "role": "operator"}
    assert hub.world.registry.flow(hub.flow) == before
    assert hub.world.runs.latest(hub.flow) == []
    assert hub.world.queues.depth() == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "command",
    [("approve", FLOW, "--yes"), ("reject", FLOW, "000000000000"), ("limits", FLOW, "--reset")],
)
def test_an_unknown_person_is_told_at_the_command_line_and_nothing_is_done(
    tmp_path: Path, command: tuple[str, ...], language: Language
) -> None:
    terminal = Terminal(Hub(size=3), tmp_path, language)
    terminal.set_up()
    terminal.run("run", FLOW)
    terminal.actor = signed_in(Named("unknown"))
    before, links = terminal.world.registry.flow(terminal.hub.flow), terminal.hub.links("customers")

    said = terminal.run(*command, expect=1).stderr

    reason = Reason("not_allowed", {"person": "unknown", "role": "admin" if "limits" in command else "operator"})
    assert said.strip() == reason_text(reason, language)
    assert terminal.world.registry.flow(terminal.hub.flow) == before
    assert terminal.hub.links("customers") == links
    assert terminal.hub.writes("timerabbit") == 0
