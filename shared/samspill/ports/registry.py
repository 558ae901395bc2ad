"""What is stored of a tenant: connections, flows, their credentials and schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from samspill.notices.summary import Summary
    from samspill.state import Connection, FlowKey, FlowState


class Registry(Protocol):
    """Connections and flows. `save_*` raises ConflictError when the document's revision is not the stored one."""

    def connection(self, tenant: str, connection_id: str) -> Connection:
        """Return the connection; UsageError when there is none."""
        ...

    def connections(self, tenant: str) -> list[Connection]:
        """Return all of the tenant's connections."""
        ...

    def hooked(self, tenant: str, connection_id: str) -> tuple[Connection, list[FlowState]]:
        """Return what a webhook concerns, in one read: the connection, and all of the tenant's flows."""
        ...

    def save_connection(self, connection: Connection) -> Connection:
        """Store it on its revision and return it with the next one."""
        ...

    def remove_connection(self, connection: Connection) -> None:
        """Remove it, if it is still on this revision; ConflictError where it is not. Again, it changes nothing."""
        ...

    def flow(self, key: FlowKey) -> FlowState:
        """Return the flow's state; UsageError when it is not set up."""
        ...

    def flows(self, tenant: str) -> list[FlowState]:
        """Return all of the tenant's flows."""
        ...

    def save_flow(self, flow: FlowState) -> FlowState:
        """Store it on its revision and return it with the next one."""
        ...

    def remove_flow(self, flow: FlowState) -> None:
        """Remove it, if it is still on this revision; ConflictError where it is not. Again, it changes nothing."""
        ...


class Tenants(Protocol):
    """Whose hubs the installation holds, for those who look after many."""

    def all(self) -> list[str]:
        """Return their names, sorted; of older versions those for whom something was connected or tested since."""
        ...

    def following(self, name: str, limit: int) -> list[str]:
        """Return the names after this one, sorted, `limit` at most; fewer only at the end."""
        ...

    def note(self, tenant: str) -> None:
        """Remember that there is such a tenant; doing it again changes nothing."""
        ...

    def forget(self, tenant: str) -> None:
        """Forget the tenant's name and summary."""
        ...

    def sum_up(self, summary: Summary) -> None:
        """Keep what a look found, in place of what the one before did; of a tenant that is forgotten, nothing."""
        ...

    def summaries(self) -> Iterator[tuple[str, Summary | None]]:
        """Yield each tenant with its summary, sorted by name; None where it was not looked at yet."""
        ...

    def opened(self, account: str) -> list[tuple[str, str]]:
        """Return the connections that were noted for an account of a vendor: tenant and id, sorted.

        It only narrows: what it names may be gone, or lead to another account by now. Whoever asks looks.
        """
        ...

    def note_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """Note that a connection opens an account; doing it again changes nothing."""
        ...

    def forget_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """Forget that. Again, it changes nothing."""
        ...


class Secrets(Protocol):
    """One secret per tenant: connection id → credentials."""

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:
        """Return the credentials; empty when there are none. Up to five minutes old unless `fresh`."""
        ...

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """Replace the credentials of one connection and keep the others; without values it has none any more."""
        ...

    def remove(self, tenant: str) -> None:
        """Remove all of a tenant's credentials at once. Again, it changes nothing."""
        ...

    def exchange(
        self, tenant: str, connection_id: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """Replace the credentials of one connection by what `change` makes of the present ones; return what is stored.

        Nobody else changes them meanwhile. `change` may call the vendor: what it returns is stored before it is used.
        It is called again where somebody did change them, because the lease had ended. What it raises leaves all as it
        was.

        Raises:
            BusyError: somebody else has been changing them for seconds; nothing was stored.
        """
        ...

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """Return what a connection's webhooks are signed with: derived from one secret of the stack, and not stored."""
        ...


class Schedules(Protocol):
    """What starts a flow by itself."""

    def set(self, flow: FlowState, *, enabled: bool) -> None:
        """Create or change the flow's schedules to match its interval."""
        ...

    def remove(self, key: FlowKey) -> None:
        """Remove the flow's schedules. Again, it changes nothing."""
        ...
