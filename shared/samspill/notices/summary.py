"""What the last look found at a tenant, in a few numbers: whoever looks after thousands reads these alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import AwareDatetime

from samspill.engine.model import Result
from samspill.notices.condition import Condition
from samspill.notices.facts import TenantFacts
from samspill.notices.notice import Notice
from samspill.state import ConnectionStatus, Document, FlowStatus

_AT_REST = {FlowStatus.PAUSED, FlowStatus.KEY_INVALID}


class Summary(Document):
    """One tenant. The next look replaces it."""

    tenant: str
    looked_at: AwareDatetime
    connections: int = 0
    flows: int = 0
    keys_refused: int = 0
    stopped: int = 0
    """Flows that are paused or stopped."""
    review: int = 0
    conflict: int = 0
    failed: int = 0
    """Records that ended so and wait; of each flow a thousand are counted at most."""
    held: int = 0
    """Lists that the mass-change guard holds back."""
    mapping: int = 0
    """Flows whose mapping or lookups no longer fit."""
    last_run_at: AwareDatetime | None = None
    last_good_at: AwareDatetime | None = None
    """Of the active flow whose last good run is longest ago; None where one of them has had none."""
    needs: tuple[str, ...] = ()
    """Kinds of what is wrong or waits for somebody, each once."""
    needs_since: AwareDatetime | None = None
    """Since when the oldest of it."""

    @property
    def needs_person(self) -> bool:
        """Tell whether somebody has to do something."""
        return bool(self.needs or self.mapping)


def summed_up(facts: TenantFacts, found: Sequence[Condition], known: Mapping[tuple[str, str, str], Notice]) -> Summary:
    """Return the summary of a look; `known` are the notices before it, by place."""

    def waiting(result: Result) -> int:
        return sum(flow.tallies[result].count for flow in facts.flows if result in flow.tallies)

    states = [flow.state for flow in facts.flows]
    good = [state.last_good_at for state in states if state.status is FlowStatus.ACTIVE]
    since = [
        notice.since if (notice := known.get(each.place)) and not notice.is_over else each.since or facts.now
        for each in found
    ]
    return Summary(
        tenant=facts.tenant,
        looked_at=facts.now,
        connections=len(facts.connections),
        flows=len(states),
        keys_refused=sum(each.status is ConnectionStatus.KEY_INVALID for each in facts.connections),
        stopped=sum(state.status in _AT_REST for state in states),
        review=waiting(Result.REVIEW),
        conflict=waiting(Result.CONFLICT),
        failed=waiting(Result.FAILED),
        held=sum(len(state.held) for state in states),
        mapping=sum(bool(state.mapping_problems) for state in states),
        last_run_at=max((flow.latest.started_at for flow in facts.flows if flow.latest), default=None),
        last_good_at=None if None in good else min((at for at in good if at is not None), default=None),
        needs=tuple(sorted({str(each.kind) for each in found})),
        needs_since=min(since, default=None),
    )
