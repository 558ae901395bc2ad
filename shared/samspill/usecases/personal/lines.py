"""What the journal, decisions, notices and settings say of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby

from samspill.decisions import DecisionLine
from samspill.engine.forgotten import Words
from samspill.notices.notice import Notice
from samspill.ports import World
from samspill.state import Connection, FlowState, JournalEntry
from samspill.usecases.personal.found import Found
from samspill.usecases.personal.person import Person

JOURNAL_DAYS = 90
"""How long lines of the journal are kept."""
DECIDED_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


def journal(world: World, state: FlowState, theirs: set[tuple[str, str]], person: Person) -> Iterator[Found]:
    now = world.clock.now()
    change = partial(_silenced, theirs=theirs, words=person.words)
    entries = world.journal.read(state.key, now - timedelta(days=JOURNAL_DAYS), now)
    for day, of_day in groupby(entries, key=lambda entry: entry.at.astimezone(UTC).date()):
        if lines := [entry.model_dump(mode="json") for entry in of_day if change(entry) != entry]:
            until = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=JOURNAL_DAYS + 1)
            yield Found("journal", f"{state.flow}/{day}", until, lines, partial(_change_day, world, state, day, change))


def _change_day(world: World, state: FlowState, day: date, change: Callable[[JournalEntry], JournalEntry]) -> None:
    world.journal.change(state.key, day, change)


def _silenced(entry: JournalEntry, theirs: set[tuple[str, str]], words: Words) -> JournalEntry:
    """Return a line without what it says of the person; of their own records only that something was done is left."""
    reason = words.hidden_reason(entry.reason)
    if (entry.stream, entry.link) in theirs:
        effect = replace(entry.effect, replaced={}) if entry.effect is not None else None
        reason = replace(reason, vendor=None)
        return entry.model_copy(update={"label": "", "before": {}, "effect": effect, "reason": reason})
    effect = entry.effect
    if effect is not None and words.are_in(effect.replaced):
        effect = replace(effect, replaced={n: v for n, v in effect.replaced.items() if not words.are_in(v)})
    label, before = words.hidden(entry.label), entry.before
    before = {name: words.hidden(value) if words.are_in(value) else value for name, value in before.items()}
    return entry.model_copy(update={"label": label, "before": before, "effect": effect, "reason": reason})


def decisions(world: World, tenant: str, words: Words) -> Iterator[Found]:
    change = partial(_undetailed, words=words)
    lines = world.decisions.read(tenant, DECIDED_SINCE, world.clock.now())
    if found := [line.model_dump(mode="json") for line in lines if change(line) != line]:
        yield Found("decisions", tenant, None, found, lambda: _change_decisions(world, tenant, change))


def _change_decisions(world: World, tenant: str, change: Callable[[DecisionLine], DecisionLine]) -> None:
    world.decisions.change(tenant, change)


def _undetailed(line: DecisionLine, words: Words) -> DecisionLine:
    """Return a decision without the person it was about; who made it stays."""
    told = line.model_dump(mode="json", include={"note", "asked", "changes"})
    if not words.are_in(told) and (line.reason is None or not words.are_in(line.reason.to_json())):
        return line
    reason = {"reason": words.hidden_reason(line.reason).to_json() if line.reason is not None else None}
    return DecisionLine.model_validate({**line.model_dump(mode="json"), **words.hidden(told), **reason})


def notices(world: World, tenant: str, words: Words) -> Iterator[Found]:
    audience, notices = world.notices.of(tenant)
    for notice in notices:
        told = {"label": notice.label, "example": notice.example.to_json() if notice.example else None}
        if words.are_in(told):
            at = " ".join(filter(None, notice.place))
            yield Found("notice", at, None, told, partial(_save_notice, world, notice, words))
    if words.are_in(told := audience.model_dump(mode="json")):
        yield Found("settings", "samspill notify", None, told)


def _save_notice(world: World, notice: Notice, words: Words) -> None:
    example = words.hidden_reason(notice.example) if notice.example is not None else None
    world.notices.save(notice.model_copy(update={"label": words.hidden(notice.label), "example": example}))


def settings(at: str, document: Connection | FlowState, words: Words) -> Iterator[Found]:
    """Yield what an admin set, or somebody decided, that names the person: nothing is set behind their back."""
    told = document.model_dump(mode="json", exclude={"tenant", "id", "flow", "left", "right"})
    if held := {name: value for name, value in told.items() if words.are_in(value)}:
        yield Found("settings", at, None, held)
