"""What the stores ask of DynamoDB: few calls, again when others were quicker, and never again for a defect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from samspill.engine.model import Link, LinkState, Outcome, Result, Side, link_id
from samspill.errors import BusyError, ConfigurationError, UnavailableError, UnstorableError
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import FlowKey, RunStatus, StreamKey
from samspill.store.dynamo import PAUSES_S, Table
from samspill.store.dynamo_links import DynamoLinks
from samspill.store.dynamo_runs import DynamoRuns
from samspill.store.link_ids import LISTED
from tests.stores.conftest import OnAws
from tests.stores.test_runs_contract import run
from tests.support.aws import Disturbed, counted, refusal

STREAM = StreamKey("t", "f", "customers")
NAMES = [str(n) for n in range(100)]
CONFLICT = refusal("TransactionConflictException")


def new_pair(name: str) -> LinkCommit:
    ids = {Side.LEFT: name, Side.RIGHT: f"r{name}"}
    return LinkCommit(Link(link_id(Side.LEFT, name), ids, LinkState.LINKED), ((Side.RIGHT, f"r{name}"),))


def cancelled(*codes: str) -> ClientError:
    return refusal("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


def disturbed(aws: OnAws, waits: list[float], **before: list[Any]) -> Table:
    client: Any = Disturbed(aws.dynamodb, **before)
    return Table("state", lambda: client, sleep=waits.append)


class TestCalls:
    def test_a_hundred_links_are_read_in_one_call_and_from_their_other_side_in_two(self, aws: OnAws) -> None:
        aws.links.commit(STREAM, [new_pair(name) for name in NAMES])
        with counted("dynamodb") as calls:
            assert len(aws.links.of_records(STREAM, Side.LEFT, NAMES)) == 100
        assert calls == {"BatchGetItem": 1}
        with counted("dynamodb") as calls:
            assert len(aws.links.of_records(STREAM, Side.RIGHT, [f"r{name}" for name in NAMES])) == 100
        assert calls == {"BatchGetItem": 2}

    def test_nothing_to_read_or_to_store_is_no_call(self, aws: OnAws) -> None:
        with counted("dynamodb") as calls:
            assert aws.links.of_records(STREAM, Side.LEFT, []) == {}
            assert aws.links.commit(STREAM, []) == []
        assert calls == {}

    def test_fifty_new_pairs_or_a_hundred_updates_are_one_transaction(self, aws: OnAws) -> None:
        with counted("dynamodb") as calls:
            assert all(aws.links.commit(STREAM, [new_pair(name) for name in NAMES[:50]]))
            links = aws.links.get(STREAM, [link_id(Side.LEFT, name) for name in NAMES])
        assert calls == {"TransactWriteItems": 1, "BatchGetItem": 1}
        with counted("dynamodb") as calls:
            assert all(aws.links.commit(STREAM, [LinkCommit(link) for link in links.values()]))
        assert calls == {"TransactWriteItems": 1}

    def test_one_link_by_itself_is_one_put_at_half_the_price(self, aws: OnAws) -> None:
        aws.links.commit(STREAM, [new_pair("1")])
        (link,) = aws.links.get(STREAM, ["left-1"]).values()
        with counted("dynamodb") as calls:
            assert aws.links.commit(STREAM, [LinkCommit(link)]) == [True]
            assert aws.links.commit(STREAM, [LinkCommit(replace(link, label="late"))]) == [False]
        assert calls == {"PutItem": 2}

    def test_commits_that_do_not_hold_cost_one_transaction_more_and_a_look_at_what_is_in_the_way(
        self, aws: OnAws
    ) -> None:
        aws.links.commit(STREAM, [new_pair("3"), new_pair("7")])
        with counted("dynamodb") as calls:
            held = aws.links.commit(STREAM, [new_pair(name) for name in NAMES[:25]])
        assert calls == {"TransactWriteItems": 2, "BatchGetItem": 2}
        assert [name for name, ok in zip(NAMES, held, strict=False) if not ok] == ["3", "7"]

    def test_only_links_that_are_listed_are_in_the_index(self, aws: OnAws) -> None:
        outcomes = {result: Outcome(result, Reason("equal")) for result in Result}
        links = [Link(f"left-{result}", {Side.LEFT: result}, outcome=outcome) for result, outcome in outcomes.items()]
        aws.links.commit(STREAM, [LinkCommit(link) for link in [*links, Link("left-1", {Side.LEFT: "1"})]])
        indexed = aws.dynamodb.scan(TableName="state", IndexName="by_status")["Items"]
        assert {item["sk"]["S"].removeprefix("left-") for item in indexed} == LISTED

    def test_counting_is_one_transaction_and_one_read(self, aws: OnAws) -> None:
        aws.runs.start(run())
        with counted("dynamodb") as calls:
            aws.runs.add(run().key, "r1", {f"customers.{n}": 1 for n in range(20)}, "a")
        assert calls == {"TransactWriteItems": 1, "GetItem": 1}


class TestTrouble:
    def test_reads_that_the_table_puts_off_are_asked_for_again(self, aws: OnAws) -> None:
        aws.links.commit(STREAM, [new_pair(name) for name in NAMES])
        client: Any = PutsOff(aws.dynamodb, at_once=40)
        links = DynamoLinks(Table("state", lambda: client), aws.clock)
        assert len(links.of_records(STREAM, Side.LEFT, NAMES)) == 100
        assert client.asked == [100, 60, 20]

    def test_a_table_that_puts_off_everything_is_unavailable(self, aws: OnAws) -> None:
        waits: list[float] = []
        client: Any = PutsOff(aws.dynamodb, at_once=0)
        table = Table("state", lambda: client, sleep=waits.append)
        with pytest.raises(UnavailableError):
            table.batch_get([("a", "b")], projection="sk")
        assert tuple(waits) == PAUSES_S

    def test_a_link_that_was_settled_while_the_list_was_read_is_not_listed(self, aws: OnAws) -> None:
        waiting = Link("left-1", {Side.LEFT: "1"}, outcome=Outcome(Result.REVIEW, Reason("unmatched")))
        settled = replace(waiting, revision=1, outcome=Outcome(Result.APPLIED, Reason("equal")))
        aws.links.commit(STREAM, [LinkCommit(waiting)])
        table = disturbed(aws, [], batch_get_item=[lambda: aws.links.commit(STREAM, [LinkCommit(settled)])])
        assert list(DynamoLinks(table, aws.clock).with_result(STREAM.of_flow, [Result.REVIEW])) == []

    def test_a_transaction_that_met_another_one_is_tried_again(self, aws: OnAws) -> None:
        waits: list[float] = []
        quarrels = [cancelled("None", "TransactionConflict"), cancelled("ThrottlingError", "None"), CONFLICT]
        links = DynamoLinks(disturbed(aws, waits, transact_write_items=quarrels), aws.clock)
        assert links.commit(STREAM, [new_pair("1")]) == [True]
        assert tuple(waits) == PAUSES_S[:3]

    def test_a_conflict_beside_a_failed_condition_blames_only_the_condition(self, aws: OnAws) -> None:
        mixed = cancelled("ConditionalCheckFailed", "None", "TransactionConflict", "None")
        links = DynamoLinks(disturbed(aws, [], transact_write_items=[mixed]), aws.clock)
        assert links.commit(STREAM, [new_pair("1"), new_pair("2")]) == [False, True]

    def test_items_that_stay_busy_are_told_as_busy_and_nothing_is_stored(self, aws: OnAws) -> None:
        waits: list[float] = []
        links = DynamoLinks(
            disturbed(aws, waits, transact_write_items=[cancelled("TransactionConflict")] * 9), aws.clock
        )
        with pytest.raises(BusyError):
            links.commit(STREAM, [new_pair("1")])
        assert tuple(waits) == PAUSES_S
        assert list(aws.links.all(STREAM)) == []

    def test_a_single_write_that_meets_a_transaction_is_tried_again(self, aws: OnAws) -> None:
        aws.runs.start(run())
        waits: list[float] = []
        runs = DynamoRuns(disturbed(aws, waits, update_item=[CONFLICT]), aws.clock)
        assert runs.move(run(), status=RunStatus.DONE, stage=0)
        assert len(waits) == 1

    def test_a_transaction_refused_for_its_shape_is_a_defect_and_not_tried_again(self, aws: OnAws) -> None:
        waits: list[float] = []
        faulty = cancelled("ValidationError", "None")
        links = DynamoLinks(disturbed(aws, waits, transact_write_items=[faulty]), aws.clock)
        with pytest.raises(UnstorableError) as error:
            links.commit(STREAM, [new_pair("1")])
        assert error.value.held == [False]
        assert {index: each.reason for index, each in error.value.blamed.items()} == {0: Reason("defect")}
        assert waits == []

    def test_a_put_whose_answer_got_lost_is_taken_for_what_it_is(self, aws: OnAws) -> None:
        link = LinkCommit(Link("left-1", {Side.LEFT: "1"}, label="ours"))
        other = LinkCommit(replace(link.link, label="theirs"))
        again = disturbed(aws, [], put_item=[lambda: aws.links.commit(STREAM, [link])])
        assert DynamoLinks(again, aws.clock).commit(STREAM, [link]) == [True]
        assert DynamoLinks(aws.state, aws.clock).commit(STREAM, [other]) == [False]
        assert aws.links.get(STREAM, ["left-1"])["left-1"].label == "ours"

    def test_a_put_refused_for_its_shape_is_a_defect_and_not_tried_again(self, aws: OnAws) -> None:
        links = DynamoLinks(disturbed(aws, [], put_item=[refusal("ValidationException")]), aws.clock)
        with pytest.raises(UnstorableError) as error:
            links.commit(STREAM, [LinkCommit(Link("left-1", {Side.LEFT: "1"}))])
        assert error.value.blamed[0].reason == Reason("defect")

    def test_a_missing_right_is_told_to_a_person(self, aws: OnAws) -> None:
        denied = disturbed(aws, [], get_item=[refusal("AccessDeniedException")])
        with pytest.raises(ConfigurationError, match="told so"):
            DynamoRuns(denied, aws.clock).get(FlowKey("t", "f"), "r")


class PutsOff:
    """A client whose table answers only so many keys of a call."""

    def __init__(self, client: Any, *, at_once: int) -> None:
        self._client, self._at_once = client, at_once
        self.asked: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - AWS's name
        ((table, request),) = RequestItems.items()
        keys = request["Keys"]
        self.asked.append(len(keys))
        now, later = keys[: self._at_once], keys[self._at_once :]
        answer: dict[str, Any] = {"Responses": {}}
        if now:
            answer = self._client.batch_get_item(RequestItems={table: {**request, "Keys": now}})
        return {**answer, "UnprocessedKeys": {table: {**request, "Keys": later}} if later else {}}
