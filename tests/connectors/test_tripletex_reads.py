"""Lists that move, lists that have not changed, lists that are too long."""

from __future__ import annotations

from typing import Any, cast

import httpx
import orjson
import pytest

from local.vendors.tripletex import TripletexSandbox
from samspill.connectors.tripletex import paging
from samspill.errors import ContractError, RejectedError, UsageError
from samspill.texts.reasons import reason_text
from tests.connectors.tripletex_rig import TripletexRig


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tripletex: TripletexRig) -> TripletexRig:
    """Slices of ten, so that a list has many."""
    monkeypatch.setattr("samspill.connectors.tripletex.paging.SLICE", 10)
    return tripletex


def customers(rig: TripletexRig, count: int, **fields: Any) -> list[str]:
    return [rig.add("customers", {"name": f"Kunde {number}", **fields}) for number in range(count)]


@pytest.mark.parametrize(("count", "calls"), [(9, 1), (10, 1), (11, 2), (20, 2), (21, 3), (30, 3), (31, 4)])
def test_slices_overlap_by_one_row_and_no_call_is_made_for_it(small: TripletexRig, count: int, calls: int) -> None:
    added = customers(small, count)
    small.forget_calls()
    rows, complete, _cursor = small.read_all()
    assert [row.external_id for row in rows] == added
    assert complete
    # The other one asks for inactive customers.
    assert small.calls() == calls + 1


@pytest.mark.parametrize("count", [20, 21, 28, 29, 37])
def test_a_vendor_that_gives_no_more_than_its_default_is_read_whole(small: TripletexRig, count: int) -> None:
    def capped(request: httpx.Request) -> httpx.Response:
        url = request.url.copy_set_param("count", min(10, int(request.url.params["count"])))
        return small.transport.inner.handle_request(httpx.Request("GET", url, headers=request.headers))

    added = customers(small, count)
    small.read_all("departments")  # opens the session
    small.transport.answers = [capped] * 9
    rows, complete, cursor = small.read_all()
    small.transport.answers = [capped] * 9
    unchanged = small.read_all(since=cursor)
    assert [row.external_id for row in rows] == added
    assert complete
    assert {row.external_id for row in unchanged[0]} <= set(added)
    assert unchanged[1:] == (True, cursor)


def test_a_row_that_vanishes_between_two_slices_makes_the_list_incomplete(small: TripletexRig) -> None:
    added = customers(small, 25)
    first = small.connector.page("customers")
    small.remove("customers", added[3])
    second = small.connector.page("customers", token=first.next)
    assert first.complete
    assert not second.complete
    assert second.observations[0].external_id == added[10]
    while second.next is not None:
        second = small.connector.page("customers", token=second.next)
    assert second.complete
    assert second.cursor is None, "what was missed on the way lies behind it"


def test_a_row_that_appears_between_two_slices_makes_the_list_incomplete_but_repeats_nothing(
    small: TripletexRig,
) -> None:
    added = customers(small, 25)
    small.edit("customers", added[0], {"is_active": False})
    first = small.connector.page("customers")
    small.edit("customers", added[0], {"is_active": True})
    second = small.connector.page("customers", token=first.next)
    assert not second.complete
    assert not {row.external_id for row in first.observations} & {row.external_id for row in second.observations}


def test_the_rest_of_a_list_that_was_emptied_is_incomplete(small: TripletexRig) -> None:
    added = customers(small, 12)
    first = small.connector.page("customers")
    for record_id in added:
        small.remove("customers", record_id)
    second = small.connector.page("customers", token=first.next)
    assert (second.observations, second.complete) == ([], False)


def test_an_unchanged_list_is_read_without_a_row_in_as_many_calls(small: TripletexRig) -> None:
    customers(small, 25)
    _rows, _complete, cursor = small.read_all()
    small.forget_calls()
    rows, complete, again = small.read_all(since=cursor)
    assert rows == []
    assert complete
    assert again == cursor
    assert [line.status for line in small.logged] == [304, 304, 304, 304]


def test_a_changed_list_is_read_anew(small: TripletexRig) -> None:
    added = customers(small, 25)
    _rows, _complete, cursor = small.read_all()
    small.edit("customers", added[14], {"name": "Nytt navn"})
    rows, _complete, again = small.read_all(since=cursor)
    assert "Nytt navn" in [row.fields["name"] for row in rows]
    assert again != cursor


@pytest.mark.parametrize("count", [9, 10, 11, 19, 20])
def test_a_row_added_at_the_end_is_seen_also_behind_a_full_slice(small: TripletexRig, count: int) -> None:
    customers(small, count)
    _rows, _complete, cursor = small.read_all()
    new = small.add("customers", {"name": "Ny"})
    rows, complete, _cursor = small.read_all(since=cursor)
    assert new in [row.external_id for row in rows]
    assert complete


@pytest.mark.parametrize(
    ("count", "asked"), [(9, ["known"]), (10, ["any"]), (15, ["known", "known"]), (19, ["known", "any"])]
)
def test_a_full_last_slice_is_always_read_because_rows_may_follow_it(
    small: TripletexRig, count: int, asked: list[str]
) -> None:
    customers(small, count)
    _rows, _complete, cursor = small.read_all()
    small.forget_calls()
    small.read_all(since=cursor)
    told = [each.headers["if-none-match"] for each in small.transport.sent]
    assert ["any" if each == paging.ANY_DIGEST else "known" for each in told] == [*asked, "known"]


@pytest.mark.parametrize("cursor", ["2026-01-01T00:00:00Z", "17", '[[0,0,"d1","17",true],[1,0,"d2","0",false]]'])
def test_a_cursor_of_another_make_reads_everything(small: TripletexRig, cursor: str) -> None:
    customers(small, 3)
    assert len(small.read_all(since=cursor)[0]) == 3


def test_a_page_token_of_another_make_is_refused(small: TripletexRig) -> None:
    with pytest.raises(ContractError):
        small.connector.page("customers", token="17")


def test_employees_have_no_digest_and_so_no_cursor(tripletex: TripletexRig) -> None:
    _rows, _complete, cursor = tripletex.read_all("employees")
    assert cursor is None
    assert "if-none-match" not in tripletex.transport.sent[-1].headers


def test_too_many_customers_cannot_be_read_and_the_reason_says_so(tripletex: TripletexRig) -> None:
    customers(tripletex, 4)
    tripletex.sandbox.set_faults({"result_limit": 3})
    with pytest.raises(RejectedError) as caught:
        tripletex.connector.page("customers")
    assert caught.value.reason.code == "result_too_large"
    assert "10 000" in reason_text(caught.value.reason, "nb")


def projects(rig: TripletexRig, count: int, **fields: Any) -> list[str]:
    """Old projects, as they stand there from before a form asked for a start date."""
    world = cast("TripletexSandbox", rig.sandbox).account.world
    leader = {"projectManager": next(iter(world.rows("employee")))}
    return [str(world.load("project", {"name": f"Gammelt {n}", **leader, **fields}).id) for n in range(count)]


def test_projects_without_a_start_date_are_read_while_a_cut_by_what_they_are_will_do(small: TripletexRig) -> None:
    added = [
        each
        for closed in (False, True)
        for offer in (False, True)
        for fixed in (False, True)
        for each in projects(small, 8, isClosed=closed, isOffer=offer, isFixedPrice=fixed)
    ]
    small.sandbox.set_faults({"result_limit": 8})

    rows, complete, _cursor = small.read_all("projects")

    assert sorted(row.external_id for row in rows) == sorted(added)
    assert complete
    assert not [call for call in small.transport.sent if "startDateFrom" in call.url.params]


def test_a_list_that_is_cut_by_start_date_never_proves_that_a_project_is_gone(small: TripletexRig) -> None:
    """The one without a date is in no part: it must not pass for deleted."""
    dated = [
        small.add("projects", {"name": f"P {n}", "period": {"start": f"20{n}-01-01", "end": None}})
        for n in range(10, 22)
    ]
    undated = projects(small, 1)
    small.sandbox.set_faults({"result_limit": 11})

    rows, complete, cursor = small.read_all("projects")

    assert {row.external_id for row in rows} == {*dated}
    assert undated[0] not in {row.external_id for row in rows}
    assert not complete
    assert cursor is None


def test_too_many_projects_are_read_in_parts(small: TripletexRig) -> None:
    days = [f"{year}-0{month}-01" for year in (1985, 2019, 2024, 2025, 2026, 2070) for month in (1, 2, 3, 4)]
    added = [
        small.add(
            "projects", {"name": f"P {day}", "period": {"start": day, "end": None}, "is_active": "-01-" not in day}
        )
        for day in days
    ]
    small.sandbox.set_faults({"result_limit": 11})
    rows, complete, cursor = small.read_all("projects")
    assert sorted(row.external_id for row in rows) == sorted(added)
    assert not complete, "one without a start date would be in no part"
    assert cursor is None


def test_too_many_projects_of_one_day_cannot_be_read(tripletex: TripletexRig) -> None:
    for number in range(4):
        tripletex.add("projects", {"name": f"P {number}"})
    tripletex.sandbox.set_faults({"result_limit": 3})
    with pytest.raises(RejectedError) as caught:
        tripletex.read_all("projects")
    assert caught.value.reason.code == "result_too_large"


def test_an_offer_and_a_sub_project_say_what_they_are(tripletex: TripletexRig) -> None:
    parent = tripletex.add("projects", {"name": "Nybygg", "number": "100"})
    child = tripletex.add("projects", {"name": "Kjeller", "parent": parent})
    tripletex.add("projects", {"name": "Tilbud", "is_offer": True})
    rows = {row.fields["name"]: row for row in tripletex.read_all("projects")[0]}
    assert rows["Kjeller"].external_id == child
    assert (rows["Kjeller"].fields["level"], rows["Kjeller"].fields["parent_label"]) == (2, "100 Nybygg")
    assert [rows[name].fields["is_offer"] for name in ("Nybygg", "Tilbud")] == [False, True]


def test_many_records_are_read_in_one_call_per_list_and_one_per_missing(tripletex: TripletexRig) -> None:
    active = customers(tripletex, 120)
    inactive = customers(tripletex, 3, is_active=False)
    gone = customers(tripletex, 1)[0]
    tripletex.remove("customers", gone)
    tripletex.forget_calls()
    seen = tripletex.connector.read("customers", [*active, *inactive, gone])
    assert [each.external_id for each in seen] == [*active, *inactive, gone]
    assert [each.deleted for each in seen] == [False] * 123 + [True]
    # Two of a hundred ids among the active, one among the inactive, one by id that is answered with 404.
    assert [line.status for line in tripletex.logged if "token" not in line.path] == [200, 200, 200, 404]


def test_customer_numbers_are_whole_so_others_are_not_even_looked_for(tripletex: TripletexRig) -> None:
    assert tripletex.connector.find("customers", keys={"number": "A-17"}) == []
    assert tripletex.transport.sent == []


def test_a_search_the_vendor_cannot_narrow_is_refused(tripletex: TripletexRig) -> None:
    with pytest.raises(UsageError):
        tripletex.connector.find("customers", keys={"description": "x"})
    with pytest.raises(UsageError):
        tripletex.connector.find("customers", marker="x")


def test_project_managers_can_be_searched_for(tripletex: TripletexRig) -> None:
    tripletex.add("employees", {"first_name": "Uten", "last_name": "Rett"})
    [found] = tripletex.connector.find("employees", keys={"may_manage_projects": "true"})
    assert found.external_id == tripletex.owner()
    assert found.fields["may_manage_projects"] is True


def test_words_in_the_place_of_a_digest_are_none(tripletex: TripletexRig) -> None:
    def wordy(request: httpx.Request) -> httpx.Response:
        body = orjson.loads(tripletex.transport.inner.handle_request(request).content)
        return httpx.Response(200, json={**body, "versionDigest": "Checksum not yet supported for this endpoint"})

    tripletex.read_all("departments")
    tripletex.transport.answers = [wordy]
    assert tripletex.read_all("departments")[2] is None


def test_an_unknown_kind_is_refused(tripletex: TripletexRig) -> None:
    with pytest.raises(ContractError):
        tripletex.connector.page("shoes")


def test_tokens_and_cursors_survive_their_text() -> None:
    seen = (paging.Seen(0, 0, "d1", "17", rows=1000), paging.Seen(1, 0, "d2", "0", rows=0))
    token = paging.Token(({"isClosed": "false"}, {}), 999, "17", 1, seen, uncertain=True)
    assert paging.Token.decode(token.encode()) == token
    assert paging.decode_cursor(paging.encode_cursor(seen)) == seen


def test_a_value_nobody_knows_fails_alone_with_its_field(tripletex: TripletexRig) -> None:
    tripletex.read_all("activities")
    tripletex.alter_row(1, lambda row: row.update(activityType="BRAND_NEW"))
    seen = tripletex.connector.page("activities").observations
    assert [each.problem.params["field"] for each in seen if each.problem] == ["activityType"]
    assert len(seen) == 4


def test_an_unchanged_list_of_one_row_ends(tripletex: TripletexRig) -> None:
    """A slice of one row begins and ends at the same place: it was taken for one that has another behind it."""
    tripletex.add("customers", {"name": "Alene AS"})
    _rows, _complete, cursor = tripletex.read_all()
    tripletex.forget_calls()
    page, calls = tripletex.connector.page("customers", since=cursor), 1
    while page.next is not None and calls < 10:
        page, calls = tripletex.connector.page("customers", token=page.next, since=cursor), calls + 1
    assert calls == tripletex.lists
    assert page.complete


@pytest.mark.parametrize("count", [9, 10, 11, 25])
def test_a_list_that_does_not_tell_its_size_is_read_to_its_end(small: TripletexRig, count: int) -> None:
    def without_size(request: httpx.Request) -> httpx.Response:
        answer = small.transport.inner.handle_request(request)
        body = orjson.loads(answer.read())
        body.pop("fullResultSize", None)
        return httpx.Response(answer.status_code, json=body)

    added = customers(small, count)
    small.read_all("departments")  # opens the session
    small.transport.answers = [without_size] * 9
    rows, complete, _cursor = small.read_all()
    assert ([row.external_id for row in rows], complete) == (added, True)
