"""Before a create: what on the target side may be the same thing already, whoever made it and however it is spelled.

Looked at in turn, until something is found: what the target finds by a natural key; what a person was asked about
before, and what the hub read there and knows by a key in normal form (`KeyIndex`); what the hub may not have read yet;
the other usual spellings of a key. The verdict on each is `engine.identity`'s, the same as in a first sync.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from samspill.canon import keys
from samspill.canon.values import Fields
from samspill.engine.chosen import is_ignored
from samspill.engine.identity import Judgement, Verdict, judge, searched_keys
from samspill.engine.joined_keys import CROWD
from samspill.engine.model import DetailKind, Link, LinkState, Observation, Side, detail_of
from samspill.engine.unlink import are_apart
from samspill.pipeline.upsert.upsert_context import Job, UpsertContext, busy_s
from samspill.work.isolation import read_each
from samspill.work.markers import marked_for

SPELLINGS = 5
"""So many spellings of a key a system is asked for at most; what it does not know by these is found by other means."""

type Found = tuple[Judgement, Observation]


@dataclass(slots=True)
class Looked:
    """What a look brought: records that may be the same, or how long to wait for somebody who is creating one."""

    found: list[Found] = field(default_factory=list)
    busy_s: int = 0

    @property
    def is_settled(self) -> bool:
        """Tell whether there is no need to look further."""
        return bool(self.found or self.busy_s)


class Lookup:
    """Looks at one side for what the jobs of one message are about to create there."""

    def __init__(self, context: UpsertContext) -> None:
        """Look for nothing yet."""
        self._context = context

    def of(self, jobs: Sequence[Job]) -> list[Looked]:
        """Return for each job what may be the same as what it is about to create."""
        looked = [self._at_hand(job) for job in jobs]
        open_ = [index for index, each in enumerate(looked) if not each.is_settled]
        if not open_ or not self._may_hold_unread:
            return looked
        fields = [jobs[index].known_by for index in open_]
        unread = list(self._context.connector.unread(self._context.kind, fields, since=self._since()))
        for index in open_:
            looked[index] = self._looked(jobs[index], unread, by_key=False)
            if not looked[index].is_settled:
                looked[index] = self._in_other_spellings(jobs[index])
        return looked

    def _at_hand(self, job: Job) -> Looked:
        """Look for the keys as they are typed, and among what was read."""
        for name, value in self._keys(job):
            looked = self._looked(job, self._by_key(name, keys.spellings(name, value)[:1]), by_key=True)
            if looked.is_settled:
                return looked
        return self._looked(job, self._remembered(job), by_key=False)

    def _in_other_spellings(self, job: Job) -> Looked:
        for name, value in self._keys(job):
            looked = self._looked(job, self._by_key(name, keys.spellings(name, value)[1:SPELLINGS]), by_key=True)
            if looked.is_settled:
                return looked
        return Looked()

    def _keys(self, job: Job) -> list[tuple[str, str]]:
        fields = job.known_by
        return [
            (name, v) for name in self._context.stream.rules.look_first if isinstance(v := fields.get(name), str) and v
        ]

    def _by_key(self, name: str, spellings: Iterable[str]) -> list[Observation]:
        context, found = self._context, dict[str, Observation]()
        for spelling in spellings:
            found |= {o.external_id: o for o in context.connector.find(context.kind, keys={name: spelling})}
        return list(found.values())

    def _remembered(self, job: Job) -> list[Observation]:
        """Return what a person was asked about, and what was read of the target and has a key in common, read anew."""
        context, side = self._context, self._context.message.side
        asked = [each.external_id for each in job.stored.candidates] if job.stored is not None else []
        wanted = searched_keys(context.stream.rules, job.known_by)
        held = context.world.keys.find(context.message.stream_key, side, wanted, most=CROWD + 1)
        named = [external_id for ids in held.values() if len(ids) <= CROWD for external_id in ids]
        links = context.world.links.of_records(context.message.stream_key, side, named) if named else {}
        own = job.planned.link.ids.get(side.other, "")
        free = [external_id for external_id in named if may_be_asked_about(links.get(external_id), own)]
        if stale := set(named) - set(free):  # they found a partner since
            entries = [(key, external_id) for key, ids in held.items() for external_id in ids if external_id in stale]
            context.world.keys.drop(context.message.stream_key, side, entries)
        ids = list(dict.fromkeys([*asked, *free]))
        return read_each(context.world, context.connector, context.kind, ids) if ids else []

    @property
    def _may_hold_unread(self) -> bool:
        """Tell whether the target may hold what is in no index.

        A run reads both sides, and remembers what stands alone; but not what it is about to create on both at once.
        """
        return not self._context.message.run or self._context.message.side.other in self._context.stream.rules.creates

    def _since(self) -> str | None:
        """Return since when what the target holds may be in no index yet.

        That is where the last read began that is over: what the present one has read may still be on its way. Before a
        second read it is when the plan of the first sync was begun.
        """
        context = self._context
        stream, side = context.message.stream_key, context.message.side
        if (before := context.world.cursors.before(stream, side)) is not None:
            return before
        planned = context.opened.state.plan_run
        run = context.world.runs.get(context.message.flow_key, planned) if planned else None
        return run.started_at.isoformat() if run is not None else None

    def _looked(self, job: Job, records: Sequence[Observation], *, by_key: bool) -> Looked:
        """Judge records, and leave out those that have a partner."""
        rules, alive = self._context.stream.rules, [o for o in records if not o.deleted]
        wanted = set(searched_keys(rules, job.known_by))
        near = [o for o in alive if by_key or wanted.intersection(searched_keys(rules, o.fields))]
        self._context.references.load(self._context.message.side, near)
        judged = [(each, o) for o in near if (each := self._judged(job, o, by_key=by_key))]
        if not judged:
            return Looked()
        links = self._links([o for _, o in judged])
        mine = job.planned.link.id
        claimed = [link for link in links.values() if link.state is LinkState.CLAIMED and link.id != mine]
        if claimed:
            return Looked(busy_s=max(busy_s(self._context, link) for link in claimed))
        own = job.planned.link.ids.get(self._context.message.side.other, "")
        free = [pair for pair in judged if may_be_asked_about(links.get(pair[1].external_id), own)]
        if not free and by_key:
            # What outlived its partner may have another one: somebody deleted a record and made it again.
            free = [pair for pair in judged if links[pair[1].external_id].state is LinkState.TOMBSTONE]
        inside = [pair for pair in free if not self.is_out_of_scope(pair[1])]
        found = [(_while_asked(each, links.get(o.external_id)), o) for each, o in inside or free]
        return Looked([(_unless_apart(job, each, o, links.get(o.external_id)), o) for each, o in found])

    def _judged(self, job: Job, record: Observation, *, by_key: bool) -> Judgement | None:
        """Return the verdict on a record; None where it is something else, or is none of the flow's business."""
        context, side = self._context, self._context.message.side
        rules = context.stream.rules
        resolved, _ = context.references.to_links(side, record)
        source = job.planned.link.shadows.get(side.other)
        own: Fields = {**(source.fields if source else {}), **job.known_by}
        left, right = (own, resolved.fields) if side is Side.RIGHT else (resolved.fields, own)
        judged = judge(rules, left, right)
        is_asked = job.stored is not None and record.external_id in {each.external_id for each in job.stored.candidates}
        if record.problem is not None and (by_key or is_asked):  # as far as it can be read it is the same
            return Judgement(Verdict.ASK, judged.score, judged.rule or "unreadable", judged.code)
        if judged.verdict is Verdict.DIFFERENT or (not judged.rule and self.is_out_of_scope(record)):
            return None
        return judged

    def is_out_of_scope(self, record: Observation) -> bool:
        """Tell whether a record of the target is none of the flow's business."""
        scope = self._context.stream.rules.scope.get(self._context.message.side)
        return scope is not None and record.problem is None and scope(record.fields) is not None

    def _links(self, records: Sequence[Observation]) -> dict[str, Link]:
        """Return the links of records by external id; of one that a create of ours just made, the link that made it."""
        context = self._context
        stream = context.message.stream_key
        links = context.world.links.of_records(stream, context.message.side, [o.external_id for o in records])
        marks = {o.external_id: marked_for(stream, o.marker) for o in records if o.external_id not in links}
        made = (
            context.world.links.get(stream, sorted({name for name in marks.values() if name}))
            if any(marks.values())
            else {}
        )
        return links | {external_id: made[name] for external_id, name in marks.items() if name and name in made}


def _while_asked(judged: Judgement, link: Link | None) -> Judgement:
    """Return the verdict on a record of which a person is asked, or has said, what it is: nobody joins it meanwhile."""
    if link is not None and link.state is LinkState.UNLINKED and not is_free(link):
        return replace(judged, verdict=Verdict.ASK, code="maybe_same")
    if link is None or link.decision is not None or detail_of(link).kind is not DetailKind.SEVERAL:
        return judged
    return replace(judged, verdict=Verdict.ASK, code="maybe_same")


def _unless_apart(job: Job, judged: Judgement, record: Observation, link: Link | None) -> Judgement:
    """Return the verdict on a record; on one that a person parted from the job's, that a person is asked."""
    if job.stored is None or not are_apart(job.stored, record.external_id, link):
        return judged
    return replace(judged, verdict=Verdict.ASK, code="maybe_same")


def is_free(link: Link | None) -> bool:
    """Tell whether a record may find a partner: it has none, and no person said that it is to have none or its own."""
    if link is None:
        return True
    decided = link.decision.action if link.decision is not None else ""
    return link.state is LinkState.UNLINKED and decided not in {"create", "ignore"}


def may_be_asked_about(link: Link | None, external_id: str) -> bool:
    """Tell whether a record may be the same as one of the other side: it is free, or was decided about without it.

    Who said that a record is to have a partner of its own had seen the candidates of then, and no later one. One that
    was left out is there all the same: nothing is created beside it unasked.
    """
    if link is None or is_free(link) or is_ignored(link):
        return True
    return link.state is LinkState.UNLINKED and external_id not in {each.external_id for each in link.candidates}
