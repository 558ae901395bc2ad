"""Credentials in Secrets Manager: one secret per tenant, `<prefix>/tenants/<tenant>`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from botocore.exceptions import BotoCoreError, ClientError

from samspill.errors import BusyError
from samspill.ports import Clock, Ids, Leases
from samspill.store.faults import code_of, translate
from samspill.store.hook_secrets import SigningSecret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

type Connections = dict[str, dict[str, str]]

LEASE = timedelta(seconds=20)
LONG_LEASE = timedelta(seconds=90)
"""For an exchange: two calls to the vendor may run into their time limits."""
EXCHANGES = 3
_ABSENT_IS_FINE = frozenset({"get_secret_value", "delete_secret"})
PAUSES_S = (0.2, 0.5, 1.0, 2.0)
"""While somebody else changes the tenant's secret: a new refresh token that is not stored is a connection lost."""


class TenantSecrets:
    """Tenants' secrets as who only reads them sees them. Read once in five minutes."""

    def __init__(
        self, prefix: str, *, clock: Clock, make: Callable[[], SecretsManagerClient], cache_s: int = 300
    ) -> None:
        """Name secrets below `prefix`."""
        self._prefix, self._clock, self._make, self._cache_s = prefix, clock, make, cache_s
        self._cached: dict[str, tuple[float, Connections]] = {}

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:
        """See `Secrets.get`."""
        now = self._clock.now().timestamp()
        read_at, held = self._cached.get(tenant, (now, {}))
        if fresh or connection_id not in held or now >= read_at + self._cache_s:
            held = self._read(tenant) or {}
            self._cached[tenant] = (now, held)
        return dict(held.get(connection_id, {}))

    def _read(self, tenant: str) -> Connections | None:
        # The stage is named: without it, a stack under test answers with a version that is no longer current.
        answer = self._call("get_secret_value", SecretId=self._name(tenant), VersionStage="AWSCURRENT")
        return orjson.loads(answer["SecretString"]) if answer is not None else None

    def _call(self, operation: str, **arguments: Any) -> Any:
        """Call; None when there is no such secret. What was sent and answered is kept out of every trace."""
        try:
            return getattr(self._make(), operation)(**arguments)
        except (BotoCoreError, ClientError) as error:
            if code_of(error) == "ResourceNotFoundException" and operation in _ABSENT_IS_FINE:
                return None
            raise translate(error) from None

    def _name(self, tenant: str) -> str:
        return f"{self._prefix}/tenants/{re.sub('[^0-9A-Za-z_.-]', _escaped, tenant)}"


class SecretsManagerSecrets(TenantSecrets):
    """See `ports.Secrets`. Changed by one at a time, who reads what is there first."""

    def __init__(
        self,
        prefix: str,
        leases: Leases,
        *,
        clock: Clock,
        ids: Ids,
        make: Callable[[], SecretsManagerClient],
        signing: str = "",
        cache_s: int = 300,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name secrets below `prefix`; `signing` names the stack's own."""
        super().__init__(prefix, clock=clock, make=make, cache_s=cache_s)
        self._leases, self._ids, self._sleep = leases, ids, sleep
        self._signing = SigningSecret(signing, clock=clock, make=make, cache_s=cache_s)

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """See `Secrets.put`.

        Raises:
            BusyError: somebody else has been changing the tenant's credentials for seconds; nothing was stored.
        """
        with self._leased(_connections(tenant, connection_id)):
            self._store(tenant, connection_id, values)

    def remove(self, tenant: str) -> None:
        """See `Secrets.remove`."""
        with self._leased(f"secret/{tenant}"):
            self._call("delete_secret", SecretId=self._name(tenant), ForceDeleteWithoutRecovery=True)
            self._cached.pop(tenant, None)

    def exchange(
        self, tenant: str, connection_id: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """See `Secrets.exchange`."""
        with self._leased(_connections(tenant, connection_id), LONG_LEASE):
            held = self.get(tenant, connection_id, fresh=True)
            for _ in range(EXCHANGES):
                values = dict(change(dict(held)))
                if values == held:
                    return values
                present = self._store(tenant, connection_id, values, instead_of=held)
                if present == held:
                    return values
                held = present  # the lease had ended, and somebody else was at it
        raise BusyError(f"the credentials of {tenant}/{connection_id} are being changed by others all the time")

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """See `Secrets.hook_secret`."""
        return self._signing.hook_secret(tenant, connection_id, generation)

    def _store(
        self,
        tenant: str,
        connection_id: str,
        values: Mapping[str, str],
        *,
        instead_of: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Store one connection's credentials beside the others; nothing, where they are not `instead_of` any more.

        Returns:
            What was there before.
        """
        with self._leased(f"secret/{tenant}"):
            stored = self._read(tenant)
            before = (stored or {}).get(connection_id, {})
            if instead_of is not None and before != instead_of:
                return before
            others = {name: held for name, held in (stored or {}).items() if name != connection_id}
            whole = {**others, connection_id: dict(values)} if values else others
            text = orjson.dumps(whole).decode()
            if stored is None:
                self._call("create_secret", Name=self._name(tenant), SecretString=text)
            else:
                self._call("put_secret_value", SecretId=self._name(tenant), SecretString=text)
            self._cached[tenant] = (self._clock.now().timestamp(), whole)
            return before

    @contextmanager
    def _leased(self, name: str, lasts: timedelta = LEASE) -> Iterator[None]:
        holder = self._ids.new()
        for pause_s in (*PAUSES_S, None):
            if self._leases.take(name, holder, self._clock.now() + lasts):
                break
            if pause_s is None:
                raise BusyError(f"somebody else holds {name}")
            self._sleep(pause_s)
        try:
            yield
        finally:
            self._leases.release(name, holder)


def _connections(tenant: str, connection_id: str) -> str:
    """Return the lease on one connection's credentials. The tenant's secret, which holds all, has another, shorter."""
    return f"secret/{tenant}/{connection_id}"


def _escaped(found: re.Match[str]) -> str:
    """Return a character as `=XX`: names may hold letters, digits and /_+=.@- only."""
    return "".join(f"={byte:02X}" for byte in found[0].encode())
