"""A vendor's answer, and what must be known of a vendor to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from samspill.connectors import tolerant
from samspill.connectors.faults import ErrorTable, Fault, unreadable
from samspill.errors import ContractError


@dataclass(frozen=True)
class Reply:
    """An answer of `system`, read whole."""

    system: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str | None
    url: str = ""
    """What was called, with its query: relative links in the answer begin here."""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return httpx.codes.is_success(self.status)

    def json(self) -> Any:
        """Return the body as JSON; ContractError when it is not, however tolerantly it is read."""
        return self._json

    @cached_property
    def _json(self) -> Any:
        try:
            return tolerant.read(self.body)
        except ValueError:
            raise self.unreadable("JSON", f"answer {self.status} is not JSON") from None

    def unreadable(self, field: str, said: str) -> ContractError:
        """Return the error for this answer, which is of another shape; `said` is for the log."""
        return unreadable(self.system, field, said, self.request_id)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the gateway must know of a vendor."""

    errors: ErrorTable
    refused: Callable[[Reply], list[Fault]]
    """An answer → what the vendor refused. Asked of 2xx, too, where none means success; else at least one."""
    request_id: str = "x-request-id"

    @property
    def system(self) -> str:
        """The vendor's display name."""
        return self.errors.system
