"""Why a record stands as it does in both systems: what is known of it, or would become of one that was never read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from samspill.engine.model import Link, LinkState, Outcome, Result
from samspill.flows.flow import Stream
from samspill.ports import World
from samspill.reasons import Reason
from samspill.runs.polling import polled_every
from samspill.state import FlowKey, FlowStatus, Run, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.naming import goes_by, links_named
from samspill.usecases.preview_unread import Asked, Foreseen, ask, can_be_asked_for
from samspill.work.context import Opened, open_flow

RUNS = 20
"""So many runs are looked through for the last read."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record that was read, with how it ended."""

    stream: str
    link: Link
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reading:
    """When a stream was last read on all its sides, and when the schedule reads it next; None where nobody knows."""

    last: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """The answer about one name, number or id: it may be that of several records."""

    known: tuple[Known, ...]
    foreseen: tuple[Foreseen, ...]
    """Records that stand in a system but were never read."""
    readings: Mapping[str, Reading]
    """By stream, of those the answer is about; of all of them where nothing was found."""
    asked: Asked | None
    """What the systems said; None where they were not asked."""
    at_rest: bool
    """True where the flow does not read now, so that the systems could not be asked."""


@needs(Role.VIEWER)
def explain(world: World, _actor: Actor, key: FlowKey, text: str) -> Why:
    """Return all that can be said about a record, named by an id or number of either system or a part of its name.

    An exact id or number hides records that merely have it in their name. The systems are asked for what was never
    read, where the text can be a number or an id.
    """
    opened = open_flow(world, key)
    text = text.strip()
    exact: list[tuple[str, Link]] = []
    folded = _folded(text)
    similar: list[tuple[str, Link]] = []
    for stream in opened.flow.streams:
        for link in links_named(world, stream, StreamKey(*key, stream.name), text):
            if goes_by(link, stream, text):
                exact.append((stream.name, link))
            elif folded and folded in _folded(link.label):
                similar.append((stream.name, link))
    wanted = not exact and can_be_asked_for(text)
    asked = ask(world, opened, text) if wanted and opened.may_read else None
    told = asked.known if asked else []
    foreseen = tuple(asked.new) if asked else ()
    known = tuple(
        Known(stream, link, _outcome(link)) for stream, link in exact or told or (not foreseen and similar) or ()
    )
    streams = {each.stream for each in known} | {each.stream for each in foreseen}
    streams = streams or {stream.name for stream in opened.flow.planned}
    recent = world.runs.latest(key, RUNS)
    readings = {
        stream.name: _reading(world, opened, stream, recent) for stream in opened.flow.streams if stream.name in streams
    }
    return Why(known, foreseen, readings, asked, at_rest=wanted and not opened.may_read)


def _folded(text: str) -> str:
    """Return text as somebody may type it who has no such keys: without case, accents and the Norwegian letters."""
    plain = text.casefold().translate(_LETTERS)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l"})


def _outcome(link: Link) -> Outcome:
    if link.intent is not None or link.outcome is None:
        settled = link.state is LinkState.TOMBSTONE
        return (
            Outcome(Result.UNCHANGED, Reason("settled")) if settled else Outcome(Result.WAITING, Reason("record_busy"))
        )
    return link.outcome


def _reading(world: World, opened: Opened, stream: Stream, recent: list[Run]) -> Reading:
    whole = (run for run in recent if all(run.count(stream.name, f"{side}.complete") for side in stream.watch))
    last = next((run.started_at for run in whole if run.purpose in {"plan", "sync"}), None)
    by_clock = next((run.started_at for run in recent if run.trigger == "schedule"), None)
    due = by_clock or last
    if due is None or opened.state.status is not FlowStatus.ACTIVE:
        return Reading(last, None)
    return Reading(last, due + polled_every(world, opened.state, opened.flow))
