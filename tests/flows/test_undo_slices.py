"""However much was written, an undo holds a slice of it at a time, and does the same as in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import pytest

from samspill.engine.model import Side
from samspill.errors import ConflictError
from samspill.guard.batch import blob_of
from samspill.state import FlowKey, JournalEntry, Run
from samspill.usecases import undo, undo_slices
from samspill.usecases.views.undo import Undo
from tests.flows.hub import Hub
from tests.support.actors import admin

OLD, NEW = "21000001", "21000002"
SOME, LINES = 6, 2


@pytest.fixture
def changed(hub: Hub) -> tuple[Hub, Run, list[str]]:
    """A run that carried a telephone number of some customers over; their ids in Timerabbit."""
    for number in range(SOME):
        hub.tripletex.add("customer", {"name": f"Ny {number} AS", "isCustomer": True, "phoneNumber": OLD})
    hub.sync()
    rows = [row for row in hub.tripletex.rows("customer") if row["phoneNumber"] == OLD]
    for row in rows:
        hub.tripletex.edit("customer", str(row["id"]), {"phoneNumber": NEW})
    run = hub.sync()
    partners = {link.ids[Side.LEFT]: link.ids.get(Side.RIGHT, "") for link in hub.links("customers")}
    return hub, run, [partners[str(row["id"])] for row in rows]


def phones(hub: Hub, ids: list[str]) -> set[str]:
    return {str(row["phone"]) for row in hub.timerabbit.rows("customers") if str(row["id"]) in ids}


def show(hub: Hub, run: Run) -> Undo:
    return undo.show(hub.world, admin("kari"), "acme", "run", run.id)


def take_back(hub: Hub, run: Run) -> Undo:
    return undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, show(hub, run).hash)


def test_a_batch_in_slices_is_the_one_in_one_piece_and_is_taken_back_whole(
    changed: tuple[Hub, Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, run, ids = changed
    whole = show(hub, run)
    monkeypatch.setattr(undo_slices, "LINES", LINES)

    parted = show(hub, run)
    assert (parted.hash, parted.records, parted.counts) == (whole.hash, SOME, whole.counts)
    assert sorted(each.link for each in parted.back) == sorted(each.link for each in whole.back)
    writes = hub.writes("timerabbit")
    take_back(hub, run)
    hub.drain()

    assert phones(hub, ids) == {OLD}
    assert hub.writes("timerabbit") > writes
    assert len(hub.journal("taken_back")) == SOME

    monkeypatch.setattr(undo_slices, "LINES", 10**6)  # the slices are those that it was begun with
    again = undo.show(hub.world, admin("kari"), "acme", "batch", whole.hash)
    undo.take_back(hub.world, admin("kari"), "acme", "batch", whole.hash, again.hash)
    hub.drain()
    assert again.records == SOME
    assert phones(hub, ids) == {NEW}


def test_no_more_lines_are_held_at_once_than_a_slice_has_and_each_slice_reads_the_journal_once(
    changed: tuple[Hub, Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, run, _ = changed
    monkeypatch.setattr(undo_slices, "LINES", LINES)
    reads, held = [0], list[int]()
    read, plan = hub.world.journal.read, undo_slices.plan

    def counted(key: FlowKey, since: datetime, until: datetime) -> Iterator[JournalEntry]:
        reads[0] += 1
        return read(key, since, until)

    def noted(*given: Any) -> undo_slices.Planned:
        made = plan(*given)
        held.append(made.writes)
        return made

    monkeypatch.setattr(hub.world.journal, "read", counted)
    monkeypatch.setattr(undo, "plan", noted)
    show(hub, run)

    slices = SOME // LINES
    assert (reads[0], len(held), sum(held)) == (1 + slices, slices, SOME)
    assert max(held) <= 2 * LINES, "shares of a hash are of about one size"


def test_what_is_shown_one_by_one_has_an_end_and_the_rest_is_counted(
    changed: tuple[Hub, Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, run, _ = changed
    monkeypatch.setattr(undo, "SHOWN", LINES)

    shown = show(hub, run)

    assert (len(shown.back), shown.records) == (LINES, SOME)
    (count,) = shown.counts
    assert (count.stream, count.system, count.action, count.count) == ("customers", "Timerabbit", "undo-change", SOME)


def test_what_changed_while_the_batch_is_kept_is_refused_and_nothing_is_decided(
    changed: tuple[Hub, Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, run, ids = changed
    shown, keep_part = show(hub, run), undo_slices.Begun.keep_part

    def edited(*given: Any) -> None:
        keep_part(*given)
        row = next(row for row in hub.tripletex.rows("customer") if row["phoneNumber"] == NEW)
        hub.tripletex.edit("customer", str(row["id"]), {"phoneNumber": OLD})
        hub.sync()

    monkeypatch.setattr(undo_slices, "LINES", LINES)
    monkeypatch.setattr(undo_slices.Begun, "keep_part", edited)
    with pytest.raises(ConflictError):
        undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert hub.journal("undo_decided") == hub.journal("taken_back") == []
    assert NEW in phones(hub, ids)


def test_a_batch_that_a_version_before_kept_in_one_piece_goes_on(changed: tuple[Hub, Run, list[str]]) -> None:
    hub, run, ids = changed
    shown = show(hub, run)
    records = [[each.stream, each.link] for each in shown.back]
    begun = orjson.dumps({"at": hub.clock.now().isoformat(), "records": records[1:]})
    hub.world.blobs.put(blob_of(hub.flow, "undo", shown.hash), begun)

    undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert len(hub.journal("taken_back")) == SOME - 1
    assert phones(hub, ids) == {OLD, NEW}
    assert undo.show(hub.world, admin("kari"), "acme", "batch", shown.hash).records == SOME - 1


@pytest.mark.parametrize("dies_after", [0, 2, 3, 4, 5])
def test_whoever_dies_over_a_batch_the_same_command_goes_on(
    changed: tuple[Hub, Run, list[str]], monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    hub, run, ids = changed
    monkeypatch.setattr(undo_slices, "LINES", LINES)
    shown, changes = show(hub, run), [0]
    put, commit = hub.world.blobs.put, hub.world.links.commit

    def counting(inner: Any) -> Any:
        def called(*given: Any) -> Any:
            changes[0] += 1
            if changes[0] > dies_after:
                raise KeyboardInterrupt
            return inner(*given)

        return called

    monkeypatch.setattr(hub.world.blobs, "put", counting(put))
    monkeypatch.setattr(hub.world.links, "commit", counting(commit))
    with pytest.raises(KeyboardInterrupt):
        undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    monkeypatch.setattr(hub.world.blobs, "put", put)
    monkeypatch.setattr(hub.world.links, "commit", commit)
    undo.take_back(hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    hub.drain()

    assert phones(hub, ids) == {OLD}
    assert len(hub.journal("taken_back")) == SOME
