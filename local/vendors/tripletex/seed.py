"""Demo data in Tripletex's form."""

from __future__ import annotations

from local.vendors.data.dataset import Dataset, SeedCustomer, SeedProject
from local.vendors.tripletex.account import Account
from local.vendors.tripletex.activities import GENERAL, PROJECT_GENERAL
from local.vendors.tripletex.companies import RIGHTS
from local.vendors.tripletex.employees import CREATE_PROJECT, PROJECT_MANAGER
from local.vendors.tripletex.world import World


def load_dataset(account: Account, dataset: Dataset) -> None:
    """Put the demo company's records into an account on its first day, as they are found: no rules, no webhooks."""
    world = account.world
    for number, name in dataset.departments:
        world.load("department", {"departmentNumber": number, "name": name})
    for name, for_projects, chargeable in dataset.activities:
        kind = PROJECT_GENERAL if for_projects else GENERAL
        world.load("activity", {"name": name, "activityType": kind, "isChargeable": chargeable})
    employees = _load_employees(world, dataset)
    customers = [_load_customer(world, each) for each in dataset.customers]
    world.highest["customer"] = max((each.number or 0 for each in dataset.customers), default=0)
    projects: list[int] = []
    for project in dataset.projects:
        projects.append(_load_project(world, project, customers, projects, employees))
    numbers = (each.number for each in dataset.projects)
    world.highest["project"] = max((int(number) for number in numbers if number.isdecimal()), default=0)


def _load_employees(world: World, dataset: Dataset) -> list[int]:
    departments = {row["departmentNumber"]: row.id for row in world.rows("department").values()}
    found = []
    for each in dataset.employees:
        values = {
            "firstName": each.given,
            "lastName": each.family,
            "employeeNumber": each.number,
            "email": each.email,
            "userType": "STANDARD" if each.email else "NO_ACCESS",
            "department": departments[dataset.departments[each.department][0]],
            "allowInformationRegistration": each.open_for_hours,
        }
        row = world.load("employee", values)
        for right in (CREATE_PROJECT, PROJECT_MANAGER) if each.leads else ():
            world.load("entitlement", {"employee": row.id, "entitlementId": right, "name": RIGHTS[right]})
        found.append(row.id)
    return found


def _load_customer(world: World, each: SeedCustomer) -> int:
    place = {"addressLine1": each.address.line1, "postalCode": each.address.postcode, "city": each.address.city}
    values = {
        "name": each.name,
        "customerNumber": each.number,
        "organizationNumber": each.organization_number or "",
        "email": each.email,
        "phoneNumber": each.phone,
        "isInactive": not each.is_active,
        "isPrivateIndividual": each.is_private,
        "postalAddress": world.load("address", place).id,
        "physicalAddress": world.load("address", place).id,
    }
    return world.load("customer", values).id


def _load_project(
    world: World, each: SeedProject, customers: list[int], projects: list[int], employees: list[int]
) -> int:
    leader = employees[each.leader]
    values = {
        "name": each.name,
        "number": each.number,
        "projectManager": leader,
        "mainProject": None if each.parent is None else projects[each.parent],
        "customer": None if each.customer is None else customers[each.customer],
        "startDate": each.start,
        "endDate": each.end,
        "isClosed": each.is_closed,
        "isInternal": each.is_internal,
        "isOffer": each.is_offer,
    }
    project_id = world.load("project", values).id
    world.load("projectParticipant", {"project": project_id, "employee": leader, "adminAccess": True})
    world.load("projectHourlyRate", {"project": project_id, "startDate": each.start})
    return project_id
