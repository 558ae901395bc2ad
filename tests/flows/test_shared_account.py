"""One account of a vendor, connected by two tenants: told before anything is stored, and let be after a yes."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.errors import UsageError
from samspill.state import Connection, ConnectionStatus
from samspill.usecases import connections, removing
from samspill.usecases.actor import Actor, Role
from samspill.usecases.removing import SETTLES, Target
from samspill.work.account import account_of
from tests.flows.hub import Hub
from tests.support.actors import admin

ADDRESS = "https://tripletex.sandbox/v2"


@pytest.fixture
def connected() -> Hub:
    hub = Hub(size=3)
    hub.connect()
    return hub


def connect(hub: Hub, tenant: str = "nord", name: str = "tripletex", **how: Any) -> Connection:
    tokens, settings = hub.sandboxes["tripletex"].tokens(), {"environment": "test"}
    how = {"test_first": True, **how}
    return connections.connect(
        hub.world, admin(), tenant, name, "tripletex", ADDRESS, credentials=tokens, settings=settings, **how
    )


def test_an_account_of_another_tenant_is_told_and_nothing_is_stored(connected: Hub) -> None:
    with pytest.raises(UsageError) as caught:
        connect(connected)

    assert (caught.value.reason.code, caught.value.reason.params["tenants"]) == ("connected_by_tenant", "acme")
    assert connected.world.registry.connections("nord") == []
    assert connected.world.secrets.get("nord", "tripletex") == {}


def test_after_a_yes_it_is_connected_and_is_not_asked_about_again(connected: Hub) -> None:
    assert connect(connected, shared_account=True).status is ConnectionStatus.TESTED

    connections.test(connected.world, admin(), "nord", "tripletex")
    connections.test(connected.world, admin(), "acme", "tripletex")
    connect(connected)


def test_what_was_stored_untested_is_told_when_it_is_tested_and_stays_untested(connected: Hub) -> None:
    connect(connected, test_first=False)
    operator = Actor("ola", frozenset({Role.OPERATOR}))

    with pytest.raises(UsageError) as caught:
        connections.test(connected.world, operator, "nord", "tripletex")

    assert caught.value.reason.code == "connected_elsewhere"
    assert "acme" not in repr(caught.value.reason), "whose it is is not everybody's to know"
    (stored,) = connected.world.registry.connections("nord")
    assert (stored.status, stored.identity) == (ConnectionStatus.NEW, None)
    connections.test(connected.world, operator, "nord", "tripletex", shared_account=True)


def test_a_tenants_own_second_connection_is_not_refused(connected: Hub) -> None:
    assert connect(connected, "acme", "again").identity


def test_a_connection_that_was_removed_stands_in_nobodys_way(connected: Hub) -> None:
    removing.begin(connected.world, admin(), Target("acme"))
    step = removing.go_on(connected.world, admin(), Target("acme"))
    while not step.is_over:
        connected.clock.advance(SETTLES.total_seconds() if step.waits_until else 0)
        step = removing.go_on(connected.world, admin(), Target("acme"), step.token)

    assert connect(connected).status is ConnectionStatus.TESTED


def test_flows_of_an_account_that_was_bound_before_anybody_asked_go_on(connected: Hub) -> None:
    connected.approve(connected.plan())
    connected.world.tenants.forget_opened(_account(connected), "acme", "tripletex")  # as an earlier version left it
    connect(connected, shared_account=True)

    connections.test(connected.world, admin(), "acme", "tripletex")

    assert [tenant for tenant, _ in connected.world.tenants.opened(_account(connected))] == ["acme", "nord"]


def _account(hub: Hub) -> str:
    found = hub.world.registry.connection("acme", "tripletex")
    assert found.identity is not None
    return account_of(found, found.identity)
