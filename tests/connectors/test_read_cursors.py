"""Where a read of changes begins: at the moment the read before it began, whatever the records say of themselves."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import orjson
import pytest

from local.vendors.contract.sandbox import ContractSandbox
from samspill.connectors.contract.reads import write_token
from samspill.connectors.svenn import kinds as svenn_kinds
from samspill.connectors.timerabbit import kinds as timerabbit_kinds
from samspill.errors import ContractError
from tests.connectors.contract_rig import ContractRig
from tests.connectors.svenn_rig import SvennRig
from tests.connectors.timerabbit_rig import TimerabbitRig

FAR = "2099-01-01T00:00:00.000Z"
NEEDED: dict[str, dict[str, Any]] = {
    "customers": {"name": "A"},
    "projects": {"name": "A", "period": {"start": "2026-01-01", "end": None}},
    "employees": {"first_name": "A", "last_name": "B", "number": "7"},
}
LISTS = [
    (rig, kind)
    for rig, kinds in ((SvennRig, svenn_kinds.KINDS), (TimerabbitRig, timerabbit_kinds.KINDS))
    for kind in NEEDED
    if kind in kinds
]


@pytest.fixture(params=LISTS, ids=lambda each: f"{each[0].vendor} {each[1]}")
def listed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[ContractRig, str]:
    """A vendor and one of its lists, in pages of two."""
    monkeypatch.setattr("samspill.connectors.contract.reads.PAGE", 2)
    rig, kind = request.param
    return rig(), kind


def fill(rig: ContractRig, kind: str, count: int) -> list[str]:
    numbers = [{"number": str(n)} if kind == "employees" else {} for n in range(count)]
    return [rig.add(kind, {**NEEDED[kind], **number}) for number in numbers]


def say(rig: ContractRig, kind: str, record_id: str, updated_at: str) -> None:
    assert isinstance(rig.sandbox, ContractSandbox)
    held = rig.sandbox.store.held[kind]
    record = dict(held[record_id].record) | {"updatedAt": updated_at}
    held[record_id] = held[record_id]._replace(record=record, body=orjson.dumps(record))


@pytest.mark.parametrize("whole", [True, False], ids=["whole read", "read of changes"])
def test_a_stamp_from_the_future_moves_no_cursor(listed: tuple[ContractRig, str], whole: bool) -> None:
    rig, kind = listed
    first, second = fill(rig, kind, 2)
    since = None if whole else rig.read_all(kind)[2]
    say(rig, kind, first, FAR)
    _rows, _complete, cursor = rig.read_all(kind, since)
    assert cursor == rig.clock.now().isoformat()
    rig.clock.advance(3600)
    rig.edit(kind, second, {"number": "8"})
    rows, _complete, _cursor = rig.read_all(kind, cursor)
    assert {row.external_id for row in rows} == {first, second}


@pytest.mark.parametrize("whole", [True, False], ids=["whole read", "read of changes"])
def test_what_changes_behind_a_read_that_takes_hours_is_a_change_since_it(
    listed: tuple[ContractRig, str], whole: bool
) -> None:
    rig, kind = listed
    ids = fill(rig, kind, 5)
    since = None if whole else rig.clock.now().isoformat()
    began = rig.clock.now()
    page = rig.connector.page(kind, since=since)
    rig.clock.advance(1)
    rig.edit(kind, ids[0], {"number": "8"})
    while page.next:
        assert page.cursor is None
        rig.clock.advance(7200)
        rig.edit(kind, ids[4], {"number": str(rig.clock.now().hour)})
        page = rig.connector.page(kind, token=page.next, since=since)
    assert page.cursor == began.isoformat()
    assert ids[0] in {row.external_id for row in rig.read_all(kind, page.cursor)[0]}


def test_what_was_written_in_bulk_is_read_once_more_and_not_for_ever(listed: tuple[ContractRig, str]) -> None:
    rig, kind = listed
    cursor = rig.read_all(kind)[2]
    fill(rig, kind, 9)
    rig.clock.advance(900)
    rows, _complete, cursor = rig.read_all(kind, cursor)
    assert len(rows) == 9
    for _ in range(3):
        rig.clock.advance(900)
        rig.forget_calls()
        rows, _complete, cursor = rig.read_all(kind, cursor)
        assert (rows, rig.calls()) == ([], 1)


def dated(rig: ContractRig, ahead: timedelta) -> None:
    """The vendor tells the time by a clock of its own."""

    def answer(request: httpx.Request) -> httpx.Response:
        told = rig.transport.inner.handle_request(request)
        told.headers["date"] = format_datetime(rig.clock.now() + ahead, usegmt=True)
        return told

    rig.transport.answers = [answer] * 9


@pytest.mark.parametrize("ahead", [timedelta(hours=-3), timedelta(hours=3)], ids=["late", "early"])
def test_a_vendor_whose_clock_is_wrong_is_read_by_the_slower_clock(
    listed: tuple[ContractRig, str], ahead: timedelta
) -> None:
    rig, kind = listed
    fill(rig, kind, 3)
    dated(rig, ahead)
    _rows, _complete, cursor = rig.read_all(kind)
    assert cursor == (rig.clock.now() + min(ahead, timedelta())).isoformat()


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 02 Mar 2026 08:00:00"])
def test_a_date_that_cannot_be_read_is_no_date(timerabbit: TimerabbitRig, date: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        told = timerabbit.transport.inner.handle_request(request)
        told.headers["date"] = date
        return told

    timerabbit.transport.answers = [answer]
    assert timerabbit.read_all()[2] == timerabbit.clock.now().isoformat()


def test_a_cursor_that_an_older_version_took_from_the_future_is_read_from_the_beginning_once(
    listed: tuple[ContractRig, str],
) -> None:
    rig, kind = listed
    ids = fill(rig, kind, 3)
    rig.clock.advance(3600)
    rows, _complete, cursor = rig.read_all(kind, "2099-01-01T00:00:00+00:00")
    assert ([row.external_id for row in rows], cursor) == (ids, rig.clock.now().isoformat())


def test_a_page_token_of_an_older_version_reads_on_and_moves_no_cursor(listed: tuple[ContractRig, str]) -> None:
    rig, kind = listed
    ids = fill(rig, kind, 3)
    after, _began, _mark = orjson.loads(rig.connector.page(kind).next or "")
    page = rig.connector.page(kind, token=write_token(after, FAR))
    assert ([row.external_id for row in page.observations], page.next, page.cursor) == (ids[2:], None, None)


def test_a_token_of_another_make_is_refused(timerabbit: TimerabbitRig) -> None:
    with pytest.raises(ContractError):
        timerabbit.connector.page("customers", token=write_token("a", "b", "c", "d"))
