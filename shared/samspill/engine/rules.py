"""The rules of a stream, as the engine needs them: who owns a field, what may be created, what a delete means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from samspill.canon import compare
from samspill.canon.open_enum import OpenEnum
from samspill.canon.values import Fields, Value
from samspill.engine.model import Side
from samspill.reasons import Reason

MOST_KEYS = 20
"""Most keys of one record under one rule: each is remembered, and looked for."""
_WITH = "\x1f"
"""Stands between the parts of a key: it is in no text that people type."""


class Policy(OpenEnum):
    """What decides the value of one field."""

    MASTER = "master"
    """One side owns it; drift on the other is written back, or with `OnConflict.REVIEW` asked about."""
    REPORT = "report"
    """One side owns it; drift on the other is told, not touched."""
    TWO_WAY = "two-way"
    """A change on either side goes to the other; both changed: `on_conflict`."""
    FILL_IF_BLANK = "fill-if-blank"
    """The owner's value goes over only where the other side is empty."""
    OFF = "off"


class OnConflict(OpenEnum):
    """What happens when both sides changed a two-way field to different values."""

    MASTER_WINS = "master-wins"
    NEWEST_WINS = "newest-wins"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class OwnForm:
    """What a mapped field is called on each side, and what its values are there."""

    paths: Mapping[Side, str]
    lookup: str = ""
    """The name of the lookup that `shared` is from."""
    shared: Mapping[Side, Mapping[str, str]] = field(default_factory=dict)
    """By side: its value → the one that the engine compares. A side that is not in it has the engine's values."""

    def knows(self, side: Side, value: Value) -> bool:
        """Tell whether a value of `side` still means what it did when it was stored: its row may have changed."""
        return value is None or side not in self.shared or value in self.shared[side].values()

    def own(self, side: Side) -> Mapping[str, str] | None:
        """Return what to write on `side`, by the engine's value; None where there is no lookup: as it is.

        Nothing but the values of rows can be written through a lookup.
        """
        if not self.lookup:
            return None
        if side in self.shared:
            return {shared: own for own, shared in self.shared[side].items()}
        return {shared: shared for shared in self.shared.get(side.other, {}).values()}


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one canonical field is kept in step. `master` owns it, or wins where the policy needs a winner."""

    name: str
    policy: Policy = Policy.MASTER
    master: Side = Side.LEFT
    on_conflict: OnConflict = OnConflict.MASTER_WINS
    references: str | None = None
    """The stream this field's ids belong to, for references."""
    computed: bool = False
    """True where the owner works it out by itself: it is never written there, not even with a create."""
    where_told: bool = False
    """True for a note that the other side can hold only while it tells it: a change waits until it does."""
    gated: bool = False
    """True for what records are told apart by, such as numbers: once both sides hold one, a person is asked about every
    change of it (`two-way` with `review`). Filling an empty one is free."""
    normal: compare.Normal | None = None
    """The form its values are compared in, where that is not the usual one of the field (`canon.compare`)."""
    own: OwnForm | None = None
    """Of a field that an admin mapped: its names and values outside of the engine."""

    def decides(self, side: Side) -> bool:
        """Tell whether what `side` holds may go over to the other one."""
        return self.policy is Policy.TWO_WAY or self.master is side

    def same(self, one: Value, other: Value) -> bool:
        """Tell whether two values are the same but for how they are spelled."""
        return compare.same(one, other, self.form)

    @property
    def form(self) -> compare.Normal:
        """The form its values are compared in."""
        return self.normal or compare.form_of(self.name)

    @property
    def asks(self) -> bool:
        """True while a person is asked about every change."""
        return self.gated and self.policy is Policy.TWO_WAY and self.on_conflict is OnConflict.REVIEW

    @property
    def owner(self) -> Side | None:
        """The side that alone decides, if there is one."""
        return self.master if self.policy in {Policy.MASTER, Policy.REPORT} else None


class OnDelete(OpenEnum):
    """What a confirmed delete on one side does on the other."""

    ARCHIVE = "archive"
    KEEP = "keep"
    REVIEW = "review"


type Keys = Callable[[Fields], Sequence[str]]
"""Returns the keys of a record in normal form; none where it has no usable one."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """Records with a key in common may be the same, if no other record has it on either side (`engine.identity`)."""

    name: str
    keys: Keys
    field: str = ""
    """The natural key it compares, such as `number`: a system may be searched by it. Empty for names."""
    claim: bool = False
    """True for a key that both systems hand out by themselves: it proves nothing unless the records also agree."""
    refers: bool = False
    """True where the key holds a reference, so that it can be compared only once that is resolved."""
    several: bool = False
    """True where a record may have more than one, such as its network addresses: one in common is enough."""
    differs: bool = False
    """True where records of which each has a key, and that have none in common, contradict each other."""

    def shares(self, one: Fields, other: Fields) -> bool:
        """Tell whether two records have a key in common."""
        mine = self.keys(one)
        return bool(mine) and not set(mine).isdisjoint(self.keys(other))

    def contradicts(self, one: Fields, other: Fields) -> bool:
        """Tell whether two records cannot be the same, by this rule."""
        return self.differs and bool(self.keys(one)) and bool(self.keys(other)) and not self.shares(one, other)


def single(key: Callable[[Fields], str | None]) -> Keys:
    """Return the keys of records that have one at most."""
    return lambda fields: (found,) if (found := key(fields)) else ()


def any_of(*names: str, normal: Callable[[str], str | None]) -> Keys:
    """Return the texts that fields hold, alone or in lists, in this form: the first `MOST_KEYS` of them."""

    def keys(fields: Fields) -> Sequence[str]:
        told = (fields.get(name) for name in names)
        texts = (each for value in told for each in (value if isinstance(value, list) else (value,)))
        found = (normal(each) for each in texts if isinstance(each, str))
        return tuple(islice(dict.fromkeys(key for key in found if key), MOST_KEYS))

    return keys


def all_of(*parts: Keys) -> Keys:
    """Return the keys of records that have to be alike in every part, such as serial number and manufacturer.

    Of parts that hold several, each goes with each: the first `MOST_KEYS` of them.
    """

    def keys(fields: Fields) -> Sequence[str]:
        told = [part(fields) for part in parts]
        return tuple(_WITH.join(each) for each in islice(product(*told), MOST_KEYS))

    return keys


type Scope = Callable[[Fields], Reason | None]


@dataclass(frozen=True, slots=True)
class StreamRules:
    """Everything `plan` and `match` must know about one stream."""

    name: str
    fields: tuple[FieldRule, ...]
    creates: frozenset[Side] = frozenset()
    """Sides on which records may be created."""
    scope: Mapping[Side, Scope] = field(default_factory=dict)
    """Per side: why a record there is none of this flow's business, or None when it is."""
    needed: Mapping[Side, Scope] = field(default_factory=dict)
    """Per side *to create on*: why the record cannot be created there, or None when it can."""
    on_delete: Mapping[Side, OnDelete] = field(default_factory=dict)
    """Per side *deleted on*. Default: archive the other."""
    matches: tuple[MatchRule, ...] = ()
    proposals: tuple[MatchRule, ...] = ()
    similarity: Callable[[Fields, Fields], tuple[int, str]] | None = None
    """Score (0-100) and reason for two records a proposal rule brought together."""
    differ: Callable[[Fields, Fields], bool] | None = None
    """True when two records contradict each other in a key, such as two different organisation numbers."""
    agrees: Callable[[Fields, Fields], bool] | None = None
    """True when two records that share a claimed key also agree in what says what they are, such as their names."""
    look_first: tuple[str, ...] = ()
    """Natural keys to search the target by before creating, once the flow is active."""
    joins: Callable[[Fields, Fields], Reason | None] | None = None
    """Why two records (left, right) that are the same are left alone, or None when they are to be kept in step."""
    implicit: bool = False
    """True where every record exists on both sides, be it empty: nothing is ever created, and a pair needs no person.
    Such a record is one thing: a refused value refuses it whole."""
    one_sided: bool = False
    """True where nothing stands on the other side: records are kept as they were read, for what their mode makes of
    them."""
    systems: Mapping[Side, str] = field(default_factory=dict)
    """Display names for reasons."""

    @property
    def by_name(self) -> dict[str, FieldRule]:
        """The rules by field name."""
        return {rule.name: rule for rule in self.fields}

    def contradict(self, one: Fields, other: Fields) -> bool:
        """Tell whether two records contradict each other in a key: they are not taken for the same by another one."""
        return (self.differ is not None and self.differ(one, other)) or any(
            rule.contradicts(one, other) for rule in self.matches
        )

    def of(self, name: str) -> FieldRule:
        """Return the rule of a field; of one that no longer has any, how it would be compared."""
        return next((rule for rule in self.fields if rule.name == name), FieldRule(name, Policy.OFF))
