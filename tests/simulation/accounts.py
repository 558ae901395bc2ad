"""Lives in which keys are refused for a while or for good, and lead to another company, whose ids coincide."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, override

from samspill.engine.model import Side
from samspill.errors import CredentialsError
from samspill.messages import StartRun
from samspill.state import Connection, ConnectionStatus, FlowStatus, Identity
from samspill.usecases import setup
from tests.simulation.actions import act, add
from tests.simulation.broken import Broken
from tests.simulation.connector import SimulatedConnector
from tests.simulation.histories import LENGTH, hub_of, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import CALM
from tests.simulation.vendor import SimulatedVendor
from tests.simulation.watch import Watch
from tests.support.actors import admin

HOME, MOVED, ELSEWHERE = "https://vendor.example", "https://moved.example", "https://elsewhere.example"
"""Where the company is, where its vendor moved it to, and an installation in which the same id is another company."""
QUARTER_S = 900
REFUSALS_AT_ONCE = 10
"""More calls than can be under way when a key is refused."""
REFUSAL_EVERY_S = 180
"""A refused key is tried no oftener than this, also where whoever tried it died."""


class Account(NamedTuple):
    """Whose records a key opens at an address."""

    company_id: str
    company: str
    ours: bool


OURS = Account("1", "Ours AS", ours=True)
OTHER = Account("2", "Theirs AS", ours=False)
NAMESAKE = Account("1", "Ours AS", ours=False)
"""The same id and the same name at another address: a copy, or chance."""
STRANGER = Account("1", "Theirs AS", ours=False)


@dataclass
class Front:
    """What a vendor lets in."""

    hub: SimulatedHub
    keys: dict[str, Account] = field(default_factory=lambda: {"key": OURS, "theirs": OTHER})
    """Key → whose it is, at the company's own address. One that is not here was revoked, or never was."""
    refuses_until: float = 0.0
    """End of a bad minute, in which every key is refused."""
    opened: int = 0
    """Raised when a key is given to another company: whoever connected before is refused."""
    known_from: int = 0
    """The revision of the connection at which the hub knew of the refusal by then. Whoever had looked at the connection
    before is refused, too: that the key is given away between such a look and the call can be seen by nobody."""
    gives_away: str = ""
    """A key that leads to another company once the hub knows that it was refused."""
    refused_since: float = 0.0
    refusals: int = 0
    """By functions, in a row."""
    made: int = 0

    def account(self, key: str, address: str) -> Account | None:
        """Return whose records this key opens there, None where it is refused."""
        if self.hub.clock.time < self.refuses_until or key not in self.keys:
            return None
        return NAMESAKE if address == ELSEWHERE else self.keys[key]

    def renew(self) -> str:
        """Make a new key of our company."""
        self.made += 1
        self.keys[f"key {self.made}"] = OURS
        return f"key {self.made}"

    def refused(self) -> None:
        """Count a call with a refused key. Raises Broken: so many are a storm."""
        now = self.hub.clock.time
        self.refused_since = self.refused_since if self.refusals else now
        self.refusals += 1
        if self.refusals > REFUSALS_AT_ONCE + (now - self.refused_since) / REFUSAL_EVERY_S:
            raise Broken("INV-STOP", f"{self.refusals} calls with a refused key since {self.refused_since}")


class AccountConnector(SimulatedConnector):
    """A connector that was opened with a key, at an address."""

    def __init__(self, vendor: SimulatedVendor, hub: AccountHub, connection: Connection) -> None:
        super().__init__(vendor, hub.io)
        self._front, self._whose = hub.fronts[vendor.side], (connection.tenant, connection.id)
        self._key = self._stored()
        self._address = connection.base_url
        self._opened = self._front.opened if connection.revision >= self._front.known_from else -1

    def _stored(self) -> str:
        return self._hub.inner.secrets.get(*self._whose).get("key", "")

    def _account(self) -> Account:
        found = self._front.account(self._key, self._address)
        if found is None and self._key != self._stored():
            self._key = self._stored()  # somebody entered another one
            return self._account()
        if found is None or self._opened != self._front.opened:
            if self._hub._at_work:
                self._front.refused()
            raise CredentialsError("the key is not accepted")
        self._front.refusals = 0
        return found

    @override
    def _call(self, name: str) -> None:
        super()._call(name)
        if not self._account().ours and name != "check":
            raise Broken("INV-ACCOUNT", f"{name} with {self._key!r} at {self._address} reached another company")

    @override
    def check(self) -> Identity:
        """See `Connector.check`."""
        super().check()
        found = self._account()
        return Identity(user="tester", company=found.company, company_id=found.company_id)


class AccountHub(SimulatedHub):
    """A hub whose vendors have several customers."""

    fronts: dict[Side, Front]
    kept: dict[str, tuple[Connection, int, AccountConnector]]
    """Connectors stay open in a process, until their connection is another, or the vendor hangs up."""

    @override
    def opened(self, connection: Connection) -> SimulatedConnector:
        side = Side(connection.id.removesuffix("~"))
        known = self.kept.get(connection.id)
        if known is None or known[:2] != (connection, self.fronts[side].opened):
            made = AccountConnector(self.vendors[side], self, connection)
            known = self.kept[connection.id] = (connection, self.fronts[side].opened, made)
        return known[2]

    def connection(self, side: Side) -> Connection:
        """Return the connection as it is stored."""
        return self.inner.registry.connection(self.flow_key.tenant, side)

    def person_enters(self, side: Side, key: str | None, address: str, *, same_company: bool) -> None:
        """A person changes a connection. The function may die anywhere, or refuse it."""
        vendor = self.flow.vendors[side]
        named = {"credentials": {"key": key} if key else None, "same_company": same_company}
        self.call(partial(setup.connect, self.world, admin(), self.flow_key.tenant, side, vendor, address, **named), 60)  # type: ignore[arg-type]

    def is_stopped(self) -> bool:
        return self.inner.registry.flow(self.flow_key).status is FlowStatus.KEY_INVALID


def live_accounts(seed: int) -> SimulatedHub:
    """Live a life in which keys are refused, given away and mixed up, and check everything. Raises Broken."""
    drawn = hub_of(seed, calm=False)
    hub = AccountHub(
        seed,
        left=drawn.vendors[Side.LEFT].options,
        right=drawn.vendors[Side.RIGHT].options,
        rules=drawn.rules,
    )
    hub.fronts, hub.kept = {side: Front(hub) for side in Side}, {}
    hub.loses_keys = False
    for side in Side:
        setup.test(hub.inner, admin(), hub.flow_key.tenant, side)
    hub.weather = drawn.weather
    watch = Watch(hub)
    stopped = False

    def anything() -> None:
        nonlocal stopped
        if hub.chance.random() < 0.12:
            _change_keys(hub)
            watch.step()
        else:
            act(hub, watch)
        _give_away(hub)
        stopped = stopped or hub.is_stopped()

    for _ in range(4):
        add(hub)
    hub.meanwhile = anything
    for _ in range(LENGTH):
        anything()
    hub.meanwhile = lambda: None
    _goes_on_by_itself(hub, stopped=stopped)
    settle(watch)
    return hub


def _change_keys(hub: AccountHub) -> None:
    """A vendor refuses, revokes or gives away a key, or a person enters one, the right one or another."""
    side = hub.chance.choice(tuple(Side))
    front, stored = hub.fronts[side], hub.connection(side)
    present = hub.inner.secrets.get(hub.flow_key.tenant, side)["key"]
    match hub.chance.choice(("refuse", "refuse", "revoke", "give", "renew", "other", "else", "namesake", "move")):
        case "refuse":
            front.refuses_until = hub.clock.time + hub.chance.choice((1, 30, 90, 400, 3_000, 10_000))
        case "revoke":
            front.keys.pop(present, None)
        case "give":
            front.refuses_until, front.gives_away = hub.clock.time + 30, present
        case "renew":
            hub.person_enters(side, front.renew(), stored.base_url, same_company=False)
        case "other":
            hub.person_enters(side, "theirs", stored.base_url, same_company=hub.chance.random() < 0.5)
        case "else":
            hub.person_enters(side, "theirs", ELSEWHERE, same_company=False)
        case "namesake":
            hub.person_enters(side, None, ELSEWHERE, same_company=False)
        case "move":
            hub.person_enters(side, front.renew(), MOVED, same_company=True)


def _give_away(hub: AccountHub) -> None:
    """Let a key that is to be given away lead to another company, once the hub has noted that it was refused."""
    for side, front in hub.fronts.items():
        stored = hub.connection(side)
        noted = stored.refusal is not None or stored.status is ConnectionStatus.KEY_INVALID
        if front.gives_away and noted:
            front.keys[front.gives_away] = hub.chance.choice((OTHER, STRANGER))
            front.gives_away, front.refuses_until = "", 0.0
            front.opened, front.known_from = front.opened + 1, stored.revision


def _goes_on_by_itself(hub: AccountHub, *, stopped: bool) -> None:
    """End all faults: everything has to go on without a person, and what had stopped was told. Raises Broken.

    Only a key that is no longer ours for good takes a person, who enters another.
    """
    hub.weather, hub.die_at = CALM, frozenset()
    for side, front in hub.fronts.items():
        hub.vendors[side].options = replace(hub.vendors[side].options, calls_per_window=0)
        front.refuses_until, front.gives_away = 0.0, ""
        key = hub.inner.secrets.get(hub.flow_key.tenant, side)["key"]
        if not front.keys.get(key, OTHER).ours:
            if hub.chance.random() < 0.5:
                front.keys[key] = OURS  # the vendor puts it right
            else:
                hub.person_enters(side, front.renew(), hub.connection(side).base_url, same_company=False)
    tenant, flow = hub.flow_key
    for _ in range(10):
        hub.wait(QUARTER_S)
        hub.inner.queues.send([StartRun(tenant=tenant, flow=flow, trigger="schedule")])
        hub.drain()
    held = {each.id: (each.status, each.refusal) for each in map(hub.connection, Side)}
    if set(held.values()) != {(ConnectionStatus.TESTED, None)}:
        raise Broken("INV-STOP", f"the keys are good again, and the connections are {held}")
    if hub.inner.registry.flow(hub.flow_key).status is not FlowStatus.ACTIVE:
        raise Broken("INV-STOP", "the keys are good again, and the flow does not go on")
    told = {entry.reason.code for entry in hub.journal()}
    if stopped and not {"stopped_for_key", "key_accepted"} <= told:
        raise Broken("INV-STOP", f"a flow was stopped, and the journal has only {told}")
