"""What an operation of the API is: who may call it, what it takes, what answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from local.vendors.tripletex.query import Query


@dataclass(frozen=True, slots=True)
class Session:
    """A minted session: whose it is, which keys it stands on, and the day it dies at the start of (ISO, Oslo)."""

    id: int
    token: str
    consumer_token: str
    employee_token: str
    employee_id: int
    expires: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One call on its way to its operation."""

    request: Request
    args: Mapping[str, str]
    session: Session | None = None

    @property
    def query(self) -> Query:
        """The query parameters."""
        return self.request.args

    @property
    def caller(self) -> Session:
        """The session of a call that cannot be made without one."""
        assert self.session is not None
        return self.session


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `public` needs no session; `anywhere` works without having opened a company."""

    handler: Callable[[Ask], Response]
    params: frozenset[str] = field(default=frozenset())
    public: bool = False
    anywhere: bool = False


type Routes = dict[str, dict[str, Operation]]
"""Operations by path, written as the vendor's specification writes it, and by method."""

type Handler = Callable[[Ask], Response]
type Body = dict[str, Any]
