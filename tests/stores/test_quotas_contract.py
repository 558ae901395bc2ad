"""Quotas: members count once, all of a call or none, and are forgotten after their time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from samspill.errors import UnavailableError
from samspill.store.dynamo import PAUSES_S
from tests.stores.conftest import OnAws, Stores

DAY = timedelta(days=1)


class TestQuotas:
    def test_members_are_taken_up_to_the_limit_and_count_once(self, stores: Stores) -> None:
        until = stores.clock.now() + DAY
        assert stores.quotas.take("q", ["a", "b"], limit=3, until=until)
        assert stores.quotas.take("q", ["b", "a", "c"], limit=3, until=until)
        assert not stores.quotas.take("q", ["d"], limit=3, until=until)
        assert stores.quotas.take("q", ["a"], limit=3, until=until)
        assert stores.quotas.take("other", ["d"], limit=1, until=until)

    def test_all_of_a_call_are_taken_or_none(self, stores: Stores) -> None:
        until = stores.clock.now() + DAY
        assert not stores.quotas.take("q", ["a", "b", "c"], limit=2, until=until)
        assert stores.quotas.take("q", ["d", "e"], limit=2, until=until)

    def test_what_was_taken_goes_through_under_a_lower_limit(self, stores: Stores) -> None:
        until = stores.clock.now() + DAY
        assert stores.quotas.take("q", ["a", "b"], limit=5, until=until)
        assert stores.quotas.take("q", ["b"], limit=0, until=until)
        assert not stores.quotas.take("q", ["c"], limit=0, until=until)

    def test_members_are_forgotten_after_their_time(self, stores: Stores) -> None:
        until = stores.clock.now() + DAY
        assert stores.quotas.take("q", ["a"], limit=1, until=until)
        stores.clock.advance(DAY.total_seconds())
        assert stores.quotas.take("q", ["b"], limit=1, until=stores.clock.now() + DAY)
        assert not stores.quotas.take("q", ["a"], limit=1, until=until)


def test_whoever_takes_at_the_same_time_is_counted(aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
    until = aws.clock.now() + DAY
    assert aws.quotas.take("q", ["a"], limit=2, until=until)
    get, others = aws.state.get, ["b"]

    def meanwhile(pk: str, sk: str) -> Any:
        item = get(pk, sk)
        if others:
            assert aws.quotas.take("q", [others.pop()], limit=2, until=until)
        return item

    monkeypatch.setattr(aws.state, "get", meanwhile)

    assert not aws.quotas.take("q", ["c"], limit=2, until=until)


def test_a_quota_that_everybody_is_at_is_tried_again_later(aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refused(*arguments: object) -> bool:
        tried.append(arguments)
        return False

    monkeypatch.setattr(aws.state, "put_if", refused)

    with pytest.raises(UnavailableError):
        aws.quotas.take("q", ["a"], limit=2, until=aws.clock.now() + DAY)
    assert len(tried) == len(PAUSES_S) + 1
