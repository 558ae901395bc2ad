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

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

type Connections = dict[str, dict[str, str]]

LEASE = timedelta(seconds=20)
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
            if code_of(error) == "ResourceNotFoundException" and operation == "get_secret_value":
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
        cache_s: int = 300,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name secrets below `prefix`."""
        super().__init__(prefix, clock=clock, make=make, cache_s=cache_s)
        self._leases, self._ids, self._sleep = leases, ids, sleep

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """See `Secrets.put`.

        Raises:
            BusyError: somebody else has been changing the tenant's credentials for seconds; nothing was stored.
        """
        with self._leased(tenant):
            stored = self._read(tenant)
            whole = {**(stored or {}), connection_id: dict(values)}
            text = orjson.dumps(whole).decode()
            if stored is None:
                self._call("create_secret", Name=self._name(tenant), SecretString=text)
            else:
                self._call("put_secret_value", SecretId=self._name(tenant), SecretString=text)
            self._cached[tenant] = (self._clock.now().timestamp(), whole)

    @contextmanager
    def _leased(self, tenant: str) -> Iterator[None]:
        name, holder = f"secret/{tenant}", self._ids.new()
        for pause_s in (*PAUSES_S, None):
            if self._leases.take(name, holder, self._clock.now() + LEASE):
                break
            if pause_s is None:
                raise BusyError(f"the credentials of {tenant} are being changed by somebody else")
            self._sleep(pause_s)
        try:
            yield
        finally:
            self._leases.release(name, holder)


def _escaped(found: re.Match[str]) -> str:
    """Return a character as `=XX`: names may hold letters, digits and /_+=.@- only."""
    return "".join(f"={byte:02X}" for byte in found[0].encode())
