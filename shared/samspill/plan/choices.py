"""What people chose to link before a first sync: pairs of the plan, or given back where the other half is not free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from samspill.engine.chosen import GONE, TAKEN, chosen
from samspill.engine.model import Link, Observation, Side
from samspill.flows.flow import Stream
from samspill.reasons import Reason

type _Records = Mapping[Side, Mapping[str, Observation]]


@dataclass(frozen=True, slots=True)
class Choices:
    """Every choice about a record that was read is either a pair or given back."""

    pairs: list[tuple[Link, dict[Side, Observation]]] = field(default_factory=list)
    lost: dict[str, tuple[Link, Reason]] = field(default_factory=dict)
    """Link id → the link without the decision, and why it is given back."""
    taken: set[tuple[Side, str]] = field(default_factory=set)
    """The records of the pairs."""


def choices(stream: Stream, links: Iterable[Link], raw: _Records, free: _Records) -> Choices:
    """Take the choices in the order they were made in; `free` are the records that are in no pair yet."""
    found = Choices()
    made = sorted((link for link in links if chosen(link)), key=lambda link: link.decision.at if link.decision else 0)
    for link in made:
        (own,) = link.ids
        mine, target = link.ids[own], chosen(link) or ""
        if mine not in free[own] or (own, mine) in found.taken:
            continue
        if target in free[own.other] and (own.other, target) not in found.taken:
            found.pairs.append((link, {own: free[own][mine], own.other: free[own.other][target]}))
            found.taken.update({(own, mine), (own.other, target)})
            continue
        code = TAKEN if target in raw[own.other] else GONE
        names = {"record": target, "system": stream.rules.systems.get(own.other, own.other)}
        found.lost[link.id] = (replace(link, decision=None), Reason(code, names))
    return found
