"""Employees: user types, unique ASCII e-mail addresses, and the right to lead projects."""

from __future__ import annotations

from typing import ClassVar

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import rule
from local.vendors.tripletex.model import Kind, Model, address, boolean, choice, date, integer, ref, refs, shown, text
from local.vendors.tripletex.query import Predicate, Query, contains, equals, flag, ids, truth
from local.vendors.tripletex.reference import NORWAY
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

ADMINISTRATOR, PROJECT_MANAGER, CREATE_PROJECT = 1, 10, 45
"""Ids of rights, as public integrations name them; names and ids may change between releases (specification)."""

COMPANY_ID = 90_001

MODEL = Model(
    "employee",
    "EmployeeDTO",
    "employee",
    (
        text("firstName", 100, least=1, required=True),
        text("lastName", 100, least=1, required=True),
        shown("displayName"),
        text("employeeNumber", 100),
        date("dateOfBirth"),
        text("email", 100),
        ref("phoneNumberMobileCountry", "country", default=NORWAY),
        text("phoneNumberMobile", 100),
        text("phoneNumberHome", 100),
        text("phoneNumberWork", 100),
        text("nationalIdentityNumber", 100),
        text("dnumber", 11),
        shown("internationalId", Kind.VALUE, {"intAmeldingType": None, "country": None, "number": ""}),
        text("bankAccountNumber", 100),
        text("iban"),
        text("bic"),
        integer("creditorBankCountryId"),
        boolean("usesAbroadPayment"),
        choice("userType", "STANDARD", "EXTENDED", "NO_ACCESS"),
        shown("allowInformationRegistration", Kind.BOOLEAN, default=True),
        boolean("isContact"),
        shown("isProxy", Kind.BOOLEAN, default=False),
        text("comments", 16_777_215),
        address("address"),
        ref("department", "department"),
        refs("employments"),
        shown("holidayAllowanceEarned", Kind.VALUE, {"year": 0, "amount": 0, "basis": 0, "amountExtraHolidayWeek": 0}),
        ref("employeeCategory"),
        shown("isAuthProjectOverviewURL", Kind.BOOLEAN, default=True),
        shown("pictureId", Kind.INTEGER, 0),
        shown("companyId", Kind.INTEGER, COMPANY_ID),
        shown("vismaConnect2FAactive", Kind.BOOLEAN, default=False),
    ),
)


class Employee(Entity):
    """An employee; there is no way to delete one."""

    model = MODEL
    indexed = ("email", "employeeNumber")
    first_version = 1
    event = "employee"
    digest = False
    by_hand = frozenset({"allowInformationRegistration"})
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "firstName": contains("firstName"),
        "lastName": contains("lastName"),
        "employeeNumber": equals("employeeNumber"),
        "email": contains("email"),
        "allowInformationRegistration": flag("allowInformationRegistration"),
        "departmentId": ids("department"),
    }
    params = frozenset(
        {"includeContacts", "onlyContacts", "onlyProjectManagers", "assignableProjectManagers", "hasSystemAccess"}
    )
    computed: ClassVar[Computations] = {
        "displayName": lambda _world, row: f"{row['firstName']} {row['lastName']}",
        "userType": lambda _world, _row: None,  # as seen in recorded answers
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Hide contacts unless asked for; find those who may lead projects or have access."""

        def asked(name: str) -> bool | None:
            return truth(name, query[name]) if query.get(name) else None

        found: list[Predicate] = []
        if asked("onlyContacts"):
            found.append(lambda row: bool(row["isContact"]))
        elif not asked("includeContacts"):
            found.append(lambda row: not row["isContact"])
        for name in ("onlyProjectManagers", "assignableProjectManagers"):
            wanted = asked(name)
            if wanted is not None:
                found.append(lambda row, wanted=wanted: may_lead(world, row.id) is wanted)  # type: ignore[misc]  # bound early on purpose
        access = asked("hasSystemAccess")
        if access is not None:
            found.append(lambda row: (row["userType"] != "NO_ACCESS") is access)
        return found

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse what has no user type, no department, a number taken, or a bad e-mail address."""
        if not values["userType"]:
            raise rule("userType", m.USER_TYPE)
        email = values["email"]
        if not email and values["userType"] != "NO_ACCESS":
            raise rule("email", m.EMAIL_NEEDED)
        if not email.isascii():
            raise rule("email", m.BAD_FORMAT)
        if email and self._taken(world, "email", email, old):
            raise rule("email", m.EMAIL_TAKEN)
        if values["employeeNumber"] and self._taken(world, "employeeNumber", values["employeeNumber"], old):
            raise rule("employeeNumber", m.NUMBER_IN_USE)
        departments_used = len(world.rows("department")) > 1 and "department" not in world.faults.missing_module
        if departments_used and values["department"] is None:
            raise rule("department.id", m.MUST_FILL)

    @staticmethod
    def _taken(world: World, name: str, value: str, old: Row | None) -> bool:
        return any(old is None or row.id != old.id for row in world.where("employee", name, value))


class Entitlement(Entity):
    """A right that an employee holds."""

    model = Model(
        "entitlement",
        "EntitlementDTO",
        "employee/entitlement",
        (
            ref("employee", "employee"),
            text("name"),
            integer("entitlementId"),
            ref("customer", "company", default=COMPANY_ID),
        ),
    )
    indexed = ("employee",)
    filters: ClassVar[Filters] = {"employeeId": ids("employee")}


def may_lead(world: World, employee_id: int) -> bool:
    """Tell whether the employee may be put in charge of a project."""
    return any(
        right["entitlementId"] == PROJECT_MANAGER for right in world.where("entitlement", "employee", employee_id)
    )
