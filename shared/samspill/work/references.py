"""Translates references between a system's own ids and link ids, in bulk, at the edges of the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from samspill.canon.values import Fields, Value
from samspill.engine.model import Detail, Link, LinkState, Observation, Outcome, Place, Result, Side, detail_of
from samspill.engine.rules import Policy, StreamRules
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import StreamKey

CHAIN = 5
"""So many records that wait for each other are followed."""


class References:
    """Link ids for the references of many records of one stream."""

    def __init__(self, world: World, stream: StreamKey, rules: StreamRules) -> None:
        """Nothing is loaded yet."""
        self._world, self._stream, self._rules = world, stream, rules
        self._fields = [r for r in rules.fields if r.references is not None and r.policy is not Policy.OFF]
        self._known: dict[Place, Link] = {}

    def _key(self, stream_name: str) -> StreamKey:
        return self._stream._replace(stream=stream_name)

    def load(self, side: Side, observations: Iterable[Observation]) -> None:
        """Read the links of everything these records refer to: one read per stream referred to.

        What waits itself is followed, so that a reason can name the end of the chain: one read more per link of it.
        """
        wanted: dict[str, set[str]] = defaultdict(set)
        for observation in observations:
            for rule in self._fields:
                value = observation.fields.get(rule.name)
                if rule.references and isinstance(value, str):
                    wanted[rule.references].add(value)
        found = self._read({(name, side): ids for name, ids in wanted.items()})
        for _ in range(CHAIN):
            further = {place for link in found if (place := waits_for(link)) and place not in self._known}
            if not further:
                return
            found = self._read({place[:2]: {p[2] for p in further if p[:2] == place[:2]} for place in further})

    def _read(self, wanted: Mapping[tuple[str, Side], set[str]]) -> list[Link]:
        found: list[Link] = []
        for (name, side), ids in wanted.items():
            links = self._world.links.of_records(self._key(name), side, sorted(ids))
            self._known.update({(name, side, external_id): link for external_id, link in links.items()})
            found += links.values()
        return found

    def to_links(self, side: Side, observation: Observation) -> tuple[Observation, list[Outcome]]:
        """Return the record with link ids for references, and what it has to wait for.

        A reference that is not linked makes the record wait if this side decides the field. On the other side it is
        just another value, named by its system, so that it counts as different.
        """
        fields: dict[str, Value] = dict(observation.fields)
        waits: list[Outcome] = []
        for rule in self._fields:
            value = fields.get(rule.name)
            if not isinstance(value, str) or rule.references is None:
                continue
            link = self._known.get((rule.references, side, value))
            if link is not None and link.state is LinkState.LINKED:
                fields[rule.name] = link.id
            else:
                fields[rule.name] = f"{side}:{value}"
                if rule.decides(side):
                    own = (self._stream.stream, side, observation.external_id)
                    direct = (rule.references, side, value)
                    waits.append(Outcome(Result.WAITING, self._wait(direct, own), Detail(waits_for=direct)))
        return replace(observation, fields=fields), waits

    def _wait(self, direct: Place, own: Place) -> Reason:
        """Return why a record waits: for what is missing at the end of the chain, and why that is not there.

         A chain that comes back to the
        record can never end, and says so.
        """
        chain = [direct]
        while chain[-1] != own and (further := waits_for(self._known.get(chain[-1]))) and further not in chain:
            chain.append(further)
        last = direct if chain[-1] == own else chain[-1]
        link = self._known.get(last)
        label = (link.label if link else "") or last[2]
        params = {"stream": last[0], "record": label}
        if chain[-1] == own:
            return Reason("waits_in_circle", params)
        if link is not None and link.state is LinkState.TOMBSTONE:
            gone = [self._rules.systems.get(side, side) for side in link.gone or Side]
            names = {"system": " / ".join(gone), "source": self._rules.systems.get(own[1], own[1])}
            return Reason("waiting_for_deleted", {**params, **names})
        why = link.outcome.reason if link and link.outcome and link.outcome.result is not Result.APPLIED else None
        return Reason("waiting_for", params, because=replace(why, vendor=None, because=None) if why else None)

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


def waits_for(link: Link | None) -> Place | None:
    """Return the record that this one waits for, if it does."""
    return detail_of(link).waits_for
