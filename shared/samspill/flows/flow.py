"""The vocabulary in which an integration is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules

PAIRS = "pairs"
EXPORTS = "exports"


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record in a flow, with its rules."""

    name: str
    kind: str
    """The canonical kind both connectors map: `customers`, `projects`, `employees` …"""
    rules: StreamRules
    watch: frozenset[Side] = frozenset(Side)
    """Sides that are read on schedule and by webhook."""
    mode: str = PAIRS
    """How the stream works: the name of a room in `modes`."""
    source: Side | None = None
    """The side that records come from, where the mode has one."""
    in_first_sync: bool = True
    """Whether its records are part of the first sync, or read once that is over."""
    kinds: Mapping[Side, str] = field(default_factory=dict)
    """The kinds of the sides that know these records by another one than `kind`."""

    def kind_on(self, side: Side) -> str:
        """Return the kind that the connector of `side` knows these records by."""
        return self.kinds.get(side, self.kind)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What an admin made of a field's rule."""

    policy: Policy
    master: Side
    on_conflict: OnConflict

    def of(self, rule: FieldRule) -> FieldRule:
        """Return the rule as changed. What a newer version lets an admin choose is off, or asked about, until then."""
        policy = self.policy if self.policy.is_known else Policy.OFF
        on_conflict = self.on_conflict if self.on_conflict.is_known else OnConflict.REVIEW
        return replace(rule, policy=policy, master=self.master, on_conflict=on_conflict)


@dataclass(frozen=True, slots=True)
class Flow:
    """One declaration: an integration as we wrote it. Streams stand in the order their references need.

    The text `flow.NAME.title` says what it does.
    """

    name: str
    vendors: Mapping[Side, str]
    """Per side; one side only where nothing stands on the other."""
    streams: tuple[Stream, ...]
    version: int = 1
    """Raised when the rules change meaning: every record is then looked at again."""
    first: Side | None = None
    """Whose records the first sync creates on the other side before it goes the other way; None: both at once."""
    needs_operator: bool = False
    """True when somebody at our end approves before the first sync, beside the customer."""
    default_every_min: int = 15
    settings: tuple[str, ...] = ()
    """What an admin may set for the flow; the text `flow.setting.NAME` says what it is for."""
    days: frozenset[str] = frozenset()
    """The settings whose value is a day."""
    rules: str = ""
    """What an admin changed, as text; empty for the rules as declared."""
    has_setup: bool = False
    """Whether the person must do something in the vendors' screens first: the text `flow.NAME.setup`."""

    def stream(self, name: str) -> Stream:
        """Return the stream by name; KeyError when the flow has none such."""
        for stream in self.streams:
            if stream.name == name:
                return stream
        raise KeyError(name)

    @property
    def planned(self) -> tuple[Stream, ...]:
        """The streams of a first sync."""
        return tuple(stream for stream in self.streams if stream.in_first_sync)

    def changed(self, changes: Mapping[str, RuleChange]) -> Flow:
        """Return the flow under an admin's rules, by `stream.field`. Every record is then looked at again."""
        if not changes:
            return self
        streams = tuple(_changed(stream, changes) for stream in self.streams)
        told = (f"{name}={c.policy},{c.master},{c.on_conflict}" for name, c in sorted(changes.items()))
        return replace(self, streams=streams, rules=";".join(told))

    def salt(self) -> str:
        """Return what fingerprints are salted with."""
        return f"{self.name}/{self.version}" + (f"/{_short(self.rules)}" if self.rules else "")


def _changed(stream: Stream, changes: Mapping[str, RuleChange]) -> Stream:
    rules = stream.rules
    fields = tuple(
        change.of(rule) if (change := changes.get(f"{stream.name}.{rule.name}")) else rule for rule in rules.fields
    )
    return replace(stream, rules=replace(rules, fields=fields))


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()
