"""Many tenants: which need somebody, and none that is misspelt looks as if all were well there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from samspill.cli.main import cli
from samspill.messages import WatchTenants
from samspill.notices.summary import Summary
from tests.cli.terminal import ADDRESSES, FLOW, Terminal


def at(terminal: Terminal, tenant: str, *arguments: str, keys: str | None = None) -> Result:
    options = ["--tenant", tenant, "--lang", "en"]
    return CliRunner().invoke(cli, [*options, *arguments], obj=terminal.session, input=keys)


def look(terminal: Terminal) -> None:
    terminal.world.queues.send([WatchTenants()])
    terminal.hub.drain()


def connecting(terminal: Terminal) -> tuple[str, ...]:
    tokens = terminal.file(terminal.hub.timerabbit.tokens())
    address = ("--address", ADDRESSES["timerabbit"])
    return ("connect", "timerabbit", "--name", "timerabbit", "--credentials-file", tokens, *address)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_tenant_that_is_misspelt_is_wrong_usage_and_the_others_are_named(
    terminal: Terminal, more: tuple[str, ...]
) -> None:
    terminal.connect("tripletex")

    done = at(terminal, "acmee", "status", *more)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "There is no tenant acmee. There are: acme." in done.stderr


def test_a_tenant_of_an_older_version_that_was_never_noted_is_shown(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    known = terminal.world.registry.connection("acme", "tripletex")
    terminal.world.registry.save_connection(known.model_copy(update={"tenant": "nord", "revision": 0}))

    assert at(terminal, "nord", "status").exit_code == 0
    assert at(terminal, "nord", "test", "nobody").exit_code == 2


def test_a_second_tenant_is_asked_about_once(terminal: Terminal) -> None:
    terminal.connect("tripletex")

    refused = at(terminal, "nord", *connecting(terminal), keys="n\n")
    assert "There is no tenant nord yet. Make a new one?" in refused.output
    assert (refused.exit_code, terminal.world.registry.connections("nord")) == (1, [])

    assert at(terminal, "nord", *connecting(terminal), keys="y\n").exit_code == 0
    assert [each.id for each in terminal.world.registry.connections("nord")] == ["timerabbit"]
    assert "Make a new one?" not in at(terminal, "nord", *connecting(terminal)).output


def test_a_script_says_that_a_tenant_is_new(terminal: Terminal) -> None:
    terminal.connect("tripletex")

    assert at(terminal, "nord", *connecting(terminal), "--new-tenant").exit_code == 0
    assert terminal.world.tenants.all() == ["acme", "nord"]


def test_all_tenants_are_listed_with_what_waits_there(doubtful: tuple[Terminal, str, str]) -> None:
    terminal, _, _ = doubtful
    terminal.run("run", FLOW)
    at(terminal, "nord", *connecting(terminal), "--new-tenant", "--shared-account")
    waiting = len(terminal.ask("review", FLOW)["items"])
    unseen = terminal.ask("tenants")["tenants"]
    assert [(each["tenant"], each["looked_at"]) for each in unseen] == [("acme", None), ("nord", None)]
    assert "not looked at yet" in terminal.run("tenants").stdout
    look(terminal)

    (acme, nord) = terminal.ask("tenants", expect=1)["tenants"]

    assert (acme["tenant"], acme["connections"], acme["flows"], acme["review"]) == ("acme", 2, 1, waiting)
    assert acme["needs_person"]
    assert acme["last_run_at"]
    assert (acme["needs"], acme["looked_at"]) == (["review"], nord["looked_at"])
    assert acme["needs_since"]
    assert (nord["tenant"], nord["connections"], nord["flows"], nord["needs_person"]) == ("nord", 1, 0, False)
    assert [it["tenant"] for it in terminal.ask("tenants", "--needs-somebody", expect=1)["tenants"]] == ["acme"]
    shown = terminal.run("tenants", expect=1).stdout
    assert "To decide" in shown
    assert "nord" in shown
    assert json.loads(at(terminal, "whoever", "tenants", "--json").stdout)["schema"] == "samspill.cli.tenants.1"


def test_who_has_needed_somebody_for_longest_comes_first_and_who_needs_nobody_last(terminal: Terminal) -> None:
    now = terminal.hub.clock.now()
    needs: dict[str, tuple[tuple[str, ...], int | None, int]] = {
        "calm": ((), None, 0),
        "long": (("failed", "key"), 72, 0),
        "mapped": ((), None, 1),
        "short": (("review",), 2, 0),
    }
    for name, (kinds, hours, mapping) in needs.items():
        terminal.world.tenants.note(name)
        since = now - timedelta(hours=hours) if hours else None
        summary = Summary(tenant=name, looked_at=now, needs=kinds, needs_since=since, mapping=mapping)
        terminal.world.tenants.sum_up(summary)

    every = terminal.ask("tenants", expect=1)["tenants"]
    some = terminal.ask("tenants", "--needs-somebody", expect=1)["tenants"]

    assert [each["tenant"] for each in every] == ["long", "short", "mapped", "calm"]
    assert some == every[:3]
    assert "failed, key" in terminal.run("tenants", expect=1).stdout
