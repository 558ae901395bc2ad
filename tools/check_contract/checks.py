"""What a check is, and how all are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tools.check_contract.session import BreachError, NotTriedError, Session


class Outcome(StrEnum):
    """What became of a check."""

    KEPT = "✓"
    BROKEN = "✗"
    NOT_TRIED = "–"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the contract promises."""

    title: str
    run: Callable[[Session], None]
    """Raises BreachError, or NotTriedError where there is nothing to try it on."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found."""

    title: str
    outcome: Outcome
    came: str = ""
    says: str = ""
    """What the contract says, where it is not kept."""


def results(checks: list[Check], session: Session) -> Iterator[Result]:
    """Make the checks one after the other, and yield what each found."""
    for check in checks:
        try:
            check.run(session)
        except BreachError as breach:
            yield Result(check.title, Outcome.BROKEN, str(breach), breach.says)
        except NotTriedError as why:
            yield Result(check.title, Outcome.NOT_TRIED, str(why))
        else:
            yield Result(check.title, Outcome.KEPT)
