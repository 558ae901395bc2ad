"""The deployed stack on one machine, driven from outside: the demo's own chapters, which look at what they tell.

In this order: each leaves the machine fit for the next. A killed function's note holds for three minutes, and what does
not touch that record is tried meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import second_act, telling
from local.demo import FLOW, WRONG
from samspill.messages import FetchRecords, RecordHint, encode
from tests.e2e.reading import VAULT, forms, secrets, signing_secrets, written

if TYPE_CHECKING:
    from tests.e2e.reading import Heard

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def crashed(demo: Heard) -> int:
    """A function was killed while it wrote; the record's version before."""
    return second_act.crash(demo)


def test_the_first_sync_leaves_every_active_customer_on_both_sides_once(demo: Heard) -> None:
    numbers = [str(r["number"]) for r in demo.records("timerabbit", "customers") if r.get("number")]
    active = {str(r["customerNumber"]) for r in demo.records("tripletex", "customer") if not r.get("isInactive")}
    assert demo.ask("review", FLOW)["items"] == []
    assert active <= set(numbers)
    assert all(numbers.count(number) == 1 for number in active)
    assert demo.ask("log", FLOW, "--result", "failed")["journal"] == []


def test_an_edit_arrives_by_webhook(demo: Heard) -> None:
    demo.webhook()


def test_an_edit_in_the_target_is_set_back(demo: Heard) -> None:
    demo.overwritten()


def test_a_project_too_deep_is_left_out_and_its_reason_names_the_parent(demo: Heard) -> None:
    demo.skipped()


def test_a_second_flow_is_reviewed_and_synchronised(demo: Heard) -> None:
    second_act.set_up(demo)
    second_act.first_sync(demo)
    assert demo.ask("log", second_act.FLOW, "--result", "failed")["journal"] == []


def test_edits_of_one_record_on_both_sides_meet(demo: Heard) -> None:
    second_act.both_sides(demo)


def test_a_true_conflict_is_shown_and_decided_by_a_person(demo: Heard) -> None:
    second_act.conflict(demo)


@pytest.mark.usefixtures("crashed")
def test_hours_go_over_are_corrected_and_moved_and_the_totals_agree(demo: Heard) -> None:
    second_act.hours(demo)
    second_act.totals(demo)


@pytest.mark.usefixtures("crashed")
def test_a_refused_record_is_applied_by_replay(demo: Heard) -> None:
    demo.replayed()


@pytest.mark.usefixtures("crashed")
def test_dead_letters_are_counted_answered_by_key_and_told(demo: Heard) -> None:
    left, _ = demo.pair(4)
    hint = RecordHint(left=str(left["id"]))
    letter = FetchRecords(tenant="default", flow=FLOW, stream="customers", records=(hint,))
    sqs, outputs = demo.machine.client("sqs"), demo.machine.outputs
    sqs.send_message(QueueUrl=outputs["FetchDeadQueueUrl"], MessageBody=encode(letter))
    sqs.send_message(QueueUrl=outputs["MapQueueUrl"], MessageBody="not ours")

    demo.wait("a message that cannot be read is buried", lambda: len(demo.ask("tenants")["dead"]) == 2, 60)
    shown = demo.ask("replay", FLOW, "--dead", "--dry-run")["letters"]
    answered = demo.ask("replay", FLOW, "--dead")["letters"]

    assert [each["reason"]["code"] for each in answered] == ["dead_by_key", "quarantined"]
    assert [each["id"] for each in shown] == [each["id"] for each in answered]
    assert demo.ask("tenants")["dead"] == []
    demo.wait("it is told", lambda: len(demo.ask("log", FLOW, "--code", "quarantined")["journal"]) == 1, 60)
    kept = demo.machine.client("s3").get_object(Bucket=outputs["BlobBucket"], Key=answered[1]["blob"])["Body"].read()
    assert kept == b"not ours"


@pytest.mark.usefixtures("crashed")
def test_the_schedule_brings_over_what_no_webhook_told(demo: Heard) -> None:
    demo.scheduled()


@pytest.mark.usefixtures("crashed")
def test_a_second_full_run_writes_nothing(demo: Heard) -> None:
    demo.samspill("run", FLOW, "--full")  # whatever the tests before left on its way is settled with this one
    before = demo.writes("timerabbit", "/v1/")
    assert before
    demo.samspill("run", FLOW, "--full")
    assert demo.writes("timerabbit", "/v1/") == before


@pytest.mark.usefixtures("crashed")
def test_a_whole_read_switches_on_again_what_a_vendor_switched_off(demo: Heard) -> None:
    row = demo.records("tripletex", "subscription")[0]
    demo.edit("tripletex", "subscription", row["id"], {"status": "DISABLED_TOO_MANY_ERRORS"})
    demo.samspill("run", FLOW, "--full")
    on = {"ACTIVE"}
    demo.wait("it is on again", lambda: {it["status"] for it in demo.records("tripletex", "subscription")} == on, 60)
    demo.wait("it is told", lambda: _mended(demo, row["event"]), 60)


def _mended(demo: Heard, event: str) -> bool:
    return any(
        event in line["reason"]["params"]["what"]
        for line in demo.ask("log", FLOW, "--code", "webhooks_mended")["journal"]
    )


def test_a_function_killed_while_it_writes_loses_no_edit_and_writes_none_twice(demo: Heard, crashed: int) -> None:
    second_act.recovered(demo, crashed)


def test_a_refused_key_and_its_all_clear_are_told_once_by_mail_and_by_webhook(demo: Heard) -> None:
    telling.play(demo)


def test_no_secret_is_in_anything_the_machine_and_the_command_line_wrote(demo: Heard) -> None:
    known, signing = secrets(demo.machine), signing_secrets(demo.machine)
    demo.machine.stop()
    found = written(demo.machine.home) | {"what was printed": "".join(demo.heard).encode()}

    assert set(known) == {
        *("tripletex.consumer_token", "tripletex.employee_token", "tripletex.session_token"),
        *("timerabbit.api_key", "svenn.api_key"),
    }
    vault = (demo.machine.home / VAULT).read_bytes()
    assert all(value.encode() in vault for value in known.values()), "so it looks where it is allowed"
    assert WRONG.encode() in found["state/dynamodb.json"], "the journal is packed, and was unpacked"
    assert b"Connected as" in found["what was printed"]
    assert any(form in vault for form in forms(signing["the stack's"]))
    everything = (known | signing).items()
    leaks = [(name, place) for name, it in everything for place in found for form in forms(it) if form in found[place]]
    assert leaks == []
