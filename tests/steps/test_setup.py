"""Connecting: a renewed key keeps what was set before, whichever door it comes through."""

from __future__ import annotations

import pytest

from samspill.errors import UsageError
from samspill.state import ConnectionStatus
from samspill.texts.reasons import reason_text
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.support.actors import admin


def connect(hub: Hub, vendor: str = "tripletex", **settings: str) -> None:
    """Connect again under the name that Tripletex has."""
    address = f"https://{vendor}.sandbox" + ("/v2" if vendor == "tripletex" else "")
    tokens = hub.sandboxes[vendor].tokens()
    setup.connect(hub.world, admin(), "acme", "tripletex", vendor, address, credentials=tokens, settings=settings)


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=2)
    hub.connect()
    return hub


def test_a_renewed_key_keeps_the_settings_that_are_not_named(hub: Hub) -> None:
    before = hub.world.registry.connection("acme", "tripletex").settings

    connect(hub)
    connect(hub, hours_days="7")

    stored = hub.world.registry.connection("acme", "tripletex")
    assert before
    assert stored.settings == {**before, "hours_days": "7"}
    assert stored.status is ConnectionStatus.TESTED, "a flow uses it: what is new was tested first"
    held = hub.world.secrets.get("acme", "tripletex")
    assert {name: held[name] for name in hub.tripletex.tokens()} == hub.tripletex.tokens()


def test_a_setting_that_is_named_again_is_replaced(hub: Hub) -> None:
    connect(hub, hours_days="7")
    connect(hub, hours_days="14")

    assert hub.world.registry.connection("acme", "tripletex").settings["hours_days"] == "14"


def test_a_name_that_is_taken_by_another_system_is_refused_and_nothing_is_stored(hub: Hub) -> None:
    before = hub.world.registry.connection("acme", "tripletex")
    secrets = hub.world.secrets.get("acme", "tripletex")

    with pytest.raises(UsageError) as caught:
        setup.connect(
            hub.world, admin(), "acme", "tripletex", "timerabbit", "https://timerabbit.sandbox", credentials={"k": "v"}
        )

    assert caught.value.reason.code == "other_system"
    assert hub.world.registry.connection("acme", "tripletex") == before
    assert hub.world.secrets.get("acme", "tripletex") == secrets


@pytest.mark.parametrize("days", ["two months", "9999999999", "-1", ""])
def test_a_setting_that_is_no_number_of_days_is_refused_and_nothing_is_stored(hub: Hub, days: str) -> None:
    before = hub.world.registry.connection("acme", "tripletex")

    with pytest.raises(UsageError) as caught:
        connect(hub, hours_days=days)

    assert caught.value.reason.code == "no_number_of_days"
    assert "hours_days" in reason_text(caught.value.reason, "nb")
    assert hub.world.registry.connection("acme", "tripletex") == before


@pytest.mark.parametrize("name", ["", ".", "..", "-x", "a/b", "a b", "a#b", "år", "x" * 65, "a\n"])
def test_what_cannot_stand_in_an_address_names_neither_a_connection_nor_a_tenant(hub: Hub, name: str) -> None:
    for tenant, connection in (("acme", name), (name, "tripletex")):
        with pytest.raises(UsageError) as caught:
            setup.connect(
                hub.world, admin(), tenant, connection, "tripletex", "https://tripletex.sandbox/v2", credentials={}
            )
        assert caught.value.reason.code == "no_name"
    assert [each.id for each in hub.world.registry.connections("acme")] == ["timerabbit", "tripletex"]
    assert hub.world.registry.connections(name) == []


def test_a_connection_that_was_named_before_there_was_a_rule_gets_its_new_key(hub: Hub) -> None:
    old = hub.world.registry.connection("acme", "tripletex")
    hub.world.registry.save_connection(old.model_copy(update={"id": "vårt system", "revision": 0}))

    setup.connect(hub.world, admin(), "acme", "vårt system", "tripletex", old.base_url, credentials={"k": "new"})

    assert hub.world.secrets.get("acme", "vårt system")["k"] == "new"
