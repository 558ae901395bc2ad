"""What a second system, which people filled by hand for years, has of the same company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from local.vendors.data import words
from local.vendors.data.dataset import Dataset, SeedAddress, SeedCustomer, SeedProject
from local.vendors.data.orgnr import draw
from local.vendors.data.spelling import sloppy, vary

SHARE = 0.6
"""How much of the first system the second one has, too."""

OWN = 0.2
"""How many records only the second one has, measured by the size of the first."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Customers and projects of the second system; positions refer to these lists."""

    customers: tuple[SeedCustomer, ...]
    projects: tuple[SeedProject, ...]


def counterpart(dataset: Dataset, name: str) -> Counterpart:
    """Return the records of the system `name` beside `dataset`; at most two levels of projects."""
    dice = Random(f"samspill/{name}/{dataset.seed}/{len(dataset.customers)}")
    customers, places = _customers(dice, dataset.customers)
    return Counterpart(tuple(customers), tuple(_projects(dice, dataset.projects, places)))


def _customers(dice: Random, theirs: Sequence[SeedCustomer]) -> tuple[list[SeedCustomer], dict[int, int]]:
    made: list[SeedCustomer] = []
    places: dict[int, int] = {}
    for index, each in enumerate(theirs):
        if index > 2 and dice.random() > SHARE:
            continue
        places[index] = len(made)
        made.append(
            replace(
                each,
                name=sloppy(each.name) if index == 2 else vary(each.name, dice),
                number=each.number if dice.random() < 0.5 else None,
                organization_number=each.organization_number if dice.random() < 0.7 else None,
                email=each.email if dice.random() < 0.6 else "",
                is_active=each.is_active or dice.random() < 0.5,
            )
        )
    for index in range(int(len(theirs) * OWN)):
        name = f"{dice.choice(words.PLACE_NAMES)} {dice.choice(words.TRADES)} {dice.choice(words.POST_TOWNS)[1]} AS"
        address = SeedAddress(f"{dice.choice(words.STREETS)} {dice.randrange(1, 90)}", *dice.choice(words.POST_TOWNS))
        number = None if dice.random() < 0.6 else 50_001 + index
        organization_number = draw(dice) if dice.random() < 0.5 else None
        made.append(SeedCustomer(number, name, organization_number, f"post@egen{index}.example", "", address))
    return made, places


def _projects(dice: Random, theirs: Sequence[SeedProject], customers: dict[int, int]) -> list[SeedProject]:
    made: list[SeedProject] = []
    places: dict[int, int] = {}
    for index, each in enumerate(theirs):
        parent = places.get(each.parent) if each.parent is not None else None
        too_deep = each.parent is not None and (parent is None or made[parent].parent is not None)
        unknown_customer = each.customer is not None and each.customer not in customers
        if too_deep or unknown_customer or each.is_offer or dice.random() > SHARE + 0.15:
            continue
        places[index] = len(made)
        customer = customers[each.customer] if each.customer is not None else None
        number = each.number if dice.random() < 0.7 else ""
        made.append(replace(each, name=vary(each.name, dice), number=number, customer=customer, parent=parent))
    for index in range(int(len(theirs) * OWN)):
        name = f"{dice.choice(words.WORKS)} {dice.choice(words.STREETS)} {dice.randrange(1, 90)}"
        customer = dice.choice(list(customers.values())) if customers else None
        made.append(SeedProject(f"T{index + 1:04}", name, customer, None, 0, "2026-02-01"))
    return made
