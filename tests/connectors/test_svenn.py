"""What is particular to the contract Svenn is spoken to by: numbers, employees, tasks and tags."""

from __future__ import annotations

import pytest

from samspill.errors import ContractError, RejectedError, UsageError
from samspill.ports import VendorWrite
from samspill.reasons import Reason
from tests.connectors.rig import change, create
from tests.connectors.svenn_rig import SvennRig


def test_all_fields_of_a_customer_are_written_and_read(svenn: SvennRig) -> None:
    fields = {
        "name": "Fjord AS",
        "number": "K-17",
        "organization_number": "923609016",
        "email": "post@fjord.example",
        "invoice_email": "faktura@fjord.example",
        "phone": "12345678",
        "mobile": "12345679",
        "postal_address": {"line1": "Storgata 1", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"},
        "is_active": True,
        "is_private": False,
        "description": "Ring først\n\nPort 3",
    }
    [written] = svenn.connector.write("customers", [create("k", **fields)])
    assert written.record is not None
    assert written.record.fields == fields
    assert svenn.one(written.record.external_id).fields == fields


def test_a_project_without_a_number_comes_back_with_the_one_it_was_given(svenn: SvennRig) -> None:
    customer = svenn.add("customers", {"name": "Fjord AS"})
    fields = {"name": "Bad", "customer": customer, "period": {"start": "2026-03-02", "end": None}}
    [written] = svenn.connector.write("projects", [create("p", number=None, **fields)])
    assert written.record is not None
    assert written.record.fields == {**fields, "number": "1", "is_active": True, "is_internal": False}
    assert written.record.label == "Bad (1)"


def test_a_project_without_a_start_date_tells_so(svenn: SvennRig) -> None:
    seen = svenn.one(svenn.add("projects", {"name": "Bad"}), "projects")
    assert seen.fields["period"] == {"start": None, "end": None}


def test_an_archived_project_is_completed_and_an_employee_becomes_inactive(svenn: SvennRig) -> None:
    for kind, fields in (("projects", {"name": "Bad"}), ("employees", {"first_name": "Kari"})):
        seen = svenn.one(svenn.add(kind, fields), kind)
        [written] = svenn.connector.write(kind, [change(seen, {}, archive=True)])
        assert written.record is not None
        assert written.record.fields["is_active"] is False


@pytest.mark.parametrize(("number", "code"), [("P-17", "field_refused"), ("1041", "duplicate")])
def test_a_number_that_cannot_be_had_is_refused_by_its_field(svenn: SvennRig, number: str, code: str) -> None:
    svenn.add("projects", {"name": "Bad", "number": "1041"})
    [written] = svenn.connector.write("projects", [create("p", name="Tak", number=number)])
    assert isinstance(written.error, RejectedError)
    assert (written.error.reason.code, written.error.field) == (code, "number")
    assert svenn.names("projects") == ["Bad"]
    svenn.forget_calls()  # The contract does not allow the number either; that is what the vendor is to say.


def test_an_employee_is_written_and_named_as_people_know_them(svenn: SvennRig) -> None:
    fields = {"first_name": "Kari", "last_name": "Moen", "email": "kari@x.example", "mobile": "12345678"}
    [written] = svenn.connector.write("employees", [VendorWrite("e", {**fields, "number": "7"}, marker="left-3")])
    assert written.record is not None
    assert written.record.fields == {**fields, "number": "7", "is_active": True}
    assert (written.record.label, written.record.marker) == ("Kari Moen (7)", "left-3")
    assert svenn.connector.find("employees", marker="left-3")[0].external_id == written.record.external_id


def test_an_employee_may_have_one_name_and_no_number(svenn: SvennRig) -> None:
    seen = svenn.one(svenn.add("employees", {"first_name": "Kari"}), "employees")
    assert (seen.fields["last_name"], seen.fields["number"], seen.label) == (None, None, "Kari")


@pytest.mark.parametrize("keys", [{"number": "7"}, {"email": "kari@x.example"}])
def test_an_employee_is_searched_for_in_one_call(svenn: SvennRig, keys: dict[str, str]) -> None:
    wanted = svenn.add("employees", {"first_name": "Kari", "number": "7", "email": "kari@x.example"})
    for number in range(250):
        svenn.add("employees", {"first_name": "Ola", "number": str(100 + number)})
    assert [each.external_id for each in svenn.connector.find("employees", keys=keys)] == [wanted]
    assert svenn.calls() == 1


def activity(svenn: SvennRig, collection: str, name: str, *, active: bool = True) -> str:
    return str(svenn.sandbox.add(collection, {"name": name, "active": active})["id"])


def test_tasks_and_tags_are_one_kind_told_apart_by_their_type(svenn: SvennRig) -> None:
    task, tag = activity(svenn, "tasks", "Montasje"), activity(svenn, "tags", "Kurs", active=False)
    rows, complete, cursor = svenn.read_all("activities")
    assert [(row.external_id, row.fields) for row in rows] == [
        (f"task:{task}", {"name": "Montasje", "type": "project", "is_active": True}),
        (f"tag:{tag}", {"name": "Kurs", "type": "internal", "is_active": False}),
    ]
    assert complete
    assert cursor is None


def test_long_lists_of_tasks_and_tags_are_read_whole(svenn: SvennRig) -> None:
    ids = [f"task:{activity(svenn, 'tasks', f'Oppgave {number}')}" for number in range(201)]
    ids += [f"tag:{activity(svenn, 'tags', f'Merke {number}')}" for number in range(201)]
    rows, _complete, _cursor = svenn.read_all("activities")
    assert [row.external_id for row in rows] == ids
    assert svenn.calls() == 4


def test_tasks_and_tags_are_read_by_id_and_found_by_name(svenn: SvennRig) -> None:
    task, tag = activity(svenn, "tasks", "Kurs"), activity(svenn, "tags", "Kurs")
    seen = svenn.connector.read("activities", [f"tag:{tag}", "task:999", f"task:{task}"])
    assert [(each.external_id, each.deleted) for each in seen] == [
        (f"tag:{tag}", False), ("task:999", True), (f"task:{task}", False),
    ]  # fmt: skip
    found = svenn.connector.find("activities", keys={"name": "kurs", "type": "internal"})
    assert [each.external_id for each in found] == [f"tag:{tag}"]


def test_what_is_neither_task_nor_tag_is_a_defect_and_nothing_is_sent(svenn: SvennRig) -> None:
    with pytest.raises(ContractError):
        svenn.connector.read("activities", ["7"])
    with pytest.raises(ContractError):
        svenn.connector.write("activities", [create("a", name="Ny")])
    for kind in ("activities", "hours"):
        with pytest.raises(UsageError):
            svenn.connector.find(kind, marker="left-1")
    assert svenn.transport.sent == []


def test_what_the_key_may_not_do_is_told_at_check(svenn: SvennRig) -> None:
    svenn.sandbox.set_faults({"missing_right": ["day-sheets:write", "tags"]})
    assert svenn.connector.check().missing == (
        Reason("missing_right", {"system": "Svenn", "what": "day-sheets:write"}),
        Reason("missing_right", {"system": "Svenn", "what": "tags:read"}),
    )
