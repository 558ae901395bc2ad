"""A case and its plan: what is known and was just read of one record or pair, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from samspill.canon.values import Fields
from samspill.engine.model import Link, Observation, Outcome, Result, Shadow, Side, Write
from samspill.engine.revision import Revision
from samspill.engine.rules import StreamRules
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation with its references as link ids, and the fingerprint of how the vendor told it."""

    observation: Observation
    fingerprint: str = ""

    def shadow(self, fields: Fields) -> Shadow:
        """Return the shadow that confirms `fields`."""
        return Shadow(fields, self.observation.version, self.observation.seen_at, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one record or pair under the stream's rules, what was just read of it, and when."""

    rules: StreamRules
    link: Link
    seen: Mapping[Side, Seen]
    now: int
    waits: Sequence[Outcome]
    """For references that are not linked yet."""
    refused: str = ""
    """The write that was refused a moment ago, as `engine.pairs.refusal` names it."""
    went_back: tuple[Side, ...] = ()
    """Sides whose version is lower than it was. See `engine.versions`."""

    @property
    def decided(self) -> str:
        """What a person decided about the record, such as `archive`; empty where nobody did."""
        return self.link.decision.action if self.link.decision is not None else ""

    def name(self, side: Side) -> str:
        """Return what people call the system on `side`."""
        return self.rules.systems.get(side, side)

    def version(self, side: Side) -> Revision | None:
        """Return the version of the record on `side`: as read, or else as it is known."""
        if side in self.seen:
            return self.seen[side].observation.version
        return self.link.shadows[side].version if side in self.link.shadows else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: store `link` now (no `write`) or once `write` is done; then tell `reason`."""

    link: Link
    result: Result
    reason: Reason
    write: Write | None = None
    overwritten: Fields = field(default_factory=dict)
    """Values the write replaces although a person put them there."""
    replaced: Fields = field(default_factory=dict)
    """All values the write replaces, so that it can be taken back."""
    recover: bool = False
    """An interrupted create: look for its result before creating."""
    look: tuple[Side, ...] = ()
    """Sides to read (again) before this can be settled."""
    wait_s: int = 0
    """Seconds to let pass before that."""
    store: bool = True
    """False when nothing was learnt."""
