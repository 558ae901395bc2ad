"""No key, session or webhook secret is in anything that the hub keeps or passes on, however a flow fares."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from collections.abc import Sequence
from typing import override

import pytest

from samspill.engine.model import Result, Side
from samspill.messages import Message, encode
from samspill.state import FlowStatus
from samspill.store.memory import MemoryQueues
from tests.flows.hub import Hub

NO_STORES = {"calm", "contact", "preflight", "remarks", "secrets", "connectors", "hooks", "clock", "ids", "hook_url"}
NO_SECRETS = {"company_id", "session_expires_on"}


class HeardQueues(MemoryQueues):
    """Queues that keep the bodies of all that was ever sent."""

    bodies: list[str]

    @override
    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        self.bodies += [encode(message) for message in messages]
        super().send(messages, delay_s=delay_s)


@pytest.fixture(params=["tripletex-timerabbit", "svenn-tripletex"])
def hub(request: pytest.FixtureRequest) -> Hub:
    hub = Hub(flow=request.param)
    queues = HeardQueues(hub.clock)
    queues.bodies = []
    hub.world = dataclasses.replace(hub.world, queues=queues)
    hub.first_sync()
    return hub


def secrets(hub: Hub) -> set[str]:
    """Every secret there is at the moment, and how it stands in a call."""
    stored = [hub.world.secrets.get("acme", vendor) for vendor in hub.sandboxes]
    plain = {value for each in stored for name, value in each.items() if name not in NO_SECRETS}
    plain |= {hub.world.secrets.hook_secret("acme", vendor, 1) for vendor in hub.sandboxes}
    return plain | {b64encode(f"0:{value}".encode()).decode() for value in plain}


def written(hub: Hub) -> str:
    """Everything in every store but the vault, and everything that was ever queued."""
    stores = [getattr(hub.world, field.name) for field in dataclasses.fields(hub.world) if field.name not in NO_STORES]
    assert isinstance(hub.world.queues, HeardQueues)
    return "\n".join([*(repr(vars(store)) for store in stores), *hub.world.queues.bodies])


def edit(hub: Hub, name: str) -> None:
    """Rename a linked customer on the left."""
    link = next(each for each in hub.links("customers") if len(each.ids) == len(Side) and not each.conflicts)
    collection = "customer" if hub.vendors[Side.LEFT] == "tripletex" else "customers"
    hub.sandboxes[hub.vendors[Side.LEFT]].edit(collection, link.ids[Side.LEFT], {"name": name})
    hub.deliver_webhooks()


def test_no_secret_is_written_anywhere(hub: Hub) -> None:
    known = secrets(hub)
    edit(hub, "Gikk bra AS")
    hub.drain()
    hub.tripletex.account.sessions.expire()
    edit(hub, "Ny sesjon AS")
    hub.drain()
    known |= secrets(hub)
    refusal = [{"status": 422, "times": 99, "method": method} for method in ("PUT", "PATCH", "POST")]
    hub.sandboxes[hub.vendors[Side.RIGHT]].set_faults({"fail_next": refusal})
    edit(hub, "Avvist AS")
    hub.drain()
    hub.sandboxes[hub.vendors[Side.RIGHT]].set_faults({})
    edit(hub, "Gitt opp AS")
    for _ in range(6):  # whoever takes it dies, again and again
        hub.world.queues.receive("fetch")
        hub.clock.advance(3600)
    hub.world.queues.receive("fetch")
    hub.tripletex.account.sessions.revoke()
    hub.tripletex.account.sessions.expire()
    hub.sync()

    found = written(hub)

    kinds = {name for vendor in hub.sandboxes for name in hub.world.secrets.get("acme", vendor)} - NO_SECRETS
    assert kinds == {"consumer_token", "employee_token", "session_token", "api_key"}
    assert len(known) == 2 * 7, "two sessions, two keys of Tripletex's and one of the other, two webhook secrets"
    assert any(link.outcome and link.outcome.result is Result.FAILED for link in hub.links("customers"))
    assert hub.world.registry.flow(hub.flow).status is FlowStatus.KEY_INVALID
    assert hub.world.queues.dead["fetch"]
    for name in ("Gikk bra AS", "Ny sesjon AS", "Avvist AS"):
        assert name in found
    assert [secret for secret in known if secret in found] == []
