"""The key index: records of one side under keys, as many as are asked for, and nothing of another stream."""

from __future__ import annotations

import pytest

from samspill.engine.model import Side
from samspill.errors import UnavailableError
from samspill.state import StreamKey
from samspill.store.dynamo import BATCH_OF_WRITES, PAUSES_S, Table
from samspill.store.dynamo_key_index import DynamoKeyIndex
from tests.stores.conftest import OnAws, Stores

STREAM = StreamKey("tenant", "a#flow", "customers")
LEFT, RIGHT = Side.LEFT, Side.RIGHT


class TestKeyIndex:
    def test_records_are_found_under_each_of_their_keys(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [("number|1", "a"), ("name|berg", "a"), ("name|berg", "b")])
        found = stores.keys.find(STREAM, LEFT, ["name|berg", "number|1", "number|2"], most=9)
        assert found == {"name|berg": ["a", "b"], "number|1": ["a"]}

    def test_putting_one_again_changes_nothing(self, stores: Stores) -> None:
        for _ in range(2):
            stores.keys.put(STREAM, LEFT, [("number|1", "a"), ("number|1", "a")])
        assert stores.keys.find(STREAM, LEFT, ["number|1", "number|1"], most=9) == {"number|1": ["a"]}

    def test_no_more_are_told_than_were_asked_for(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [("name|berg", f"{number:03}") for number in range(BATCH_OF_WRITES + 5)])
        assert stores.keys.find(STREAM, LEFT, ["name|berg"], most=2) == {"name|berg": ["000", "001"]}

    def test_sides_streams_and_customers_are_kept_apart(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [("number|1", "a")])
        others = [
            (STREAM, RIGHT),
            (STREAM._replace(stream="projects"), LEFT),
            (STREAM._replace(flow="a"), LEFT),
            (STREAM._replace(tenant="other"), LEFT),
        ]
        assert [stores.keys.find(stream, side, ["number|1"], most=9) for stream, side in others] == [{}] * 4

    def test_what_was_dropped_is_not_found_and_dropping_it_again_is_no_error(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [("number|1", "a"), ("number|1", "b")])
        for _ in range(2):
            stores.keys.drop(STREAM, LEFT, [("number|1", "a")])
        assert stores.keys.find(STREAM, LEFT, ["number|1"], most=9) == {"number|1": ["b"]}

    @pytest.mark.parametrize("key", ["name|" + "x" * 200_000, "name|a#b%c", "name|名前"])
    def test_any_text_may_be_a_key(self, stores: Stores, key: str) -> None:
        stores.keys.put(STREAM, LEFT, [(key, "a#1")])
        assert stores.keys.find(STREAM, LEFT, [key, key + "y"], most=9) == {key: ["a#1"]}

    def test_nothing_put_is_nothing_asked(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [])
        assert stores.keys.find(STREAM, LEFT, [], most=9) == {}


def test_what_the_table_puts_off_is_sent_again_and_told_when_it_stays_so(aws: OnAws) -> None:
    class PutsOff:
        def __init__(self, times: int) -> None:
            self.left = times

        def batch_write_item(self, RequestItems: dict[str, object]) -> object:  # noqa: N803 - AWS's name
            self.left -= 1
            if self.left >= 0:
                return {"UnprocessedItems": RequestItems}
            return aws.dynamodb.batch_write_item(RequestItems=RequestItems)

    waits: list[float] = []
    twice, always = PutsOff(2), PutsOff(99)
    index = DynamoKeyIndex(Table("state", lambda: twice, waits.append))  # type: ignore[arg-type,return-value]
    index.put(STREAM, LEFT, [("number|1", "a")])
    assert (aws.keys.find(STREAM, LEFT, ["number|1"], most=9), waits) == ({"number|1": ["a"]}, list(PAUSES_S[:2]))
    never = DynamoKeyIndex(Table("state", lambda: always, waits.append))  # type: ignore[arg-type,return-value]
    with pytest.raises(UnavailableError):
        never.put(STREAM, LEFT, [("number|2", "a")])
