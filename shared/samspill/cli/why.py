"""What `log --record` says about one record: where it stands, why, with which values, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from samspill.cli.candidates import candidate_rows
from samspill.cli.desk import Desk
from samspill.engine.model import Result, Side
from samspill.state import FlowKey
from samspill.usecases.preview_unread import Foreseen
from samspill.usecases.why import Known, Reading, Why

SHOWN = 10
"""So many records of similar names are shown."""
_DELETED = frozenset({"deleted_and_edited", "deleted_in_target"})


def tell_why(desk: Desk, key: FlowKey, record: str, why: Why) -> None:
    """Tell a person about every record that the name, number or id may be."""
    for known in why.known[:SHOWN]:
        _tell_known(desk, key, known, alone=len(why.known) == 1)
    if len(why.known) > SHOWN:
        desk.tell(desk.text("why.more", count=len(why.known) - SHOWN))
    for foreseen in why.foreseen:
        _tell_foreseen(desk, key, foreseen)
    systems = _systems(desk, key)
    if not (why.known or why.foreseen):
        desk.tell(desk.text(_nothing(why), record=record, systems=" / ".join(systems.values())))
    for side, reason in (why.asked.silent if why.asked else {}).items():
        desk.tell(desk.text("why.silent", system=systems[side], why=desk.reason(reason)))
    for stream, reading in why.readings.items():
        _tell_reading(desk, key, stream, reading)


def why_data(desk: Desk, why: Why) -> list[dict[str, Any]]:
    """Return the same for programs."""
    known = [
        {
            "stream": each.stream,
            "link": each.link.id,
            "label": each.link.label,
            "ids": _ids(each.link.ids),
            "read": True,
            "result": each.outcome.result,
            "reason": each.outcome.reason.to_json(),
            "text": desk.reason(each.outcome.reason),
            "conflicts": {name: dict(values) for name, values in each.link.conflicts.items()},
        }
        for each in why.known
    ]
    foreseen = [
        {
            "stream": each.stream,
            "label": each.label,
            "ids": _ids(each.ids),
            "read": False,
            "would": each.action,
            "reason": each.reason.to_json(),
            "text": desk.reason(each.reason),
        }
        for each in why.foreseen
    ]
    return known + foreseen


def _tell_known(desk: Desk, key: FlowKey, known: Known, *, alone: bool) -> None:
    link, outcome = known.link, known.outcome
    _head(desk, key, known.stream, link.label or link.id, link.ids)
    desk.tell(f"  {desk.word(outcome.result)}: {desk.reason(outcome.reason)}")
    systems = _systems(desk, key)
    for name, values in link.conflicts.items():
        told = " · ".join(f"{systems[Side(side)]}: {value}" for side, value in values.items())
        desk.tell("  " + desk.text("why.values", field=desk.named(name), values=told))
    desk.table([""] * 3, [["  " + row[0], *row[1:]] for row in candidate_rows(desk, link.candidates)])
    if link.decision is not None:
        desk.tell("  " + desk.text("why.decided", person=link.decision.by, action=link.decision.action))
        return
    if not alone and outcome.result in {Result.APPLIED, Result.UNCHANGED}:
        return  # in a list, what is in order says so already
    what = desk.text(_next(known), flow=key.flow, link=link.id, **{s.value: n for s, n in systems.items()})
    desk.tell("  " + desk.text("why.next", what=what))


def _next(known: Known) -> str:
    """Return which text says what a person does about it."""
    result, code = known.outcome.result, known.outcome.reason.code
    if code in {"ignored_by_person", "held_back"}:
        return f"why.do.{code}"
    if result is Result.REVIEW and code in _DELETED:
        return "why.do.deleted"
    return f"why.do.{result}"


def _tell_foreseen(desk: Desk, key: FlowKey, foreseen: Foreseen) -> None:
    systems = _systems(desk, key)
    _head(desk, key, foreseen.stream, foreseen.label, foreseen.ids)
    where, action = " / ".join(systems[side] for side in foreseen.ids), desk.word(foreseen.action)
    desk.tell("  " + desk.text("why.unread", systems=where, action=action))
    if foreseen.action != "create":
        desk.tell(f"  {desk.reason(foreseen.reason)}")
    desk.table([""] * 3, [["  " + row[0], *row[1:]] for row in candidate_rows(desk, foreseen.candidates)])


def _head(desk: Desk, key: FlowKey, stream: str, label: str, ids: Mapping[Side, str]) -> None:
    systems = _systems(desk, key)
    where = ", ".join(f"{systems[side]} {ids[side]}" for side in Side if side in ids)
    desk.tell(f"{label} – {desk.named(stream)} – {where}")


def _nothing(why: Why) -> str:
    if why.asked is not None:
        return "why.none.silent" if why.asked.silent else "why.none.asked"
    return "why.none.rests" if why.at_rest else "why.none.name"


def _tell_reading(desk: Desk, key: FlowKey, stream: str, reading: Reading) -> None:
    last = _moment(reading.last) if reading.last else desk.text("why.never")
    told: dict[str, object] = {"stream": desk.named(stream), "last": last, "flow": key.flow}
    state = desk.world.registry.flow(key)
    if reading.due is None:
        desk.tell(desk.text("why.read.rests", **told, status=desk.word(state.status)))
        return
    late = reading.due <= desk.world.clock.now()
    desk.tell(desk.text("why.read", **told, due=desk.text("why.due") if late else _moment(reading.due)))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _systems(desk: Desk, key: FlowKey) -> dict[Side, str]:
    return dict(desk.declared(key).streams[0].rules.systems)


def _ids(ids: Mapping[Side, str]) -> dict[str, str]:
    return {side.value: external_id for side, external_id in ids.items()}
