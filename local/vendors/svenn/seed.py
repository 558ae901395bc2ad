"""What the demo company has in Svenn: mostly the same records under the same numbers, typed by hand, and its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from local.vendors.contract.common import whole
from local.vendors.contract.kinds import Record
from local.vendors.contract.store import Store
from local.vendors.data import words
from local.vendors.data.dataset import Dataset, SeedCustomer, SeedEmployee, SeedProject
from local.vendors.data.spelling import vary
from local.vendors.svenn.kinds import CUSTOMERS, EMPLOYEES, PROJECTS

SHARE = 0.7
"""How much of the accounting system Svenn has, too."""
OWN_CUSTOMERS = ("Hytteforeningen Solbakken", "Sameiet Øvre Torg 4", "Kontantkunde")
OWN_PROJECTS = ("Garantisaker", "Vakttelefon", "Utbedring Løkkegata 3")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Ids in Svenn; those of shared records by their position in the data set."""

    customers: dict[int, str]
    projects: dict[int, str]
    employees: dict[int, str]


def load_records(store: Store, dataset: Dataset) -> Loaded:
    """Put customers, projects and employees into an empty account."""
    dice = Random(f"samspill/svenn/{dataset.seed}/{len(dataset.customers)}")
    customers = _customers(store, dice, dataset.customers)
    return Loaded(customers, _projects(store, dice, dataset.projects, customers), _employees(store, dataset.employees))


def _customers(store: Store, dice: Random, theirs: Sequence[SeedCustomer]) -> dict[int, str]:
    """Load customers; every ninth shared one still has the old kind of number, which is no number at all."""
    found: dict[int, str] = {}
    for index, each in enumerate(theirs):
        if index > 2 and dice.random() > SHARE:
            continue
        values = {
            "name": vary(each.name, dice),
            "number": f"K-{index + 1}" if index % 9 == 5 else str(each.number),
            "organizationNumber": each.organization_number if dice.random() < 0.7 else None,
            "email": each.email or None,
            "phone": each.phone or None,
            "postalAddress": whole(each.address),
            "active": each.is_active,
            "private": each.is_private,
        }
        found[index] = store.load(CUSTOMERS, values)
    for number, name in enumerate(OWN_CUSTOMERS if theirs else (), 1):
        values = {"name": name, "number": "KONTANT" if name == "Kontantkunde" else str(70_000 + number)}
        store.load(CUSTOMERS, values)
    return found


def _projects(store: Store, dice: Random, theirs: Sequence[SeedProject], customers: dict[int, str]) -> dict[int, str]:
    """Load projects without those below others; a few have no start date, and numbers with a hyphen cannot be had."""
    found: dict[int, str] = {}
    for index, each in enumerate(theirs):
        unknown = each.customer is not None and each.customer not in customers
        if each.parent is not None or each.is_offer or unknown or dice.random() > SHARE + 0.15:
            continue
        values: Record = {
            "name": vary(each.name, dice),
            "number": each.number.replace("-", "") or f"S{index + 1}",
            "customerId": None if each.customer is None else customers[each.customer],
            "startDate": None if index % 11 == 10 else each.start,
            "endDate": None if index % 11 == 10 else each.end,
            "status": "completed" if each.is_closed else "active",
            "internal": each.is_internal,
        }
        found[index] = store.load(PROJECTS, values)
    for number, name in enumerate(OWN_PROJECTS if theirs else (), 1):
        start = None if name == "Vakttelefon" else "2026-02-01"
        customer = next(iter(customers.values())) if name.startswith("Utbedring") else None
        store.load(PROJECTS, {"name": name, "number": f"7.{number}", "customerId": customer, "startDate": start})
    return found


def _employees(store: Store, theirs: Sequence[SeedEmployee]) -> dict[int, str]:
    """Load everybody, one of them under a first name only, and two who are not in the accounting system."""
    found = {
        index: store.load(
            EMPLOYEES,
            {
                "number": each.number,
                "firstName": each.given,
                "lastName": None if index == 4 else each.family,
                "email": each.email or None,
                "active": True,
            },
        )
        for index, each in enumerate(theirs)
    }
    for number, (given, family) in enumerate((("Innleid", None), (words.GIVEN[0], words.FAMILY[0])), 901):
        store.load(EMPLOYEES, {"number": str(number), "firstName": given, "lastName": family, "active": True})
    return found
