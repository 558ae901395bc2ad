"""One measured figure beside its budget."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured; `most` and `least` are the budget, in the same unit.

    Nothing was `measured` where that was not asked for; `how` then tells the way.
    """

    what: str
    measured: float | None
    unit: str
    most: float | None = None
    least: float | None = None
    how: str = ""

    @property
    def met(self) -> bool:
        """Whether the budget is kept, as far as one knows."""
        if self.measured is None:
            return True
        return (self.most is None or self.measured <= self.most) and (self.least is None or self.measured >= self.least)

    @property
    def budget(self) -> str:
        """The budget in words."""
        if self.most == self.least:
            return f"= {_number(self.most or 0)}"
        return f"≤ {_number(self.most)}" if self.most is not None else f"≥ {_number(self.least or 0)}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines, those missed or not measured marked."""
    lines = [f"  {'':6}  {'measured':>10}  {'budget':>10}"]
    for it in figures:
        mark = "?     " if it.measured is None else "ok    " if it.met else "MISSED"
        measured = "–" if it.measured is None else _number(it.measured)
        how = f"; not measured: {it.how}" if it.measured is None else ""
        lines.append(f"  {mark}  {measured:>10}  {it.budget:>10}  {it.what}, {it.unit}{how}")
    return "\n".join(lines)


def summary(figures: Iterable[Figure]) -> str:
    """Return how many budgets are kept, missed and not looked at."""
    every = list(figures)
    unknown = sum(it.measured is None for it in every)
    missed = sum(not it.met for it in every)
    return f"{len(every) - missed - unknown} budgets kept, {missed} missed, {unknown} not measured"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"
