"""Every decision is written down: who asked for what before it is done, and how it ended after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from inspect import Parameter, signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from samspill.decisions import DecisionLine, Part
from samspill.errors import ConflictError, UsageError
from samspill.ports import World
from samspill.reasons import LANGUAGES
from samspill.state import FlowKey, FlowStatus, StreamKey
from samspill.store.sign_in import AwsSignIn
from samspill.texts.catalogue import catalogue
from samspill.usecases import approvals, audited, exports, limits, replaying, review, rules, setup
from samspill.usecases.actor import DEEDS, ROLES, Role, signed_in
from samspill.usecases.removing import Target
from samspill.usecases.replaying import Chosen
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub
from tests.support.actors import admin
from tests.usecases.test_actor import Named, Sts, use_cases

NO_DECISIONS = {
    "connecting.reach",
    "forgetting.found",
    "mapping.check",
    "mapping.fields",
    "rules.becomes_two_way",
    "totals.totals",
    "whatif.whatif",
}
"""These need a role because of what they call, and change nothing."""
PARTS_OF_DECISIONS = {"deciding.decide", "removing.go_on"}
"""What they do is written down by `review.decide`, with every record, and by `removing.begin`."""
EVERY = tuple((name, use_case) for name, use_case in use_cases() if name in DEEDS)


class UnwritableError(Exception):
    """Nothing can be written down."""


class Unwritable:
    def write(self, line: DecisionLine) -> None:
        raise UnwritableError(line.deed)


class Untouchable:
    """A part of the world in which nothing may happen but looking."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        if name in {"flow", "flows", "connection", "connections", "now", "get"}:
            return getattr(self._inner, name)
        raise AssertionError(name)


def lines(world: World) -> list[DecisionLine]:
    now = world.clock.now()
    return list(world.decisions.read("acme", now - timedelta(days=999), now))


def ended(world: World) -> list[tuple[str, str]]:
    return [(line.deed, line.part) for line in lines(world) if line.part is not Part.ASKED]


def arguments(use_case: Any) -> Iterator[tuple[str, Any]]:
    """Something for every argument that has no default."""
    given: dict[str, Any] = {
        "key": FlowKey("acme", FLOW),
        "stream": StreamKey("acme", FLOW, "customers"),
        "tenant": "acme",
    }
    given |= {"connection_id": "tripletex", "link_ids": ["left-1"], "chosen": Chosen(), "dry_run": False}
    given |= {"target": Target("acme", flow=FLOW)}
    for each in list(signature(use_case).parameters.values())[2:]:
        if each.default is Parameter.empty:
            yield each.name, given.get(each.name, "1")


def test_whatever_needs_more_than_looking_is_a_decision() -> None:
    asking = {name for name, role in ROLES.items() if role is not Role.VIEWER}

    assert asking - set(DEEDS) == NO_DECISIONS | PARTS_OF_DECISIONS
    assert len(EVERY) == len(DEEDS) > 20


@pytest.mark.parametrize(("name", "use_case"), EVERY)
def test_what_cannot_be_written_down_is_not_done(name: str, use_case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(size=3)
    hub.connect()
    parts: dict[str, Any] = {each: Untouchable(getattr(hub.world, each)) for each in World.__dataclass_fields__}
    world = replace(hub.world, **parts | {"decisions": Unwritable()})
    monkeypatch.setattr(exports, "find_file", lambda *_: SimpleNamespace(flow_key=hub.flow))

    with pytest.raises(UnwritableError, match=name):
        use_case(world, admin(), **dict(arguments(use_case)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", [*sorted(DEEDS), *(str(part) for part in Part if part is not Part.ASKED), "unknown"])
def test_every_decision_has_a_name_in_every_language(ending: str, language: Any) -> None:
    assert catalogue(language).forms[f"word.deed.{ending}"][0]


def test_a_decision_says_who_by_the_sign_in_what_and_what_it_changed() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    hub.clock.advance(60)
    person = signed_in(AwsSignIn(lambda: Sts("arn:aws:sts::1:assumed-role/Admin/kari@firma.example")))

    setup.pause(hub.world, person.noting("asked for by the customer"), hub.flow)

    asked, end = sorted(lines(hub.world)[:2], key=lambda line: line.part)
    assert (asked.by, asked.note, asked.deed, asked.flow) == (
        "kari@firma.example",
        "asked for by the customer",
        "setup.pause",
        FLOW,
    )
    assert (asked.part, end.part, end.of, end.by) == (Part.ASKED, Part.DONE, asked.of, asked.by)
    assert (end.changes["status"].before, end.changes["status"].after) == ("active", "paused")
    assert hub.world.registry.flow(hub.flow).status is FlowStatus.PAUSED


def test_what_is_changed_in_a_flow_is_told_before_and_after() -> None:
    hub = Hub(size=3)
    hub.first_sync()

    limits.change(hub.world, admin("kari"), hub.flow, at_least=0)
    rules.set_rule(hub.world, admin("ola"), hub.flow, "customers.phone", "report", master=None, on_conflict=None)
    rules.reset(hub.world, admin("ola"), hub.flow, "customers.phone")

    found = {line.deed: line for line in lines(hub.world) if line.part is Part.DONE}
    assert found["limits.change"].changes["limits.at_least"].after == 0
    assert found["limits.change"].by == "kari"
    assert found["rules.set_rule"].changes["rules.customers.phone"].before is None
    assert found["rules.set_rule"].changes["rules.customers.phone"].after["policy"] == "report"
    assert found["rules.reset"].changes["rules.customers.phone"].before["policy"] == "report"
    asked = [line.asked for line in lines(hub.world) if (line.deed, line.part) == ("rules.set_rule", Part.ASKED)]
    assert asked == [{"field": "customers.phone", "policy": "report"}]


def test_what_a_use_case_has_another_do_is_one_decision(tmp_path: Path) -> None:
    terminal = Terminal(Hub(size=3), tmp_path)

    terminal.connect("tripletex")

    assert ended(terminal.world) == [("connecting.store", "done")]
    (first, *_) = [line for line in lines(terminal.world) if line.part is Part.ASKED]
    assert (first.connection, first.asked["vendor"]) == ("tripletex", "tripletex")


def test_a_refused_decision_says_why_and_changes_nothing() -> None:
    hub = Hub(size=3)
    hub.connect()
    before = hub.world.registry.flow(hub.flow)

    with pytest.raises(UsageError):
        setup.resume(hub.world, admin(), hub.flow)
    with pytest.raises(ConflictError):
        approvals.approve(hub.world, admin(), hub.flow, "0123456789ab")

    found = {line.deed: line for line in lines(hub.world) if line.part is Part.REFUSED}
    assert {name: line.reason.code for name, line in found.items() if line.reason} == {
        "setup.resume": "not_paused",
        "approvals.approve": "held_changed",
    }
    assert not any(line.changes for line in found.values())
    assert hub.world.registry.flow(hub.flow) == before


def test_of_a_decision_that_somebody_died_over_its_first_line_is_there() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    hub.clock.advance(60)
    world = replace(hub.world, schedules=cast("Any", None))

    with pytest.raises(AttributeError):
        setup.pause(world, admin("kari"), hub.flow)

    (asked, *_) = lines(hub.world)
    assert (asked.deed, asked.part, asked.by) == ("setup.pause", Part.ASKED, "kari")
    assert hub.world.registry.flow(hub.flow).status is FlowStatus.PAUSED, "it had been done"


def test_no_key_stands_in_any_line(tmp_path: Path) -> None:
    terminal = Terminal(Hub(size=3), tmp_path)
    terminal.first_sync()
    secrets = [value for each in terminal.hub.sandboxes.values() for value in each.tokens().values()]

    written = json.dumps([line.model_dump(mode="json") for line in lines(terminal.world)])

    assert len(secrets) > 2
    assert not [each for each in secrets if each in written]
    (stored, *_) = [line for line in lines(terminal.world) if line.connection == "tripletex" and line.asked]
    assert sorted(terminal.hub.tripletex.tokens()) in [
        line.asked.get("credentials") for line in lines(terminal.world) if line.deed == "connecting.store"
    ], stored


def test_looking_and_trying_out_are_no_decisions() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    before = lines(hub.world)

    review.waiting_for_a_person(hub.world, admin(), hub.flow)
    replaying.records(hub.world, admin(), hub.flow, Chosen(), dry_run=True)
    replaying.letters(hub.world, admin(), hub.flow, limit=None, dry_run=True)

    assert lines(hub.world) == before


def test_whoever_may_not_decide_has_decided_nothing() -> None:
    hub = Hub(size=3)
    hub.connect()
    before = lines(hub.world)

    with pytest.raises(Exception, match="may not run"):
        setup.run(hub.world, signed_in(Named("")), hub.flow)

    assert lines(hub.world) == before


def test_long_lists_and_texts_are_cut_and_counted() -> None:
    shown = audited.shown(
        {"tenant": "t", "link_ids": [f"left-{n}" for n in range(audited.MOST + 5)], "text": "x" * 999}
    )

    assert set(shown) == {"link_ids", "text"}
    assert (len(shown["link_ids"]), shown["link_ids"][-1]) == (audited.MOST + 1, "… (205)")
    assert shown["text"] == "x" * audited.LONGEST + " … (999)"
