"""The credentials of one connection, as the classes of this package read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from samspill.errors import CredentialsError
from samspill.ports import Secrets
from samspill.reasons import Reason


@dataclass(slots=True)
class Credentials:
    """What a person entered, and what was obtained with it since."""

    system: str
    """What people call the vendor."""
    secrets: Secrets
    tenant: str
    connection_id: str
    needed: tuple[str, ...]
    """Names without which nothing can be called."""
    public: frozenset[str] = frozenset()
    """Names of what is no secret."""
    held: dict[str, str] = field(default_factory=dict)
    """As last read; empty before the first time."""

    def values(self) -> list[str]:
        """Return every value that must not be seen, as far as it was read."""
        return [value for name, value in self.held.items() if value and name not in self.public]

    def read(self, *, fresh: bool = False) -> dict[str, str]:
        """Return them as they are stored; CredentialsError when one is missing."""
        return self._keep(self.secrets.get(self.tenant, self.connection_id, fresh=fresh))

    def exchange(self, change: Callable[[dict[str, str]], Mapping[str, str]]) -> dict[str, str]:
        """Replace them by what `change` makes of the present ones; see `Secrets.exchange`.

        Raises:
            CredentialsError: one is missing, or the vendor refused.
        """

        def changed(held: dict[str, str]) -> Mapping[str, str]:
            return change(self._keep(held))

        self.held = self.secrets.exchange(self.tenant, self.connection_id, changed)
        return self.held

    def _keep(self, found: dict[str, str]) -> dict[str, str]:
        for name in self.needed:
            if not found.get(name):
                reason = Reason("key_missing", {"system": self.system, "what": name})
                raise CredentialsError(f"{name} is missing", reason=reason)
        self.held = found
        return found
