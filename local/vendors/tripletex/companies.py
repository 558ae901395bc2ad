"""The account's own company, and what is asked about rights and languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from werkzeug.wrappers import Response

from local.vendors.app import json_response
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.employees import ADMINISTRATOR, COMPANY_ID, CREATE_PROJECT, PROJECT_MANAGER
from local.vendors.tripletex.entity import Computations, Entity
from local.vendors.tripletex.errors import bad_parameter, not_found
from local.vendors.tripletex.model import Kind, Model, address, date, ref, shown, text
from local.vendors.tripletex.query import PAGING, required, whole_number
from local.vendors.tripletex.reference import NOK
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.world import World

RIGHTS = {
    ADMINISTRATOR: "ROLE_ADMINISTRATOR",
    CREATE_PROJECT: "AUTH_CREATE_PROJECT",
    PROJECT_MANAGER: "AUTH_PROJECT_MANAGER",
}

ADDED = {"project": "SMART_PROJECT", "timesheet": "SMART_TIME_TRACKING"}
"""What a smaller package is given by an addition: the first part of a path, and the sales module."""

TEMPLATES = {
    # Only these two are told apart here; the others grant nothing that the sandbox asks for.
    "ALL_PRIVILEGES": tuple(RIGHTS),
    **dict.fromkeys(
        ("NONE_PRIVILEGES", "INVOICING_MANAGER", "PERSONELL_MANAGER", "ACCOUNTANT", "AUDITOR", "DEPARTMENT_LEADER"), ()
    ),
}


class Company(Entity):
    """The company of the account."""

    model = Model(
        "company",
        "CompanyDTO",
        "company",
        (
            text("name"),
            shown("displayName"),
            date("startDate"),
            date("endDate"),
            text("organizationNumber", 100),
            text("email", 254),
            text("phoneNumber", 100),
            text("phoneNumberMobile", 100),
            text("faxNumber", 100),
            address("address"),
            text("type"),
            ref("currency", "currency", default=NOK),
            shown("accountantOrSimilar", Kind.BOOLEAN, default=False),
            shown("companyMigration", Kind.TEXT, "NONE"),
            shown("invoiceShowDeliveryDate", Kind.BOOLEAN, default=False),
        ),
    )
    computed: ClassVar[Computations] = {"displayName": lambda _world, row: row["name"]}


def grant(world: World, employee_id: int, right: int) -> None:
    """Give an employee a right; one held already is left alone."""
    held = {row["entitlementId"] for row in world.where("entitlement", "employee", employee_id)}
    if right not in held:
        entity = world.entities["entitlement"]
        values = {"employee": employee_id, "entitlementId": right, "name": RIGHTS.get(right, f"RIGHT_{right}")}
        world.insert("entitlement", entity.model.defaults | values)


def routes(crud: Crud, say: Callable[[str], None]) -> Routes:
    """Return the operations of the company, of rights and of the language, which `say` switches."""
    world = crud.world
    company, entitlement = world.entities["company"], world.entities["entitlement"]

    def with_login_access(ask: Ask) -> Response:
        return crud.page(company, ask, [world.rows("company")[COMPANY_ID]])

    def sales_modules(ask: Ask) -> Response:
        missing = world.faults.missing_module
        names = ["SMART", *(name for part, name in ADDED.items() if part not in missing)] if missing else ["KOMPLETT"]
        values = [{"name": name, "costStartDate": "2026-01-01"} for name in [*names, "API_V2"]]
        count, told = len(values), ask.query.get("fields", "*").split(",")
        rows = [{name: value for name, value in row.items() if name in told or "*" in told} for row in values]
        return json_response(
            {"fullResultSize": count, "from": 0, "count": count, "versionDigest": None, "values": rows}
        )

    def by_template(ask: Ask) -> Response:
        employee_id, template = whole_number(required(ask.query, "employeeId")), required(ask.query, "template")
        if template not in TEMPLATES:
            raise bad_parameter("template", m.WRONG_TYPE)
        employee = world.get("employee", employee_id)
        if employee is None:
            raise not_found()
        with world.transaction():
            for row in world.where("entitlement", "employee", employee_id):
                world.delete("entitlement", row)
            for right in TEMPLATES[template] if employee["userType"] != "NO_ACCESS" else ():
                grant(world, employee_id, right)
        return Response(status=200)

    def change_language(ask: Ask) -> Response:
        language = required(ask.query, "language")
        if language not in {"NO", "EN"}:
            raise bad_parameter("language", m.WRONG_TYPE)
        say(language)
        return Response(status=204)

    return {
        "/company/salesmodules": {"GET": Operation(sales_modules, PAGING)},
        "/company/>withLoginAccess": {"GET": Operation(with_login_access, PAGING, anywhere=True)},
        "/employee/entitlement/:grantEntitlementsByTemplate": {
            "PUT": Operation(by_template, frozenset({"employeeId", "template"}))
        },
        "/employee/preferences/:changeLanguage": {"PUT": Operation(change_language, frozenset({"language"}))},
        **crud.routes(company, "read"),
        **crud.routes(entitlement, "search read"),
    }
