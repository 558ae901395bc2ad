"""One measured figure beside its budget."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured; `most` or `least` is the budget, in the same unit."""

    what: str
    measured: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool:
        """Whether the budget is kept."""
        return (self.most is None or self.measured <= self.most) and (self.least is None or self.measured >= self.least)

    @property
    def budget(self) -> str:
        """The budget in words."""
        return f"≤ {_number(self.most)}" if self.most is not None else f"≥ {_number(self.least or 0)}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines, the missed ones marked."""
    lines = [f"  {'':6}  {'measured':>10}  {'budget':>10}"]
    for it in figures:
        mark = "ok    " if it.met else "MISSED"
        lines.append(f"  {mark}  {_number(it.measured):>10}  {it.budget:>10}  {it.what}, {it.unit}")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"
