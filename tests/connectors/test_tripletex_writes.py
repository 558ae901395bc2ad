"""What Tripletex wants of a write, and what it makes of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import pytest

from samspill.errors import (
    ConflictError,
    MappingError,
    NotFoundError,
    PermissionsError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnknownOutcomeError,
)
from samspill.texts.reasons import reason_text
from tests.connectors.rig import change, create, order_of
from tests.connectors.tripletex_rig import TripletexRig

NORWAY = {"line1": "Storgata 1", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"}


def sent(rig: TripletexRig, method: str) -> list[Any]:
    return [
        orjson.loads(each.content)
        for each in rig.transport.sent
        if each.method == method and "/token/" not in each.url.path
    ]


def paths(rig: TripletexRig) -> list[str]:
    return [
        f"{each.method} {each.url.path.removeprefix('/v2')}"
        for each in rig.transport.sent
        if "/token/" not in each.url.path
    ]


def test_a_change_sends_id_version_and_the_fields_to_set(tripletex: TripletexRig) -> None:
    seen = tripletex.one(tripletex.add("customers", {"name": "A"}))
    tripletex.connector.write("customers", [change(seen, {"phone": "22334455"})])
    assert sent(tripletex, "PUT") == [
        {"id": int(seen.external_id), "version": order_of(seen), "phoneNumber": "22334455"}
    ]


def test_a_change_without_a_version_is_sent_without_one(tripletex: TripletexRig) -> None:
    record_id = tripletex.add("customers", {"name": "A"})
    [written] = tripletex.connector.write("customers", [_unversioned(record_id, {"name": "B"})])
    assert written.record is not None
    assert sent(tripletex, "PUT") == [{"id": int(record_id), "name": "B"}]


def test_creates_and_changes_of_a_hundred_take_one_call_each(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(100)]
    tripletex.forget_calls()
    writes = [change(each, {"phone": "22334455"}) for each in seen]
    writes += [create(f"n{number}", name=f"N {number}") for number in range(100)]
    written = tripletex.connector.write("customers", writes)
    assert all(each.record for each in written)
    assert [each.key for each in written] == [each.key for each in writes]
    assert paths(tripletex) == ["POST /customer/list", "PUT /customer/list"]


def test_a_refused_batch_is_halved_until_the_bad_row_stands_alone(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(64)]
    tripletex.forget_calls()
    taken = {"number": seen[0].fields["number"]}
    writes = [change(each, taken if number == 33 else {"name": f"N {number}"}) for number, each in enumerate(seen)]
    written = tripletex.connector.write("customers", writes)
    assert [number for number, each in enumerate(written) if each.error] == [33]
    # The whole, two halves on each of five levels, and two single calls.
    assert tripletex.calls("PUT") == 1 + 2 * 5 + 2


def test_stale_rows_of_a_batch_are_found_with_one_read(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(50)]
    for each in seen[::2]:
        tripletex.edit("customers", each.external_id, {"name": "Rettet"})
    tripletex.forget_calls()
    written = tripletex.connector.write("customers", [change(each, {"phone": "22334455"}) for each in seen])
    assert [isinstance(each.error, ConflictError) for each in written] == [True, False] * 25
    assert paths(tripletex) == ["PUT /customer/list", "GET /customer", "PUT /customer/list"]


def test_a_batch_whose_answer_was_lost_ends_in_conflicts_without_many_calls(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(50)]
    tripletex.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "PUT"}]})
    tripletex.forget_calls()
    written = tripletex.connector.write("customers", [change(each, {"phone": "22334455"}) for each in seen])
    assert {type(each.error) for each in written} == {ConflictError}
    assert paths(tripletex) == ["PUT /customer/list", "PUT /customer/list", "GET /customer"]
    assert {tripletex.one(each.external_id).fields["phone"] for each in seen} == {"22334455"}


def test_what_a_refused_batch_created_all_the_same_is_adopted_and_not_created_again(tripletex: TripletexRig) -> None:
    tripletex.add("customers", {"name": "Kunde 1"})
    tripletex.clock.advance(60)
    tripletex.sandbox.set_faults({"list_atomic": False})
    writes = [create(str(number), name="x" * 300 if number == 3 else f"Kunde {number}") for number in range(6)]
    written = tripletex.connector.write("customers", writes)
    assert [each.key for each in written if each.error] == ["3"]
    assert sorted(tripletex.names("customers")) == sorted(
        ["Kunde 1", *(f"Kunde {number}" for number in (0, 1, 2, 4, 5))]
    )
    ids = [each.record.external_id for each in written if each.record]
    assert len({*ids}) == 5


def test_two_creates_of_the_same_name_become_two_records_also_after_a_refusal(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"list_atomic": False})
    written = tripletex.connector.write(
        "customers", [create("a", name="Like"), create("b", name="Like"), create("c", name="")]
    )
    assert len({each.record.external_id for each in written if each.record}) == 2
    assert tripletex.names("customers") == ["Like", "Like"]
    assert written[2].error is not None


def test_a_lost_answer_to_a_batch_leaves_every_outcome_unknown_and_nothing_twice(tripletex: TripletexRig) -> None:
    tripletex.connector.check()
    tripletex.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "POST"}]})
    written = tripletex.connector.write("customers", [create(str(number), name=f"K {number}") for number in range(3)])
    assert {type(each.error) for each in written} == {UnknownOutcomeError}
    assert sorted(tripletex.names("customers")) == ["K 0", "K 1", "K 2"]


def test_two_lost_answers_in_a_row_stop_the_rest_which_was_not_tried(tripletex: TripletexRig) -> None:
    seen = [
        tripletex.one(tripletex.add("employees", {"first_name": "A", "last_name": str(number)}), "employees")
        for number in range(4)
    ]
    tripletex.transport.answers = [httpx.ReadTimeout("gone")] * 4
    tripletex.forget_calls()
    written = tripletex.connector.write("employees", [change(each, {"mobile": "99887766"}) for each in seen])
    assert [type(each.error) for each in written] == [
        UnknownOutcomeError, UnknownOutcomeError, UnavailableError, UnavailableError,
    ]  # fmt: skip
    assert tripletex.calls("PUT") == 4


@pytest.mark.parametrize("answer", [b"<html>", b'{"values":[]}', b'{"values":[{"id":1,"name":"Noe annet"}]}'])
def test_an_answer_that_does_not_tell_what_was_created_is_an_unknown_outcome(
    tripletex: TripletexRig, answer: bytes
) -> None:
    tripletex.connector.check()
    tripletex.transport.answers = [httpx.Response(201, content=answer)]
    written = tripletex.connector.write("customers", [create("a", name="A"), create("b", name="B")])
    assert {type(each.error) for each in written} == {UnknownOutcomeError}
    tripletex.transport.answers = [httpx.Response(201, content=answer)]
    [single] = tripletex.connector.write("customers", [create("a", name="A")])
    assert isinstance(single.error, UnknownOutcomeError)


def test_an_address_is_written_with_its_id_its_country_and_read_back(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(3)]
    tripletex.forget_calls()
    swedish = {**NORWAY, "country": "SE"}
    written = tripletex.connector.write(
        "customers",
        [
            change(each, {"postal_address": address})
            for each, address in zip(seen, (NORWAY, swedish, swedish), strict=True)
        ],
    )
    assert [each.record.fields["postal_address"]["country"] for each in written if each.record] == ["NO", "SE", "SE"]  # type: ignore[index, call-overload]  # an address
    [bodies] = sent(tripletex, "PUT")
    assert all(body["postalAddress"]["id"] for body in bodies)
    # Sweden's id, the addresses' ids (active, then the inactive nobody is among), the write, the read back.
    assert paths(tripletex) == ["GET /country", "GET /customer", "PUT /customer/list", "GET /customer"]


def test_a_country_nobody_knows_fails_alone(tripletex: TripletexRig) -> None:
    written = tripletex.connector.write(
        "customers", [create("a", name="A", postal_address={**NORWAY, "country": "XX"}), create("b", name="B")]
    )
    assert written[0].error is not None
    assert written[0].error.field == "postal_address"
    assert tripletex.names("customers") == ["B"]


def test_a_write_is_told_as_done_when_its_address_cannot_be_read_back(tripletex: TripletexRig) -> None:
    tripletex.connector.check()
    tripletex.transport.answers = [
        tripletex.transport.inner.handle_request,
        httpx.Response(502),
        httpx.Response(502),
    ]
    [written] = tripletex.connector.write("customers", [create("a", name="A", postal_address=NORWAY)])
    assert written.record is not None
    assert "postal_address" not in written.record.fields


def test_a_project_gets_the_default_manager_unless_it_has_one() -> None:
    rig = TripletexRig()
    owner = rig.owner()
    rig.connection.settings["default_project_manager"] = owner
    period = {"start": "2026-03-01", "end": None}
    [written] = rig.open().write("projects", [create("p", name="Nybygg", period=period)])
    assert written.record is not None
    assert written.record.fields["manager"] == owner
    assert written.record.fields["number"]


def test_a_project_without_a_manager_is_refused_with_what_to_do(tripletex: TripletexRig) -> None:
    period = {"start": "2026-03-01", "end": None}
    [written] = tripletex.connector.write("projects", [create("p", name="Nybygg", period=period)])
    assert isinstance(written.error, RejectedError)
    assert written.error.field == "manager"
    assert written.error.reason.code == "default_required"
    told = reason_text(written.error.reason, "nb")
    assert "--setting default_project_manager=ID" in told
    assert f"{tripletex.owner()} = " in told


@pytest.mark.parametrize("language", ["NO", "EN"])
@pytest.mark.parametrize("count", [1, 3])
def test_employees_without_a_department_are_refused_with_the_setting_that_gives_them_one(
    tripletex: TripletexRig, language: str, count: int
) -> None:
    ids = [tripletex.add("departments", {"name": name}) for name in ("Anlegg", "Bygg")]
    tripletex.add("departments", {"name": "Nedlagt", "is_active": False})
    tripletex.tripletex.account.sessions.language = language
    before = len(tripletex.sandbox.rows("employee"))
    writes = [create(f"e{n}", first_name="Nils", last_name=f"Nes {n}", number=f"70{n}") for n in range(count)]

    answers = tripletex.connector.write("employees", writes)

    assert len(tripletex.sandbox.rows("employee")) == before
    for written in answers:
        assert isinstance(written.error, RejectedError)
        assert (written.error.reason.code, written.error.field) == ("default_required", "department")
        told = reason_text(written.error.reason, "en")
        assert "samspill connect tripletex --name NAME --setting default_department=ID" in told
        assert all(f"{each} = " in told for each in ids)
        assert "Nedlagt" not in told
    tripletex.connection.settings["default_department"] = ids[0]
    answers = tripletex.open().write("employees", writes)
    assert all(written.record is not None for written in answers)
    made = [row for row in tripletex.sandbox.rows("employee") if str(row["employeeNumber"]).startswith("70")]
    assert [str(row["department"]["id"]) for row in made] == [ids[0]] * count


def test_the_setting_is_named_although_the_departments_cannot_be_read(tripletex: TripletexRig) -> None:
    for name in ("Anlegg", "Bygg"):
        tripletex.add("departments", {"name": name})
    tripletex.sandbox.set_faults({"missing_right": ["department"]})

    [written] = tripletex.connector.write("employees", [create("e", first_name="Nils", last_name="Nes")])

    assert written.error is not None
    assert "default_department=ID" in reason_text(written.error.reason, "nb")


def test_a_manager_without_the_right_is_told_by_name_of_the_right(tripletex: TripletexRig) -> None:
    nobody = tripletex.add("employees", {"first_name": "Uten", "last_name": "Rett"})
    period = {"start": "2026-03-01", "end": None}
    [written] = tripletex.connector.write("projects", [create("p", name="P", manager=nobody, period=period)])
    assert isinstance(written.error, RejectedError)
    assert written.error.reason.code == "manager_without_right"
    assert "Bruker kan være prosjektleder" in reason_text(written.error.reason, "en")


def test_a_project_number_in_use_is_a_duplicate_of_the_number(tripletex: TripletexRig) -> None:
    tripletex.add("projects", {"name": "P", "number": "100"})
    fields = {
        "name": "Q",
        "number": "100",
        "manager": tripletex.owner(),
        "period": {"start": "2026-03-01", "end": None},
    }
    [written] = tripletex.connector.write("projects", [create("p", **fields)])
    assert isinstance(written.error, RejectedError)
    assert written.error.reason.code == "duplicate"
    assert written.error.field == "number"
    assert "<a" not in str(written.error.vendor_message)


@pytest.mark.parametrize("kind", ["customers", "projects"])
def test_a_record_is_put_out_of_use_and_back_by_a_field(tripletex: TripletexRig, kind: str) -> None:
    seen = tripletex.one(tripletex.add(kind, {"name": "A"}), kind)
    wire = {"customers": "isInactive", "projects": "isClosed"}[kind]
    for is_active in (False, True):
        [written] = tripletex.connector.write(kind, [change(seen, {"is_active": is_active})])
        assert written.record is not None
        assert written.record.fields["is_active"] is is_active
        assert sent(tripletex, "PUT")[-1] == {
            "id": int(seen.external_id),
            "version": order_of(seen),
            wire: not is_active,
        }
        seen = written.record


def test_a_project_number_is_written_back(tripletex: TripletexRig) -> None:
    seen = tripletex.one(tripletex.add("projects", {"name": "P", "number": "100"}), "projects")
    [written] = tripletex.connector.write("projects", [change(seen, {"number": "2026-7"})])
    assert written.record is not None
    assert written.record.fields["number"] == "2026-7"
    assert sent(tripletex, "PUT") == [{"id": int(seen.external_id), "version": order_of(seen), "number": "2026-7"}]


def test_closing_a_project_is_its_archive(tripletex: TripletexRig) -> None:
    seen = tripletex.one(tripletex.add("projects", {"name": "P"}), "projects")
    [written] = tripletex.connector.write("projects", [change(seen, {}, archive=True)])
    assert written.record is not None
    assert written.record.fields["is_active"] is False


def test_a_project_moves_below_another_and_back_up(tripletex: TripletexRig) -> None:
    parent = tripletex.add("projects", {"name": "Opp"})
    seen = tripletex.one(tripletex.add("projects", {"name": "Ned"}), "projects")
    [down] = tripletex.connector.write("projects", [change(seen, {"parent": parent})])
    assert down.record is not None
    assert down.record.fields["parent"] == parent
    [up] = tripletex.connector.write("projects", [change(down.record, {"parent": None})])
    assert up.record is not None
    assert up.record.fields["parent"] is None


def test_a_new_employee_opens_no_door(tripletex: TripletexRig) -> None:
    department = tripletex.add("departments", {"name": "Verksted"})
    fields = {"first_name": "Ada", "last_name": "Berg", "number": "17", "department": department}
    [written] = tripletex.connector.write("employees", [create("e", **fields)])
    assert written.record is not None
    assert {name: written.record.fields[name] for name in fields} == fields
    assert sent(tripletex, "POST")[-1]["userType"] == "NO_ACCESS"


def test_an_address_of_an_employee_is_set_once_and_never_changed(tripletex: TripletexRig) -> None:
    [made] = tripletex.connector.write(
        "employees", [create("e", first_name="Ada", last_name="Berg", email="ada@nordlys.example")]
    )
    assert made.record is not None
    assert made.record.fields["email"] == "ada@nordlys.example"
    [changed] = tripletex.connector.write("employees", [change(made.record, {"email": "berg@nordlys.example"})])
    assert isinstance(changed.error, RejectedError)
    assert (changed.error.reason.code, changed.error.field) == ("not_changeable", "email")
    assert "ansatt.e-post" in reason_text(changed.error.reason, "nb")
    assert sent(tripletex, "PUT") == []


def test_an_address_tripletex_would_not_take_fails_alone_and_says_why(tripletex: TripletexRig) -> None:
    bad, good = tripletex.connector.write(
        "employees",
        [
            create("bad", first_name="Kåre", last_name="Bø", email="kåre@nordlys.example"),
            create("good", first_name="Ada", last_name="Berg", email="ada@nordlys.example"),
        ],
    )
    assert isinstance(bad.error, MappingError)
    assert bad.error.field == "email"
    assert "æ, ø" in reason_text(bad.error.reason, "nb")
    assert good.record is not None


def test_an_address_somebody_has_is_told_as_a_duplicate_of_the_address(tripletex: TripletexRig) -> None:
    fields = {"first_name": "Ada", "last_name": "Berg", "email": "administrator@nordlys.example"}
    [written] = tripletex.connector.write("employees", [create("e", **fields)])
    assert isinstance(written.error, RejectedError)
    assert (written.error.reason.code, written.error.field) == ("duplicate", "email")


def test_several_employees_are_created_in_one_call_and_changed_one_by_one(tripletex: TripletexRig) -> None:
    writes = [create(str(number), first_name="A", last_name=f"B{number}") for number in range(3)]
    written = tripletex.connector.write("employees", writes)
    records = [each.record for each in written if each.record]
    changed = tripletex.connector.write("employees", [change(each, {"mobile": "99887766"}) for each in records])
    assert [each.record.fields["mobile"] for each in changed if each.record] == ["99887766"] * 3
    assert [path for path in paths(tripletex) if not path.startswith("GET")] == [
        "POST /employee/list",
        *(f"PUT /employee/{each.external_id}" for each in records),
    ]


@pytest.mark.parametrize("kind", ["employees", "activities"])
def test_what_cannot_be_archived_says_so_and_nothing_is_sent(tripletex: TripletexRig, kind: str) -> None:
    seen = tripletex.read_all(kind)[0][0]
    tripletex.forget_calls()
    [written] = tripletex.connector.write(kind, [change(seen, {}, archive=True)])
    assert isinstance(written.error, RejectedError)
    assert written.error.reason.code == "not_changeable"
    assert tripletex.transport.sent == []


def test_an_activity_is_created_but_never_changed(tripletex: TripletexRig) -> None:
    [written] = tripletex.connector.write(
        "activities", [create("a", name="Sveising", type="project", is_chargeable=True)]
    )
    assert written.record is not None
    assert written.record.fields["type"] == "project"
    [again] = tripletex.connector.write("activities", [change(written.record, {"name": "Lodding"})])
    assert again.error is not None
    assert again.error.reason.code == "not_changeable"


def test_departments_are_created_changed_and_archived(tripletex: TripletexRig) -> None:
    [written] = tripletex.connector.write("departments", [create("d", name="Verksted", number="20")])
    assert written.record is not None
    [changed] = tripletex.connector.write("departments", [change(written.record, {"name": "Lager"})])
    assert changed.record is not None
    [archived] = tripletex.connector.write("departments", [change(changed.record, {}, archive=True)])
    assert archived.record is not None
    assert archived.record.fields == {"name": "Lager", "number": "20", "is_active": False}


def test_a_reference_to_nothing_fails_alone(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("projects", {"name": name}), "projects") for name in ("P", "Q")]
    written = tripletex.connector.write(
        "projects", [change(seen[0], {"customer": "999999"}), change(seen[1], {"name": "Ny"})]
    )
    assert written[0].error is not None
    assert written[1].record is not None


def test_a_missing_right_to_write_concerns_all_and_is_raised(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"missing_right": ["customer:write"]})
    with pytest.raises(PermissionsError) as caught:
        tripletex.connector.write("customers", [create("a", name="A"), create("b", name="B")])
    assert caught.value.reason.params["what"] == "POST /customer/list"
    assert tripletex.names("customers") == []


def test_each_bad_row_gets_its_own_error(tripletex: TripletexRig) -> None:
    seen = [tripletex.one(tripletex.add("customers", {"name": f"K {number}"})) for number in range(4)]
    tripletex.edit("customers", seen[0].external_id, {"name": "Rettet"})
    tripletex.remove("customers", seen[1].external_id)
    writes = [change(each, {"name": "x" * 300 if each is seen[2] else "Ny"}) for each in seen]
    written = tripletex.connector.write("customers", writes)
    assert [type(each.error) for each in written] == [ConflictError, NotFoundError, RejectedError, type(None)]


def test_a_limit_spent_among_single_writes_keeps_the_rest_back_untried(tripletex: TripletexRig) -> None:
    seen = [
        tripletex.one(tripletex.add("employees", {"first_name": "A", "last_name": str(number)}), "employees")
        for number in range(4)
    ]
    tripletex.forget_budget()
    tripletex.budgets.left = 2
    tripletex.forget_calls()
    written = tripletex.connector.write("employees", [change(each, {"mobile": "99887766"}) for each in seen])
    assert [type(each.error) for each in written] == [type(None), type(None), RateLimitedError, RateLimitedError]
    assert tripletex.calls("PUT") == 2


def _unversioned(record_id: str, fields: Mapping[str, Any]) -> Any:
    from samspill.ports import VendorWrite

    return VendorWrite(record_id, dict(fields), record_id)


def test_a_text_that_is_too_long_is_refused_before_anything_is_sent(tripletex: TripletexRig) -> None:
    seen = tripletex.one(tripletex.add("customers", {"name": "Dal AS"}))
    tripletex.forget_calls()
    (written,) = tripletex.connector.write("customers", [change(seen, {"name": "x" * 256})])
    assert written.error is not None
    assert written.error.reason.params["message"] == "at most 255 characters"
    assert tripletex.calls("PUT") == 0
