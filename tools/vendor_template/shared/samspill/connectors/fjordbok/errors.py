"""What Fjordbok's refusals mean."""

from __future__ import annotations

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.reply import Dialect, Reply
from samspill.errors import ContractError, RejectedError

ROWS = (Row(RejectedError, "field_refused", 422, field="?*"),)


def refused(reply: Reply) -> list[Fault]:
    """Return what an answer says is wrong; nothing where it is a success."""
    if reply.is_success:
        return []
    try:
        told = reply.json()
    except ContractError:
        told = None
    told = told if isinstance(told, dict) else {}
    words = str(told.get("message") or "")
    return [Fault(reply.status, told.get("code"), told.get("field"), words, reply.request_id)]


DIALECT = Dialect(ErrorTable("Fjordbok", ROWS), refused)
