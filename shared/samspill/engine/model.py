"""What the engine reasons about: observations, shadows, links, writes and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from samspill.canon.open_enum import OpenEnum
from samspill.canon.values import Fields, Value
from samspill.engine.revision import Revision
from samspill.reasons import Reason


class Side(StrEnum):
    """The two ends of a flow. Left is written first in the flow's name."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """The other end."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Result(OpenEnum):
    """How a record ended. Every record ends in exactly one, with a reason."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    WAITING = "waiting"
    REVIEW = "review"
    CONFLICT = "conflict"
    FAILED = "failed"


type Place = tuple[str, Side, str]
"""A record by where it is: stream, side, external id."""


class DetailKind(OpenEnum):
    """What an outcome is about, where its result leaves that open."""

    SAME = "same"
    """A person is asked whether two records are the same."""
    SEVERAL = "several"
    """A person is asked which of several records is the same."""
    UNREADABLE = "unreadable"
    """A person is asked whether it is a record that could not be read."""
    OUT_OF_SCOPE = "out of scope"
    """By the rules it is none of the flow's business."""
    KEPT_APART = "kept apart"
    """By the rules it is not to be joined with the record that is the same."""
    NO_COUNTERPART = "no counterpart"
    """What it needs has no counterpart on the other side, so nothing was sent."""
    MOVING = "moving"
    """It waits until what it held is set elsewhere."""
    KEPT = "kept"
    """Its pair has ended, and it was left as it was."""
    USED_AGAIN = "used again"
    """Its pair has ended and it was archived, and it is in use again."""
    TAKEN_BACK = "taken back"
    """Its pair has ended because a person took the create back: neither half is joined or created again by itself."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What the hub itself has to know of an outcome later on. The reason beside it is only ever shown to people."""

    kind: DetailKind | None = None
    waits_for: Place | None = None
    """The record it waits for: it is looked at again once that one is linked."""
    stops: Mapping[str, str] = field(default_factory=dict)
    """The guard's stops (`stream/side/kind`) it waits for, each with the digest of what would be written."""
    missing: tuple[str, ...] = ()
    """Ids of what has no counterpart, or is waited for."""
    written: Side | None = None
    """The side that was written last."""
    fields: tuple[str, ...] = ()
    """Of the fields written there, those that both sides may change."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a read saw of one record.

    `version` names the state that was read, where the vendor names it. Without an order in it, `seen_at` (epoch ms)
    orders reads: a read counts from when it was sent, the answer to a write from when it came, so that what shows a
    record as it was before a write is never later than the answer to that write. `fields` holds what was told and
    nothing else. `deleted` is positive evidence: the vendor answered that the record is gone. `problem` says why the
    record cannot be taken; its fields may then be incomplete.
    """

    external_id: str
    fields: Fields
    version: Revision | None = None
    seen_at: int = 0
    changed_at: int | None = None
    """When the vendor says it was last changed, epoch seconds; None where it does not say."""
    label: str = ""
    deleted: bool = False
    problem: Reason | None = None
    waits: Reason | None = None
    """What has to be done elsewhere before this can be settled; it is looked at again then."""
    detail: Detail | None = None
    """Of `problem` or `waits`."""
    marker: str = ""
    """What a create of ours left on the record, where the vendor keeps such a field."""

    def may_have(self, name: str) -> bool:
        """Tell whether the field could hold anything: the record cannot be taken, and this of it cannot be read."""
        return self.problem is not None and name not in self.fields


@dataclass(frozen=True, slots=True)
class Shadow:
    """One side's fields as last confirmed there, references as link ids. Change means: differs from this."""

    fields: Fields
    version: Revision | None = None
    seen_at: int = 0
    fingerprint: str = ""
    """Of the observation as the side tells it, so that an unchanged record is known without resolving references."""


class LinkState(OpenEnum):
    """The life of a pair."""

    UNLINKED = "unlinked"
    """Known on one side only: skipped, waiting, in review, failed, or not yet decided."""
    CLAIMED = "claimed"
    """A create is under way, or was when somebody died: only recovery may go on."""
    LINKED = "linked"
    TOMBSTONE = "tombstone"
    """Deleted by a person on one side and settled; kept so that it does not rise again."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A durable note made before a call: what is about to be written, so that whoever comes after a crash knows.

    For a create it is the claim: `fields` is the snapshot the link will be made from.
    """

    attempt: str
    side: Side
    until: int
    """Epoch seconds until which nobody else touches the record."""
    fields: Fields
    source: Shadow
    """The other side as it was when the write was planned."""
    base: Fields
    overwritten: Fields = field(default_factory=dict)
    """What the write replaces although a person put it there: told even if nobody lives to see the answer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a record in review, applied only while it still fits what they saw."""

    action: str
    """`link`, `create`, `ignore`, `take-left`, `take-right`, `archive`, `keep`; of `engine.undo`, `undo-…`."""
    by: str
    at: int
    target: str | None = None
    """For `link` a record, for `undo-…` the side that was written."""
    seen: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """For conflicts and `undo-…`: field → side → the value the person saw."""
    restores: Fields = field(default_factory=dict)
    """For `undo-…`: field → the value it gets back."""
    then: Decision | None = None
    """For `undo-…`: what is taken back on the other side once this is done, or was left."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record on the other side that could be the same."""

    external_id: str
    label: str
    score: int
    """0 to 100."""
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record, and why. Whatever is decided by it later is in its result and detail."""

    result: Result
    reason: Reason
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class RefusedValue:
    """A value of a field that a side did not take: `value` is its hash. It is not sent there again."""

    value: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Link:
    """The ids that are the same thing, with base and shadows. Its id names the side and record it began with."""

    id: str
    ids: Mapping[Side, str]
    state: LinkState = LinkState.UNLINKED
    base: Fields = field(default_factory=dict)
    shadows: Mapping[Side, Shadow] = field(default_factory=dict)
    outcome: Outcome | None = None
    label: str = ""
    intent: Intent | None = None
    decision: Decision | None = None
    candidates: tuple[Candidate, ...] = ()
    conflicts: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Open conflicts: field → side → the value it has there."""
    attempt: str = ""
    """The last write that was answered, so that a message delivered again is recognised."""
    refusal: Reason | None = None
    """What the vendor answered to that write, if it refused it; None where it was carried out."""
    absent: Mapping[Side, int] = field(default_factory=dict)
    """Complete snapshots in a row, per side, that did not hold its record."""
    gone: tuple[Side, ...] = ()
    """Of a tombstone: the sides whose record was told as deleted. Empty where an older version did not note it."""
    disputed: tuple[str, ...] = ()
    """Fields that a person decides whatever the rule says, until both sides hold the same. See `engine.disputes`."""
    echoes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """`side.field` → (engine writes since a person last changed it, epoch seconds of the first)."""
    refused: Mapping[str, RefusedValue] = field(default_factory=dict)
    """`side.field` → the value that this side refused. It holds up this field alone; see `engine.refused`."""
    apart: tuple[str, ...] = ()
    """Records of the other side that a person said are not the same as the one it began with: only a person joins them
    again."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """`side.field` → the hash of a value that a person took back there: not sent again until the other side changes."""
    revision: int = 0
    """Counts commits; every commit is made on the revision that was read."""
    newer: Mapping[str, object] = field(default_factory=dict)
    """What a newer version stored with the link under names this version does not know: stored again as it is."""


_NO_DETAIL = Detail()


def detail_of(link: Link | None) -> Detail:
    """Return the detail of a link's outcome; an empty one where it has none."""
    outcome = link.outcome if link is not None else None
    return (outcome.detail if outcome is not None else None) or _NO_DETAIL


def link_id(side: Side, external_id: str) -> str:
    """Return the id of the link that began with this record."""
    return f"{side}-{external_id}"


def record_of(link_id: str) -> tuple[Side, str]:
    """Return the record a link began with: the inverse of `link_id`."""
    side, _, external_id = link_id.partition("-")
    return Side(side), external_id


@dataclass(frozen=True, slots=True)
class Write:
    """One change to make on one side. `fields` holds only what is to be set, in the engine's reference space."""

    side: Side
    fields: Fields
    external_id: str | None = None
    """None for a create."""
    version: Revision | None = None
    """Precondition: the version the plan was made on."""
    archive: bool = False


class Act(OpenEnum):
    """What a write does to a record."""

    CREATE = "create"
    CHANGE = "change"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a write did on one side, as the journal keeps it, so that it can be taken back."""

    side: Side
    act: Act
    replaced: Fields = field(default_factory=dict)
    """The values that were there before, in the engine's reference space; of a create none."""
    left: Mapping[str, str] = field(default_factory=dict)
    """Field → hash of the value that the write left there."""
    takes_back: bool = False
    """Whether the write itself took another one back."""
