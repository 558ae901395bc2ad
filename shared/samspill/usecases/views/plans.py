"""Plans, as people see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import computed_field

from samspill.engine.model import Candidate
from samspill.plan.lines import DraftPlan, PlanLine
from samspill.usecases.views.base import Explained, View


class CandidateView(View):
    """A record that could be the same."""

    external_id: str
    label: str
    score: int
    """0 to 100."""
    why: str

    @classmethod
    def of(cls, candidate: Candidate) -> CandidateView:
        """Return the view."""
        return cls(external_id=candidate.external_id, label=candidate.label, score=candidate.score, why=candidate.why)


class LineView(Explained):
    """What would become of one record."""

    stream: str
    action: str
    """`link`, `create`, `update`, `archive`, `review`, `skip`, `wait`, `fail` or `none`."""
    link: str
    """The id by which a person decides about it."""
    label: str
    left: str | None
    right: str | None
    fields: tuple[str, ...]
    candidates: tuple[CandidateView, ...]

    @classmethod
    def of(cls, line: PlanLine) -> LineView:
        """Return the view."""
        same = {name: getattr(line, name) for name in ("stream", "action", "link", "label", "left", "right", "fields")}
        return cls(reason=line.reason, **same, candidates=tuple(map(CandidateView.of, line.candidates)))


class ForeseenView(Explained):
    """Records of a plan that the target would refuse for the same reason."""

    stream: str
    count: int
    link: str
    """The id of the first of them."""
    label: str
    """What people call it."""


def _ids(line: PlanLine) -> Iterator[tuple[str, str]]:
    """Yield the ids of a line's records, with their sides."""
    yield from ((side, name) for side, name in (("left", line.left), ("right", line.right)) if name is not None)


def _named(line: PlanLine, labels: Mapping[tuple[str, str, str], str]) -> PlanLine:
    """Return the line with the name of the record that it waits for, as the journal has it, where the plan knows it."""
    waits = line.reason.params
    if line.reason.code != "waiting_for":
        return line
    named = (labels.get((waits["stream"], side, waits["record"])) for side, _ in _ids(line))
    label = next(filter(None, named), "")
    return line.model_copy(update={"reason": line.reason.told_with(record=label)}) if label else line


def _foreseen(lines: Iterable[PlanLine]) -> tuple[ForeseenView, ...]:
    """Return what a plan's writes would be refused for: per stream and reason, with the first record and how many."""
    alike: dict[tuple[str, ...], list[PlanLine]] = {}
    for line in lines:
        if line.foreseen is not None:
            told = line.foreseen.params
            kind = (line.stream, line.foreseen.code, *(told.get(name, "") for name in ("field", "message", "misfit")))
            alike.setdefault(kind, []).append(line)
    return tuple(
        ForeseenView(reason=first.foreseen, stream=first.stream, count=len(group), link=first.link, label=first.label)
        for group in alike.values()
        for first in group[:1]
    )


class PlanView(View):
    """A whole plan; an approval names its hash."""

    run: str
    hash: str
    lines: tuple[LineView, ...]
    foreseen: tuple[ForeseenView, ...] = ()
    """What would be refused, as far as that is known before anything is sent."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through two decorators
    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Stream → action → how many."""
        out: dict[str, dict[str, int]] = {}
        for line in self.lines:
            found = out.setdefault(line.stream, {})
            found[line.action] = found.get(line.action, 0) + 1
        return out

    @classmethod
    def of(cls, plan: DraftPlan) -> PlanView:
        """Return the view."""
        labels = {(line.stream, side, name): line.label for line in plan.lines for side, name in _ids(line)}
        lines = tuple(LineView.of(_named(line, labels)) for line in plan.lines)
        return cls(run=plan.run, hash=plan.hash, lines=lines, foreseen=_foreseen(plan.lines))
