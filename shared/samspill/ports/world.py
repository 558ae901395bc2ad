"""All ports in one hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from samspill.modes import Modes
    from samspill.ports.environment import Clock, Ids
    from samspill.ports.files import Blobs, FileRegistry, Files
    from samspill.ports.limits import Leases, Quotas
    from samspill.ports.line import Line
    from samspill.ports.links import KeyIndex, Links
    from samspill.ports.notices import Letters, Mailer, Notices, Poster
    from samspill.ports.queues import Deliveries, Queues
    from samspill.ports.registry import Registry, Schedules, Secrets, Tenants
    from samspill.ports.runs import Cursors, Decisions, Journal, Runs
    from samspill.ports.vendors import Connectors, Hooks, Preflight
    from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, in one hand. Built by `bootstrap`; tests build it from twins."""

    clock: Clock
    ids: Ids
    links: Links
    keys: KeyIndex
    registry: Registry
    tenants: Tenants
    runs: Runs
    cursors: Cursors
    leases: Leases
    quotas: Quotas
    line: Line
    journal: Journal
    decisions: Decisions
    blobs: Blobs
    files: FileRegistry
    file_store: Files
    secrets: Secrets
    deliveries: Deliveries
    queues: Queues
    schedules: Schedules
    connectors: Connectors
    hooks: Hooks
    modes: Modes
    """The ways in which streams work."""
    notices: Notices
    letters: Letters
    mailer: Mailer
    poster: Poster
    calm: timedelta
    """How long what was wrong must stay well before its all-clear is told."""
    hook_url: str
    """Where vendors reach `receive`: see `hook_address`. Empty where they cannot."""
    preflight: Preflight | None = None
    """What vendors would refuse; None where nothing is known beforehand."""
    remarks: tuple[Reason, ...] = ()
    """What a person who works on the stack has to know of it, such as that it is of another version."""
