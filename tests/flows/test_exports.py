"""Customers of Tripletex as files: what is new or has changed since the last one, each record once, whole."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import cast

import pytest

from samspill.engine.model import LinkState, Side
from samspill.engine.rules import Policy
from samspill.errors import UsageError
from samspill.export_files import ExportFile
from samspill.messages import decode
from samspill.modes.exports import write_export
from samspill.modes.exports.rules.due import due
from samspill.pipeline.dispatch import handle
from samspill.plan.lines import read_plan
from samspill.ports import LinkCommit
from samspill.reasons import LANGUAGES
from samspill.state import FlowStatus, Run, RunStatus, StreamKey
from samspill.store.memory import MemoryFileStore
from samspill.texts.reasons import reason_text
from samspill.usecases import exports, rules, setup
from samspill.work import subscriptions
from tests.flows.hub import STEPS, Hub
from tests.support.actors import admin

FLOW = "tripletex-customers-csv"


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=3, flow=FLOW)
    hub.connect()
    return hub


def export(hub: Hub) -> exports.ExportProgress:
    """Run it by hand, to its end."""
    started = exports.run_export(hub.world, admin("kari"), hub.flow)
    hub.drain()
    return exports.progress(hub.world, admin(), started)


def held(hub: Hub) -> dict[str, bytes]:
    return cast("MemoryFileStore", hub.world.file_store).held


def rows(hub: Hub, file: ExportFile) -> list[dict[str, str]]:
    text = held(hub)[file.key].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def names(hub: Hub, done: exports.ExportProgress) -> list[str]:
    return sorted(row["name"] for file in done.files for row in rows(hub, file))


def named(hub: Hub, file: ExportFile) -> list[str]:
    return sorted(row["name"] for row in rows(hub, file))


def edit(hub: Hub, number: int, body: dict[str, object]) -> None:
    """A person changes a customer in Tripletex."""
    hub.tripletex.edit("customer", str(hub.tripletex.rows("customer")[number]["id"]), body)


def small_slices(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(write_export, "ROWS", 1)
    patch.setattr(write_export, "PAGE", 1)


def lose(hub: Hub, part: str) -> None:
    """Work until a message of the export comes that holds this, and lose it, as if it lay among the dead letters."""
    for _ in range(200):
        for step in STEPS:
            for delivery in hub.world.queues.receive(step):
                if "write-export" not in delivery.body or part not in delivery.body:
                    handle(hub.world, decode(hub.world.queues.open(delivery.body)))
                hub.world.queues.done(delivery.handle)


def customers(hub: Hub) -> list[str]:
    return sorted(row["name"] for row in hub.tripletex.rows("customer"))


def test_a_flow_without_another_side_needs_one_connection_and_no_plan(hub: Hub) -> None:
    state = hub.world.registry.flow(hub.flow)

    assert (state.status, state.right, state.connections) == (FlowStatus.ACTIVE, "", ("tripletex",))
    assert hub.world.schedules.by_flow[hub.flow].enabled


def test_the_first_file_holds_every_customer_once_and_nothing_is_written_anywhere(hub: Hub) -> None:
    done = export(hub)

    (file,) = done.files
    assert names(hub, done) == customers(hub)
    assert (done.run.status, done.read, done.listed, done.written, file.rows) == (
        RunStatus.DONE,
        *[len(customers(hub))] * 4,
    )
    assert file.size_bytes == len(held(hub)[file.key])
    assert hub.writes("tripletex") == 0
    assert [entry.reason.params["count"] for entry in hub.journal("export_written")] == [str(file.rows)]


def test_the_next_file_holds_what_is_new_or_has_changed_since_and_nothing_else(hub: Hub) -> None:
    first = export(hub)
    edit(hub, 0, {"name": "Endret AS"})
    hub.tripletex.add("customer", {"name": "Ny AS", "organizationNumber": "974760673"})

    second = export(hub)

    assert names(hub, second) == ["Endret AS", "Ny AS"]
    assert (second.read, second.written) == (first.read + 1, 2)
    assert [file.id for file in exports.files_of(hub.world, admin(), "acme")] == [second.files[0].id, first.files[0].id]


def test_a_run_that_finds_nothing_new_writes_no_file_and_says_so(hub: Hub) -> None:
    export(hub)
    before = dict(held(hub))

    again = export(hub)

    assert (again.files, again.listed, again.written, again.is_over) == ((), 0, 0, True)
    assert held(hub) == before
    assert len(hub.journal("nothing_to_export")) == 1


def test_what_changed_and_changed_back_between_two_files_is_in_neither(hub: Hub) -> None:
    export(hub)
    name = str(hub.tripletex.rows("customer")[0]["name"])
    for each in ("Mellom AS", name):
        edit(hub, 0, {"name": each})
        hub.sync(full=False)

    assert export(hub).files == ()


def test_changes_that_webhooks_told_are_in_the_next_file(hub: Hub) -> None:
    export(hub)
    connection = hub.world.registry.connection("acme", "tripletex")
    subscriptions.subscribe(hub.reachable(), connection, hub.world.connectors.open(connection))
    edit(hub, 0, {"name": "Meldt AS"})
    hub.deliver_webhooks()
    hub.drain()

    assert names(hub, export(hub)) == ["Meldt AS"]


def test_the_ledger_tells_of_each_record_which_file_holds_it_and_what(hub: Hub) -> None:
    (file,) = export(hub).files
    edit(hub, 0, {"name": "Endret AS"})
    hub.sync(full=False)

    ledger = {link.label: link for link in hub.links("customers")}
    changed = next(link for label, link in ledger.items() if "Endret AS" in label)
    assert {link.attempt for link in ledger.values()} == {file.id}
    assert changed.base["name"] != "Endret AS"
    assert changed.outcome is not None
    assert changed.outcome.reason.code == "kept_for_export"
    others = [link.outcome.reason.code for link in ledger.values() if link.outcome and link is not changed]
    assert set(others) == {"exported"}
    assert {link.state for link in ledger.values()} == {LinkState.UNLINKED}


def test_a_deleted_customer_is_in_no_later_file(hub: Hub) -> None:
    export(hub)
    row = hub.tripletex.add("customer", {"name": "Kort AS", "organizationNumber": "974760673"})
    hub.sync(full=False)
    hub.tripletex.remove("customer", str(row["id"]))
    for _ in range(3):
        hub.sync()
        hub.drain()

    assert [name for file in exports.files_of(hub.world, admin(), "acme") for name in named(hub, file)].count(
        "Kort AS"
    ) <= 1
    assert export(hub).files == ()


def test_cells_are_carried_as_typed_and_those_that_begin_like_a_formula_are_made_text(hub: Hub) -> None:
    edit(hub, 0, {"name": '=HYPERLINK("x";1)', "phoneNumber": "+47 22 33 44 55", "description": 'a;"b"\nc'})

    (file,) = export(hub).files

    row = next(row for row in rows(hub, file) if "HYPERLINK" in row["name"])
    assert row["name"] == '\'=HYPERLINK("x";1)'
    assert (row["phone"], row["description"]) == ("'+47 22 33 44 55", 'a;"b"\nc')
    assert (row["is_active"], row["id"]) == ("true", str(hub.tripletex.rows("customer")[0]["id"]))
    assert "postal_address.postcode" in row


def test_a_column_that_an_admin_switched_off_is_in_no_file(hub: Hub) -> None:
    rules.change(hub.world, admin("kari"), hub.flow, "customers.phone", policy=Policy.OFF)

    (file,) = export(hub).files

    assert "phone" not in rows(hub, file)[0]
    assert len(rows(hub, file)) == len(customers(hub))


def test_many_slices_make_one_file(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    small_slices(monkeypatch)

    done = export(hub)

    assert names(hub, done) == customers(hub)
    assert done.run.count("customers", "slices") > 2
    assert export(hub).files == ()


def test_what_does_not_go_into_one_file_goes_into_the_next(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    small_slices(monkeypatch)
    monkeypatch.setattr(write_export, "MOST_SLICES", 2)

    files = [file for _ in range(9) for file in export(hub).files]

    assert len(files) > 1
    assert sorted(name for file in files for name in named(hub, file)) == customers(hub)


def test_a_record_that_changes_while_its_file_is_written_goes_into_the_next_as_well(hub: Hub) -> None:
    exports.run_export(hub.world, admin("kari"), hub.flow)
    edited: list[str] = []

    def before(body: str) -> None:
        if "write-export" in body and '"stage":"note"' in body and not edited:
            edited.append(body)
            key = StreamKey(*hub.flow, "customers")
            link = hub.links("customers")[0]
            shadow = link.shadows[Side.LEFT]
            later = replace(shadow, fields={**shadow.fields, "name": "Senere AS"})
            assert hub.world.links.commit(key, [LinkCommit(replace(link, shadows={Side.LEFT: later}))]) == [True]

    hub.drain(before=before)
    (file,) = exports.files_of(hub.world, admin(), "acme")
    assert "Senere AS" not in named(hub, file)
    link = hub.links("customers")[0]
    assert due(link, Side.LEFT) is not None


def test_two_runs_at_once_write_no_record_twice(hub: Hub) -> None:
    """The second one begins while the first one's file is still being written."""
    first = exports.run_export(hub.world, admin("kari"), hub.flow)
    second: list[Run] = []

    def before(body: str) -> None:
        if "write-export" in body and '"stage":"write"' in body and not second:
            second.append(exports.run_export(hub.world, admin("ola"), hub.flow))

    hub.drain(before=before)

    assert [exports.progress(hub.world, admin(), each).is_over for each in (first, *second)] == [True, True]
    (file,) = exports.files_of(hub.world, admin(), "acme")
    assert named(hub, file) == customers(hub)
    assert file.run == first.id


@pytest.mark.parametrize("stage", ['"list","number":2', '"write"', '"note"', '"note","number":7'])
def test_a_file_that_was_left_half_done_is_finished_before_the_next_one_begins(
    hub: Hub, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_slices(monkeypatch)
    started = exports.run_export(hub.world, admin("kari"), hub.flow)
    lose(hub, f'"stage":{stage}')
    assert exports.files_of(hub.world, admin(), "acme") == []
    edit(hub, 0, {"name": "Endret AS"})

    again = export(hub)

    files = exports.files_of(hub.world, admin(), "acme")
    found = [tuple(sorted(row.items())) for file in files for row in rows(hub, file)]
    assert len(found) == len({*found}), "none is in two files as it is in one"
    assert {dict(row)["id"] for row in found} == {str(row["id"]) for row in hub.tripletex.rows("customer")}
    assert [file.run for file in files][-1] == started.id
    assert sum(dict(row)["name"] == "Endret AS" for row in found) == 1
    assert (again.is_over, export(hub).files) == (True, ())


def test_other_companies_files_stay_their_own() -> None:
    oslo = Hub(size=2, flow=FLOW)
    oslo.connect()
    bergen = Hub(size=3, flow=FLOW, beside=oslo, name="bergen")
    bergen.connect()

    ours, theirs = export(oslo), export(bergen)

    assert [file.flow for file in (*ours.files, *theirs.files)] == [FLOW, "bergen"]
    assert names(oslo, ours) == customers(oslo)
    assert names(bergen, theirs) == customers(bergen)


def test_a_dry_run_tells_what_would_be_kept_and_keeps_nothing(hub: Hub) -> None:
    started = setup.run(hub.world, admin("kari"), hub.flow, dry_run=True)
    hub.drain()

    found = hub.world.runs.get(hub.flow, started.id)
    plan = read_plan(hub.world, found) if found else None
    assert plan is not None
    assert {line.reason.code for line in plan.lines} == {"kept_for_export"}
    assert hub.links("customers") == []


def test_a_pause_and_a_resume_take_nothing_from_the_next_file(hub: Hub) -> None:
    export(hub)
    setup.pause(hub.world, admin(), hub.flow)
    edit(hub, 0, {"name": "I mellomtiden AS"})
    setup.resume(hub.world, admin("kari"), hub.flow)
    hub.drain()

    (file, _) = exports.files_of(hub.world, admin(), "acme")
    assert named(hub, file) == ["I mellomtiden AS"]


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        (None, None, "connection_missing"),
        (None, "tripletex", "connection_missing"),
        ("tripletex", "x", "no_other_side"),
    ],
)
def test_a_flow_without_another_side_says_which_connection_it_needs(
    left: str | None, right: str | None, code: str
) -> None:
    hub = Hub(size=1, flow=FLOW)
    setup.connect(
        hub.world, admin(), "acme", "tripletex", "tripletex", "https://a.sandbox/v2", credentials={"key": "k"}
    )

    with pytest.raises(UsageError) as caught:
        setup.enable(hub.world, admin(), "acme", FLOW, left, right)

    assert caught.value.reason.code == code
    assert all("{" not in reason_text(caught.value.reason, language) for language in LANGUAGES)


def test_a_flow_that_writes_no_files_says_so() -> None:
    hub = Hub(size=2)
    hub.connect()

    with pytest.raises(UsageError) as caught:
        exports.run_export(hub.world, admin("kari"), hub.flow)

    assert caught.value.reason.code == "no_exports"
