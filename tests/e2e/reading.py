"""Everything a machine and its command line have written, unpacked, so that it can be searched."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, override

from local.demo import Demo
from local.stage import console
from samspill.store.hook_secrets import hook_secret

if TYPE_CHECKING:
    import subprocess

    from local.launcher.machine import OneMachine

PACKED = re.compile(rb'"(H4sI[A-Za-z0-9+/]+=*)"')
"""What gzip makes, as a JSON string."""
VAULT = Path("state", "secretsmanager.json")
NO_SECRETS = {"company_id", "session_expires_on"}


class Heard(Demo):
    """The demo, with all that the command line prints kept."""

    def __init__(self, machine: OneMachine) -> None:
        super().__init__(machine)
        self.heard: list[str] = []

    @override
    def run(self, *arguments: str, shown: bool) -> subprocess.CompletedProcess[str]:
        done = super().run(*arguments, shown=False)
        self.heard += [done.stdout, done.stderr]
        if shown:
            console.print(done.stdout, done.stderr, markup=False)
        return done


def secrets(machine: OneMachine) -> dict[str, str]:
    """Return every secret in the vault by its connection and name."""
    vault: Any = machine.client("secretsmanager")
    names = [each["Name"] for each in vault.list_secrets()["SecretList"] if "/tenants/" in each["Name"]]
    tenants = [json.loads(vault.get_secret_value(SecretId=name)["SecretString"]) for name in names]
    return {
        f"{connection}.{name}": value
        for tenant in tenants
        for connection, values in tenant.items()
        for name, value in values.items()
        if name not in NO_SECRETS
    }


def signing_secrets(machine: OneMachine) -> dict[str, str]:
    """Return what webhooks are signed with, and what that is derived from, which alone is in the vault."""
    vault: Any = machine.client("secretsmanager")
    (name,) = (each["Name"] for each in vault.list_secrets()["SecretList"] if "/tenants/" not in each["Name"])
    stack: str = vault.get_secret_value(SecretId=name)["SecretString"]
    derived = {
        f"{vendor}.{generation}": hook_secret(stack.encode(), "default", vendor, generation)
        for vendor in ("tripletex", "timerabbit", "svenn")
        for generation in (1, 2)
    }
    return {"the stack's": stack, **derived}


def forms(secret: str) -> list[bytes]:
    """Return how a secret may stand somewhere: as it is, within JSON, and as a call's password."""
    return [secret.encode(), json.dumps(secret)[1:-1].encode(), b64encode(f"0:{secret}".encode())]


def written(home: Path) -> dict[str, bytes]:
    """Return what stands in each file below `home` except in the vault."""
    files = (path for path in home.rglob("*") if path.is_file() and path.relative_to(home) != VAULT)
    return {str(path.relative_to(home)): b"\n".join(_unpacked(path.read_bytes())) for path in files}


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    for packed in PACKED.findall(data):
        yield gzip.decompress(b64decode(packed))
