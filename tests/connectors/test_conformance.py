"""What every connector does, on its vendor's sandbox in process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from samspill.connectors.vendors import vendor_facts
from samspill.engine.model import Observation
from samspill.errors import (
    AddressError,
    ConflictError,
    ContractError,
    CredentialsError,
    NotFoundError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnknownOutcomeError,
)
from samspill.flows.schema import Access, FieldType
from samspill.ports import Subscribed, VendorWrite
from samspill.texts.reasons import reason_text
from tests.connectors.rig import Rig, change, create, needs


def test_check_tells_user_and_company(rig: Rig) -> None:
    identity = rig.connector.check()
    assert identity.user
    assert identity.company
    assert identity.company_id
    assert identity.missing == ()


@pytest.mark.parametrize("told", [None, ""])
def test_a_key_that_does_not_tell_its_company_opens_nothing(rig: Rig, told: str | None) -> None:
    """Two companies that are not told apart would be taken for one."""
    inner = rig.sandbox.answer

    def answer(request: Any) -> Any:
        response = inner(request)
        if request.path.endswith(rig.whoami):
            body = orjson.loads(response.get_data())
            body.get("value", body)[rig.company] = told
            response.set_data(orjson.dumps(body))
        return response

    rig.sandbox.answer = answer  # type: ignore[method-assign]

    with pytest.raises(ContractError):
        rig.connector.check()


@pytest.mark.parametrize("extra", ["none", "one", "exactly a page", "a page and one"])
def test_a_list_is_read_whole_without_duplicates_and_in_no_more_calls_than_pages(rig: Rig, extra: str) -> None:
    count = {"none": 0, "one": 1, "exactly a page": rig.page_size, "a page and one": rig.page_size + 1}[extra]
    added = [rig.add(rig.kind, rig.row(f"Kunde {number}")) for number in range(count)]
    rig.forget_calls()
    rows, complete, _cursor = rig.read_all()
    assert sorted(row.external_id for row in rows) == sorted(added)
    assert complete
    assert rig.calls() == max(1, -(-count // rig.page_size)) + rig.lists - 1


@needs("active")
def test_inactive_records_are_read_too(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("Nedlagt", active=False))
    rows, _complete, _cursor = rig.read_all()
    assert [(row.external_id, row.fields[rig.subject.active]) for row in rows] == [(record_id, False)]


@needs("key")
def test_a_row_tells_its_fields_revision_and_name(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("Bjørk & Sønner AS", key=rig.subject.keys[0]))
    [row], _complete, _cursor = rig.read_all()
    assert row.external_id == record_id
    assert row.fields[rig.subject.name] == "Bjørk & Sønner AS"
    assert row.fields[rig.subject.key] == rig.subject.keys[0]
    assert row.version is not None
    assert rig.revisions == {name for name, part in row.version._asdict().items() if part is not None}
    assert row.seen_at == int(rig.clock.now().timestamp() * 1000)
    assert "Bjørk" in row.label
    assert row.problem is None


@needs("writes")
def test_the_answer_to_a_write_counts_from_when_it_came(rig: Rig) -> None:
    """A read that was sent meanwhile may show the record as it was before: it must not count as later."""
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    with rig.every_call_taking(5):
        begun = rig.now_ms()
        written = rig.connector.write(rig.kind, [change(seen, rig.row("B")), create("k", **rig.row("C"))])
    assert [each.error for each in written] == [None, None]
    assert all(each.record and each.record.seen_at >= begun + 5000 for each in written)


def test_records_are_read_in_the_order_asked_for_and_one_that_is_gone_is_deleted(rig: Rig) -> None:
    first, gone, last = (rig.add(rig.kind, rig.row(name)) for name in ("A", "B", "C"))
    rig.remove(rig.kind, gone)
    seen = rig.connector.read(rig.kind, [last, gone, first])
    assert [each.external_id for each in seen] == [last, gone, first]
    assert [each.deleted for each in seen] == [False, True, False]


def test_reading_one_record_takes_one_call(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("A"))
    rig.read_all()
    rig.forget_calls()
    assert rig.one(record_id).fields[rig.subject.name] == "A"
    assert rig.calls() == 1


@needs("writes", "text")
def test_a_create_tells_the_record_as_it_is_now(rig: Rig) -> None:
    [written] = rig.connector.write(rig.kind, [create("k", **rig.row("Ny kunde", text="Post@NY.no"))])
    assert written.error is None
    assert written.record is not None
    assert written.record.fields[rig.subject.name] == "Ny kunde"
    assert written.record.fields[rig.subject.text] == "Post@NY.no"
    again = rig.one(written.record.external_id)
    assert {name: again.fields[name] for name in written.record.fields} == written.record.fields
    assert again.version == written.record.version


@needs("writes", "text")
def test_an_update_sends_only_what_is_to_be_set(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("Før", text="post@x.no"))
    [written] = rig.connector.write(rig.kind, [change(rig.one(record_id), rig.row("Etter"))])
    assert written.record is not None
    assert written.record.fields[rig.subject.name] == "Etter"
    assert rig.one(record_id).fields[rig.subject.text] == "post@x.no"
    assert b"post@x.no" not in rig.transport.sent[-1].content


@needs("writes", "text")
def test_a_text_is_emptied_when_the_value_is_none(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("A", text="post@x.no"))
    [written] = rig.connector.write(rig.kind, [change(rig.one(record_id), {rig.subject.text: None})])
    assert written.error is None
    assert rig.one(record_id).fields[rig.subject.text] is None


@needs("writes", "whole")
def test_a_value_of_several_parts_is_written_and_read_as_one(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("A"))
    parts = dict(rig.subject.parts)
    [written] = rig.connector.write(rig.kind, [change(rig.one(record_id), {rig.subject.whole: parts})])
    assert written.record is not None
    assert written.record.fields[rig.subject.whole] == parts
    assert rig.one(record_id).fields[rig.subject.whole] == parts


@needs("writes", "preconditions")
def test_a_stale_version_is_a_conflict_and_nothing_is_written(rig: Rig) -> None:
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    rig.edit(rig.kind, seen.external_id, rig.row("B"))
    [written] = rig.connector.write(rig.kind, [change(seen, rig.row("C"))])
    assert isinstance(written.error, ConflictError)
    assert written.error.reason.code == "changed_meanwhile"
    assert rig.names(rig.kind) == ["B"]


@needs("writes")
def test_a_change_of_a_record_that_is_gone_is_not_found(rig: Rig) -> None:
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    rig.remove(rig.kind, seen.external_id)
    [written] = rig.connector.write(rig.kind, [change(seen, rig.row("C"))])
    assert isinstance(written.error, NotFoundError)


@needs("writes", "active")
def test_archiving_makes_inactive_and_deletes_nothing(rig: Rig) -> None:
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    [written] = rig.connector.write(rig.kind, [change(seen, {}, archive=True)])
    assert written.record is not None
    assert written.record.fields[rig.subject.active] is False
    assert rig.names(rig.kind) == ["A"]


@needs("writes")
def test_one_bad_create_of_a_batch_fails_alone(rig: Rig) -> None:
    writes = [create(str(number), **rig.row(f"Kunde {number}")) for number in range(9)]
    writes[4] = create("4", **rig.row("x" * 300))
    written = rig.connector.write(rig.kind, writes)
    assert [each.key for each in written] == [str(number) for number in range(9)]
    assert [each.key for each in written if each.error] == ["4"]
    assert isinstance(written[4].error, RejectedError)
    assert written[4].error.field == rig.subject.name
    assert sorted(rig.names(rig.kind)) == [f"Kunde {number}" for number in range(9) if number != 4]


@needs("writes", "preconditions", "text")
def test_one_stale_update_of_a_batch_fails_alone(rig: Rig) -> None:
    seen = [rig.one(rig.add(rig.kind, rig.row(f"Kunde {number}"))) for number in range(5)]
    rig.edit(rig.kind, seen[3].external_id, rig.row("Rettet av noen"))
    written = rig.connector.write(rig.kind, [change(each, {rig.subject.text: "22334455"}) for each in seen])
    assert [isinstance(each.error, ConflictError) for each in written] == [False, False, False, True, False]
    assert [rig.one(each.external_id).fields[rig.subject.text] for each in seen] == [
        "22334455", "22334455", "22334455", None, "22334455",
    ]  # fmt: skip


@needs("writes", "foreign")
def test_a_value_that_cannot_be_taken_over_fails_alone_and_is_not_sent(rig: Rig) -> None:
    foreign = {rig.subject.name: None, **rig.subject.foreign}
    written = rig.connector.write(rig.kind, [create("a", **foreign), create("b", **rig.row("B"))])
    assert written[0].error is not None
    assert written[0].error.field in rig.subject.foreign
    assert written[1].record is not None
    assert rig.names(rig.kind) == ["B"]


@needs("writes")
def test_writing_many_takes_no_more_calls_than_the_vendor_needs(rig: Rig) -> None:
    rig.connector.check()
    rig.forget_calls()
    rig.connector.write(rig.kind, [create(str(number), **rig.row(f"Kunde {number}")) for number in range(150)])
    assert rig.calls() == -(-150 // rig.batch)
    assert len(rig.names(rig.kind)) == 150


@needs("key", "search")
def test_records_are_found_by_natural_keys_checked_in_code(rig: Rig) -> None:
    wanted = rig.add(rig.kind, rig.row("Fjord AS", key=rig.subject.keys[0]))
    rig.add(rig.kind, rig.row("Fjord AS avdeling Bergen", key=rig.subject.keys[1]))
    [found] = rig.connector.find(rig.kind, keys=rig.row("fjord as"))
    assert found.external_id == wanted
    assert (
        rig.connector.find(rig.kind, keys={rig.subject.key: rig.subject.keys[0], rig.subject.name: "Noe annet"}) == []
    )


@needs("active", "search")
def test_an_inactive_record_is_found(rig: Rig) -> None:
    wanted = rig.add(rig.kind, rig.row("Fjord AS", active=False))
    assert [each.external_id for each in rig.connector.find(rig.kind, keys=rig.row("Fjord AS"))] == [wanted]


@needs("writes", "markers", "search")
def test_a_create_is_found_by_its_marker(rig: Rig) -> None:
    [written] = rig.connector.write(rig.kind, [VendorWrite("k", rig.row("Fjord AS"), marker="left-17")])
    assert written.record is not None
    [found] = rig.connector.find(rig.kind, marker="left-17")
    assert (found.external_id, found.marker) == (written.record.external_id, "left-17")
    assert rig.connector.find(rig.kind, marker="left-1") == []


def test_a_field_nobody_knows_is_ignored(rig: Rig) -> None:
    rig.add(rig.kind, rig.row("A"))
    rig.read_all()
    rig.alter_row(0, lambda row: row.update(brandNew={"deep": [1]}))
    [seen] = rig.connector.page(rig.kind).observations
    assert seen.fields[rig.subject.name] == "A"
    assert seen.problem is None
    assert "brandNew" not in seen.fields


@needs("sessions")
def test_an_expired_session_is_replaced_once_and_nobody_notices(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("A"))
    rig.read_all()
    rig.expire_session()
    assert rig.one(record_id).fields[rig.subject.name] == "A"


def test_a_revoked_key_is_a_credentials_error_after_one_new_attempt(rig: Rig) -> None:
    rig.read_all()
    rig.revoke_key()
    rig.forget_calls()
    with pytest.raises(CredentialsError) as caught:
        rig.connector.page(rig.kind)
    assert caught.value.reason.code == "key_invalid"
    assert len(rig.transport.sent) <= 2


def test_a_spent_limit_is_told_and_nothing_is_sent_until_it_is_over(rig: Rig) -> None:
    rig.read_all()
    rig.sandbox.set_faults({"rate_limit": 1})
    with pytest.raises(RateLimitedError) as caught:
        rig.connector.page(rig.kind)
    assert caught.value.retry_after_s > 0
    assert rig.budgets.pauses == [caught.value.retry_after_s]
    rig.forget_calls()
    with pytest.raises(RateLimitedError):
        rig.open().page(rig.kind)
    assert rig.transport.sent == []
    rig.clock.advance(caught.value.retry_after_s)
    assert rig.connector.page(rig.kind).complete


@needs("writes")
def test_a_limit_spent_half_way_tells_what_was_written_and_keeps_the_rest_back(rig: Rig) -> None:
    rig.connector.check()
    rig.forget_budget()
    rig.budgets.left = 1
    written = rig.connector.write(
        rig.kind, [create(str(number), **rig.row(f"Kunde {number}")) for number in range(150)]
    )
    assert [each.key for each in written if each.record] == [str(number) for number in range(rig.batch)]
    assert {type(each.error) for each in written[rig.batch :]} == {RateLimitedError}
    assert len(rig.names(rig.kind)) == rig.batch


def test_a_failing_read_is_tried_once_more_and_then_unavailable(rig: Rig) -> None:
    rig.read_all()
    rig.sandbox.set_faults({"fail_next": [{"times": 1, "status": 502}]})
    assert rig.connector.page(rig.kind).complete
    rig.forget_calls()
    rig.sandbox.set_faults({"fail_next": [{"times": 5, "status": 502}]})
    with pytest.raises(UnavailableError):
        rig.connector.page(rig.kind)
    assert rig.calls() == 2


@needs("writes", "search")
def test_a_dropped_answer_to_a_create_is_an_unknown_outcome_and_exactly_one_record(rig: Rig) -> None:
    rig.connector.check()
    rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "POST"}]})
    rig.forget_calls()
    [written] = rig.connector.write(rig.kind, [create("k", **rig.row("En gang"))])
    assert isinstance(written.error, UnknownOutcomeError)
    assert rig.names(rig.kind) == ["En gang"]
    assert rig.calls("POST") == 1
    assert [each.fields[rig.subject.name] for each in rig.connector.find(rig.kind, keys=rig.row("En gang"))] == [
        "En gang"
    ]


@needs("writes")
def test_a_failing_create_is_not_repeated(rig: Rig) -> None:
    rig.connector.check()
    rig.sandbox.set_faults({"fail_next": [{"times": 1, "method": "POST", "status": 500}]})
    rig.forget_calls()
    [written] = rig.connector.write(rig.kind, [create("k", **rig.row("A"))])
    assert isinstance(written.error, UnknownOutcomeError)
    assert rig.calls("POST") == 1
    assert rig.names(rig.kind) == []


@needs("writes")
def test_a_create_is_repeated_once_when_certainly_nothing_was_sent(rig: Rig) -> None:
    rig.connector.check()
    rig.transport.answers = [httpx.ConnectError("no way there")]
    [written] = rig.connector.write(rig.kind, [create("k", **rig.row("A"))])
    assert written.record is not None
    assert rig.names(rig.kind) == ["A"]


@needs("writes")
def test_nothing_can_be_written_when_there_is_no_way_there(rig: Rig) -> None:
    rig.connector.check()
    rig.transport.answers = [httpx.ConnectTimeout("no way there")] * 2
    with pytest.raises(UnavailableError):
        rig.connector.write(rig.kind, [create("k", **rig.row("A"))])
    assert rig.names(rig.kind) == []


@needs("writes", "preconditions")
def test_an_update_whose_answer_was_dropped_is_repeated_under_its_version(rig: Rig) -> None:
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    method = rig.update_method
    rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": method}]})
    rig.forget_calls()
    [written] = rig.connector.write(rig.kind, [change(seen, rig.row("B"))])
    assert isinstance(written.error, ConflictError)
    assert rig.calls(method) == 2
    assert rig.names(rig.kind) == ["B"]
    assert rig.is_next(seen, rig.one(seen.external_id))


def test_a_row_that_does_not_fit_fails_alone_with_its_field(rig: Rig) -> None:
    ids = [rig.add(rig.kind, rig.row(f"Kunde {number}")) for number in range(3)]
    rig.read_all()
    rig.alter_row(1, rig.broken)
    page = rig.connector.page(rig.kind)
    by_id: dict[str, Observation] = {each.external_id: each for each in page.observations}
    assert by_id.keys() == {*ids}
    [bad] = [each for each in by_id.values() if each.problem]
    assert bad.problem is not None
    assert bad.problem.code == "cannot_map"
    assert bad.problem.params["field"]


@needs("writes")
def test_secrets_are_in_no_log_line_and_no_error(rig: Rig) -> None:
    rig.connector.check()
    secrets = rig.secret_values
    rig.transport.answers = [rig.refusal(" ".join(secrets))]
    [written] = rig.connector.write(rig.kind, [create("k", **rig.row("A"))])
    assert written.error is not None
    told = [str(written.error), repr(written.error.reason), str(written.error.vendor_message), repr(rig.logged)]
    assert rig.logged
    assert not [secret for secret in secrets for text in told if secret in text]


def test_log_lines_name_the_path_and_no_ids_or_queries(rig: Rig) -> None:
    record_id = rig.add(rig.kind, rig.row("A"))
    rig.read_all()
    rig.logged.clear()
    rig.one(record_id)
    [line] = rig.logged
    assert (line.method, line.status) == ("GET", 200)
    assert line.path.endswith("{id}")
    assert line.request_id
    assert record_id not in f"{line.method} {line.path} {line.request_id}"


@needs("search")
def test_no_query_parameter_is_sent_that_the_vendor_does_not_know(rig: Rig) -> None:
    rig.be_strict()
    rig.connector.check()
    rig.read_all()
    rig.connector.find(rig.kind, keys=rig.row("A"))
    assert rig.connector.read(rig.kind, ["1", "2"])[0].deleted
    assert {answer.status for answer in rig.logged} <= {200, 201, 404}


def test_a_redirect_is_not_followed(rig: Rig) -> None:
    rig.read_all()
    rig.transport.answers = [httpx.Response(302, headers={"location": "https://elsewhere.example/"})]
    rig.forget_calls()
    with pytest.raises(AddressError, match=r"redirects to elsewhere\.example") as caught:
        rig.connector.page(rig.kind)
    assert caught.value.reason.code == "address_redirects"
    assert rig.calls() == 1


@pytest.mark.parametrize("asked", ["who the key is", "a page"])
def test_an_answer_of_another_shape_is_told_with_the_name_of_the_system(rig: Rig, asked: str) -> None:
    rig.connector.check()
    rig.transport.answers = [httpx.Response(200, content=b"<html>")]
    with pytest.raises(ContractError) as caught:
        rig.connector.page(rig.kind) if asked == "a page" else rig.connector.check()
    assert caught.value.reason.params["system"] == vendor_facts(rig.vendor).title
    assert "{" not in reason_text(caught.value.reason)


@needs("webhooks")
def test_subscribing_twice_makes_every_subscription_once(rig: Rig) -> None:
    url, secret = "https://hub.example/hooks/c1", "s" * 32
    first = rig.connector.subscribe(url, [rig.kind], secret)
    assert first.events
    assert len(first.repaired) == rig.events, "one for each verb"
    assert rig.connector.subscribe(url, [rig.kind], secret) == Subscribed(first.events)


def test_every_kind_that_is_said_to_be_readable_is(rig: Rig) -> None:
    for kind in sorted(rig.connector.capabilities.kinds):
        rows, complete, _cursor = rig.read_all(kind)
        assert complete is (kind not in rig.windowed)
        assert [row.problem for row in rows if row.problem] == []


@needs("search")
def test_what_a_read_saw_is_as_old_as_the_moment_it_was_asked_for(rig: Rig) -> None:
    """An answer that was slow on its way must not count as later than a write that was done meanwhile."""
    record_id = rig.add(rig.kind, rig.row("A"))
    rig.connector.check()

    def slow(request: httpx.Request) -> httpx.Response:
        answer = rig.transport.inner.handle_request(request)
        rig.clock.advance(30)
        return answer

    reads: list[Callable[[], Sequence[Observation]]] = [
        lambda: rig.connector.page(rig.kind).observations,
        lambda: rig.connector.read(rig.kind, [record_id]),
        lambda: rig.connector.find(rig.kind, keys=rig.row("A")),
    ]
    for read in reads:
        asked_at_ms = int(rig.clock.now().timestamp() * 1000)
        rig.transport.answers = [slow]
        assert [row.seen_at for row in read()] == [asked_at_ms]


def test_what_a_read_by_name_does_not_find_was_gone_when_it_was_asked_for(rig: Rig) -> None:
    rig.connector.check()
    asked_at_ms = int(rig.clock.now().timestamp() * 1000)

    def slow(request: httpx.Request) -> httpx.Response:
        answer = rig.transport.inner.handle_request(request)
        rig.clock.advance(30)
        return answer

    rig.transport.answers = [slow]
    (gone,) = rig.connector.read(rig.kind, ["999999"])
    assert (gone.deleted, gone.seen_at) == (True, asked_at_ms)


# --- what it says about itself ---------------------------------------------------------------------------------------

HELD: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.FLAG: (bool,),
    FieldType.INTEGER: (int,),
    FieldType.GROUP: (dict,),
    FieldType.LIST: (list,),
    FieldType.DECIMAL: (Decimal,),
}
"""What a field of a type holds, where that is not text."""


def test_every_kind_is_described_and_no_other(rig: Rig) -> None:
    for kind in rig.connector.capabilities.kinds:
        schema = rig.connector.describe(kind)
        assert schema.kind == kind
        assert len(schema.by_path) == len(schema.fields) > 0
        if kind in rig.connector.capabilities.writable:
            assert any(each.access is not Access.READ for each in schema.fields)
    with pytest.raises(ContractError):
        rig.connector.describe("unicorns")


def test_what_is_read_is_described_with_what_it_holds(rig: Rig) -> None:
    rig.add(rig.kind, rig.row("Bjørk & Sønner AS", **rig.subject.further))
    [row], _complete, _cursor = rig.read_all()
    described = rig.connector.describe(rig.kind).by_path
    assert row.fields.keys() <= described.keys()
    for name, value in row.fields.items():
        assert value is None or isinstance(value, HELD.get(described[name].type, (str,))), name


@needs("writes")
def test_what_is_described_as_writable_can_be_written_and_what_is_needed_is(rig: Rig) -> None:
    described = rig.connector.describe(rig.kind).by_path
    needed = {name for name, each in described.items() if each.required}
    assert needed == {rig.subject.name}
    seen = rig.one(rig.add(rig.kind, rig.row("A")))
    usual: Mapping[FieldType, Any] = {
        FieldType.FLAG: True,
        FieldType.GROUP: dict(rig.subject.parts),
    }
    values = {n: usual.get(each.type, "x") for n, each in described.items() if each.access is Access.WRITE}
    written = rig.connector.write(rig.kind, [change(seen, {name: value}) for name, value in values.items()])
    reasons = {each.error.reason.code for each in written if each.error}
    assert not reasons & {"not_changeable", "defect"}


def test_a_rig_says_of_its_connector_what_that_says_of_itself(rig: Rig) -> None:
    able, kind = rig.connector.capabilities, rig.kind
    assert kind in able.kinds
    assert ("writes" in rig.does) is (kind in able.writable)
    assert ("preconditions" in rig.does) is (kind in able.writable and able.guards(kind))
    assert ("markers" in rig.does) is (kind in able.markers)
    assert ("webhooks" in rig.does) is (kind in able.webhooks)
