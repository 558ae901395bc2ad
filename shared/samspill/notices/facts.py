"""What is known of a tenant when somebody looks for conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from samspill.engine.model import Link, Result
from samspill.reasons import Reason
from samspill.state import Connection, FlowState, Run


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of a flow ended in one result, and the one that did so first."""

    count: int = 0
    at_least: bool = False
    """True where there are more than were counted."""
    since: datetime | None = None
    label: str = ""
    reason: Reason | None = None


def tallied(count: int, at_least: bool, since: datetime | None, first: Link | None) -> Tally:
    """Return the tally of which this link is the first."""
    reason = first.outcome.reason if first and first.outcome else None
    return Tally(count, at_least, since, first.label if first else "", reason)


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """One flow."""

    state: FlowState
    tallies: Mapping[Result, Tally] = field(default_factory=dict)
    latest: Run | None = None
    """Its newest run."""


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """One tenant."""

    tenant: str
    now: datetime
    connections: Sequence[Connection] = ()
    flows: Sequence[FlowFacts] = ()
    refused_until: Mapping[str, datetime] = field(default_factory=dict)
    """Connection → when its key was last found to be refused, of those whose all-clear was not told yet."""
    dead_letters: int = 0
    """Of the installation; looked at for no tenant."""

    def flow(self, name: str) -> FlowFacts | None:
        """Return a flow by its id."""
        return next((each for each in self.flows if each.state.flow == name), None)

    def connection(self, name: str) -> Connection | None:
        """Return a connection by its id."""
        return next((each for each in self.connections if each.id == name), None)
