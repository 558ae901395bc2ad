"""Who the key is, which company it opens, and what it will not be allowed to do."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.hours.days import one_day
from samspill.connectors.tripletex.kinds import KINDS
from samspill.errors import PermanentError, PermissionsError
from samspill.reasons import Reason
from samspill.state import Identity

_WHO = "employeeId,actualEmployeeId,companyId,company(id,name,displayName),employee(id,displayName)"
_TIME = frozenset({"TIME_TRACKING", "SMART_TIME_TRACKING"})
_ADDED = frozenset(
    {"API_V2", "ELECTRONIC_VOUCHERS", "FIXED_ASSETS_REGISTER", "LOGISTICS", "OCR", "SMART_WAGE", "WAGE", "ZTL"}
)
_WITHOUT: Mapping[str, frozenset[str]] = {
    "projects": _ADDED | _TIME | {"BASIS", "MIKRO", "SMART"},
    "hours": _ADDED | {"BASIS", "MIKRO", "SMART"},
}
"""Sales modules (names: specification 2.75.00) that do not bring a kind along: projects come with the largest package,
and like hours as an addition to the smaller ones. What the other packages hold is not documented."""
_VOUCHERS = ("UP_TO_", "UNLIMITED_VOUCHERS", "YEAR_END_REPORTING_")
"""How the names of modules begin that are about vouchers and the year's end only."""


def check(client: Client, client_company: str = "") -> Identity:
    """Ask who the key is, and try every kind with one row.

    `client_company` is the company that an accounting office's key works in. It is not documented whether Tripletex
    then tells that one or the office's own, so both together name the account where they differ.

    Tripletex answers 403 alike for a missing right and a missing module. The list of sales modules tells them apart
    where the key may read it and all of them are known not to hold what is missing; otherwise the right is named, being
    what a person can look up first.

    Raises:
        CredentialsError: the key is nobody.
        ContractError: the answer does not tell the company.
    """
    reply = client.call("GET", "/token/session/>whoAmI", query={"fields": _WHO})
    who = reply.json().get("value") or {}
    if not who.get("companyId") or not who.get("employeeId"):
        raise reply.unreadable("value.companyId", "the answer does not tell whose key it is")
    company = who.get("company") or {}
    employee = who.get("employee") or {}
    missing = [_missing(client, kind) for kind in KINDS if not _may_read(client, kind)]
    return Identity(
        user=str(employee.get("displayName") or who["employeeId"]),
        company=str(company.get("displayName") or company.get("name") or ""),
        company_id=_account(str(who["companyId"]), client_company),
        rights=_rights(client, {str(who["employeeId"]), str(who.get("actualEmployeeId") or who["employeeId"])}),
        missing=tuple(missing),
        needed_settings=_needed_settings(client),
    )


def _needed_settings(client: Client) -> tuple[str, ...]:
    """Return `default_department` where there are several departments: then every employee has to have one."""
    try:
        told = client.call("GET", "/department", query={"fields": "id", "count": "1"}).json()
    except (PermissionsError, PermanentError):
        return ()
    total = told.get("fullResultSize") if isinstance(told, dict) else None
    return ("default_department",) if isinstance(total, int) and total > 1 else ()


def _account(told: str, client_company: str) -> str:
    return told if client_company in {"", "0", told} else f"{client_company}/{told}"


def _rights(client: Client, employees: set[str]) -> tuple[str, ...]:
    """Return what the key's owner and the key's user both may (effective rights are the intersection)."""
    try:
        each = [
            {str(row.get("name")) for row in client.values("/employee/entitlement", "name", employeeId=employee)}
            for employee in sorted(employees)
        ]
    except PermissionsError:
        return ()
    return tuple(sorted(set.intersection(*each)))


def _may_read(client: Client, kind: str) -> bool:
    try:
        # Of hours those of today: of all there are more than may be asked for.
        today = one_day(client.today().isoformat()) if KINDS[kind].windowed else {}
        client.call("GET", KINDS[kind].path, query={**today, "fields": "id", "count": "1"})
    except PermissionsError:
        return False
    return True


def _missing(client: Client, kind: str) -> Reason:
    params = {"system": "Tripletex", "what": kind}
    if kind in _WITHOUT:
        try:
            active = {str(row.get("name")) for row in client.values("/company/salesmodules", "name")}
        except (PermissionsError, PermanentError):
            active = set()
        if active and all(name in _WITHOUT[kind] or name.startswith(_VOUCHERS) for name in active):
            return Reason("missing_module", params)
    return Reason("missing_access", params)
