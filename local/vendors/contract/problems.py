"""Refusals as problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from local.vendors.app import Refused

TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "Precondition failed",
    413: "Content too large",
    422: "Unprocessable",
    429: "Too many requests",
}


class Wrong(NamedTuple):
    """One field or parameter that is refused, and why."""

    field: str
    code: str
    message: str


class Problem(Refused):
    """The call is refused."""

    def __init__(self, status: int, code: str, errors: Sequence[Wrong] = (), detail: str | None = None) -> None:
        """Answer `status` with the stable `code`."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors
        self.detail = detail

    def document(self) -> dict[str, Any]:
        """Return the problem for somebody without a call of their own."""
        return self.body("")

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the problem document."""
        title = TITLES.get(self.status, "Server error")
        document = {"type": "about:blank", "title": title, "status": self.status, "code": self.code}
        if self.detail:
            document["detail"] = self.detail
        if self.errors:
            document["errors"] = [each._asdict() for each in self.errors]
        return document | {"requestId": request_id}


def invalid(*errors: Wrong) -> Problem:
    """422: fields or parameters are refused."""
    return Problem(422, "validation", errors)
