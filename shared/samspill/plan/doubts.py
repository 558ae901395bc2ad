"""What only a person can decide about a plan: stored to be reviewed, and a line of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.engine.identity import same_question
from samspill.engine.match import Doubt
from samspill.engine.model import Link, Outcome, Result, Shadow, Side
from samspill.plan.draft import StreamDraft
from samspill.plan.lines import PlanLine
from samspill.plan.rows import Row
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.work.known import salted
from samspill.work.known_keys import remember

_ACTIONS = {Result.WAITING: "wait", Result.FAILED: "fail"}


def named_in(doubts: Sequence[Doubt]) -> dict[str, Outcome]:
    """Return the right records that may be what a doubt is about: created on the left, they could be there twice."""
    return {other: maybe_same(doubt.observation.label) for doubt in doubts for other in doubt.others}


def maybe_same(label: str) -> Outcome:
    """Return what a person is asked about a record that may be the one called so."""
    return same_question(Reason("maybe_same", {"label": label}))


def open_reviews(draft: StreamDraft, links: Mapping[str, Link], doubts: Sequence[tuple[Row, Doubt]]) -> list[PlanLine]:
    """Store what a person must or may decide, and return its lines; a decision that was made already stays."""
    commits: list[LinkCommit] = []
    lines: list[PlanLine] = []
    for row, doubt in doubts:
        side, observation = row.side, row.seen
        before = links.get(row.place) or Link(id=row.place, ids={side: observation.external_id})
        shadow = Shadow({}, observation.version, observation.seen_at, salted(draft.opened, observation))
        after = replace(
            before,
            label=observation.label,
            outcome=doubt.outcome,
            candidates=doubt.candidates,
            shadows={side: shadow},
        )
        commits.append(LinkCommit(after))
        lines.append(
            PlanLine(
                stream=draft.stream.name,
                action=_ACTIONS.get(doubt.outcome.result, "review"),
                label=observation.label,
                left=observation.external_id if side is Side.LEFT else None,
                right=observation.external_id if side is Side.RIGHT else None,
                reason=doubt.outcome.reason,
                candidates=doubt.candidates,
            )
        )
    if draft.run.purpose == "plan":
        alone = [(row.side, row.seen.external_id, row.resolved(draft.stream).fields) for row, _ in doubts]
        remember(draft.world, draft.key, draft.stream.rules, alone)
        draft.world.links.commit(draft.key, commits)
    return lines
