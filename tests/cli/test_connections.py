"""`connect` and `test`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from local.vendors.svenn import SvennSandbox
from samspill.cli import prompts
from samspill.connectors.vendors import vendor_facts
from samspill.errors import AddressError, UsageError
from samspill.ports import Connector
from samspill.reasons import Reason
from samspill.state import Connection, Refusal
from samspill.texts import catalogue
from tests.cli.terminal import Terminal


def test_a_tested_key_is_shown_back_with_its_company(terminal: Terminal) -> None:
    terminal.connect("tripletex")

    said = terminal.run("test", "tripletex").output

    identity = terminal.world.registry.connection("acme", "tripletex").identity
    assert identity is not None
    assert said == (
        f"Connected as {identity.user} to company {identity.company} ({identity.company_id}).\n"
        "Rights: AUTH_CREATE_PROJECT, AUTH_PROJECT_MANAGER, ROLE_ADMINISTRATOR\n"
    )


def test_of_many_rights_the_first_are_shown_and_all_with_json(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    sandbox = terminal.hub.tripletex
    owner = next(row["employee"] for row in sandbox.rows("entitlement"))
    for number in range(20):
        sandbox.add(
            "entitlement", {"employee": {"id": owner["id"]}, "entitlementId": 900 + number, "name": f"Z{number:02}"}
        )

    said = terminal.run("test", "tripletex").output.replace("\n", " ")

    assert "AUTH_CREATE_PROJECT" in said
    assert "Z08 and 11 more" in said
    assert "Z09" not in said
    assert len(terminal.ask("test", "tripletex")["rights"]) == 23


def test_a_read_only_key_shows_that_it_may_not_write(terminal: Terminal) -> None:
    terminal.connect("timerabbit")
    terminal.hub.timerabbit.set_faults({"missing_right": ["customers:write", "projects:write"]})

    said = terminal.run("test", "timerabbit", expect=1).output

    shown = next(line for line in said.splitlines() if line.startswith("Rights: "))
    assert "customers:read" in shown
    assert not {"customers:write", "projects:write"} & {*shown.removeprefix("Rights: ").split(", ")}
    assert "Missing: The key lacks the right to customers:write in Timerabbit." in said


def test_rights_that_were_not_told_are_not_made_up(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    terminal.hub.tripletex.set_faults({"missing_right": ["employee"]})

    assert "What the key may do was not told.\n" in terminal.run("test", "tripletex", expect=1).output


def test_the_same_is_told_in_the_chosen_language(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    terminal.language = "nb"

    assert terminal.run("test", "tripletex").output.startswith("Tilkoblet som ")


def test_a_refused_key_tells_what_to_do_and_ends_with_1(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    terminal.hub.tripletex.set_faults({"revoke_key": True})

    said = terminal.run("test", "tripletex", expect=1).stderr

    assert "Make a new one" in said
    assert "Traceback" not in said
    assert terminal.world.registry.connection("acme", "tripletex").status == "key invalid"
    terminal.run("status", expect=1)


def test_a_vendor_that_is_down_ends_with_3(terminal: Terminal) -> None:
    terminal.connect("timerabbit")
    terminal.hub.timerabbit.set_faults({"fail_next": [{"status": 503, "times": 99}]})

    terminal.run("test", "timerabbit", expect=3)


def test_svenn_is_told_to_have_no_interface_of_its_own_and_its_key_is_asked_for(terminal: Terminal) -> None:
    terminal.hub.sandboxes["svenn"] = SvennSandbox(clock=terminal.hub.clock.now)

    said = terminal.run(
        "connect", "svenn", "--name", "s", "--address", "https://svenn.sandbox",
        "--setting", "hours_days=31", "--no-test",
        keys="a-key-nobody-sees\n",
    ).output  # fmt: skip

    assert "Svenn publishes no API" in said
    assert "a-key-nobody-sees" not in said
    assert terminal.world.secrets.get("acme", "s")["api_key"] == "a-key-nobody-sees"
    assert terminal.world.registry.connection("acme", "s").settings == {"hours_days": "31"}


def test_credentials_are_asked_for_without_being_shown(terminal: Terminal) -> None:
    tokens = terminal.hub.tripletex.tokens()
    keys = f"{tokens['consumer_token']}\n{tokens['employee_token']}\n\n"
    address = "https://tripletex.sandbox/v2"

    said = terminal.run("connect", "tripletex", "--name", "t", "--address", address, keys=keys).output

    for ask in vendor_facts("tripletex").credentials:
        prompt = catalogue.say("en", vendor_facts("tripletex").prompt(ask))
        assert f"Help: {ask.help_page}\n{prompt}:" in said, "the page is shown where the key is asked for"
    assert not [value for value in tokens.values() if value in said]
    kept = terminal.world.secrets.get("acme", "t")
    assert {name: kept[name] for name in ("consumer_token", "employee_token")} == {
        name: tokens[name] for name in ("consumer_token", "employee_token")
    }


def test_a_renewed_key_keeps_address_and_settings(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    before = terminal.world.registry.connection("acme", "tripletex")

    terminal.connect("tripletex", "--setting", "default_department=7")

    after = terminal.world.registry.connection("acme", "tripletex")
    assert (after.base_url, after.settings) == (
        before.base_url,
        {"environment": "test", "default_department": "7"},
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--setting", "enviroment=test"], "has no setting 'enviroment'"),
        (["--setting", "environment=prod"], "environment is one of production, test"),
        (["--setting", "hours_days=9999999999"], "hours_days has to be a number of days from 0 to 3650"),
        (["--setting", "environment"], "not of the form name=value"),
    ],
)
def test_a_setting_that_would_be_ignored_is_refused(terminal: Terminal, arguments: list[str], said: str) -> None:
    assert said in terminal.connect("tripletex", *arguments, expect=2).stderr
    assert terminal.world.registry.connections("acme") == []


@pytest.mark.parametrize(
    "content", ["not json s3cret", '["s3cret"]', '{"consumer_token": "s3cret"}', '{"password": "s3cret"}']
)
def test_a_wrong_credentials_file_is_refused_without_showing_what_it_holds(terminal: Terminal, content: str) -> None:
    file = terminal.file(content)

    said = terminal.run("connect", "tripletex", "--name", "t", "--credentials-file", file, expect=2).output

    assert "s3cret" not in said
    assert terminal.world.secrets.get("acme", "t") == {}


def test_a_name_stays_with_its_vendor(terminal: Terminal) -> None:
    terminal.connect("tripletex")
    file = terminal.file(terminal.hub.timerabbit.tokens())
    arguments = ("connect", "timerabbit", "--name", "tripletex", "--address", "https://timerabbit.sandbox")

    said = terminal.run(*arguments, "--credentials-file", file, expect=2).stderr

    assert "is a connection to tripletex" in said
    assert terminal.world.registry.connection("acme", "tripletex").vendor == "tripletex"


def test_a_name_that_cannot_stand_in_an_address_is_refused_before_a_key_is_asked_for(terminal: Terminal) -> None:
    said = terminal.run("connect", "tripletex", "--name", "vårt system", expect=2).stderr

    assert "“vårt system” cannot be a name" in said
    assert terminal.world.registry.connections("acme") == []


def test_an_unknown_connection_is_wrong_usage(terminal: Terminal) -> None:
    assert "nobody" in terminal.run("test", "nobody", expect=2).stderr
    with pytest.raises(UsageError):
        terminal.world.registry.connection("acme", "nobody")


def test_only_a_setting_is_changed_without_the_keys_that_are_shown_once(active: Terminal) -> None:
    before = active.world.secrets.get("acme", "tripletex")

    said = active.run("connect", "tripletex", "--name", "tripletex", "--setting", "default_project_manager=7").output

    assert "Tested and stored." in said
    assert active.world.registry.connection("acme", "tripletex").settings["default_project_manager"] == "7"
    held = active.world.secrets.get("acme", "tripletex")
    assert {name: held[name] for name in before} == before


def test_a_key_to_another_company_is_refused_in_words_and_a_person_may_say_that_it_is_the_same(
    active: Terminal,
) -> None:
    active.hub.timerabbit.account_name = "Nytt Navn AS"  # type: ignore[misc]
    file = active.file(active.hub.timerabbit.tokens())
    arguments = ("connect", "timerabbit", "--name", "timerabbit", "--credentials-file", file)

    said = active.run(*arguments, expect=1).stderr

    assert "Nytt Navn AS (1)" in said
    assert "--same-company" in said
    assert active.world.registry.flow(active.hub.flow).status == "key invalid"
    active.run(*arguments, "--same-company")
    active.hub.drain()
    assert active.world.registry.flow(active.hub.flow).status == "active"
    [said_so] = active.hub.journal("same_company")
    assert said_so.reason.params["person"] == "kari"


def test_one_company_under_two_names_is_told(terminal: Terminal) -> None:
    terminal.connect("timerabbit")
    terminal.run("test", "timerabbit")
    file = terminal.file(terminal.hub.timerabbit.tokens())
    address = ("--address", "https://timerabbit.sandbox/")
    terminal.run("connect", "timerabbit", "--name", "again", "--credentials-file", file, *address)

    assert "is also connected as timerabbit" in terminal.run("test", "again").output


def test_an_address_where_nothing_of_the_system_is_is_told_as_such(terminal: Terminal) -> None:
    file = terminal.file(terminal.hub.timerabbit.tokens())
    address = ("--address", "https://timerabbit.sandbox/timerabit", "--no-test")
    terminal.run("connect", "timerabbit", "--name", "t", "--credentials-file", file, *address)

    said = terminal.run("test", "t", expect=1).stderr

    assert "There is nothing of Timerabbit at the address https://timerabbit.sandbox/timerabit" in said


def test_status_tells_of_a_key_that_was_refused_and_is_tried_again(active: Terminal) -> None:
    connection, now = active.world.registry.connection("acme", "timerabbit"), active.hub.clock.now()
    refusal = Refusal(since=now, next=now + timedelta(minutes=5))
    active.world.registry.save_connection(connection.model_copy(update={"refusal": refusal}))

    said = active.run("status").output

    assert f"refused the key of timerabbit. It is tried again at {refusal.next:%H:%M} UTC" in said


class Opens:
    """Opens connectors by a function of its own."""

    def __init__(self, made: Callable[[Connection], Connector]) -> None:
        self.open = made


@pytest.mark.parametrize("address", ["tripletex.no", "http://tripletex.sandbox/v2"])
def test_an_address_that_may_not_be_called_is_refused_before_a_key_is_typed(terminal: Terminal, address: str) -> None:
    connectors = terminal.world.connectors

    def open_(connection: Connection) -> Connector:
        if not connection.base_url.startswith("https://"):
            reason = Reason("address_not_https", {"address": connection.base_url})
            raise AddressError("no https", reason=reason)
        return connectors.open(connection)

    terminal.world = replace(terminal.world, connectors=Opens(open_))

    done = terminal.run("connect", "tripletex", "--name", "t", "--address", address, keys="", expect=1)

    assert address in done.stderr
    assert "token" not in done.output.lower()
    assert terminal.world.secrets.get("acme", "t") == {}
    assert terminal.world.registry.connections("acme") == []


def test_without_a_terminal_it_is_said_how_the_keys_are_given(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "has_terminal", lambda: False)

    said = terminal.run("connect", "tripletex", "--name", "t", expect=2).stderr

    assert "--credentials-file" in said
    assert '{"consumer_token": "…", "employee_token": "…"}' in said
    assert terminal.world.registry.connections("acme") == []


def test_a_key_is_tested_before_it_is_stored_and_a_wrong_one_leaves_nothing(terminal: Terminal) -> None:
    wrong = terminal.file({"api_key": "wrong"})
    arguments = ("connect", "timerabbit", "--name", "t", "--address", "https://timerabbit.sandbox")

    terminal.run(*arguments, "--credentials-file", wrong, expect=1)

    assert terminal.world.registry.connections("acme") == []
    assert terminal.world.secrets.get("acme", "t") == {}


def test_a_wrong_key_over_a_good_one_leaves_the_good_one_in_force(terminal: Terminal) -> None:
    said = terminal.connect("timerabbit").output
    before = terminal.world.registry.connection("acme", "timerabbit"), terminal.world.secrets.get("acme", "timerabbit")
    wrong = terminal.file({"api_key": "wrong"})

    terminal.run("connect", "timerabbit", "--name", "timerabbit", "--credentials-file", wrong, expect=1)

    assert said.startswith("Connected as ")
    assert said.endswith("Tested and stored.\n")
    assert before[0].status == "tested"
    held = terminal.world.registry.connection("acme", "timerabbit"), terminal.world.secrets.get("acme", "timerabbit")
    assert held == before


def test_a_key_is_stored_untested_where_that_is_asked_for(terminal: Terminal) -> None:
    calls = len(terminal.hub.timerabbit.calls)

    said = terminal.connect("timerabbit", tested=False).output

    assert "Test it now: samspill test timerabbit" in said
    assert terminal.world.registry.connection("acme", "timerabbit").status == "new"
    assert len(terminal.hub.timerabbit.calls) - calls <= 1, "the address alone is looked at"
