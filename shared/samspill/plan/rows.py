"""A record, or two that a rule found to be the same, on its way through the making of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from samspill.engine.identity import Judgement, Verdict
from samspill.engine.match import Found, Unsure
from samspill.engine.model import (
    Candidate,
    Detail,
    DetailKind,
    LinkState,
    Observation,
    Outcome,
    Result,
    Side,
    link_id,
)
from samspill.engine.revision import Revision
from samspill.engine.rules import Policy
from samspill.flows.flow import Stream
from samspill.messages import Subject
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Likely:
    """A record of the other side that a row was compared with."""

    judged: Judgement
    external_id: str
    label: str

    @property
    def found(self) -> Found:
        """As matching knows it."""
        return self.judged, Observation(self.external_id, {}, label=self.label)


@dataclass(slots=True)
class Row:
    """What was read of one record, and what is known of it so far."""

    side: Side
    seen: Observation
    number: int
    """Its place in what was read: the order in which records are looked at does not depend on how they are parted."""
    link: str = ""
    """Id of the stored link it is in, if it is in one; of the pair, where a person chose what it is linked to."""
    state: str = LinkState.UNLINKED
    """The link's."""
    refs: dict[str, str] = field(default_factory=dict)
    """Field → link id, of references to what is linked or will be."""
    rule: str = ""
    """Why it and `partner` are the same; `person` where a person chose so, and the link has both."""
    rank: int = 0
    """The place of that rule among the stream's."""
    partner: Observation | None = None
    partner_refs: dict[str, str] = field(default_factory=dict)
    aside: bool = False
    held: bool = False
    shared: list[str] = field(default_factory=list)
    taken: Reason | None = None
    unsure: Unsure | None = None
    asked: list[Likely] = field(default_factory=list)
    near: list[Likely] = field(default_factory=list)
    """What is known of it as `match.Open` knows it."""
    lost: Reason | None = None
    """Why what a person chose for it is given back."""

    @property
    def ended(self) -> bool:
        """True for what outlived its partner: it may find another."""
        return self.state == LinkState.TOMBSTONE

    @property
    def free(self) -> bool:
        """False for what is in a pair already: its link says with what."""
        return not self.rule and (self.ended or self.state == LinkState.UNLINKED)

    @property
    def place(self) -> str:
        """The record's own name."""
        return link_id(self.side, self.seen.external_id)

    @property
    def home(self) -> str:
        """Id of the link that it will be in."""
        return self.link if self.partner is None and (self.ended or not self.free) else self.place

    @property
    def halves(self) -> list[tuple[Side, Observation, dict[str, str]]]:
        """What was read, by side, with the references of each."""
        mine = (self.side, self.seen, self.refs)
        return [mine] if self.partner is None else [mine, (self.side.other, self.partner, self.partner_refs)]

    def resolved(self, stream: Stream) -> Observation:
        """Return the record as rules compare it: with link ids in its references, or `side:id`."""
        return resolved(stream, self.side, self.seen, self.refs)


def resolved(stream: Stream, side: Side, seen: Observation, refs: Mapping[str, str]) -> Observation:
    """Return a record with link ids in its references; what is not linked and will not be is named by its side."""
    told = {name: refs.get(name) or f"{side}:{value}" for name, value in references(stream, seen).items()}
    return replace(seen, fields={**seen.fields, **told}) if told else seen


def references(stream: Stream, seen: Observation) -> dict[str, str]:
    """Return the fields of a record that refer to another one, with its id."""
    names = [r.name for r in stream.rules.fields if r.references is not None and r.policy is not Policy.OFF]
    return {name: value for name in names if isinstance(value := seen.fields.get(name), str)}


def waiting_for(stream: Stream, side: Side, seen: Observation) -> list[Outcome]:
    """Return an outcome for each reference of a resolved record that is not linked and will not be."""
    out: list[Outcome] = []
    for rule in stream.rules.fields:
        value = seen.fields.get(rule.name)
        decides = rule.policy is Policy.TWO_WAY or rule.master is side
        if rule.references and decides and isinstance(value, str) and value.startswith(f"{side}:"):
            reason = Reason("waiting_for", {"stream": rule.references, "record": value.partition(":")[2]})
            out.append(Outcome(Result.WAITING, reason))
    return out


def subject_of(rows: Sequence[Row]) -> Subject:
    """Return what was read of one pair, as a run looks at it."""
    seen = {side.value: observation for row in rows for side, observation, _ in row.halves}
    return Subject.model_validate({**seen, "rule": rows[0].rule, "ticket": rows[0].home})


def read_row(data: dict[str, Any]) -> Row:
    """Make a row again from its JSON."""
    partner, unsure = data["partner"], data["unsure"]
    more = {
        "side": Side(data["side"]),
        "seen": _observation(data["seen"]),
        "partner": _observation(partner) if partner else None,
        "unsure": _unsure(**unsure) if unsure else None,
        "asked": [_likely(**each) for each in data["asked"]],
        "near": [_likely(**each) for each in data["near"]],
        "taken": _reason(data["taken"]),
        "lost": _reason(data["lost"]),
    }
    return Row(**{**data, **more})


def _unsure(rule: str, value: str, candidates: list[dict[str, Any]], others: list[str]) -> Unsure:
    return Unsure(rule, value, tuple(Candidate(**each) for each in candidates), tuple(others))


def _likely(judged: dict[str, Any], external_id: str, label: str) -> Likely:
    return Likely(Judgement(**{**judged, "verdict": Verdict(judged["verdict"])}), external_id, label)


def _observation(data: dict[str, Any]) -> Observation:
    reasons = {name: _reason(data[name]) for name in ("problem", "waits")}
    version = None if data["version"] is None else Revision.from_json(data["version"])
    return Observation(**{**data, **reasons, "version": version, "detail": read_detail(data.get("detail"))})


def read_detail(data: Mapping[str, Any] | None) -> Detail | None:
    """Make the detail of an observation or a doubt again from its JSON: neither waits for one record alone."""
    kind = data["kind"] if data else None
    return Detail(DetailKind(kind), missing=tuple(data["missing"])) if data and kind else None


def _reason(data: dict[str, Any] | None) -> Reason | None:
    return Reason.from_json(data) if data else None


def level(seen: Observation) -> int:
    """Return how deep a record stands below others of its stream, where that is told."""
    told = seen.fields.get("level")
    return told if isinstance(told, int) else 0
