"""What only a person can decide about a plan: stored to be reviewed, and a line of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.engine.match import Doubt
from samspill.engine.model import Link, Observation, Outcome, Result, Shadow, Side, link_id
from samspill.flows.flow import Stream
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.steps.draft import Draft
from samspill.steps.fetch import salted
from samspill.steps.known_keys import remember
from samspill.steps.plan_lines import PlanLine

_ACTIONS = {Result.WAITING: "wait", Result.FAILED: "fail"}


def named_in(doubts: Sequence[Doubt]) -> dict[str, Reason]:
    """Return the right records that may be what a doubt is about: created on the left, they could be there twice."""
    return {
        other: Reason("maybe_same", {"label": doubt.observation.label}) for doubt in doubts for other in doubt.others
    }


def open_reviews(
    draft: Draft,
    stream: Stream,
    links: Mapping[str, Link],
    raw: Mapping[Side, Mapping[str, Observation]],
    doubts: Sequence[tuple[Side, Doubt]],
) -> None:
    """Store what a person must or may decide; a decision that was made already stays."""
    key = StreamKey(draft.run.tenant, draft.run.flow, stream.name)
    commits: list[LinkCommit] = []
    for side, doubt in doubts:
        observation = doubt.observation
        name = link_id(side, observation.external_id)
        before = links.get(name) or Link(id=name, ids={side: observation.external_id})
        known = salted(draft.opened, raw[side][observation.external_id])
        shadow = Shadow({}, observation.version, observation.seen_at, known)
        outcome = Outcome(doubt.result, doubt.reason)
        after = replace(
            before,
            label=observation.label,
            outcome=outcome,
            candidates=doubt.candidates,
            shadows={side: shadow},
        )
        if draft.run.purpose == "plan":
            commits.append(LinkCommit(after))
        draft.lines.append(
            PlanLine(
                stream=stream.name,
                action=_ACTIONS.get(doubt.result, "review"),
                label=observation.label,
                left=observation.external_id if side is Side.LEFT else None,
                right=observation.external_id if side is Side.RIGHT else None,
                reason=doubt.reason,
                candidates=doubt.candidates,
            )
        )
    alone = [(side, doubt.observation.external_id, doubt.observation.fields) for side, doubt in doubts if commits]
    remember(draft.world, key, stream.rules, alone)
    draft.world.links.commit(key, commits)
