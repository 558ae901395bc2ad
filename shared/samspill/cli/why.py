"""What `log --record` says about one record: where it stands, why, with which values, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from samspill.cli.candidates import candidate_rows
from samspill.cli.terminal import Terminal

if TYPE_CHECKING:
    from samspill.usecases.views.records import Log, ReadingView, Record

SHOWN = 10
"""So many records of similar names are shown."""
_DELETED = frozenset({"deleted_and_edited", "deleted_in_target"})
_SIDES = ("left", "right")


def tell_why(terminal: Terminal, flow: str, record: str, log: Log) -> None:
    """Tell a person about every record that the name, number or id may be."""
    records = log.records or ()
    known = [each for each in records if each.read]
    for each in known[:SHOWN]:
        _tell_known(terminal, flow, each, log.systems, alone=len(known) == 1)
    if len(known) > SHOWN:
        terminal.tell(terminal.text("why.more", count=len(known) - SHOWN))
    for each in records:
        if not each.read:
            _tell_foreseen(terminal, each, log.systems)
    if not records:
        terminal.tell(terminal.text(_nothing(log), record=record, systems=" / ".join(log.systems.values())))
    for silent in log.silent:
        terminal.tell(terminal.text("why.silent", system=silent.system, why=terminal.reason(silent.reason)))
    for reading in log.readings:
        _tell_reading(terminal, flow, log.status, reading)


def _tell_known(terminal: Terminal, flow: str, known: Record, systems: Mapping[str, str], *, alone: bool) -> None:
    _head(terminal, known, systems)
    terminal.tell(f"  {terminal.word(known.result)}: {terminal.reason(known.reason)}")
    for name, values in known.conflicts.items():
        told = " · ".join(f"{systems[side]}: {value}" for side, value in values.items())
        terminal.tell("  " + terminal.text("why.values", field=terminal.named(name), values=told))
    terminal.table([""] * 3, [["  " + row[0], *row[1:]] for row in candidate_rows(terminal, known.candidates)])
    if known.decided:
        action = terminal.word(known.decided)
        terminal.tell("  " + terminal.text("why.decided", person=known.decided_by, action=action))
        return
    if not alone and known.result in {"applied", "unchanged"}:
        return  # in a list, what is in order says so already
    what = terminal.text(_next(known), flow=flow, link=known.link, **systems)
    terminal.tell("  " + terminal.text("why.next", what=what))


def _next(known: Record) -> str:
    """Return which text says what a person does about it."""
    code = known.reason.code if known.reason else ""
    if code in {"ignored_by_person", "held_back"}:
        return f"why.do.{code}"
    if known.result == "review" and code in _DELETED:
        return "why.do.deleted"
    return f"why.do.{known.result}"


def _tell_foreseen(terminal: Terminal, foreseen: Record, systems: Mapping[str, str]) -> None:
    _head(terminal, foreseen, systems)
    where, action = " / ".join(systems[side] for side in foreseen.ids), terminal.word(foreseen.would)
    terminal.tell("  " + terminal.text("why.unread", systems=where, action=action))
    if foreseen.would != "create":
        terminal.tell(f"  {terminal.reason(foreseen.reason)}")
    terminal.table([""] * 3, [["  " + row[0], *row[1:]] for row in candidate_rows(terminal, foreseen.candidates)])


def _head(terminal: Terminal, record: Record, systems: Mapping[str, str]) -> None:
    where = ", ".join(f"{systems[side]} {record.ids[side]}" for side in _SIDES if side in record.ids)
    terminal.tell(f"{record.label or record.link} – {terminal.named(record.stream)} – {where}")


def _nothing(log: Log) -> str:
    if log.was_asked:
        return "why.none.silent" if log.silent else "why.none.asked"
    return "why.none.rests" if log.at_rest else "why.none.name"


def _tell_reading(terminal: Terminal, flow: str, status: str, reading: ReadingView) -> None:
    last = terminal.moment(reading.last) if reading.last else terminal.text("why.never")
    told: dict[str, object] = {"stream": terminal.named(reading.stream), "last": last, "flow": flow}
    if reading.due is None:
        terminal.tell(terminal.text("why.read.rests", **told, status=terminal.word(status)))
        return
    due = terminal.text("why.due") if reading.is_due else terminal.moment(reading.due)
    terminal.tell(terminal.text("why.read", **told, due=due))
