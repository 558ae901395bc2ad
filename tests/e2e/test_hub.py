"""The deployed stack on one machine, driven from outside: the demo's own story, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import second_act
from local.demo import FLOW, Demo
from local.launcher.machine import OneMachine
from local.launcher.ports import free_port
from samspill.messages import FetchRecords, RecordHint, encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home: Path = tmp_path_factory.mktemp("machine")
    with OneMachine(home, port=free_port(), sandbox_port=free_port()) as machine:
        demo = Demo(machine)
        with demo.vendors:
            demo.connect()
            demo.first_sync()
            yield demo
        demo.vendors.close()


def test_the_first_sync_leaves_every_active_customer_on_both_sides_once(demo: Demo) -> None:
    numbers = [str(r["number"]) for r in demo.records("timerabbit", "customers") if r.get("number")]
    active = {str(r["customerNumber"]) for r in demo.records("tripletex", "customer") if not r.get("isInactive")}
    in_review = {item["label"].split()[0] for item in demo.ask("review", FLOW)}
    assert active - in_review <= set(numbers)
    assert all(numbers.count(number) == 1 for number in active - in_review if number in numbers)


def test_an_edit_arrives_by_webhook(demo: Demo) -> None:
    demo.webhook()


def test_an_edit_in_the_target_is_set_back(demo: Demo) -> None:
    demo.overwritten()


def test_a_refused_record_is_applied_by_replay(demo: Demo) -> None:
    demo.replayed()


def test_dead_letters_are_counted_answered_by_key_and_told(demo: Demo) -> None:
    left, _ = demo.pair(4)
    hint = RecordHint(left=str(left["id"]))
    letter = FetchRecords(tenant="default", flow=FLOW, stream="customers", records=(hint,))
    sqs, outputs = demo.machine.client("sqs"), demo.machine.outputs
    sqs.send_message(QueueUrl=outputs["FetchDeadQueueUrl"], MessageBody=encode(letter))
    sqs.send_message(QueueUrl=outputs["MapQueueUrl"], MessageBody="not ours")

    demo.wait("a message that cannot be read is buried", lambda: len(demo.ask("status")["dead"]) == 2, 60)
    shown = demo.ask("replay", FLOW, "--dead", "--dry-run")["letters"]
    answered = demo.ask("replay", FLOW, "--dead")["letters"]

    assert [each["reason"]["code"] for each in answered] == ["dead_by_key", "quarantined"]
    assert [each["id"] for each in shown] == [each["id"] for each in answered]
    assert demo.ask("status")["dead"] == []
    demo.wait("it is told", lambda: len(demo.ask("log", FLOW, "--code", "quarantined")) == 1, 60)
    kept = demo.machine.client("s3").get_object(Bucket=outputs["BlobBucket"], Key=answered[1]["blob"])["Body"].read()
    assert kept == b"not ours"


def test_a_second_full_run_writes_nothing(demo: Demo) -> None:
    demo.samspill("run", FLOW, "--full")  # whatever the tests before left on its way is settled with this one
    before = _writes(demo)
    demo.samspill("run", FLOW, "--full")
    assert _writes(demo) == before


def test_a_whole_read_switches_on_again_what_a_vendor_switched_off(demo: Demo) -> None:
    row = demo.records("tripletex", "subscription")[0]
    demo.edit("tripletex", "subscription", row["id"], {"status": "DISABLED_TOO_MANY_ERRORS"})
    demo.samspill("run", FLOW, "--full")
    on = {"ACTIVE"}
    demo.wait("it is on again", lambda: {it["status"] for it in demo.records("tripletex", "subscription")} == on, 60)
    demo.wait("it is told", lambda: _mended(demo, row["event"]), 60)


def test_hours_go_over_are_corrected_and_moved_and_the_totals_agree(demo: Demo) -> None:
    second_act.set_up(demo)
    second_act.first_sync(demo)
    second_act.hours(demo)
    totals = demo.ask("totals", second_act.FLOW, "--all")
    assert [(each["left"], each["right"]) for each in totals] == [("3.5", "3.5"), ("4.5", "4.5")]


def test_no_secret_is_in_any_log_of_the_machine(demo: Demo) -> None:
    tokens = {
        value
        for vendor in ("tripletex", "timerabbit")
        for value in demo.vendors.get(f"/{vendor}/tokens").json().values()
    }
    written = b"".join(path.read_bytes() for path in demo.machine.home.glob("*.log"))
    assert written
    assert not [token for token in tokens if token.encode() in written]


def _mended(demo: Demo, event: str) -> bool:
    return any(event in line["reason"]["params"]["what"] for line in demo.ask("log", FLOW, "--code", "webhooks_mended"))


def _writes(demo: Demo) -> int:
    calls = demo.vendors.get("/timerabbit/calls").json()
    return sum(call["method"] not in {"GET", "HEAD"} and call["status"] < 300 for call in calls)
