"""The query parameters Tripletex has, by path, copied from its OpenAPI document 2.75.00.

Tripletex ignores a parameter it does not know and returns everything; a misspelt filter would be a wrong answer. So
none is sent that is not listed here, and a test compares the list with the document.
"""

from __future__ import annotations

_PAGING = frozenset({"from", "count", "sorting", "fields"})

PARAMETERS: dict[str, frozenset[str]] = {
    "/customer": _PAGING
    | {
        "id",
        "customerAccountNumber",
        "organizationNumber",
        "email",
        "invoiceEmail",
        "customerName",
        "phoneNumberMobile",
        "isInactive",
        "accountManagerId",
        "changedSince",
    },
    "/project": _PAGING
    | {
        "id",
        "name",
        "number",
        "isOffer",
        "projectManagerId",
        "customerAccountManagerId",
        "employeeInProjectId",
        "departmentId",
        "startDateFrom",
        "startDateTo",
        "endDateFrom",
        "endDateTo",
        "isClosed",
        "isFixedPrice",
        "customerId",
        "externalAccountsNumber",
        "includeRecentlyClosed",
    },
    "/employee": _PAGING
    | {
        "id",
        "firstName",
        "lastName",
        "employeeNumber",
        "email",
        "allowInformationRegistration",
        "includeContacts",
        "departmentId",
        "onlyProjectManagers",
        "onlyContacts",
        "assignableProjectManagers",
        "periodStart",
        "periodEnd",
        "hasSystemAccess",
        "onlyEmployeeTokens",
    },
    "/department": _PAGING | {"id", "name", "departmentNumber", "departmentManagerId", "isInactive"},
    "/activity": _PAGING
    | {"id", "name", "number", "description", "isProjectActivity", "isGeneral", "isChargeable", "isTask", "isInactive"},
    "/timesheet/entry": _PAGING | {"id", "employeeId", "projectId", "activityId", "dateFrom", "dateTo", "comment"},
    "/timesheet/entry/{id}": frozenset({"fields", "version"}),
    "/country": _PAGING | {"id", "code", "isDisabled", "supportedInZtl"},
    "/employee/entitlement": _PAGING | {"employeeId"},
    "/company/salesmodules": _PAGING,
    "/event/subscription": _PAGING,
    "/event/subscription/list": frozenset({"ids"}),
    "/token/session/>whoAmI": frozenset({"fields"}),
    **{
        f"/{one}/{{id}}": frozenset({"fields"}) for one in ("customer", "project", "employee", "department", "activity")
    },
}
