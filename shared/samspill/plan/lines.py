"""What a person sees of a plan: line by line what would become of each record, under one hash."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict, TypeAdapter, computed_field

from samspill.engine.case import Plan
from samspill.engine.model import Candidate, Result, Side, link_id
from samspill.engine.pairs import BY_ID
from samspill.messages import Subject
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import Root, Run
from samspill.work.snapshots import folder


class PlanLine(BaseModel):
    """What would become of one record."""

    model_config = ConfigDict(frozen=True)

    stream: str
    action: str
    """`link`, `create`, `update`, `archive`, `review`, `skip`, `wait`, `fail` or `none`."""
    label: str
    left: str | None = None
    right: str | None = None
    fields: tuple[str, ...] = ()
    reason: Reason
    candidates: tuple[Candidate, ...] = ()
    foreseen: Reason | None = None
    """Why the target would refuse the write, as far as that is known beforehand."""
    rule: str | None = None
    """The rule that says the two records are the same; None in a line of the version before."""

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through two decorators
    @property
    def link(self) -> str:
        """The id by which a person decides about the record."""
        return link_id(Side.LEFT, self.left) if self.left is not None else link_id(Side.RIGHT, self.right or "")


class DraftPlan(Root):
    """A whole plan. `hash` names exactly these actions; an approval names the hash."""

    run: str
    hash: str
    lines: tuple[PlanLine, ...]
    parts: str = ""
    """Prefix of the blobs that hold the lines, where there are too many for one."""

    def counts(self) -> dict[str, Counter[str]]:
        """Return stream → action → how many."""
        out: dict[str, Counter[str]] = {}
        for line in self.lines:
            out.setdefault(line.stream, Counter())[line.action] += 1
        return out


LINES = TypeAdapter(tuple[PlanLine, ...], config=ConfigDict(defer_build=True))


def read_plan(world: World, run: Run) -> DraftPlan | None:
    """Return the plan a run made."""
    body = world.blobs.get(f"{folder(run)}/plan")
    if not body:
        return None
    plan = DraftPlan.model_validate_json(body)
    if not plan.parts:
        return plan
    parts = (world.blobs.get(key) or b"[]" for key in world.blobs.keys(plan.parts))
    return plan.model_copy(update={"lines": tuple(line for part in parts for line in LINES.validate_json(part))})


def subjects_key(run: Run, stream: str) -> str:
    """Return where the records of a plan's stream are kept, or the names of the blobs they are kept in."""
    return f"{folder(run)}/subjects/{stream}"


def line_of(stream: str, made: Plan, subject: Subject, foreseen: Reason | None = None) -> PlanLine:
    """Return what a person sees of the plan for one record."""
    return PlanLine(
        stream=stream,
        action=action_of(made, subject),
        label=made.link.label,
        left=subject.left.external_id if subject.left else None,
        right=subject.right.external_id if subject.right else None,
        fields=tuple(sorted(made.write.fields)) if made.write else (),
        reason=made.reason,
        foreseen=foreseen,
        rule=subject.rule,
    )


def action_of(made: Plan, subject: Subject) -> str:
    """Return the word for what a plan would do with a record, as `PlanLine.action` has it."""
    if subject.rule not in {"", BY_ID} and made.result is Result.APPLIED:
        return "link"
    if made.write is not None:
        if made.write.archive:
            return "archive"
        return "create" if made.write.external_id is None else "update"
    names = {Result.SKIPPED: "skip", Result.WAITING: "wait", Result.FAILED: "fail", Result.UNCHANGED: "none"}
    return names.get(made.result, "review")
