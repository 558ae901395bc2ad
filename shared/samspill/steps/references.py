"""Translates references between a system's own ids and link ids, in bulk, at the edges of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from samspill.canon.values import Fields, Value
from samspill.engine.model import Link, LinkState, Observation, Side
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import StreamKey


class References:
    """Link ids for the references of many records of one stream."""

    def __init__(self, world: World, stream: StreamKey, rules: StreamRules) -> None:
        """Nothing is loaded yet."""
        self._world, self._stream = world, stream
        self._fields = [r for r in rules.fields if r.references is not None and r.policy is not Policy.OFF]
        self._known: dict[tuple[str, Side, str], Link] = {}

    def _key(self, stream_name: str) -> StreamKey:
        return self._stream._replace(stream=stream_name)

    def load(self, side: Side, observations: Iterable[Observation]) -> None:
        """Read the links of everything these records refer to: one read per stream referred to."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for observation in observations:
            for rule in self._fields:
                value = observation.fields.get(rule.name)
                if rule.references and isinstance(value, str):
                    wanted[rule.references].add(value)
        for name, ids in wanted.items():
            for external_id, link in self._world.links.of_records(self._key(name), side, sorted(ids)).items():
                self._known[name, side, external_id] = link

    def to_links(self, side: Side, observation: Observation) -> tuple[Observation, list[Reason]]:
        """Return the record with link ids for references, and what it has to wait for.

        A reference that is not linked makes the record wait if this side decides the field. On the other side it is
        just another value, named by its system, so that it counts as different.
        """
        fields: dict[str, Value] = dict(observation.fields)
        waits: list[Reason] = []
        for rule in self._fields:
            value = fields.get(rule.name)
            if not isinstance(value, str) or rule.references is None:
                continue
            link = self._known.get((rule.references, side, value))
            if link is not None and link.state is LinkState.LINKED:
                fields[rule.name] = link.id
            else:
                fields[rule.name] = f"{side}:{value}"
                if _decides(rule, side):
                    waits.append(Reason("waiting_for", {"stream": rule.references, "record": _name(link, value)}))
        return replace(observation, fields=fields), waits

    def to_ids(self, side: Side, records: list[Fields]) -> list[Fields | None]:
        """Return each record with the ids of `side` for references; None where one is not linked there."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for fields in records:
            for rule in self._fields:
                value = fields.get(rule.name)
                if rule.references and isinstance(value, str):
                    wanted[rule.references].add(value)
        links = {name: self._world.links.get(self._key(name), sorted(ids)) for name, ids in wanted.items()}
        return [self._one_to_ids(side, fields, links) for fields in records]

    def _one_to_ids(self, side: Side, fields: Fields, links: dict[str, dict[str, Link]]) -> Fields | None:
        out: dict[str, Value] = dict(fields)
        for rule in self._fields:
            value = fields.get(rule.name)
            if rule.references is None or not isinstance(value, str):
                continue
            link = links[rule.references].get(value)
            if link is None or side not in link.ids or link.state is not LinkState.LINKED:
                return None
            out[rule.name] = link.ids[side]
        return out


def _decides(rule: FieldRule, side: Side) -> bool:
    return rule.policy is Policy.TWO_WAY or rule.master is side


def _name(link: Link | None, external_id: str) -> str:
    return (link.label if link else "") or external_id
