"""What the contracts' problem documents (RFC 9457) mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.reply import Dialect, Reply
from samspill.errors import ContractError, RejectedError

ROWS = (
    Row(ContractError, "defect", 413),
    Row(ContractError, "defect", 428),
    Row(RejectedError, "locked", 409, "in_use"),
    Row(ContractError, "defect", 422, "unknown_field"),
    Row(ContractError, "defect", 422, "wrong_type"),
    Row(RejectedError, "duplicate", 422, "taken"),
    Row(RejectedError, "field_required", 422, "required"),
    Row(RejectedError, "reference_gone", 422, "unknown_reference"),
    Row(RejectedError, "field_refused", 422, field="?*"),
)


def dialect(system: str) -> Dialect:
    """Return how a vendor that people call `system` refuses."""
    return Dialect(ErrorTable(system, ROWS), refused)


def refused(reply: Reply) -> list[Fault]:
    """Return what an answer says is wrong; one of another shape still gives its status. Success has no other."""
    if reply.is_success:
        return []
    try:
        body = reply.json()
    except ContractError:
        body = {}
    return problem_faults(reply.status, body if isinstance(body, dict) else {}, reply.request_id)


def problem_faults(status: int, problem: Mapping[str, Any], request_id: str | None) -> list[Fault]:
    """Return what a problem document says."""
    code = str(problem["code"]) if problem.get("code") else None
    details = [each for each in problem.get("errors") or () if isinstance(each, dict)]
    words = str(problem.get("detail") or problem.get("title") or "")
    return [
        Fault(status, str(each.get("code") or code), each.get("field"), str(each.get("message") or ""), request_id)
        for each in details
    ] or [Fault(status, code, None, words, request_id)]
