"""What the bucket holds of a person: webhooks, lists, pages of reads and plans, files, large messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from samspill.engine.forgotten import Words
from samspill.engine.model import Side
from samspill.errors import ContractError
from samspill.flows.flow import EXPORTS
from samspill.hints import HintedRecord
from samspill.plan import pending_plan
from samspill.ports import DELIVERIES_TOLD, World
from samspill.state import Connection, FlowState, StreamKey
from samspill.usecases.personal.found import Found
from samspill.usecases.personal.person import Person, streams_of
from samspill.work.hinting import hints_of

BLOB_DAYS, FILE_DAYS = 30, 90
"""How long the bucket's rules keep objects, and files for people."""
FILES = 1_000
"""So many files of a flow are looked at; more than are made in the time they are kept."""


def webhooks(world: World, connection: Connection, flows: list[FlowState], person: Person) -> Iterator[Found]:
    """Yield what vendors told: the larger bodies, those that could not be read, and the smaller ones."""
    tenant, name = connection.tenant, connection.id
    for folder in ("raw", "malformed", "quarantine"):
        for key in world.blobs.keys(f"webhooks/{folder}/{tenant}/{name}/"):
            body = world.blobs.get(key) or b""
            is_own = folder == "raw" and _is_told(world, connection, flows, person, body)
            if is_own or _names(person, body):
                yield Found("webhook", key, _expiry(world, BLOB_DAYS), _read(body), partial(_remove, world, key))
    since = world.clock.now() - DELIVERIES_TOLD
    for kept in list(world.deliveries.told(tenant, name, since)):
        if _is_told(world, connection, flows, person, kept.body) or _names(person, kept.body):
            erase = partial(world.deliveries.forget, tenant, name, kept.name)
            yield Found("webhook", kept.place, kept.at + DELIVERIES_TOLD, _read(kept.body), erase)


def _names(person: Person, body: bytes) -> bool:
    return person.words.are_in(body.decode(errors="replace"))


def _is_told(world: World, connection: Connection, flows: list[FlowState], person: Person, body: bytes) -> bool:
    """Tell whether a webhook is about a record of the person."""
    try:
        hooks = world.hooks.told(connection.vendor, body)
    except ContractError:
        hooks = []
    records = (
        (StreamKey(hint.tenant, hint.flow, hint.stream), record)
        for hint in hints_of(connection.id, flows, hooks)
        for record in hint.records
    )
    return any(_is_record(person, *each) for each in records)


def _is_record(person: Person, key: StreamKey, record: HintedRecord) -> bool:
    return any(
        key == own and link.ids.get(Side(record.side)) == record.external_id for (own, _), link in person.links.items()
    )


def blobs(world: World, state: FlowState, person: Person) -> Iterator[Found]:
    """Yield lists that people decided about, and pages and plans of runs."""
    for key in world.blobs.keys(f"held/{state.tenant}/{state.flow}/"):
        if person.words.are_in(held := _read(world.blobs.get(key) or b"")):
            cleaned = orjson.dumps(person.words.hidden(held))
            yield Found("list", key, None, held, partial(world.blobs.put, key, cleaned))
    at_work = any(not run.status.is_over for run in world.runs.latest(state.key)) or pending_plan.waits(state)
    for key in world.blobs.keys(f"runs/{state.tenant}/{state.flow}/"):
        if found := list(_rows(_read(world.blobs.get(key) or b""), key, state, person)):
            erase = None if at_work else partial(_remove, world, key)
            yield Found("run" if erase else "plan", key, _expiry(world, BLOB_DAYS), found, erase)


def _rows(told: Any, key: str, state: FlowState, person: Person) -> Iterator[Any]:
    """Yield the parts of a blob of a run that are about the person: rows of their records, or that name them."""
    parts = key.split("/")[4:6]
    own = {
        external_id
        for (place, _), link in person.links.items()
        for side, external_id in link.ids.items()
        if place.of_flow == state.key and parts == [place.stream, side.value]
    }
    for row in told if isinstance(told, list) else told.get("lines", [told]) if isinstance(told, Mapping) else [told]:
        is_own = isinstance(row, Mapping) and row.get("external_id") in own
        if is_own or person.words.are_in(row):
            yield row


def files(world: World, state: FlowState, person: Person) -> Iterator[Found]:
    """Yield the files of streams that the person is in: nobody can take a row out of one, so they go whole."""
    streams = {
        s.name for _, s, key in streams_of(world, state.tenant) if key.of_flow == state.key and s.mode == EXPORTS
    }
    named = {key.stream for (key, _), link in person.links.items() if key.of_flow == state.key and link.label}
    for file in world.files.latest(state.key, FILES) if streams & named else ():
        if file.stream in streams & named:
            erase = partial(_remove_file, world, file.key)
            yield Found("file", file.name, file.begun_at + timedelta(days=FILE_DAYS), {"rows": file.rows}, erase)


def messages(world: World, tenant: str, words: Words) -> Iterator[Found]:
    """Yield large messages, and messages that could not be read: one that is under way must not be missing."""
    for folder in ("claims/", "quarantine/"):
        for key in world.blobs.keys(folder):
            told = _read(world.blobs.get(key) or b"")
            if isinstance(told, Mapping) and told.get("tenant") == tenant and words.are_in(told):
                yield Found("message", key, _expiry(world, BLOB_DAYS), told)


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


def _remove(world: World, key: str) -> None:
    world.blobs.remove(key, 1)


def _remove_file(world: World, key: str) -> None:
    world.file_store.remove(key, 1)


def _expiry(world: World, days: int) -> datetime:
    """Return when the bucket's rule has removed an object at the latest: when it came is not known here."""
    return world.clock.now() + timedelta(days=days)
