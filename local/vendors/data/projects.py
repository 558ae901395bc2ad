"""Projects: of customers and internal, up to three levels, some with gaps that no form lets through any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from local.vendors.data import words
from local.vendors.data.dataset import SeedCustomer, SeedEmployee, SeedProject

FIRST_PROJECT_NUMBER = 1001


def build_projects(
    dice: Random, count: int, customers: Sequence[SeedCustomer], employees: Sequence[SeedEmployee]
) -> tuple[SeedProject, ...]:
    """Make projects; the second is below the first and the third below the second, then comes one of each odd kind."""
    leaders = [index for index, each in enumerate(employees) if each.leads]
    made: list[SeedProject] = []
    levels: list[int] = []
    for index in range(count):
        parent = _parent(dice, index, levels)
        levels.append(0 if parent is None else levels[parent] + 1)
        project = _project(dice, index, customers, dice.choice(leaders))
        if parent is not None:
            above = made[parent]
            siblings = sum(1 for each in made if each.parent == parent) + 1 if index < 500 else index
            project = replace(
                project,
                number=f"{above.number or FIRST_PROJECT_NUMBER + index}.{siblings}",
                name=f"{above.name} – {dice.choice(words.PARTS)}",
                customer=above.customer,
                parent=parent,
                start=above.start,
                end=_end(project.end, above.start),
                is_internal=above.is_internal,
            )
        made.append(_odd(index, project))
    return tuple(made)


def _parent(dice: Random, index: int, levels: Sequence[int]) -> int | None:
    if index in {1, 2}:
        return index - 1
    if index < 9 or dice.random() > 0.2:
        return None
    candidate = dice.randrange(9, index) if index > 9 else None
    return candidate if candidate is not None and levels[candidate] < 2 else None


def _end(end: str | None, start: str | None) -> str | None:
    """Return the end of a part that begins when the whole does: at the end of that year where it was before then."""
    return f"{start[:4]}-12-31" if end and start and end < start else end


def _project(dice: Random, index: int, customers: Sequence[SeedCustomer], leader: int) -> SeedProject:
    year, month, day = dice.choice((2024, 2025, 2025, 2026)), dice.randrange(1, 10), dice.randrange(1, 29)
    is_closed = index > 8 and dice.random() < 0.12
    is_internal = index > 8 and dice.random() < 0.1
    street = f"{dice.choice(words.STREETS)} {dice.randrange(1, 90)}"
    return SeedProject(
        number=f"P-{FIRST_PROJECT_NUMBER + index}" if index % 17 == 11 else str(FIRST_PROJECT_NUMBER + index),
        name=f"{dice.choice(words.INTERNAL)} {index}" if is_internal else f"{dice.choice(words.WORKS)} {street}",
        customer=None if is_internal or not customers else dice.randrange(len(customers)),
        parent=None,
        leader=leader,
        start=f"{year}-{month:02}-{day:02}",
        end=f"{year}-{month + 3:02}-{day:02}" if is_closed or dice.random() < 0.3 else None,
        is_closed=is_closed,
        is_internal=is_internal,
        is_offer=index > 8 and dice.random() < 0.05,
    )


def _odd(index: int, project: SeedProject) -> SeedProject:
    """Turn some early projects, and now and then a later one, into the kinds that a sync has to skip or repair."""
    if index == 3 or index % 41 == 40:
        return replace(project, number="")
    if index == 4 or index % 43 == 42:
        return replace(project, start=None, end=None)
    if index == 5:
        return replace(project, is_closed=True, end=f"{(project.start or '2025')[:4]}-12-31")
    if index == 6:
        return replace(project, is_offer=True)
    if index == 7:
        return replace(project, name=words.INTERNAL[0], is_internal=True, customer=None)
    return project
