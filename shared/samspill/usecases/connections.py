"""Connections: their address and key stored, tested, and held to one account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta

from samspill.canon.days_back import days_back
from samspill.canon.key_end import KEY_ENDS_ON, key_end
from samspill.engine.model import Result
from samspill.errors import (
    AddressError,
    BusyError,
    ConfigurationError,
    ConflictError,
    CredentialsError,
    NotFoundError,
    SamspillError,
    UsageError,
)
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import Connection, Identity, JournalEntry
from samspill.usecases.actor import Actor, Role, needs
from samspill.work.access import accept, stop_connection
from samspill.work.account import account_of, another, flows_of, is_bound, opened_by_others
from samspill.work.flow_state import TRIES

_CHANGING = timedelta(minutes=5)
"""Longer than a connection takes to be tested."""
_TRIAL = "~"
"""Ends the name under which a new key is tested; no connection's name does."""
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@needs(Role.ADMIN)
def connect(
    world: World,
    actor: Actor,
    tenant: str,
    connection_id: str,
    vendor: str,
    base_url: str,
    *,
    credentials: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    same_company: bool = False,
    shared_account: bool = False,
    test_first: bool = False,
) -> Connection:
    """Store a connection and its credentials, new or changed.

    The address is checked, and called once without a key, before anything is stored. Where flows have read records
    through the connection, the new key at the new address is tested first, and has to open the account that is on
    record: otherwise nothing is stored and the old one stays in force.

    Args:
        world: Everything outside.
        actor: Who does it; the journal keeps who said that the company is the same.
        tenant: Whose connection.
        connection_id: Its name.
        vendor: Which system.
        base_url: Its address.
        credentials: The key; None keeps the one that is stored.
        settings: Added to those it has; what is not named stays.
        same_company: A person says that it is the same company although its address or name changed.
        shared_account: A person says that another tenant is to have the same account connected, too.
        test_first: Test the key before anything is stored, also where no flow depends on the connection yet.

    Raises:
        AddressError: the address is not one we may call, or leads to another host.
        UnavailableError: nobody answers there.
        CredentialsError: the new key is refused, or opens another company's account.
        UsageError: the name is taken by a connection to another system, a new one's is no name, a setting's value is
            not one it can have, or another tenant has the account connected.
        BusyError: somebody else changes this connection at this moment.
    """
    try:
        days_back(settings or {})
        key_end(settings or {})
    except ConfigurationError as error:
        raise UsageError(str(error), reason=error.reason) from None
    with _alone(world, tenant, connection_id):
        before = _present(world, tenant, connection_id)
        if before is None:
            check_names(tenant, connection_id)
        elif before.vendor != vendor:
            raise UsageError.because("other_system", connection=connection_id, vendor=before.vendor, wanted=vendor)
        connection = Connection(
            tenant=tenant,
            id=connection_id,
            vendor=vendor,
            base_url=base_url,
            settings={**_kept_settings(before, new_key=credentials is not None), **(settings or {})},
            subscriptions=before.subscriptions if before else {},
            hooks_signed=before.hooks_signed if before else 0,
            hooks_at=before.hooks_at if before else 0,
            hooks_former=before.hooks_former if before else None,
            hook_generation=_generation(before, new_key=credentials is not None),
            heard=before.heard if before else None,
            created_at=before.created_at if before else world.clock.now(),
            revision=before.revision if before else 0,
        )
        world.connectors.open(connection).reach()
        key = world.secrets.get(tenant, connection_id, fresh=True) if credentials is None else dict(credentials)
        if before is not None and before.identity is not None and is_bound(world, before):
            return _replace(world, before, connection, key, by=actor.name if same_company else None)
        found = None
        if test_first:
            found, key = _tried(world, connection, key)
            if not shared_account:
                _refuse_anothers(world, actor, connection, found)
        saved = world.registry.save_connection(connection)
        world.secrets.put(tenant, connection_id, key)
        return saved if found is None else _accepted(world, saved, found)


def _kept_settings(before: Connection | None, *, new_key: bool) -> dict[str, str]:
    """Return the settings that stay: when the key of before ends says nothing of a new one."""
    settings = dict(before.settings) if before else {}
    if new_key:
        settings.pop(KEY_ENDS_ON, None)
    return settings


def _generation(before: Connection | None, *, new_key: bool) -> int:
    """Return which signing secret webhooks are asked for with: with a new key another one, once that is in use."""
    if before is None:
        return 1
    return before.hooks_signed + 1 if new_key else before.hook_generation


def _replace(world: World, before: Connection, after: Connection, key: dict[str, str], *, by: str | None) -> Connection:
    """Test a changed connection before it takes the place of the old one. `by` said that the company is the same."""
    try:
        found, key = _tried(world, after, key)
    except SamspillError:
        _look_at_present(world, before)
        raise
    wrong = another(before, found, after.base_url)
    if wrong is not None and (by is None or wrong.code != "maybe_other_company"):
        _look_at_present(world, before)
        raise CredentialsError(f"{after.id} would lead to another account: nothing is stored", reason=wrong)
    # The document first: who saves on a revision that is no longer there has stored no key.
    kept = {name: getattr(before, name) for name in ("identity", "status", "reason", "refusal")}
    saved = world.registry.save_connection(after.model_copy(update=kept))
    world.secrets.put(after.tenant, after.id, key)
    if wrong is not None:
        _tell_same(world, saved, found, by or "")
    return _accepted(world, saved, found)


def _tried(world: World, connection: Connection, key: dict[str, str]) -> tuple[Identity, dict[str, str]]:
    """Test a key before it is stored; return who it is, and the key with what the test added, such as a session."""
    trial = _trial_of(connection, world.ids.new())
    world.secrets.put(trial.tenant, trial.id, key)
    try:
        return _asked(world, trial), world.secrets.get(trial.tenant, trial.id, fresh=True)
    finally:
        world.secrets.put(trial.tenant, trial.id, {})


def _accepted(world: World, connection: Connection, found: Identity) -> Connection:
    """Note that the key was accepted, whatever functions note of the connection meanwhile: nobody else changes it."""
    world.tenants.note_opened(account_of(connection, found), connection.tenant, connection.id)
    for _ in range(TRIES):
        with suppress(ConflictError):
            return accept(world, connection, found)
        connection = world.registry.connection(connection.tenant, connection.id)
    return accept(world, connection, found)


def _refuse_anothers(world: World, actor: Actor, connection: Connection, found: Identity) -> None:
    """Refuse an account that another tenant has connected: two hubs would write to one company, unasked.

    Whose it is learns only who may do everything.
    """
    if others := opened_by_others(world, connection, found):
        names = {"company": found.company, "id": found.company_id, "system": connection.vendor}
        if actor.may(Role.ADMIN):
            raise UsageError.because("connected_by_tenant", tenants=", ".join(others), **names)
        raise UsageError.because("connected_elsewhere", **names)


def _trial_of(connection: Connection, name: str) -> Connection:
    """Return the connection under which its new key is tested.

    No two are equal: whoever keeps connectors open by their connections would test the key of the last trial.
    """
    update = {"id": connection.id + _TRIAL, "reason": Reason("untested", {"trial": name})}
    return connection.model_copy(update=update)


def _asked(world: World, connection: Connection) -> Identity:
    """Ask who the key is; AddressError where nothing of that system is."""
    try:
        return world.connectors.open(connection).check()
    except NotFoundError as error:
        params = {"system": connection.vendor, "address": connection.base_url}
        raise AddressError(str(error), reason=Reason("not_there", params)) from error


def _look_at_present(world: World, connection: Connection) -> None:
    """Stop the connection as it is, if its own key opens another account by now."""
    try:
        wrong = another(connection, world.connectors.open(connection).check())
    except SamspillError:
        return  # whatever it is, the next call meets it too
    if wrong is not None:
        stop_connection(world, connection.tenant, connection.id, wrong)


def _tell_same(world: World, connection: Connection, found: Identity, by: str) -> None:
    names = {"person": by, "company": found.company, "id": found.company_id, "connection": connection.id}
    reason = Reason("same_company", names)
    said = JournalEntry(
        at=world.clock.now(), stream="", link="", result=Result.APPLIED, reason=reason, trigger="manual"
    )
    for state in flows_of(world, connection):
        world.journal.append(state.key, f"company/{connection.id}/{connection.revision}", [said])


@contextmanager
def _alone(world: World, tenant: str, connection_id: str) -> Iterator[None]:
    """Let nobody else change or test the connection meanwhile."""
    lease, holder = f"connection/{tenant}/{connection_id}", world.ids.new()
    if not world.leases.take(lease, holder, world.clock.now() + _CHANGING):
        raise BusyError(f"somebody else changes {connection_id}", reason=Reason("connection_busy"))
    try:
        yield
    finally:
        world.leases.release(lease, holder)


def _present(world: World, tenant: str, connection_id: str) -> Connection | None:
    try:
        return world.registry.connection(tenant, connection_id)
    except UsageError:
        return None


def check_names(*names: str) -> None:
    """Raise UsageError for what cannot name a tenant or a connection: names stand in the addresses of webhooks."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError.because("no_name", name=name)


@needs(Role.OPERATOR)
def test(  # a use case, and no test
    world: World,
    actor: Actor,
    tenant: str,
    connection_id: str,
    *,
    same_company: bool = False,  # noqa: PT028
    shared_account: bool = False,  # noqa: PT028
) -> Identity:
    """Ask the vendor who the key is, and remember the answer. A key that works again frees the flows it had stopped.

    Args:
        world: Everything outside.
        actor: Who does it; the journal keeps who said that the company is the same.
        tenant: Whose connection.
        connection_id: Its name.
        same_company: A person says that it is the same company although its name changed, or none was on record.
        shared_account: A person says that another tenant is to have the same account connected, too.

    Raises:
        UsageError: another tenant has the account connected; nothing is noted.
        CredentialsError: the vendor does not accept the key, or it opens another company's account than the one on
            record; the connection is stopped.
        BusyError: somebody else changes this connection at this moment.
    """
    with _alone(world, tenant, connection_id):
        connection = world.registry.connection(tenant, connection_id)
        world.secrets.get(tenant, connection_id, fresh=True)  # what another process stored a moment ago
        try:
            found = _asked(world, connection)
        except CredentialsError as error:
            stop_connection(world, tenant, connection_id, error.reason)
            raise
        bound = is_bound(world, connection)
        if not bound and not shared_account:
            _refuse_anothers(world, actor, connection, found)
        wrong = another(connection, found) if bound else None
        if wrong is not None:
            if not same_company or wrong.code == "other_company":
                stop_connection(world, tenant, connection_id, wrong)
                raise CredentialsError(f"{connection_id} leads to another account", reason=wrong)
            _tell_same(world, connection, found, actor.name)
        _accepted(world, connection, found)
        return found
