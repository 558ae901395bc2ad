"""What people decided: every line once, for years, and never another in its place."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from samspill.decisions import Change, DecisionLine, Part
from samspill.reasons import Reason
from samspill.state import FlowKey
from samspill.store import keys
from samspill.store.dynamo import Table
from samspill.store.dynamo_decisions import DynamoDecisions
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import counted
from tests.support.clock import START

DAY, YEAR = timedelta(days=1), timedelta(days=365.25)
OLD = {
    "tenant": "t",
    "at": "2026-03-02T01:00:00Z",
    "asked_at": "2026-03-02T01:00:00Z",
    "decision": "",
    "part": "asked",
    "by": "kari",
    "note": "",
    "deed": "setup.pause",
    "flow": "f",
    "connection": "",
    "asked": {"full": True},
    "reason": None,
    "changes": {},
}
"""A line as this version stores it."""


def asked(at: datetime = START, **more: object) -> DecisionLine:
    told = {"tenant": "t", "at": at, "asked_at": at, "part": Part.ASKED, "by": "kari", "deed": "setup.pause"}
    return DecisionLine.model_validate({**told, **more})


def end_of(line: DecisionLine, **more: object) -> DecisionLine:
    told = {"at": line.at + timedelta(seconds=1), "decision": line.of, "part": Part.DONE, **more}
    return line.model_copy(update=told)


def told(stores: Stores, since: datetime = START - DAY, until: datetime = START + 99 * YEAR) -> list[DecisionLine]:
    return list(stores.decisions.read("t", since, until))


class TestDecisions:
    def test_lines_come_back_whole_newest_decision_first(self, stores: Stores) -> None:
        first = asked(asked={"hash": "3f2a", "records": ["left-1"]}, note="for the accountant", flow="f")
        reason = Reason("no_plan", {"flow": "f"}, vendor="42: no")
        end = end_of(first, part=Part.REFUSED, reason=reason, changes={"rules.a": Change(before=None, after=1)})
        second = asked(START + DAY, connection="tx")
        for line in (first, end, second):
            stores.decisions.write(line)

        assert told(stores)[0] == second
        assert sorted(told(stores)[1:], key=lambda line: line.at) == [first, end]

    def test_the_same_line_again_changes_nothing(self, stores: Stores) -> None:
        stores.decisions.write(asked())
        stores.decisions.write(asked())
        assert told(stores) == [asked()]

    def test_another_line_of_the_same_moment_is_kept_beside_it(self, stores: Stores) -> None:
        lines = [asked(), asked(by="ola"), end_of(asked()), end_of(asked(), part=Part.REFUSED)]
        for line in lines:
            stores.decisions.write(line)
        assert len(told(stores)) == len(lines)
        assert all(line in told(stores) for line in lines)

    def test_one_tenant_and_span_of_time_is_told(self, stores: Stores) -> None:
        stores.decisions.write(asked())
        stores.decisions.write(asked(tenant="t2", by="ola"))
        assert told(stores, START, START) == [asked()]
        assert told(stores, START + timedelta(microseconds=1)) == []
        assert told(stores, until=START - timedelta(microseconds=1)) == []

    def test_a_line_of_a_newer_version_is_told_and_kept_whole(self, stores: Stores) -> None:
        stores.decisions.write(DecisionLine.model_validate({**OLD, "part": "postponed", "witness": "ola"}))
        (line,) = told(stores, START - 999 * DAY)
        kept = orjson.loads(line.model_dump_json())
        assert (kept["part"], kept["witness"]) == ("postponed", "ola")


def test_a_decision_costs_one_write_a_line_and_none_is_read(aws: OnAws) -> None:
    with counted("dynamodb") as calls:
        aws.decisions.write(asked())
        aws.decisions.write(end_of(asked()))
    assert calls == {"PutItem": 2}


def test_decisions_are_kept_for_the_years_that_the_stack_says_and_longer_than_other_lines(aws: OnAws) -> None:
    kept = DynamoDecisions(Table("journal", lambda: aws.dynamodb), aws.clock, keep_years=7)
    kept.write(asked())
    (item,) = aws.dynamodb.scan(TableName="journal")["Items"]
    assert int(item["expires_at"]["N"]) == int((START + 7 * YEAR).timestamp())
    aws.clock.advance((7 * YEAR).total_seconds())
    assert list(kept.read("t", START, START)) == [asked()]
    aws.clock.advance(1)
    assert list(kept.read("t", START, START)) == [], "the table removes it later"


def test_a_line_as_it_was_stored_first_is_still_read(aws: OnAws) -> None:
    item = {"pk": {"S": keys.decisions("t")}, "sk": {"S": keys.join("2026-03-02T01:00:00.000000+00:00", "a", "b")}}
    aws.dynamodb.put_item(TableName="journal", Item=item | {"body": {"S": orjson.dumps(OLD).decode()}})
    (line,) = told(aws, START - 999 * DAY)
    assert (line.by, line.part, line.asked) == ("kari", Part.ASKED, {"full": True})
    assert set(orjson.loads(line.model_dump_json())) == set(OLD)


def test_no_journal_of_a_flow_lies_where_decisions_do() -> None:
    assert not keys.journal(FlowKey("t", "decisions"), "2026-01-01").startswith(keys.decisions("t"))


class TestChange:
    """A person's data is taken out of decisions; who decided, when and how it ended stays."""

    def test_a_line_says_less_and_stays_with_the_decision_it_belongs_to(self, stores: Stores) -> None:
        first = asked(asked={"name": "Kari"})
        end = first.model_copy(update={"part": Part.DONE, "decision": first.of, "asked": {}})
        for line in (first, end, asked(START, by="ola"), asked(tenant="u", asked={"name": "Kari"})):
            stores.decisions.write(line)

        assert stores.decisions.change("t", _nameless) == 1
        assert stores.decisions.change("t", _nameless) == 0

        found = [*stores.decisions.read("t", START - DAY, START + DAY)]
        assert sorted((line.part, line.by, line.of == first.of) for line in found) == [
            ("asked", "kari", True),
            ("asked", "ola", False),
            ("done", "kari", True),
        ]
        assert not any(line.asked.get("name") for line in found)
        (other,) = stores.decisions.read("u", START - DAY, START + DAY)
        assert other.asked == {"name": "Kari"}


def _nameless(line: DecisionLine) -> DecisionLine:
    return line.model_copy(update={"asked": {}}) if line.asked.get("name") else line
