"""Asks both systems for a record that was never read, and works out what the next read would do with it.

Nothing is stored and nothing is written. A system is asked by number and, where that finds nothing, by id, per stream;
what it holds is looked for in the other one as a create would. So it is a handful of calls, however much they hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from samspill.canon import keys
from samspill.canon.organization import is_organization_number, organization_number
from samspill.engine.case import Seen
from samspill.engine.match import Matching, match
from samspill.engine.model import Candidate, Link, LinkState, Observation, Outcome, Side
from samspill.engine.plan import plan
from samspill.engine.unreadable import unreadable
from samspill.errors import PermanentError, SamspillError
from samspill.flows.flow import Stream
from samspill.messages import Subject
from samspill.pipeline.upsert.lookups import SPELLINGS
from samspill.plan.doubts import named_in
from samspill.plan.lines import action_of
from samspill.ports import Connector, World
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.work.as_seen import waiting
from samspill.work.context import Opened, connected, now_s
from samspill.work.references import References

_ID = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A record that was never read, and what the next read would make of it."""

    stream: str
    label: str
    ids: Mapping[Side, str]
    action: str
    """As in a plan: `link`, `create`, `review`, `skip`, `wait`, `fail` …"""
    reason: Reason
    candidates: tuple[Candidate, ...] = ()


@dataclass(slots=True)
class Asked:
    """What both systems answered."""

    known: list[tuple[str, Link]] = field(default_factory=list)
    """Stream and link of what they hold and the hub has read before."""
    new: list[Foreseen] = field(default_factory=list)
    silent: dict[Side, Reason] = field(default_factory=dict)
    """Sides that could not be asked, and why."""


def can_be_asked_for(text: str) -> bool:
    """Tell whether the text may be a number or an id: systems are not searched by parts of names."""
    return any(sign.isdecimal() for sign in text) and _ID.fullmatch(text.replace(" ", "")) is not None


def ask(world: World, opened: Opened, text: str) -> Asked:
    """Ask both systems for a number, an organisation number or an id, in every stream that can be searched."""
    asking = _Asking(world, opened)
    for stream in opened.flow.planned:
        if stream.rules.look_first:
            asking.about(stream, text)
    return asking.asked


@dataclass(frozen=True, slots=True)
class _Asking:
    world: World
    opened: Opened
    asked: Asked = field(default_factory=Asked)

    def about(self, stream: Stream, text: str) -> None:
        """Note what becomes of the records of one stream that go by this number or id."""
        found = {side: self._search(stream, side, text) for side in Side}
        found = {side: found[side] or self._partners(stream, side, found[side.other]) for side in Side}
        key = StreamKey(*self.opened.state.key, stream.name)
        links = {side: self._links(key, side, found[side]) for side in Side}
        new = {(side, o.external_id) for side in Side for o in found[side] if o.external_id not in links[side]}
        # A record that stands alone so far is what a new one may be linked to.
        free = {
            side: [o for o in found[side] if (link := links[side].get(o.external_id)) is None or _is_alone(link)]
            for side in Side
        }
        references = References(self.world, key, stream.rules)
        resolved: dict[Side, list[Observation]] = {}
        waits: dict[tuple[Side, str], list[Outcome]] = {}
        for side in Side:
            references.load(side, free[side])
            pairs = [references.to_links(side, o) for o in free[side]]
            resolved[side] = [o for o, _ in pairs]
            waits |= {(side, o.external_id): [*waiting(o), *missing] for o, missing in pairs}
        matching = match(stream.rules, resolved[Side.LEFT], resolved[Side.RIGHT])
        taken = self._foresee(stream, matching, resolved, new, waits)
        known = {link.id: link for side in Side for i, link in links[side].items() if (side, i) not in taken}
        self.asked.known += [(stream.name, link) for link in known.values()]

    def _foresee(
        self,
        stream: Stream,
        matching: Matching,
        resolved: Mapping[Side, Sequence[Observation]],
        new: set[tuple[Side, str]],
        waits: Mapping[tuple[Side, str], list[Outcome]],
    ) -> set[tuple[Side, str]]:
        """Plan what is new; return the records that are told of with it."""
        doubted = {doubt.observation.external_id: doubt for doubt in matching.doubts}
        named = named_in(matching.doubts) if Side.LEFT in stream.rules.creates else {}
        groups = [({Side.LEFT: left, Side.RIGHT: right}, rule) for left, right, rule in matching.pairs]
        paired = {(side, o.external_id) for pair, _ in groups for side, o in pair.items()}
        groups += [({side: o}, "") for side in Side for o in resolved[side] if (side, o.external_id) not in paired]
        taken: set[tuple[Side, str]] = set()
        for pair, rule in groups:
            records = {(side, o.external_id) for side, o in pair.items()}
            if not records & new:
                continue
            taken |= records
            first = next(iter(pair.values()))
            ids = {side: o.external_id for side, o in pair.items()}
            if Side.LEFT in pair and (doubt := doubted.get(first.external_id)) is not None:
                told = Foreseen(stream.name, first.label, ids, "review", doubt.outcome.reason, doubt.candidates)
            elif Side.LEFT not in pair and Side.LEFT in stream.rules.creates and first.external_id in named:
                told = Foreseen(stream.name, first.label, ids, "review", named[first.external_id].reason)
            elif held := [matching.taken[place] for place in records if place in matching.taken]:
                told = Foreseen(stream.name, first.label, ids, "fail", held[0])
            else:
                missing = [each for record in sorted(records) for each in waits[record]]
                seen = {side: Seen(o) for side, o in pair.items()}
                made = plan(stream.rules, None, seen, now_s(self.world), waits=missing, matched=rule)
                subject = Subject(left=pair.get(Side.LEFT), right=pair.get(Side.RIGHT), rule=rule)
                label, action, reason = made.link.label or first.label, action_of(made, subject), made.reason
                if action == "create" and (held_up := _held_up(stream, resolved, pair)) is not None:
                    action, reason = "wait", held_up
                told = Foreseen(stream.name, label, ids, action, reason)
            self.asked.new.append(told)
        return taken

    def _search(self, stream: Stream, side: Side, text: str) -> list[Observation]:
        """Return what a side holds under the number; where it holds nothing, under the id."""
        kind, number = stream.kind_on(side), organization_number(text) or text
        name = "organization_number" if is_organization_number(number) else "number"
        value = number if name == "organization_number" else text
        found: list[Observation] = []
        if name in stream.rules.look_first:
            found = self._find(stream, side, {name: value})
        return found or self._of(stream, side, lambda connector: connector.read(kind, [text.replace(" ", "")]))

    def _partners(self, stream: Stream, side: Side, others: Sequence[Observation]) -> list[Observation]:
        """Return what a side holds under a key of a record on the other side: what a create would look for."""
        for name in stream.rules.look_first:
            for value in keys.spellings(name, others[0].fields.get(name))[:SPELLINGS] if others else ():
                if found := self._find(stream, side, {name: value}):
                    return found
        return []

    def _find(self, stream: Stream, side: Side, keys: Mapping[str, str]) -> list[Observation]:
        return self._of(stream, side, lambda connector: connector.find(stream.kind_on(side), keys=keys))

    def _of(self, stream: Stream, side: Side, question: Callable[[Connector], list[Observation]]) -> list[Observation]:
        """Put a question to one side; a side that cannot answer is not asked again, and told of."""
        if side in self.asked.silent or side not in self.opened.state.sides:
            return []
        try:
            with connected(self.world, self.opened, side) as connector:
                reader = self.world.modes.of(stream).view(self.world, self.opened, stream, side, connector)
                return [o for o in question(reader) if not o.deleted]
        except PermanentError:
            return []  # there it is no number and no id at all
        except SamspillError as error:
            self.asked.silent[side] = error.reason
            return []

    def _links(self, key: StreamKey, side: Side, found: Sequence[Observation]) -> dict[str, Link]:
        return self.world.links.of_records(key, side, [o.external_id for o in found]) if found else {}


def _held_up(
    stream: Stream, resolved: Mapping[Side, Sequence[Observation]], alone: Mapping[Side, Observation]
) -> Reason | None:
    """Return why a record waits instead of being created: what was found by its key cannot be read."""
    (side,) = alone
    row = next((row for row in resolved[side.other] if row.problem is not None), None)
    return unreadable(stream.rules, side.other, row, "partner_unreadable") if row is not None else None


def _is_alone(link: Link) -> bool:
    return link.state is LinkState.UNLINKED
