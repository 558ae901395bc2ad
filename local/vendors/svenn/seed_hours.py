"""Two weeks of hours of the demo company, mostly approved, and what they are put on."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from local.vendors.contract.kinds import Record
from local.vendors.contract.store import Store
from local.vendors.data.dataset import Dataset
from local.vendors.svenn.entries import ENTRIES
from local.vendors.svenn.kinds import PROJECTS, TAGS, TASKS
from local.vendors.svenn.seed import Loaded

WORKDAYS = 10
UNKNOWN_TASK = "Garantiarbeid"
"""A task that accounting has no activity for."""
MORE_TAGS = ("Administrasjon", "Ferie")
"""Internal activities that every account in accounting begins with."""
COMMENTS = ("Ferdigstilt", "Venter på deler", "Etter avtale med kunden", "Feilsøking", "Dokumentasjon")
DAYS = (("7.5",), ("4", "3.5"), ("5", "2.5"), ("6", "1.5"), ("2", "3", "2.5"))
"""How a day is divided."""


def load_hours(store: Store, dataset: Dataset, loaded: Loaded, today: date) -> None:
    """Put tasks, tags and the hours of the workdays before `today` into an account."""
    dice = Random(f"samspill/svenn/hours/{dataset.seed}/{len(dataset.customers)}")
    named = dataset.activities
    tasks = [store.load(TASKS, {"name": name}) for name in (*(n for n, project, _ in named if project), UNKNOWN_TASK)]
    tags = [store.load(TAGS, {"name": name}) for name in (*(n for n, project, _ in named if not project), *MORE_TAGS)]
    projects = _open_projects(store)
    for index, employee in loaded.employees.items():
        for day in _workdays(today):
            if dice.random() < 0.12:
                continue
            for hours in dice.choice(DAYS):
                where = _where(dice, projects, tasks, tags)
                approved = dice.random() < (0.92 if index else 0.97)
                comment = dice.choice(COMMENTS) if dice.random() < 0.3 else None
                line = {"employeeId": employee, "date": day.isoformat(), "hours": hours, "comment": comment}
                store.load(ENTRIES, {**line, **where, "approved": approved})


def _open_projects(store: Store) -> list[str]:
    held = (stored.record for stored in store.held[PROJECTS.name].values())
    return [each["id"] for each in held if each["status"] == "active" and not each["internal"]]


def _where(dice: Random, projects: list[str], tasks: list[str], tags: list[str]) -> Record:
    if not projects or dice.random() < 0.15:
        return {"tagId": dice.choice(tags)}
    # The task that accounting does not know is the last one, and rare.
    task = tasks[-1] if dice.random() < 0.05 else dice.choice(tasks[:-1])
    return {"projectId": dice.choice(projects), "taskId": None if dice.random() < 0.1 else task}


def _workdays(today: date) -> list[date]:
    """Return the latest workdays before `today`, oldest first."""
    before = (today - timedelta(days=number) for number in range(1, 2 * WORKDAYS))
    return sorted([day for day in before if day.isoweekday() < 6][:WORKDAYS])
