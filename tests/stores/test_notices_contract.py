"""Notices and those who are told: documents saved on their revision, all of a tenant in one read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samspill.engine.model import Result
from samspill.errors import ConflictError
from samspill.notices.facts import Tally
from samspill.notices.kinds import Kind
from samspill.notices.notice import Notice
from samspill.notices.recipients import Audience, Mute, Recipient, Way
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import FlowKey, StreamKey
from samspill.store.dynamo_notices import KEPT
from tests.stores.conftest import OnAws, Stores
from tests.stores.test_links_contract import alone, ended
from tests.support.aws import counted
from tests.support.clock import START


def notice(tenant: str = "t", kind: Kind = Kind.FAILED, flow: str = "f") -> Notice:
    return Notice(tenant=tenant, kind=kind, flow=flow, started_at=START, since=START, ill_at=START)


def audience(tenant: str = "t") -> Audience:
    kari = Recipient(id="mail-1", way=Way.MAIL, address="kari@x.example", made_by="ola", made_at=START)
    mute = Mute(until=START + timedelta(hours=1), by="ola", kind=Kind.KEY)
    return Audience(tenant=tenant, recipients={"mail-1": kari}, mutes=(mute,), made=1)


class TestNotices:
    def test_what_a_tenant_is_told_comes_back_whole_and_nobody_elses_with_it(self, stores: Stores) -> None:
        saved = stores.notices.save_audience(audience())
        told = [
            stores.notices.save(notice(kind=kind, flow=flow)) for kind, flow in ((Kind.FAILED, "a#"), (Kind.KEY, ""))
        ]
        stores.notices.save(notice("u"))
        stores.notices.save_audience(audience("u"))

        found, notices = stores.notices.of("t")

        assert (found, found.revision) == (saved, 1)
        assert sorted(notices, key=lambda it: it.place) == told
        assert stores.notices.get("t", ("failed", "a#", "")) == told[0]
        assert stores.notices.get("t", ("failed", "a", "")) is None

    def test_where_nobody_was_ever_named_nobody_is_told(self, stores: Stores) -> None:
        assert stores.notices.of("t") == (Audience(tenant="t"), [])

    def test_a_save_on_an_old_revision_is_refused(self, stores: Stores) -> None:
        first, people = stores.notices.save(notice()), stores.notices.save_audience(audience())
        second = stores.notices.save(first.model_copy(update={"count": 7}))
        for stale in (notice(), first):
            with pytest.raises(ConflictError):
                stores.notices.save(stale)
        with pytest.raises(ConflictError):
            stores.notices.save_audience(audience())
        assert stores.notices.of("t") == (people, [second])

    def test_a_kind_of_a_newer_version_is_kept(self, stores: Stores) -> None:
        newer = notice().model_copy(update={"kind": Kind("moon-full"), "phase": "full"})
        stores.notices.save(newer)
        found = stores.notices.get("t", ("moon-full", "f", ""))
        assert found is not None
        assert found.model_dump()["phase"] == "full"


def test_a_notice_that_is_over_is_forgotten_in_time_and_one_that_lasts_never(aws: OnAws) -> None:
    aws.notices.save(notice())
    aws.notices.save(notice(flow="g").model_copy(update={"ended_at": START}))
    items = {it["sk"]["S"]: it for it in aws.dynamodb.scan(TableName="state")["Items"]}

    assert "expires_at" not in items["NOTICE#failed#f#"]
    assert items["NOTICE#failed#g#"]["expires_at"] == {"N": str(int((START + KEPT).timestamp()))}


class TestTally:
    STREAM = StreamKey("t", "f", "customers")

    def failed(self, stores: Stores, *names: str) -> None:
        for name in names:
            made = alone(name, label=name, outcome=ended(Result.FAILED))
            stores.links.commit(self.STREAM, [LinkCommit(made)])
            stores.clock.advance(60)

    def test_what_ended_so_is_counted_up_to_a_bound_and_the_first_is_told(self, stores: Stores) -> None:
        assert stores.links.tally(FlowKey("t", "f"), Result.FAILED, 2) == Tally()
        self.failed(stores, "1", "2")
        two = stores.links.tally(FlowKey("t", "f"), Result.FAILED, 2)
        assert (two.count, two.at_least, two.label, two.reason) == (2, False, "1", Reason("unmatched"))
        self.failed(stores, "3")
        three = stores.links.tally(FlowKey("t", "f"), Result.FAILED, 2)
        assert (three.count, three.at_least) == (2, True)
        assert stores.links.tally(FlowKey("t", "g"), Result.FAILED, 2) == Tally()

    def test_on_aws_it_is_one_query_and_one_read(self, aws: OnAws) -> None:
        self.failed(aws, *map(str, range(20)))
        with counted("dynamodb") as calls:
            found = aws.links.tally(FlowKey("t", "f"), Result.FAILED, 1000)
        assert (found.count, found.since) == (20, START)
        assert calls == {"Query": 1, "BatchGetItem": 1}


class TestTenants:
    def test_names_are_read_page_by_page(self, stores: Stores) -> None:
        for name in ("c", "a", "d", "b"):
            stores.tenants.note(name)
        assert stores.tenants.following("", 3) == ["a", "b", "c"]
        assert stores.tenants.following("c", 3) == ["d"]
        assert stores.tenants.following("d", 3) == []
