"""What is particular to the contract Timerabbit is spoken to by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import orjson
import pytest

from samspill.connectors.contract.reads import OVERLAP
from samspill.errors import ContractError, CredentialsError, RejectedError, UnknownOutcomeError, UsageError
from samspill.ports import VendorWrite
from samspill.reasons import Reason
from tests.connectors.contract import breaches
from tests.connectors.rig import change, create
from tests.connectors.timerabbit_rig import TimerabbitRig


def bodies(rig: TimerabbitRig) -> Iterator[object]:
    return (orjson.loads(each.content) for each in rig.transport.sent if each.content)


def test_only_changes_are_read_since_a_cursor_with_an_overlap(timerabbit: TimerabbitRig) -> None:
    old = timerabbit.add("customers", {"name": "Gammel"})
    timerabbit.clock.advance(OVERLAP.total_seconds() + 1)
    recent = timerabbit.add("customers", {"name": "Nylig"})
    _rows, _complete, cursor = timerabbit.read_all()
    rows, _complete, again = timerabbit.read_all(since=cursor)
    assert [row.external_id for row in rows] == [recent]
    assert again == cursor, "at the same moment"
    timerabbit.clock.advance(3600)
    timerabbit.edit("customers", old, {"name": "Endret"})
    rows, _complete, later = timerabbit.read_all(since=cursor)
    assert [row.external_id for row in rows] == [old, recent]
    assert later is not None
    rows, _complete, later = timerabbit.read_all(since=later)
    assert [row.external_id for row in rows] == [old]
    timerabbit.clock.advance(OVERLAP.total_seconds() + 1)
    _rows, _complete, later = timerabbit.read_all(since=later)
    assert timerabbit.read_all(since=later)[0] == [], (
        "a quiet account is not read again and again for what changed last"
    )


def test_the_beginning_of_a_read_is_remembered_across_pages(timerabbit: TimerabbitRig) -> None:
    newest = timerabbit.add("customers", {"name": "K 0"})
    for number in range(1, 201):
        timerabbit.add("customers", {"name": f"K {number}"})
    timerabbit.clock.advance(3600)
    timerabbit.edit("customers", newest, {"name": "Endret"})
    rows, _complete, cursor = timerabbit.read_all()
    assert len(rows) == 201
    assert [row.external_id for row in timerabbit.read_all(since=cursor)[0]] == [newest]


def test_what_is_added_to_an_empty_list_is_a_change_since_it_was_read(timerabbit: TimerabbitRig) -> None:
    _rows, _complete, cursor = timerabbit.read_all()
    timerabbit.clock.advance(3600)
    added = timerabbit.add("customers", {"name": "A"})
    assert [row.external_id for row in timerabbit.read_all(since=cursor)[0]] == [added]


def test_a_deletion_between_two_pages_loses_no_row(timerabbit: TimerabbitRig) -> None:
    added = [timerabbit.add("customers", {"name": f"K {number}"}) for number in range(250)]
    first = timerabbit.connector.page("customers")
    timerabbit.remove("customers", added[7])
    second = timerabbit.connector.page("customers", token=first.next)
    assert [row.external_id for row in second.observations] == added[200:]
    assert second.complete


def test_a_row_tells_when_it_was_changed(timerabbit: TimerabbitRig) -> None:
    record_id = timerabbit.add("customers", {"name": "A"})
    assert timerabbit.one(record_id).changed_at == int(timerabbit.clock.now().timestamp())


def test_a_row_that_does_not_tell_when_it_was_changed_is_read_all_the_same(timerabbit: TimerabbitRig) -> None:
    timerabbit.add("customers", {"name": "A"})
    timerabbit.alter_row(0, lambda row: row.update(updatedAt="in the spring"))
    page = timerabbit.connector.page("customers")
    assert page.cursor == timerabbit.clock.now().isoformat()
    assert [each.changed_at for each in page.observations] == [None]


def test_creates_and_changes_go_together_and_each_result_is_told(timerabbit: TimerabbitRig) -> None:
    seen = timerabbit.one(timerabbit.add("projects", {"name": "P"}), "projects")
    stale = timerabbit.one(timerabbit.add("projects", {"name": "Q"}), "projects")
    timerabbit.edit("projects", stale.external_id, {"name": "R"})
    timerabbit.forget_calls()
    period = {"start": "2026-03-01", "end": None}
    writes = [
        change(seen, {"is_active": False}),
        VendorWrite("new", {"name": "Ny", "period": period}, marker="left-1"),
        change(stale, {"name": "S"}),
        create("bad", name="B", customer="999"),
    ]
    written = timerabbit.connector.write("projects", writes)
    assert timerabbit.calls() == 1
    assert [each.error.reason.code if each.error else None for each in written] == [
        None, None, "changed_meanwhile", "reference_gone",
    ]  # fmt: skip
    assert written[0].record is not None
    assert written[0].record.fields["is_active"] is False
    assert written[1].record is not None
    assert written[1].record.fields["period"] == period
    assert written[3].error is not None
    assert written[3].error.field == "customer"
    assert written[3].error.request_id


def test_an_archived_project_is_completed(timerabbit: TimerabbitRig) -> None:
    seen = timerabbit.one(timerabbit.add("projects", {"name": "P"}), "projects")
    [written] = timerabbit.connector.write("projects", [change(seen, {}, archive=True)])
    assert written.record is not None
    assert written.record.fields["is_active"] is False
    assert [*bodies(timerabbit)] == [{"status": "completed"}]


def test_a_third_level_is_refused_by_its_field(timerabbit: TimerabbitRig) -> None:
    top = timerabbit.add("projects", {"name": "1"})
    below = timerabbit.add("projects", {"name": "2", "parent": top})
    [written] = timerabbit.connector.write("projects", [create("p", name="3", parent=below)])
    assert isinstance(written.error, RejectedError)
    assert written.error.field == "parent"


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b'{"results":[]}', b'{"results":[{"status":201,"record":{}},7]}'])
def test_results_that_do_not_tell_are_unknown_outcomes(timerabbit: TimerabbitRig, answer: bytes) -> None:
    timerabbit.transport.answers = [httpx.Response(200, content=answer)]
    written = timerabbit.connector.write("customers", [create("a", name="A"), create("b", name="B")])
    assert {type(each.error) for each in written} == {UnknownOutcomeError}


def test_a_single_answer_that_does_not_tell_is_an_unknown_outcome(timerabbit: TimerabbitRig) -> None:
    timerabbit.transport.answers = [httpx.Response(201, content=b"{}")]
    [written] = timerabbit.connector.write("customers", [create("a", name="A")])
    assert isinstance(written.error, UnknownOutcomeError)


def test_one_broken_record_among_results_is_unknown_alone(timerabbit: TimerabbitRig) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(timerabbit.transport.inner.handle_request(request).content)
        del body["results"][0]["record"]["id"]
        return httpx.Response(200, content=orjson.dumps(body))

    timerabbit.transport.answers = [broken]
    written = timerabbit.connector.write("customers", [create("a", name="A"), create("b", name="B")])
    assert isinstance(written[0].error, UnknownOutcomeError)
    assert written[1].record is not None


def test_a_key_entered_anew_is_taken_into_use_at_once(timerabbit: TimerabbitRig) -> None:
    good = dict(timerabbit.secrets.held)
    timerabbit.secrets.hold({"api_key": "old-key"})
    with pytest.raises(CredentialsError):
        timerabbit.read_all()
    assert timerabbit.calls() == 1
    timerabbit.secrets.held = good
    assert timerabbit.read_all()[1]
    assert timerabbit.calls() == 3


def test_a_missing_key_is_named_before_anything_is_sent(timerabbit: TimerabbitRig) -> None:
    timerabbit.secrets.hold({})
    with pytest.raises(CredentialsError) as caught:
        timerabbit.read_all()
    assert caught.value.reason.code == "key_missing"
    assert timerabbit.transport.sent == []


def test_what_the_key_may_not_do_is_told_at_check(timerabbit: TimerabbitRig) -> None:
    timerabbit.sandbox.set_faults({"missing_right": ["projects:write"]})
    assert timerabbit.connector.check().missing == (
        Reason("missing_right", {"system": "Timerabbit", "what": "projects:write"}),
    )


def test_a_create_not_yet_in_the_index_is_not_found_for_as_long_as_we_say(timerabbit: TimerabbitRig) -> None:
    lag_s = timerabbit.connector.capabilities.search_lag_s
    timerabbit.sandbox.set_faults({"search_index_lag_s": lag_s})
    timerabbit.connector.write("customers", [VendorWrite("k", {"name": "A"}, marker="left-1")])
    assert timerabbit.connector.find("customers", marker="left-1") == []
    timerabbit.clock.at += timedelta(seconds=lag_s)
    assert len(timerabbit.connector.find("customers", marker="left-1")) == 1


@pytest.mark.parametrize("keys", [{"number": "K-17"}, {"organization_number": "923609016"}])
def test_numbers_are_searched_for_in_one_call_however_long_the_list(
    timerabbit: TimerabbitRig, keys: dict[str, str]
) -> None:
    wanted = timerabbit.add("customers", {"name": "A", **keys})
    for number in range(250):
        timerabbit.add("customers", {"name": f"K {number}", "number": str(number)})
    assert [each.external_id for each in timerabbit.connector.find("customers", keys=keys)] == [wanted]
    assert timerabbit.calls() == 1


def test_searching_for_nothing_is_refused(timerabbit: TimerabbitRig) -> None:
    with pytest.raises(UsageError):
        timerabbit.connector.find("customers")


def test_tokens_and_kinds_of_another_make_are_refused(timerabbit: TimerabbitRig) -> None:
    with pytest.raises(ContractError):
        timerabbit.connector.page("customers", token="17")
    with pytest.raises(ContractError):
        timerabbit.connector.page("shoes")


def test_the_check_of_requests_sees_what_is_wrong() -> None:
    wrong = [
        httpx.Request("PUT", "https://x/v1/customers/1"),
        httpx.Request("GET", "https://x/v1/customers?name=A"),
        httpx.Request("POST", "https://x/v1/customers", json={"number": 7}),
    ]
    assert len(breaches("timerabbit", wrong)) >= 4
