"""The hub in one process, after its first sync, between two accounts of a chosen size."""

import dataclasses
from typing import Any

import httpx

from local.vendors.transport import SandboxTransport
from samspill.connectors.registry import open_connector
from samspill.ports import Connector
from samspill.state import Connection, Run
from samspill.usecases import limits
from tests.flows.hub import Hub
from tests.support.actors import admin


class Recorder(httpx.BaseTransport):
    """Passes calls to a sandbox; once `playing`, answers a GET it has seen from memory."""

    def __init__(self, sandbox: Any) -> None:
        """Begin with nothing recorded."""
        self._sandbox = SandboxTransport(sandbox)
        self._seen: dict[str, tuple[int, httpx.Headers, bytes]] = {}
        self.playing = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        url = str(request.url)
        if request.method == "GET" and self.playing and url in self._seen:
            status, headers, body = self._seen[url]
            return httpx.Response(status, headers=headers, content=body, request=request)
        response = self._sandbox.handle_request(request)
        if request.method == "GET":
            self._seen[url] = (response.status_code, response.headers, response.read())
        return response


class Settled(Hub):
    """A hub whose first sync is done, with the connectors as they are deployed, one per process."""

    def __init__(self, customers: int, *, settle: bool = True) -> None:
        """Fill the accounts and, unless it is left for later, connect and synchronise them."""
        super().__init__(customers)
        self._recorders = {vendor: Recorder(sandbox) for vendor, sandbox in self.sandboxes.items()}
        self._opened: dict[str, Connector] = {}
        self.world = dataclasses.replace(self.world, connectors=self)
        if settle:
            self.settle()

    def settle(self) -> None:
        """Do the first sync, until nothing is left to do."""
        self.first_sync()
        limits.change(self.world, admin("bench"), self.flow, at_least=limits.MOST)  # what follows are mass changes
        self.deliver_webhooks()
        self.drain()

    def open(self, connection: Connection) -> Connector:
        """See `Connectors.open`."""
        if connection.id not in self._opened:
            self._opened[connection.id] = open_connector(
                connection,
                secrets=self.world.secrets,
                budgets=self.budgets,
                now=self.clock.now,
                transport=self._recorders[connection.vendor],
                resolve=lambda _host: ["8.8.8.8"],  # never dialled: the transport is a sandbox
            )
        return self._opened[connection.id]

    def sync(self, *, full: bool = True) -> Run:
        """Synchronise; what waits for another record is not waited for."""
        self.drain()
        return super().sync(full=full)

    def edit_customers(self, count: int) -> None:
        """Change the names of so many customers of Tripletex; the webhooks about it get lost."""
        self.tripletex.set_faults({"webhook_drop": True})
        active = [row for row in self.tripletex.rows("customer") if not row.get("isInactive")]
        for row in active[:count]:
            self.tripletex.edit("customer", str(row["id"]), {"name": f"{row['name']} endret"})

    def add_customers(self, count: int) -> None:
        """Add so many customers to Tripletex; the webhooks about it get lost."""
        self.tripletex.set_faults({"webhook_drop": True})
        for index in range(count):
            self.tripletex.add("customer", {"name": f"Nykunde {index} AS", "isCustomer": True})

    def forget_calls(self) -> None:
        """Count calls from here."""
        for sandbox in self.sandboxes.values():
            sandbox.calls.clear()

    def play(self) -> None:
        """From now on, answer from memory what was asked before."""
        for recorder in self._recorders.values():
            recorder.playing = True
