"""Builds a company's records from a seed and a size."""

from __future__ import annotations

from random import Random

from local.vendors.data import words
from local.vendors.data.dataset import Dataset, SeedAddress, SeedCustomer, SeedEmployee
from local.vendors.data.orgnr import draw
from local.vendors.data.projects import build_projects
from local.vendors.data.spelling import plain

DEMO_CUSTOMERS, DEMO_PROJECTS = 40, 30
FIRST_CUSTOMER_NUMBER = 10_001

type Size = int | str


def build(seed: int, size: Size = "demo") -> Dataset:
    """Return the data of `seed`.

    `demo` means 40 customers and 30 projects, a number so many customers and half as many projects.

    Raises:
        ValueError: The size is neither `demo` nor a number of 0 or more.
    """
    if size == "demo":
        customers, projects = DEMO_CUSTOMERS, DEMO_PROJECTS
    elif isinstance(size, int) and not isinstance(size, bool) and size >= 0:
        customers, projects = size, size // 2
    else:
        raise ValueError("size: expected demo or a number of customers")
    dice = Random(f"samspill/{seed}/{customers}")
    people = _employees(dice, max(6, min(customers // 10, 200)))
    made = _customers(dice, customers)
    return Dataset(
        seed, made, build_projects(dice, projects, made, people), people, words.DEPARTMENTS, words.ACTIVITIES
    )


def _customers(dice: Random, count: int) -> tuple[SeedCustomer, ...]:
    """Make customers; the first few are the cases that every first sync should meet."""
    cases: list[dict[str, object]] = [
        {"name": "Bakken Bygg AS"},
        {"name": "Bakken Bygg AS"},
        {"name": "Fjellheim Rør & Sanitær AS"},
        {"name": "Høgåsen Gartneri DA", "is_active": False},
        {"name": "Kråkvåg Fiskemottak SA", "organization_number": None},
        {"name": "Privatkunde 1", "is_private": True, "organization_number": None},
        {"name": "Privatkunde 2", "is_private": True, "organization_number": None},
    ]
    return tuple(_customer(dice, index, cases[index] if index < len(cases) else {}) for index in range(count))


def _customer(dice: Random, index: int, case: dict[str, object]) -> SeedCustomer:
    is_private = not case and dice.random() < 0.08
    name = str(case.get("name") or (f"Privatkunde {index}" if is_private else _company_name(dice, index)))
    slug = "".join(letter for letter in plain(name).lower() if letter.isalnum())
    post_code, city = dice.choice(words.POST_TOWNS)
    values: dict[str, object] = {
        "organization_number": None if is_private or dice.random() < 0.1 else draw(dice),
        "is_active": dice.random() > 0.07,
        "is_private": is_private,
    }
    if case:
        values["is_active"] = True
        values["organization_number"] = values["organization_number"] or draw(dice)
    return SeedCustomer(
        number=FIRST_CUSTOMER_NUMBER + index,
        email=f"post@{slug}{index}.example",
        # Norwegian subscriber numbers of eight digits never begin with 1, so nobody is called.
        phone=f"+47 1{dice.randrange(10)} {dice.randrange(100):02} {dice.randrange(100):02} {dice.randrange(100):02}",
        address=SeedAddress(f"{dice.choice(words.STREETS)} {dice.randrange(1, 90)}", post_code, city),
        **(values | {"name": name} | case),  # type: ignore[arg-type]  # the cases are written out above
    )


def _company_name(dice: Random, index: int) -> str:
    first, trade = dice.choice(words.PLACE_NAMES), dice.choice(words.TRADES)
    where = f" {dice.choice(words.POST_TOWNS)[1]}" if index >= 300 else ""
    form = "" if trade == "Borettslag" else f" {dice.choice(words.FORMS)}"
    return f"{first} {trade}{where}{form}"


def _employees(dice: Random, count: int) -> tuple[SeedEmployee, ...]:
    """Make employees; the first leads projects, the second has no access, the third is closed for hours."""
    made = []
    for index in range(count):
        given, family = dice.choice(words.GIVEN), dice.choice(words.FAMILY)
        address = f"{plain(given)}.{plain(family)}.{index + 1}@nordlys.example".lower()
        made.append(
            SeedEmployee(
                number=str(index + 1),
                given=given,
                family=family,
                department=dice.randrange(len(words.DEPARTMENTS)),
                email="" if index == 1 else address,
                leads=index == 0 or (index > 2 and dice.random() < 0.3),
                open_for_hours=index != 2,
            )
        )
    return tuple(made)
