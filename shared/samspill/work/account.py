"""Whether a key opens the account that its connection is bound to.

Links, cursors and shadows hold record ids of one account, and ids of small systems coincide: with the key or address of
another company they would point at strangers. See `state.Connection`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from samspill.errors import UsageError
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import Connection, ConnectionStatus, FlowState, FlowStatus, Identity

_NOTHING_READ = frozenset({FlowStatus.NEW, FlowStatus.TESTED, FlowStatus.IN_REVIEW})


def is_bound(world: World, connection: Connection) -> bool:
    """Tell whether a flow that has read records uses the connection. Until then it may come to mean another account."""
    return any((state.resume_to or state.status) not in _NOTHING_READ for state in flows_of(world, connection))


def flows_of(world: World, connection: Connection) -> list[FlowState]:
    """Return the flows that use the connection."""
    flows = world.registry.flows(connection.tenant)
    return [state for state in flows if connection.id in state.connections]


def another(bound: Connection, found: Identity, base_url: str = "") -> Reason | None:
    """Return why the account found at `base_url` is not, or may not be, the one that the connection is bound to.

    An id names a company within one installation only, so at another address it proves nothing, and neither does it
    under another name. None where it is the same account, or none is on record yet.
    """
    params = {"system": bound.vendor, "connection": bound.id, "company": found.company, "id": found.company_id}
    known = bound.identity
    if known is None:
        return Reason("company_not_on_record", params) if was_left_untested(bound) else None
    params |= {"known": known.company, "known_id": known.company_id}
    if found.company_id != known.company_id:
        return Reason("other_company", params)
    moved = base_url and _place(base_url) != _place(bound.base_url)
    if moved or _name(found) != _name(known):
        return Reason("maybe_other_company", {**params, "address": base_url or bound.base_url})
    return None


def was_left_untested(connection: Connection) -> bool:
    """Tell whether a key was entered by a version that stored it untested and forgot whose account it had been."""
    untested = connection.reason is not None and connection.reason.code == "untested"
    return connection.identity is None and (connection.status is ConnectionStatus.NEW or untested)


def connected_twice(world: World, connection: Connection) -> list[str]:
    """Return the names of other connections to the same account: one company's records would be kept twice."""
    connections = world.registry.connections(connection.tenant)
    return [each.id for each in connections if each.id != connection.id and is_same(each, connection)]


def account_of(connection: Connection, found: Identity) -> str:
    """Return what an account is called, the same for every tenant: system, installation and company."""
    return "|".join((connection.vendor, *_place(connection.base_url), found.company_id))


def opened_by_others(world: World, connection: Connection, found: Identity) -> list[str]:
    """Return the other tenants that have the account connected; none where this connection was let have it, too."""
    known = world.tenants.opened(account_of(connection, found))
    if (connection.tenant, connection.id) in known:
        return []
    wanted = connection.model_copy(update={"identity": found, "id": ""})
    others = (place for place in known if place[0] != connection.tenant)
    return sorted({tenant for tenant, name in others if _opens(world, tenant, name, wanted)})


def _opens(world: World, tenant: str, connection_id: str, wanted: Connection) -> bool:
    try:
        return is_same(world.registry.connection(tenant, connection_id), wanted)
    except UsageError:
        return False


def is_same(one: Connection, other: Connection) -> bool:
    """Tell whether two connections are known to lead to the same account."""
    if one.id == other.id:
        return True
    if one.vendor != other.vendor or one.identity is None or other.identity is None:
        return False
    return one.identity.company_id == other.identity.company_id and _place(one.base_url) == _place(other.base_url)


def _place(base_url: str) -> tuple[str, str]:
    """Return which installation an address leads to, however it is typed."""
    parts = urlsplit(base_url.strip())
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    return host, parts.path.rstrip("/")


def _name(identity: Identity) -> str:
    return " ".join(identity.company.split()).casefold()
