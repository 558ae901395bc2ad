"""What became of records: the journal, and where one record stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from samspill.engine.model import Side
from samspill.ports import World
from samspill.state import FlowKey, JournalEntry
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.preview_unread import Foreseen
from samspill.usecases.views.plans import CandidateView
from samspill.usecases.views.records import LineOfJournal, Log, ReadingView, Record, Silent
from samspill.usecases.why import Known, Why, explain
from samspill.work.context import open_flow


@needs(Role.VIEWER)
def log(
    world: World,
    actor: Actor,
    key: FlowKey,
    *,
    span: timedelta,
    limit: int,
    record: str | None = None,
    result: str | None = None,
    code: str | None = None,
) -> Log:
    """Return lines of the journal; with `record`, also where the records stand that go by that name."""
    opened, now = open_flow(world, key), world.clock.now()
    why = explain(world, actor, key, record) if record is not None else None
    lines: list[LineOfJournal] = []
    for entry in world.journal.read(key, now - span, now):
        chosen = result in {None, str(entry.result)} and code in {None, entry.reason.code}
        if chosen and (why is None or _is_about(entry, record or "", why)):
            lines.append(LineOfJournal.of(entry))
            if len(lines) == limit:
                break
    systems = {side.value: name for side, name in opened.flow.streams[0].rules.systems.items()}
    if why is None:
        return Log(journal=tuple(lines), systems=systems)
    return Log(
        journal=tuple(lines),
        records=(*map(_known, why.known), *map(_foreseen, why.foreseen)),
        systems=systems,
        readings=tuple(
            ReadingView(stream=stream, last=it.last, due=it.due, is_due=it.due is not None and it.due <= now)
            for stream, it in why.readings.items()
        ),
        silent=tuple(
            Silent(system=systems[side.value], reason=reason)
            for side, reason in (why.asked.silent if why.asked else {}).items()
        ),
        was_asked=why.asked is not None,
        at_rest=why.at_rest,
        status=opened.state.status,
    )


def _is_about(entry: JournalEntry, record: str, why: Why) -> bool:
    """Tell whether a line is about one of the records found; where none was, about anything of that name or id."""
    if why.known:
        return any((entry.stream, entry.link) == (each.stream, each.link.id) for each in why.known)
    return record.casefold() in entry.label.casefold() or record in {entry.link, *entry.ids.values()}


def _known(known: Known) -> Record:
    link = known.link
    return Record(
        reason=known.outcome.reason,
        stream=known.stream,
        label=link.label,
        ids=_ids(link.ids),
        read=True,
        link=link.id,
        result=known.outcome.result,
        conflicts={name: dict(values) for name, values in link.conflicts.items()},
        candidates=tuple(map(CandidateView.of, link.candidates)),
        decided=link.decision.action if link.decision else "",
        decided_by=link.decision.by if link.decision else "",
    )


def _foreseen(foreseen: Foreseen) -> Record:
    return Record(
        reason=foreseen.reason,
        stream=foreseen.stream,
        label=foreseen.label,
        ids=_ids(foreseen.ids),
        read=False,
        would=foreseen.action,
        candidates=tuple(map(CandidateView.of, foreseen.candidates)),
    )


def _ids(ids: Mapping[Side, str]) -> dict[str, str]:
    return {side.value: external_id for side, external_id in ids.items()}
