"""References while nothing is linked yet: to what will be linked by this very plan, or to what is waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.engine.match import match
from samspill.engine.model import Observation, Side, link_id
from samspill.engine.rules import Policy
from samspill.flows.flow import Stream
from samspill.reasons import Reason


def joined_early(stream: Stream, free: Mapping[Side, Sequence[Observation]]) -> dict[tuple[Side, str], str]:
    """Return link ids for records of this very stream that strong rules pair, so that parents can be compared."""
    strong = replace(stream.rules, similarity=None)
    matching = match(strong, free[Side.LEFT], free[Side.RIGHT])
    out: dict[tuple[Side, str], str] = {}
    for left, right, _ in matching.pairs:
        out[Side.LEFT, left.external_id] = out[Side.RIGHT, right.external_id] = link_id(Side.LEFT, left.external_id)
    return out


def resolve(
    known: Mapping[tuple[str, Side, str], str],
    stream: Stream,
    side: Side,
    observation: Observation,
    own: Mapping[tuple[Side, str], str],
) -> Observation:
    """Return the record with link ids in its references: linked (`known`), joined early (`own`), or `side:id`."""
    fields = dict(observation.fields)
    for rule in stream.rules.fields:
        value = fields.get(rule.name)
        if rule.references is None or rule.policy is Policy.OFF or not isinstance(value, str):
            continue
        early = own.get((side, value)) if rule.references == stream.name else None
        fields[rule.name] = known.get((rule.references, side, value)) or early or f"{side}:{value}"
    return replace(observation, fields=fields)


def waiting_for(stream: Stream, side: Side, observation: Observation) -> list[Reason]:
    """Return a reason for each reference of a resolved record that is not linked and will not be."""
    out: list[Reason] = []
    for rule in stream.rules.fields:
        value = observation.fields.get(rule.name)
        decides = rule.policy is Policy.TWO_WAY or rule.master is side
        if rule.references and decides and isinstance(value, str) and value.startswith(f"{side}:"):
            record = value.partition(":")[2]
            out.append(Reason("waiting_for", {"stream": rule.references, "record": record}))
    return out
