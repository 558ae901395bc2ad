"""What Timly's refusals mean."""

from __future__ import annotations

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.reply import Dialect, Reply
from samspill.connectors.timly.profile import SYSTEM
from samspill.errors import ConflictError, ContractError, RejectedError

ROWS = (
    Row(RejectedError, "not_visible", 403, "out_of_scope"),
    Row(ConflictError, "changed_meanwhile", 409, "version"),
    Row(RejectedError, "duplicate", 409, "taken"),
    Row(RejectedError, "locked", 409, "in_use"),
    Row(RejectedError, "field_required", 422, "required"),
    Row(RejectedError, "reference_gone", 422, "unknown_reference"),
    Row(RejectedError, "attribute_unknown", 422, "unknown_attribute"),
    Row(RejectedError, "field_refused", 422, "wrong_type", field="attributes.*"),
    Row(ContractError, "defect", 422, "unknown_field"),
    Row(ContractError, "defect", 422, "unknown_parameter"),
    Row(ContractError, "defect", 422, "wrong_type"),
    Row(RejectedError, "field_refused", 422, field="?*"),
)


def refused(reply: Reply) -> list[Fault]:
    """Return what an answer says is wrong; one of another shape still gives its status. Success has no other."""
    if reply.is_success:
        return []
    try:
        body = reply.json()
    except ContractError:
        body = None
    told = body.get("errors") if isinstance(body, dict) else None
    details = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    return [
        Fault(
            reply.status,
            _text(each.get("code")),
            _text(each.get("field")),
            str(each.get("message") or ""),
            reply.request_id,
        )
        for each in details
    ] or [Fault(reply.status, request_id=reply.request_id)]


def _text(told: object) -> str | None:
    return told if isinstance(told, str) else None


DIALECT = Dialect(ErrorTable(SYSTEM, ROWS), refused)
