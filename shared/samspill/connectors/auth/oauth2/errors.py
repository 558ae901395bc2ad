"""What the refusals of a token server mean (RFC 6749, 5.2)."""

from __future__ import annotations

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.reply import Dialect, Reply
from samspill.errors import ContractError, CredentialsError, UnavailableError

_ANY, _REFUSED = range(200, 600), range(200, 500)
ROWS = (
    Row(UnavailableError, "vendor_unavailable", _ANY, "temporarily_unavailable"),
    Row(UnavailableError, "vendor_unavailable", _ANY, "server_error"),
    Row(UnavailableError, "vendor_unavailable", 408),
    Row(CredentialsError, "grant_ended", _REFUSED, "invalid_grant"),
    Row(CredentialsError, "client_refused", _REFUSED, "invalid_client"),
    # Whatever else it is, nothing can be called until a person has looked at it.
    Row(CredentialsError, "grant_refused", _REFUSED),
)


def token_dialect(system: str) -> Dialect:
    """Return how the token server of a vendor that people call `system` refuses."""
    return Dialect(ErrorTable(system, ROWS), _refused)


def _refused(reply: Reply) -> list[Fault]:
    """Return what was refused; some servers tell it in an answer 200. The answer may hold tokens: nothing else does."""
    try:
        body = reply.json()
    except ContractError:
        body = None
    told = body if isinstance(body, dict) else {}
    if reply.is_success and "error" not in told:
        return []
    code, words = str(told.get("error") or ""), str(told.get("error_description") or "")
    return [Fault(reply.status, code or None, None, words or code, reply.request_id)]
