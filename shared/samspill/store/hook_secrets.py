"""What webhooks are signed with: derived from one secret of the stack, so that whoever verifies them needs no other."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from samspill.store.faults import translate

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from samspill.ports import Clock


def hook_secret(stack_secret: bytes, tenant: str, connection_id: str, generation: int) -> str:
    """Return the signing secret of one connection's webhooks: 64 hexadecimal characters."""
    name = json.dumps([tenant, connection_id, generation]).encode()
    return hmac.digest(stack_secret, name, hashlib.sha256).hex()


class SigningSecret:
    """The stack's secret, read once in five minutes."""

    def __init__(
        self, secret_id: str, *, clock: Clock, make: Callable[[], SecretsManagerClient], cache_s: int = 300
    ) -> None:
        """Read the secret of this name or ARN."""
        self._secret_id, self._clock, self._make, self._cache_s = secret_id, clock, make, cache_s
        self._cached: tuple[float, bytes] = (0.0, b"")

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """See `Secrets.hook_secret`."""
        return hook_secret(self._read(), tenant, connection_id, generation)

    def _read(self) -> bytes:
        now = self._clock.now().timestamp()
        read_at, held = self._cached
        if held and now < read_at + self._cache_s:
            return held
        try:
            # The stage is named: without it, a stack under test answers with a version that is no longer current.
            answer = self._make().get_secret_value(SecretId=self._secret_id, VersionStage="AWSCURRENT")
        except (BotoCoreError, ClientError) as error:
            raise translate(error) from None
        self._cached = (now, answer["SecretString"].encode())
        return self._cached[1]
