"""What a newer version stored: read, left alone where it is not understood, and stored again whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import orjson
import pytest

from samspill.engine.model import (
    Detail,
    DetailKind,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    link_id,
)
from samspill.engine.revision import Revision
from samspill.errors import ConfigurationError
from samspill.guard.batch import blob_of
from samspill.messages import FetchPage, FetchRecords, MapRecords, RecordHint, UpsertRecords, decode, encode
from samspill.plan.lines import DraftPlan
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import (
    READER,
    Connection,
    ConnectionStatus,
    FlowKey,
    FlowState,
    FlowStatus,
    JournalEntry,
    Run,
    RunStatus,
    StreamKey,
)
from samspill.store import keys, link_items
from samspill.store.dynamo_webhooks import HookedRegistry
from samspill.texts.reasons import reason_text
from tests.stores.conftest import OnAws, Stores
from tests.support.clock import START

OLD_FLOW = (
    b'{"revision":4,"tenant":"t","flow":"svenn-tripletex","left":"sv","right":"tx","status":"active","resume_to":null,'
    b'"reason":null,"every_min":15,"full_at_hour":2,"settings":{"hours_from":"2026-01-01"},"held":{},'
    b'"approved_lists":{},"refused":[],"limits":null,"raised":null,"rules":{},"plan":"3f2a91c07b1d","plan_run":"r1",'
    b'"approval":null,"last_full_at":"2026-03-02T01:00:00Z","created_at":"2026-01-05T08:00:00Z"}'
)
"""A flow as versions stored it that knew one flow of a declaration, with the declaration's name, in Oslo's time."""
STREAM = StreamKey("t", "tripletex-timerabbit", "customers")
FLOW: dict[str, Any] = {
    "tenant": "t",
    "flow": "tripletex-timerabbit",
    "left": "tx",
    "right": "tr",
    "status": "hibernating",
    "every_min": 5,
    "created_at": START.isoformat(),
    "colour": {"shade": ["red", 1]},
    "held": {
        "customers/right/archive": {
            "stream": "customers",
            "side": "right",
            "kind": "archive",
            "at": START.isoformat(),
            "told": {"by": "post"},
        }
    },
    "limits": {"at_least": 1, "share": 0.1, "shrink": 0.1, "by": "a", "per_hour": 7},
    "approval": {"plan": "p", "by": "a", "at": START.isoformat(), "second": "b"},
    "rules": {"customers.name": {"policy": "by-vote", "master": "left", "on_conflict": "throw-dice"}},
    "mapping": {"customers": [{"left": "attributes.a", "right": "b", "policy": "by-vote", "unit": "kg"}]},
    "lookups": {"vat": {"rows": [{"left": "1", "right": "3", "note": "x"}], "direction": "around", "from": 1}},
}
CONNECTION: dict[str, Any] = {
    "tenant": "t",
    "id": "tx",
    "vendor": "tripletex",
    "base_url": "https://a.example",
    "created_at": START.isoformat(),
    "status": "on probation",
    "account": {"company": "974760673"},
    "identity": {"user": "u", "company": "c", "company_id": "1", "since": "2026"},
}


def stored(document: Any) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(document.model_dump_json())
    return told


class TestDocuments:
    def test_a_flow_keeps_what_a_newer_version_wrote_when_it_is_saved(self, stores: Stores) -> None:
        stores.registry.save_flow(FlowState.model_validate(FLOW))
        read = stores.registry.flow(FlowKey("t", "tripletex-timerabbit"))
        (stop,) = read.held.values()
        held = {"customers/right/archive": stop.model_copy(update={"listed": "abc"})}
        stores.registry.save_flow(read.model_copy(update={"every_min": 60, "held": held}))
        kept = stored(stores.registry.flow(read.key))
        assert kept["every_min"] == 60
        assert kept["colour"] == FLOW["colour"]
        assert kept["status"] == "hibernating"
        assert kept["held"]["customers/right/archive"]["told"] == {"by": "post"}
        assert kept["held"]["customers/right/archive"]["listed"] == "abc"
        assert kept["limits"]["per_hour"] == 7
        assert kept["approval"]["second"] == "b"
        assert kept["rules"]["customers.name"]["policy"] == "by-vote"
        (pair,) = kept["mapping"]["customers"]
        assert (pair["policy"], pair["unit"]) == ("by-vote", "kg")
        assert FLOW["lookups"]["vat"].items() <= kept["lookups"]["vat"].items()

    def test_a_flow_of_a_version_that_knew_no_mapping_has_none(self, stores: Stores) -> None:
        older = {name: value for name, value in FLOW.items() if name not in {"mapping", "lookups"}}
        stores.registry.save_flow(FlowState.model_validate(older))

        read = stores.registry.flow(FlowKey("t", "tripletex-timerabbit"))

        assert (read.mapping, read.lookups, read.mapping_problems, read.schemas) == ({}, {}, (), "")

    def test_a_connection_keeps_what_a_newer_version_wrote_when_it_is_saved(self, stores: Stores) -> None:
        stores.registry.save_connection(Connection.model_validate(CONNECTION))
        read = stores.registry.connection("t", "tx")
        assert read.status not in set(ConnectionStatus)
        stores.registry.save_connection(read.model_copy(update={"settings": {"a": "1"}}))
        kept = stored(stores.registry.connections("t")[0])
        assert kept["settings"] == {"a": "1"}
        assert kept["account"] == CONNECTION["account"]
        assert kept["identity"]["since"] == "2026"
        assert kept["status"] == "on probation"

    def test_a_run_of_a_newer_version_is_read_and_not_taken_for_one_of_ours(self, stores: Stores) -> None:
        told = {"tenant": "t", "flow": "f", "id": "r1", "purpose": "rehearsal", "trigger": "voice", "priority": 3}
        run = Run.model_validate({**told, "status": "rehearsing", "started_at": START})
        stores.runs.start(run)
        read = stores.runs.get(run.key, "r1")
        assert read is not None
        assert not read.is_known
        assert not read.status.is_over
        assert stored(read)["priority"] == 3
        assert stores.runs.add(run.key, "r1", {"customers.read": 2}, "once") is not None
        assert stores.runs.move(read, status=RunStatus.STOPPED, stage=0)
        ended = stores.runs.latest(run.key)[0]
        assert (ended.status, ended.count("customers", "read")) == (RunStatus.STOPPED, 2)
        assert stored(ended)["purpose"] == "rehearsal"

    def test_a_journal_line_of_a_newer_version_is_told_and_kept_whole(self, stores: Stores) -> None:
        line = {"at": START, "stream": "customers", "link": "left-1", "result": "postponed", "cost": {"nok": 3}}
        entry = JournalEntry.model_validate({**line, "reason": {"code": "moon_phase", "params": {"moon": "full"}}})
        stores.journal.append(STREAM.of_flow, "b", [entry])
        (read,) = stores.journal.read(STREAM.of_flow, START - timedelta(days=1), START)
        assert read.result == "postponed"
        assert stored(read)["cost"] == {"nok": 3}
        for language in ("nb", "en", "de"):
            assert "moon_phase" in reason_text(read.reason, language)
            assert "moon: full" in reason_text(read.reason, language)


class TestOlder:
    """A flow that a version before flows had ids of their own stored."""

    def put(self, aws: OnAws) -> None:
        item = {"pk": {"S": keys.tenant("t")}, "sk": {"S": keys.flow("svenn-tripletex")}, "rev": {"N": "4"}}
        aws.dynamodb.put_item(TableName="state", Item=item | {"body": {"S": OLD_FLOW.decode()}})
        where = {"pk": {"S": keys.tenant("t")}, "sk": {"S": keys.connection("tx")}, "rev": {"N": "1"}}
        body = {"S": orjson.dumps({**CONNECTION, "subscriptions": {}}).decode()}
        aws.dynamodb.put_item(TableName="state", Item=where | {"body": body})

    def test_it_is_one_of_the_declaration_that_it_is_called_by_in_oslo(self, aws: OnAws) -> None:
        self.put(aws)
        read = aws.registry.flow(FlowKey("t", "svenn-tripletex"))
        assert (read.flow, read.declaration, read.time_zone) == ("svenn-tripletex",) * 2 + ("Europe/Oslo",)
        assert aws.registry.flows("t") == [read]
        saved = aws.registry.save_flow(read.model_copy(update={"every_min": 60}))
        assert aws.registry.flow(read.key) == saved

    def test_it_is_told_of_webhooks(self, aws: OnAws) -> None:
        self.put(aws)
        _, [flow] = HookedRegistry(aws.state).hooked("t", "tx")
        assert flow == ("t", "svenn-tripletex", "svenn-tripletex", "active", "sv", "tx")


class TestLinks:
    def test_a_link_in_a_state_of_a_newer_version_is_read_and_stored_again_as_it_was(self, stores: Stores) -> None:
        link = Link(
            "left-1",
            {Side.LEFT: "1"},
            LinkState("frozen"),
            outcome=Outcome(Result("postponed"), Reason("moon_phase")),
            newer={"zz": [1, {"a": 2}]},
        )
        assert stores.links.commit(STREAM, [LinkCommit(link)]) == [True]
        (read,) = stores.links.get(STREAM, ["left-1"]).values()
        assert not read.state.is_known
        assert stores.links.commit(STREAM, [LinkCommit(replace(read, label="seen"))]) == [True]
        assert stores.links.get(STREAM, ["left-1"]) == {"left-1": replace(link, label="seen", revision=2)}

    def test_more_elements_in_the_lists_of_a_stored_link_are_passed_over(self) -> None:
        body = {
            "r": 3,
            "i": {"left": "1"},
            "s": "linked",
            "b": {"name": "A"},
            "h": {"left": [1, 2, "f", {}, [], {"later": 1}]},
            "o": ["applied", {"code": "updated", "more": 1}, {"k": "in orbit", "zz": 1}, "later"],
            "d": ["link", "a", 5, "9", {}, "later"],
            "c": [["9", "N", 80, "name alike", "later"]],
            "e": {"left.name": [1, 2, 3]},
            "zz": 1,
        }
        link = link_items.decode("left-1", orjson.dumps(body).decode())
        assert link.shadows == {Side.LEFT: Shadow({"name": "A"}, Revision(1), 2, "f")}
        assert link.echoes == {"left.name": (1, 2)}
        assert link.outcome == Outcome(Result.APPLIED, Reason("updated"), Detail(DetailKind("in orbit")))
        assert link.newer == {"zz": 1}
        assert orjson.loads(link_items.encode(link, 4))["zz"] == 1

    def test_a_link_that_needs_a_newer_reader_is_left_alone_and_never_replaced(self, aws: OnAws) -> None:
        body = orjson.dumps({"min_reader": READER + 1, "all": "new"}).decode()
        item = {"pk": {"S": keys.links(STREAM)}, "sk": {"S": "left-1"}, "body": {"S": body}, "rev": {"N": "4"}}
        aws.dynamodb.put_item(TableName="state", Item=item)
        (read,) = aws.links.of_records(STREAM, Side.LEFT, ["1", "2"]).values()
        assert read.id == link_id(Side.LEFT, "1")
        assert not read.state.is_known
        with pytest.raises(ConfigurationError) as refused:
            aws.links.commit(STREAM, [LinkCommit(replace(read, label="mine"))])
        assert refused.value.reason.code == "needs_newer_version"
        assert aws.dynamodb.get_item(TableName="state", Key={k: item[k] for k in ("pk", "sk")})["Item"] == item


class TestMinReader:
    """A document that says it needs a newer reader is refused in words, whoever reads it."""

    def put(self, aws: OnAws, sk: str, document: dict[str, Any]) -> None:
        body = orjson.dumps({**document, "min_reader": READER + 1}).decode()
        item = {"pk": {"S": keys.tenant("t")}, "sk": {"S": sk}, "rev": {"N": "1"}, "body": {"S": body}}
        aws.dynamodb.put_item(TableName="state", Item=item)

    def refused(self, read: Any) -> Reason:
        with pytest.raises(ConfigurationError) as refused:
            read()
        assert refused.value.reason.code == "needs_newer_version"
        return refused.value.reason

    def test_a_flow(self, aws: OnAws) -> None:
        self.put(aws, keys.flow("tripletex-timerabbit"), {**FLOW, "status": {"not": "even a text"}})
        reason = self.refused(lambda: aws.registry.flow(FlowKey("t", "tripletex-timerabbit")))
        assert "tripletex-timerabbit" in reason_text(reason)
        assert "Update the command line, or finish the deployment" in reason_text(reason)
        self.refused(lambda: aws.registry.flows("t"))

    def test_a_connection_also_for_webhooks(self, aws: OnAws) -> None:
        self.put(aws, keys.connection("tx"), {"id": "tx"})
        self.refused(lambda: aws.registry.connection("t", "tx"))
        self.refused(lambda: HookedRegistry(aws.state).hooked("t", "tx"))

    def test_a_run(self, aws: OnAws) -> None:
        run = Run(tenant="t", flow="f", id="r", purpose="sync", trigger="manual", started_at=START)
        aws.runs.start(run.model_copy(update={"min_reader": READER + 1}))
        self.refused(lambda: aws.runs.get(run.key, "r"))

    def test_a_plan(self) -> None:
        self.refused(
            lambda: DraftPlan.model_validate_json('{"run": "r", "min_reader": 99, "lines": {"not": "a list"}}')
        )

    def test_what_an_older_or_this_version_can_read_is_read(self, stores: Stores) -> None:
        stores.registry.save_flow(FlowState.model_validate({**FLOW, "min_reader": READER}))
        assert stored(stores.registry.flow(FlowKey("t", "tripletex-timerabbit")))["min_reader"] == READER


class TestOthers:
    def test_a_quota_keeps_what_a_newer_version_stored_with_it(self, aws: OnAws) -> None:
        until = START + timedelta(days=1)
        assert aws.quotas.take("q", ["a"], limit=9, until=until)
        key = {"pk": {"S": keys.quota("q")}, "sk": {"S": "QUOTA"}}
        change = {"UpdateExpression": "SET colour = :c", "ExpressionAttributeValues": {":c": {"S": "red"}}}
        aws.dynamodb.update_item(TableName="state", Key=key, **change)
        assert aws.quotas.take("q", ["b"], limit=9, until=until)
        assert aws.dynamodb.get_item(TableName="state", Key=key)["Item"]["colour"] == {"S": "red"}

    def test_the_place_of_a_held_list_is_the_same_for_every_version(self) -> None:
        assert blob_of(FlowKey("t", "f"), "a/b/c", "d") == "held/t/f/a/b/c/d"


class TestMessages:
    """What is sent again by this version carries on what a newer one said."""

    def test_the_next_page_of_a_read(self) -> None:
        body = (
            b'{"schema":"samspill.fetch-page/1","tenant":"t","flow":"f","stream":"s","side":"left",'
            b'"lane":{"no":4},"trigger":"voice"}'
        )
        message = decode(body)
        assert isinstance(message, FetchPage)
        passed_on = orjson.loads(encode(message.model_copy(update={"page": 1})))
        assert (passed_on["lane"], passed_on["trigger"], passed_on["page"]) == ({"no": 4}, "voice", 1)

    def test_the_halves_of_what_waits_for_a_limit(self) -> None:
        body = (
            b'{"schema":"samspill.fetch-records/1","tenant":"t","flow":"f","stream":"s","lane":4,'
            b'"records":[{"left":"1","why":"x"},{"right":"2"}]}'
        )
        message = decode(body)
        assert isinstance(message, FetchRecords)
        half = orjson.loads(encode(message.model_copy(update={"records": message.records[:1]})))
        assert half["lane"] == 4
        assert half["records"][0]["why"] == "x"

    def test_a_write_that_is_sent_again(self) -> None:
        told = {
            "schema": "samspill.upsert-records/1",
            "tenant": "t",
            "flow": "f",
            "stream": "s",
            "side": "left",
            "writes": [
                {
                    "link": {"id": "left-1", "ids": {"left": "1"}, "state": "frozen", "newer": {"zz": 1}},
                    "write": {"side": "left", "fields": {}},
                    "reason": {"code": "moon_phase"},
                    "attempt": "a",
                    "price": 3,
                }
            ],
        }
        message = decode(orjson.dumps(told))
        assert isinstance(message, UpsertRecords)
        again = orjson.loads(encode(message.model_copy(update={"attempt": 1})))
        assert again["writes"][0]["price"] == 3
        assert again["writes"][0]["link"]["newer"] == {"zz": 1}
        assert again["writes"][0]["link"]["state"] == "frozen"


class TestOlderMessages:
    """Messages that the version before put on a queue, with a plain number for a version."""

    HEAD: ClassVar = {"tenant": "t", "flow": "f", "stream": "s"}

    def test_a_hint(self) -> None:
        records = [{"left": "1", "deleted": False, "version": 4}, {"right": "2", "version": None}]
        message = decode(orjson.dumps({**self.HEAD, "schema": "samspill.fetch-records/1", "records": records}))
        assert isinstance(message, FetchRecords)
        assert [hint.version for hint in message.records] == [Revision(4), None]
        assert orjson.loads(encode(message))["records"][0]["version"] == 4

    def test_what_was_read(self) -> None:
        seen = {"external_id": "1", "fields": {"name": "A"}, "version": 4, "seen_at": 9}
        subjects = [{"left": seen, "right": None}]
        message = decode(orjson.dumps({**self.HEAD, "schema": "samspill.map-records/1", "subjects": subjects}))
        assert isinstance(message, MapRecords)
        assert message.subjects[0].left == Observation("1", {"name": "A"}, Revision(4), 9)

    def test_a_write_with_the_link_it_was_planned_on(self) -> None:
        shadow = {"fields": {"name": "A"}, "version": 4, "seen_at": 9, "fingerprint": "f"}
        intent = {"attempt": "a", "side": "left", "until": 1, "fields": {}, "source": shadow, "base": {}}
        link = {"id": "left-1", "ids": {"left": "1"}, "shadows": {"left": shadow}, "intent": intent}
        write = {"side": "left", "fields": {"name": "B"}, "external_id": "1", "version": 4}
        writes = [{"link": link, "write": write, "reason": {"code": "updated"}, "attempt": "a"}]
        told = {**self.HEAD, "schema": "samspill.upsert-records/1", "side": "left", "writes": writes}
        message = decode(orjson.dumps(told))
        assert isinstance(message, UpsertRecords)
        (planned,) = message.writes
        known = Shadow({"name": "A"}, Revision(4), 9, "f")
        assert planned.link.shadows == {Side.LEFT: known}
        assert planned.link.intent is not None
        assert planned.link.intent.source == known
        assert planned.write.version == Revision(4)
        again = orjson.loads(encode(message))["writes"][0]
        assert (again["write"]["version"], again["link"]["shadows"]["left"]["version"]) == (4, 4)


def test_a_tag_travels_beside_the_order() -> None:
    hint = RecordHint(left="1", version=Revision(4, '"a"'))
    told = encode(FetchRecords(tenant="t", flow="f", stream="s", records=(hint,)))
    assert orjson.loads(told)["records"][0]["version"] == {"order": 4, "tag": '"a"'}
    assert decode(told) == FetchRecords(tenant="t", flow="f", stream="s", records=(hint,))


def test_an_unknown_status_of_a_flow_lets_nothing_read_or_write() -> None:
    from samspill.work.context import Opened

    opened = Opened(None, FlowState.model_validate(FLOW))  # type: ignore[arg-type]  # the declaration is not asked
    assert not opened.may_read
    assert not opened.may_write
    assert not opened.runs_by_itself
    assert opened.state.status not in set(FlowStatus)
