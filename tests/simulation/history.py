"""God's view: everything that people did and that the vendors carried out, with the entity each record stands for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from samspill.canon.values import Fields, Value
from samspill.engine.guard import Guard
from samspill.engine.model import Side
from samspill.flows.flow import Flow

type Record = tuple[str, Side, str]
"""Kind, side, external id."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A person set a field."""

    at: float
    record: Record
    entity: str
    name: str
    value: Value
    undoes: bool = False
    """It put back what the hub knew of the field by then: nobody can tell it from no edit."""


@dataclass(slots=True)
class EngineWrite:
    """A vendor carried out a write of the hub."""

    at: float
    record: Record
    entity: str
    fields: Fields
    attempt: str
    create: bool
    archive: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A person had something taken back: values of a record, or that it was created."""

    at: float
    record: Record
    source: Record
    """Its other half, from which it was written."""
    values: Fields
    """What was taken back; empty for a create."""
    back: Fields
    """What comes back instead."""


@dataclass(slots=True)
class History:
    """What happened, in order."""

    edits: list[Edit] = field(default_factory=list)
    writes: list[EngineWrite] = field(default_factory=list)
    entity_of: dict[Record, str] = field(default_factory=dict)
    records_of: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[Record, float] = field(default_factory=dict)
    """By a person."""
    given: dict[tuple[str, str], list[Value]] = field(default_factory=lambda: defaultdict(list))
    """(entity, field) → every value that a person, or a vendor by itself, ever put there."""
    held: dict[tuple[Record, str], list[Value]] = field(default_factory=lambda: defaultdict(list))
    """(record, field) → every value it held or was sent."""
    since: dict[tuple[Record, str], list[tuple[float, Value]]] = field(default_factory=lambda: defaultdict(list))
    """(record, field) → when it came to hold which value, in order."""
    apart: set[tuple[Record, Record]] = field(default_factory=set)
    """Pairs that a person parted, and none has joined since."""
    decided: set[tuple[str, str]] = field(default_factory=set)
    """(stream, link) a person decided about."""
    approved: list[tuple[str, frozenset[str], float]] = field(default_factory=list)
    """(`stream/side/kind`, links, until when) of every list a person let through."""
    limits: list[tuple[float, Guard, float]] = field(default_factory=list)
    """(since, limits, until) a person set."""
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    """(`stream/side/kind`, link) → what a person last refused to have written, as `content_of` tells it."""
    flows: list[tuple[float, Flow]] = field(default_factory=list)
    """(until, the flow with the rules that were in force)"""
    ruled: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """`stream.field` → when an admin changed its rule."""
    let_out: dict[tuple[str, str], float] = field(default_factory=dict)
    """(stream, attempt) → when the write left for `upsert`, which is when the guard counts it."""
    unseen: dict[tuple[Record, str], str] = field(default_factory=dict)
    """(record, field) where a vendor without preconditions let an edit be overwritten that nobody had read → by which
    attempt."""
    restored: dict[Record, float] = field(default_factory=dict)
    """Records that a vendor last set back to what a backup held → when."""
    yesterday: dict[tuple[Record, str], Value] = field(default_factory=dict)
    """(record, field) → what a restore put there though the hub knew better, while nobody has typed another value."""
    known: dict[Record, int] = field(default_factory=dict)
    """Restored record → the version that the hub knew: once it is reached again, nothing tells of the restore."""
    unmade: set[tuple[Record, str]] = field(default_factory=set)
    """(record, field) where a restore took away what was typed last."""
    reverts: list[tuple[Record, str]] = field(default_factory=list)
    """(record, field) for every value that a restore changed."""
    back: dict[Record, float] = field(default_factory=dict)
    """Records that were deleted, or hidden from the key, and are there again → since when."""
    left_out: dict[tuple[str, str], float] = field(default_factory=dict)
    """(stream, link) of pairs that the hub noted to be out of scope → since when."""
    taken_back: list[TakenBack] = field(default_factory=list)
    dry_runs: set[str] = field(default_factory=set)
    """Runs that may write nothing: a person only asked what they would do, or has not approved them yet."""
    deaths: int = 0
    unknown: int = 0
    """Writes whose answer never came."""

    def allowed(self, name: str, link: str, at: float) -> bool:
        """Tell whether a person had said that this may be done to this record."""
        if (name.partition("/")[0], link) in self.decided:
            return True
        return any(kind == name and link in links and at < until for kind, links, until in self.approved)

    def guard_at(self, at: float) -> Guard:
        """Return the limits in force: the last that a person set and that had not ended."""
        valid = [guard for since, guard, until in self.limits if since <= at < until]
        return valid[-1] if valid else Guard()

    def born(self, record: Record, entity: str) -> None:
        """A record came to be."""
        self.entity_of[record] = entity
        self.records_of[entity].append(record)

    def counted(self, record: Record, version: int) -> None:
        """A record got a version."""
        if version >= self.known.get(record, version + 1):
            self.yesterday = {place: value for place, value in self.yesterday.items() if place[0] != record}

    def edited(self, at: float, record: Record, name: str, value: Value, *, undoes: bool = False) -> None:
        """A person put a value."""
        entity = self.entity_of[record]
        self.yesterday.pop((record, name), None)
        self.unmade.discard((record, name))
        self.edits.append(Edit(at, record, entity, name, value, undoes))
        self.given[entity, name].append(value)
