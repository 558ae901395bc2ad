"""A connection stored or tested, with what follows from it for the flows that use it."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.errors import UsageError
from samspill.ports import World
from samspill.state import Connection, ConnectionStatus
from samspill.usecases import connections, webhooks
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.connections import Connected, ConnectionView, IdentityView, Tested
from samspill.work.account import connected_twice


@needs(Role.VIEWER)
def present(world: World, _actor: Actor, tenant: str, connection_id: str) -> ConnectionView | None:
    """Return the connection, if there is one of that name."""
    try:
        return ConnectionView.of(world.registry.connection(tenant, connection_id))
    except UsageError:
        return None


@needs(Role.VIEWER)
def is_new_tenant(world: World, _actor: Actor, tenant: str) -> bool:
    """Tell whether nobody has connected anything for this tenant, but for others: it may be misspelt."""
    known = world.tenants.all()
    return bool(known) and tenant not in known and not world.registry.connections(tenant)


@needs(Role.ADMIN, decides=False)  # it calls an address, and stores nothing
def reach(
    world: World,
    _actor: Actor,
    tenant: str,
    connection_id: str,
    vendor: str,
    base_url: str,
    settings: Mapping[str, str],
) -> None:
    """Look at the address, and call it once without a key, before anybody types one.

    Raises:
        AddressError: the address is not one we may call, or leads to another host.
        UnavailableError: nobody answers there.
    """
    tried = Connection(
        tenant=tenant,
        id=connection_id,
        vendor=vendor,
        base_url=base_url,
        settings=dict(settings),
        created_at=world.clock.now(),
    )
    world.connectors.open(tried).reach()


@needs(Role.ADMIN)
def store(
    world: World,
    actor: Actor,
    tenant: str,
    connection_id: str,
    vendor: str,
    base_url: str,
    *,
    credentials: Mapping[str, str] | None,
    settings: Mapping[str, str],
    same_company: bool = False,
    shared_account: bool = False,
    test_first: bool = True,
) -> Connected:
    """Store a connection; see `connections.connect`. Flows that use it get their webhooks renewed."""
    stored = connections.connect(
        world,
        actor,
        tenant,
        connection_id,
        vendor,
        base_url,
        credentials=credentials,
        settings=settings,
        same_company=same_company,
        shared_account=shared_account,
        test_first=test_first,
    )
    world.tenants.note(tenant)
    asked = () if stored.status is ConnectionStatus.NEW else webhooks.ask_if_active(world, actor, tenant, connection_id)
    found = stored.identity
    return Connected(
        connection=connection_id,
        vendor=vendor,
        address=base_url,
        settings=stored.settings,
        status=stored.status,
        company=found.company if found else "",
        company_id=found.company_id if found else "",
        user=found.user if found else "",
        also_as=_also_as(world, stored),
        webhooks=asked,
    )


@needs(Role.OPERATOR)
def test(  # a use case, and no test
    world: World,
    actor: Actor,
    tenant: str,
    connection_id: str,
    *,
    same_company: bool = False,  # noqa: PT028
    shared_account: bool = False,  # noqa: PT028
) -> Tested:
    """Test a connection; see `connections.test`. Flows that use it get their webhooks renewed."""
    identity = connections.test(
        world, actor, tenant, connection_id, same_company=same_company, shared_account=shared_account
    )
    world.tenants.note(tenant)
    return Tested(
        **IdentityView.of(identity).model_dump(exclude={"missing"}),
        missing=identity.missing,
        also_as=_also_as(world, world.registry.connection(tenant, connection_id)),
        webhooks=webhooks.ask_if_active(world, actor, tenant, connection_id),
    )


def _also_as(world: World, connection: Connection) -> tuple[str, ...]:
    return tuple(connected_twice(world, connection)) if connection.identity else ()
