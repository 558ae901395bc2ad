"""What Tripletex's refusals mean. Decided on status, code and field; on the message where there is no more.

Messages come in the language of the key's user, Norwegian or English, so both are matched.
"""

from __future__ import annotations

from typing import Any

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.reply import Reply
from samspill.errors import (
    ConflictError,
    ContractError,
    CredentialsError,
    PermissionsError,
    RejectedError,
)

CONFLICT = 409
REVISION = "8000"
"""The code of a conflict over the version."""
VALIDATION = 422

_REQUIRED = r"kan ikke være (null|tom)|må fylles ut|må angis|may not be (null|empty)|must be (filled|given)"
_TAKEN = r"er (allerede )?i bruk|finnes (fra før|allerede)|is (already )?in use|already (exists|a user)"

_DEFAULT = {"vendor": "tripletex", "choices": "?"}
"""How the command line calls the vendor; what there is to choose from is not known until it is asked for."""

TABLE = ErrorTable(
    "Tripletex",
    (
        Row(CredentialsError, "consumer_key_invalid", VALIDATION, "18000", "arg:consumerToken"),
        Row(CredentialsError, "key_invalid", VALIDATION, "18000", "arg:employeeToken"),
        Row(PermissionsError, "missing_access", 403, "9000"),
        Row(ConflictError, "changed_meanwhile", CONFLICT, REVISION),
        Row(RejectedError, "locked", CONFLICT, "10000"),
        Row(RejectedError, "duplicate", CONFLICT),
        Row(RejectedError, "result_too_large", VALIDATION, "23000", told={"limit": "10 000"}),
        Row(ContractError, "defect", VALIDATION, "16000"),
        Row(ContractError, "defect", VALIDATION, "17000"),
        Row(ContractError, "defect", VALIDATION, "21000"),
        Row(ContractError, "defect", VALIDATION, "22000"),
        Row(
            RejectedError,
            "manager_without_right",
            VALIDATION,
            "18000",
            "projectManager*",
            r"ikke fått tilgang|no access|not been granted",
            {"field": "manager"},
        ),
        # Told without a field (seen live).
        Row(
            RejectedError,
            "default_required",
            VALIDATION,
            message=r'[«"“]Prosjektleder[»"”]',
            told={"field": "manager", "setting": "default_project_manager", **_DEFAULT},
        ),
        # The project's number comes without a field, the employee's address with one (both seen live).
        Row(RejectedError, "duplicate", VALIDATION, "18000", "", r"^(nummeret|the number)", {"field": "number"}),
        Row(RejectedError, "duplicate", VALIDATION, "18000", message=_TAKEN),
        Row(RejectedError, "reference_gone", 404, "6000", "?*"),
        Row(RejectedError, "reference_gone", VALIDATION, "18000", "*.id", r"ikke funnet|finnes ikke|not found"),
        Row(RejectedError, "field_required", VALIDATION, field="?*", message=_REQUIRED),
        Row(RejectedError, "field_refused", VALIDATION, field="?*"),
    ),
)


def lacking(wire: str, setting: str) -> Row:
    """Return what it means that a new record lacks this reference, which a setting of the connection can fill."""
    told = {"setting": setting, **_DEFAULT}
    return Row(RejectedError, "default_required", VALIDATION, field=f"{wire}*", message=_REQUIRED, told=told)


def refused(reply: Reply) -> list[Fault]:
    """Return what an error body says; a body of another shape still gives its status. Success has no other."""
    if reply.is_success:
        return []
    try:
        body = reply.json()
    except ContractError:
        body = None
    if not isinstance(body, dict):
        return [Fault(reply.status, request_id=reply.request_id)]
    code = str(body["code"]) if body.get("code") is not None else None
    request_id = reply.request_id or body.get("requestId")
    message = str(body.get("message") or body.get("developerMessage") or "")
    details = [each for each in body.get("validationMessages") or () if isinstance(each, dict)]
    return [_fault(reply.status, code, request_id, each) for each in details] or [
        Fault(reply.status, code, None, message, request_id)
    ]


def _fault(status: int, code: str | None, request_id: str | None, detail: dict[str, Any]) -> Fault:
    return Fault(status, code, detail.get("field") or None, str(detail.get("message") or ""), request_id)
