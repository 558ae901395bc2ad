"""What a token's user may see, tokens that are replaced, lists that move, and what an account's API lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
import pytest

from samspill.connectors.timly.features import FEATURES, Features
from samspill.connectors.timly.reads import OVERLAP
from samspill.errors import ContractError, CredentialsError, RejectedError
from samspill.ports import VendorWrite
from samspill.reasons import Reason
from tests.connectors.rig import change
from tests.connectors.timly_rig import TimlyRig


def replace_token(rig: TimlyRig) -> str:
    """Make a new token as a person would: the one before is void at once."""
    return rig.sandbox.new_token("1")


# --- the token -------------------------------------------------------------------------------------------------------


def test_a_token_replaced_in_the_middle_of_a_run_is_read_anew_once_and_the_run_goes_on(timly: TimlyRig) -> None:
    first = timly.add("items", timly.row("A"))
    timly.one(first)
    timly.secrets.held = {"token": replace_token(timly)}
    timly.forget_calls()
    [written] = timly.connector.write("items", [VendorWrite("k", timly.row("B"))])
    assert written.record is not None
    assert [call.status for call in timly.logged] == [401, 201]
    assert timly.names("items") == ["A", "B"], "what was refused was not carried out, and was sent once more"
    timly.forget_calls()
    timly.one(first)
    assert [call.status for call in timly.logged] == [200], "the new token is kept"


def test_a_token_replaced_without_a_new_one_entered_stops_after_one_call(timly: TimlyRig) -> None:
    first = timly.add("items", timly.row("A"))
    timly.one(first)
    replace_token(timly)
    timly.forget_calls()
    with pytest.raises(CredentialsError) as caught:
        timly.connector.write("items", [VendorWrite("k", timly.row("B")), VendorWrite("l", timly.row("C"))])
    assert caught.value.reason.code == "key_invalid"
    assert [call.status for call in timly.logged] == [401]
    assert timly.names("items") == ["A"]


def test_a_token_replaced_between_two_writes_tells_what_was_written_and_keeps_the_rest_back(timly: TimlyRig) -> None:
    timly.connector.check()
    inner = timly.transport.inner

    class Replacing(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            replace_token(timly)
            return answer

    timly.transport.inner = Replacing()
    written = timly.connector.write("items", [VendorWrite(each, timly.row(each)) for each in "abc"])
    assert [each.record is not None for each in written] == [True, False, False]
    assert {type(each.error) for each in written[1:]} == {CredentialsError}
    assert timly.names("items") == ["a"]


# --- what the user may see -------------------------------------------------------------------------------------------


@pytest.fixture
def units(timly: TimlyRig) -> tuple[str, str]:
    """Two organisational units, of which the user will see the first."""
    seen, hidden = (str(timly.sandbox.add("organisational_units", {"name": n})["id"]) for n in ("Zürich", "Bern"))
    return seen, hidden


def restrict(rig: TimlyRig, unit: str) -> None:
    rig.sandbox.edit("users", "1", {"organisational_units": [unit]})


def test_an_item_that_is_hidden_from_the_user_is_told_as_such_and_is_not_deleted(
    timly: TimlyRig, units: tuple[str, str]
) -> None:
    mine, hidden = (
        timly.add("items", timly.row(name, organizational_unit=u)) for name, u in zip("AB", units, strict=True)
    )
    gone = timly.add("items", timly.row("C"))
    timly.remove("items", gone)
    restrict(timly, units[0])
    seen = timly.connector.read("items", [hidden, gone, mine])
    assert [each.deleted for each in seen] == [False, True, False]
    assert [each.problem and each.problem.code for each in seen] == ["not_visible", None, None]
    rows, complete, _cursor = timly.read_all()
    assert [row.external_id for row in rows] == [mine]
    assert complete


def test_an_item_that_was_hidden_meanwhile_is_neither_changed_nor_taken_for_gone(
    timly: TimlyRig, units: tuple[str, str]
) -> None:
    mine, hidden = (
        timly.one(timly.add("items", timly.row(name, organizational_unit=unit)))
        for name, unit in zip("AB", units, strict=True)
    )
    restrict(timly, units[0])
    bad, good = timly.connector.write("items", [change(hidden, {"name": "X"}), change(mine, {"name": "Y"})])
    assert isinstance(bad.error, RejectedError)
    assert bad.error.reason.code == "not_visible"
    assert good.record is not None
    [kept] = timly.connector.delete("items", [change(hidden, {})])
    assert isinstance(kept.error, RejectedError)
    assert timly.names("items") == ["Y", "B"]


def test_the_test_of_a_connection_shows_user_role_and_what_is_seen(timly: TimlyRig, units: tuple[str, str]) -> None:
    timly.sandbox.edit(
        "users",
        "1",
        {
            "role": {"inventory": "edit", "personnel": "none"},
            "organisational_units": [units[0]],
            "root_categories": [timly.category],
        },
    )
    told = timly.connector.check()
    assert (told.user, told.company) == ("Samspill API", "Zürcher Werkstätten AG")
    assert told.rights == (
        "inventory: edit",
        "tickets: create_delete",
        "organisational_units: Zürich",
        "root_categories: Notebooks",
    )
    assert told.missing == (
        Reason("missing_right", {"system": "Timly", "what": "inventory: create_delete"}),
        Reason("missing_right", {"system": "Timly", "what": "personnel: view, edit, create_delete"}),
        Reason("sees_only_part", {"system": "Timly", "what": "organisational_units: Zürich"}),
        Reason("sees_only_part", {"system": "Timly", "what": "root_categories: Notebooks"}),
    )


# --- lists that move -------------------------------------------------------------------------------------------------


@contextmanager
def between_pages(rig: TimlyRig, happens: Callable[[], object]) -> Iterator[None]:
    """Have something happen after the first page was answered."""
    inner = rig.transport.inner
    once = [happens]

    class Moving(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            if once:
                once.pop()()
            return answer

    rig.transport.inner = Moving()
    yield
    rig.transport.inner = inner


def test_a_list_that_lost_a_row_while_it_was_read_is_not_whole_and_moves_no_cursor(timly: TimlyRig) -> None:
    """The rows behind the lost one moved up, and one of them fell between two pages."""
    ids = [timly.add("items", timly.row(f"Gerät {number}")) for number in range(502)]
    with between_pages(timly, lambda: timly.remove("items", ids[0])):
        rows, complete, cursor = timly.read_all()
    assert len(rows) == 501
    assert not {ids[500]} & {row.external_id for row in rows}, "nobody saw this one"
    assert (complete, cursor) == (False, None)
    rows, complete, cursor = timly.read_all()
    assert (len(rows), complete, cursor is not None) == (501, True, True)


@pytest.mark.parametrize("told", [1, 3, 7])
def test_a_next_page_that_is_not_the_next_one_ends_the_read_as_failed(timly: TimlyRig, told: int) -> None:
    timly.add("items", timly.row("A"))

    def answer(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(timly.transport.inner.handle_request(request).content)
        return httpx.Response(200, json=body | {"next_page": told})

    timly.transport.answers = [answer]
    with pytest.raises(ContractError):
        timly.connector.page("items")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"data": [], "next_page": 2}, "next_page"), ({"total": None}, "total"), ({"next_page": "2"}, "next_page")],
)
def test_a_page_that_cannot_be_counted_or_followed_is_no_page(timly: TimlyRig, changed: Any, field: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(timly.transport.inner.handle_request(request).content) | changed
        return httpx.Response(
            200, json={name: each for name, each in body.items() if each is not None or name != field}
        )

    timly.transport.answers = [answer]
    with pytest.raises(ContractError) as caught:
        timly.connector.page("items")
    assert caught.value.reason.params["field"] == field


def test_only_what_changed_is_read_since_a_cursor_with_an_overlap(timly: TimlyRig) -> None:
    old = timly.add("items", timly.row("Alt"))
    timly.clock.advance(OVERLAP.total_seconds() + 1)
    recent = timly.add("items", timly.row("Neu"))
    cursor = timly.read_all()[2]
    assert [row.external_id for row in timly.read_all(since=cursor)[0]] == [recent]
    timly.clock.advance(3600)
    timly.edit("items", old, {"name": "Geändert"})
    rows, _complete, later = timly.read_all(since=cursor)
    assert [row.external_id for row in rows] == [old, recent]
    assert [row.external_id for row in timly.connector.unread("items", [], since=later)] == [old]
    assert len(timly.read_all(since="2031-01-01T00:00:00+00:00")[0]) == 2, "what changed since the future is unknown"


# --- what an account's API lacks -------------------------------------------------------------------------------------


@pytest.fixture(params=[*FEATURES, "all"])
def poor(request: pytest.FixtureRequest) -> Iterator[TimlyRig]:
    """Open an account whose API lacks one thing, or all of them."""
    lacks = [*FEATURES] if request.param == "all" else [request.param]
    rig = TimlyRig(dict.fromkeys(lacks, "off"))
    rig.sandbox.set_faults({"lacks": lacks})
    yield rig
    assert rig.complaints() == []


def test_what_an_api_lacks_is_never_asked_for_and_everything_else_goes_on(poor: TimlyRig) -> None:
    serial = "attributes.serial_number"
    features = Features.of(poor.connection.settings)
    [made] = poor.connector.write("items", [VendorWrite("k", {**poor.row("A"), serial: "00A1"}, marker="left-1")])
    assert made.record is not None
    [written] = poor.connector.write("items", [change(made.record, {"name": "B"})])
    assert written.record is not None
    assert written.record.fields["name"] == "B"
    [found] = poor.connector.find("items", keys={serial: "00A1"})
    assert found.external_id == made.record.external_id
    assert poor.connector.find("items", keys={serial: "00A2"}) == []
    _rows, complete, cursor = poor.read_all()
    assert complete
    assert (cursor is not None) is features.changed_since
    assert len(poor.read_all(since="2020-01-01T00:00:00+00:00")[0]) == 1
    poor.connector.read("items", [made.record.external_id])
    assert {call.status for call in poor.logged} == {200, 201}
    able = poor.connector.capabilities
    assert able.guards("items") is features.versions is (made.record.version is not None)
    assert ("items" in able.markers) is features.external_references is (made.record.marker == "left-1")
    assert ("external_refs" in made.record.fields) is features.external_references


def test_an_item_without_the_version_that_its_account_is_to_have_is_not_written_blindly(timly: TimlyRig) -> None:
    timly.add("items", timly.row("A"))
    timly.sandbox.set_faults({"lacks": ["versions"]})
    [seen] = timly.connector.page("items").observations
    assert seen.problem == Reason("cannot_map", {"field": "version", "misfit": "left out"})


def test_a_reference_is_refused_before_it_is_sent_where_items_keep_none() -> None:
    rig = TimlyRig({"external_references": "off"})
    fields = {**rig.row("A"), "external_refs": {"cmdb": {"id": "7", "url": None}}}
    [written] = rig.connector.write("items", [VendorWrite("k", fields)])
    assert isinstance(written.error, RejectedError)
    assert (written.error.reason.code, written.error.field) == ("not_changeable", "external_refs")
    assert rig.transport.sent == []


def test_a_find_by_attribute_takes_a_call_where_lists_can_be_narrowed(timly: TimlyRig) -> None:
    for number in range(3):
        timly.add("items", {**timly.row(f"G {number}"), "attributes.mac_addresses": [f"3C:52:82:00:00:0{number}"]})
    timly.forget_calls()
    found = timly.connector.find("items", keys={"attributes.mac_addresses": "3C:52:82:00:00:01"})
    assert [each.fields["name"] for each in found] == ["G 1"]
    [call] = timly.transport.sent
    assert dict(call.url.params)["attr[mac_addresses]"] == "3C:52:82:00:00:01"
    assert orjson.loads(timly.transport.inner.handle_request(call).content)["total"] == 1
