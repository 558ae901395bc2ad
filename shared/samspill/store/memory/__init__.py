"""Twins of every adapter, held in memory: for tests and for the simulation, never for data.

Each passes the contract tests of its port, the same that the AWS adapter passes. They store what they are given without
a copy: everything the ports carry is frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from samspill.modes import Modes
from samspill.ports import Clock, Connectors, Hooks, Ids, World
from samspill.store.memory.decisions import MemoryDecisions
from samspill.store.memory.deliveries import MemoryDeliveries
from samspill.store.memory.files import MemoryFiles, MemoryFileStore
from samspill.store.memory.keeps import MemoryBlobs, MemorySchedules, MemorySecrets, Scheduled
from samspill.store.memory.key_index import MemoryKeyIndex
from samspill.store.memory.line import MemoryLine
from samspill.store.memory.links import MemoryLinks
from samspill.store.memory.marks import MemoryBudgets, MemoryCursors, MemoryLeases, MemoryQuotas
from samspill.store.memory.notices import MemoryMailer, MemoryNotices, MemoryPoster, PlainLetters
from samspill.store.memory.queues import Dead, Delivery, MemoryQueues, Sent
from samspill.store.memory.registry import MemoryRegistry, MemoryTenants
from samspill.store.memory.runs import MemoryJournal, MemoryRuns

__all__ = [
    "Dead",
    "Delivery",
    "MemoryBlobs",
    "MemoryBudgets",
    "MemoryCursors",
    "MemoryDecisions",
    "MemoryDeliveries",
    "MemoryFileStore",
    "MemoryFiles",
    "MemoryJournal",
    "MemoryKeyIndex",
    "MemoryLeases",
    "MemoryLine",
    "MemoryLinks",
    "MemoryMailer",
    "MemoryNotices",
    "MemoryPoster",
    "MemoryQueues",
    "MemoryQuotas",
    "MemoryRegistry",
    "MemoryRuns",
    "MemorySchedules",
    "MemorySecrets",
    "MemoryTenants",
    "MemoryWorld",
    "PlainLetters",
    "Scheduled",
    "Sent",
    "memory_world",
]


@dataclass(frozen=True, slots=True)
class MemoryWorld(World):
    """A world whose queues, schedules and mail a test can take in its hand."""

    queues: MemoryQueues
    schedules: MemorySchedules
    mailer: MemoryMailer
    poster: MemoryPoster


def memory_world(
    clock: Clock, ids: Ids, connectors: Connectors, hooks: Hooks, *, max_receives: int = 5, visibility_s: int = 360
) -> MemoryWorld:
    """Return a world of twins; only connectors and hooks come from outside."""
    return MemoryWorld(
        clock=clock,
        ids=ids,
        links=MemoryLinks(),
        keys=MemoryKeyIndex(),
        registry=MemoryRegistry(),
        tenants=MemoryTenants(),
        runs=MemoryRuns(clock),
        cursors=MemoryCursors(),
        leases=MemoryLeases(clock),
        quotas=MemoryQuotas(clock),
        line=MemoryLine(clock),
        journal=MemoryJournal(clock),
        decisions=MemoryDecisions(),
        blobs=MemoryBlobs(),
        files=MemoryFiles(),
        file_store=MemoryFileStore(),
        secrets=MemorySecrets(),
        deliveries=MemoryDeliveries(clock),
        queues=MemoryQueues(clock, max_receives=max_receives, visibility_s=visibility_s),
        schedules=MemorySchedules(),
        connectors=connectors,
        hooks=hooks,
        modes=Modes(),
        notices=MemoryNotices(),
        letters=PlainLetters(),
        mailer=MemoryMailer(),
        poster=MemoryPoster(),
        calm=timedelta(minutes=30),
        hook_url="",
    )
