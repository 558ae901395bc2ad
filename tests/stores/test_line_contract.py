"""Records that wait in line: each once, in order, with one reader; alike in memory and in DynamoDB."""

from __future__ import annotations

from datetime import datetime, timedelta

from samspill.ports import LineReader
from samspill.state import StreamKey
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import counted

KEY = StreamKey("t", "f", "customers")
OTHER = StreamKey("t", "f", "projects")


def later(stores: Stores, seconds: float) -> datetime:
    return stores.clock.now() + timedelta(seconds=seconds)


def waiting(stores: Stores, key: StreamKey = KEY, limit: int = 100) -> list[tuple[str, str]]:
    return [(each.record, each.hint) for each in stores.line.first(key, limit)]


class TestLine:
    def test_records_wait_in_the_order_in_which_they_were_told_and_each_stream_has_its_own_line(
        self, stores: Stores
    ) -> None:
        stores.line.put(KEY, {"left-9": "a"}, "m1")
        stores.line.put(KEY, {"left-1": "b"}, "m2")
        stores.line.put(OTHER, {"left-1": "c"}, "m3")
        stores.line.put(KEY, {"right-1#%": "d"}, "m4")

        assert waiting(stores) == [("left-9", "a"), ("left-1", "b"), ("right-1#%", "d")]
        assert waiting(stores, limit=2) == [("left-9", "a"), ("left-1", "b")]
        assert waiting(stores, OTHER) == [("left-1", "c")]

    def test_a_record_that_is_told_again_keeps_its_place_and_the_last_that_was_told_of_it(self, stores: Stores) -> None:
        stores.line.put(KEY, {"left-1": "old"}, "m1")
        stores.line.put(KEY, {"left-2": "x"}, "m2")
        stores.line.put(KEY, {"left-1": "new"}, "m3")

        assert waiting(stores) == [("left-1", "new"), ("left-2", "x")]

    def test_who_is_removed_waits_no_more_but_whoever_was_told_again_meanwhile_does(self, stores: Stores) -> None:
        stores.line.put(KEY, {"left-1": "a", "left-2": "b"}, "m1")
        read = stores.line.first(KEY, 100)
        stores.line.put(KEY, {"left-2": "b"}, "m2")

        stores.line.remove(KEY, read)
        stores.line.remove(KEY, read)

        assert waiting(stores) == [("left-2", "b")]

    def test_a_record_is_begun_once_until_its_time_is_over(self, stores: Stores) -> None:
        assert stores.line.begin(KEY, "left-1", later(stores, 2))
        assert not stores.line.begin(KEY, "left-1", later(stores, 2))
        assert stores.line.begin(KEY, "left-2", later(stores, 2))
        assert stores.line.begin(OTHER, "left-1", later(stores, 2))
        stores.clock.advance(2)
        assert stores.line.begin(KEY, "left-1", later(stores, 2))

    def test_a_reader_is_appointed_once_and_its_message_noted(self, stores: Stores) -> None:
        assert stores.line.reader(KEY) is None
        assert stores.line.appoint(KEY, "a", instead_of=None, until=later(stores, 60))
        assert not stores.line.appoint(KEY, "b", instead_of=None, until=later(stores, 60))
        assert stores.line.reader(KEY) == LineReader("a", queued=False)
        assert stores.line.reader(OTHER) is None

        stores.line.queued(KEY, "a", later(stores, 60))

        assert stores.line.reader(KEY) == LineReader("a", queued=True)

    def test_a_reader_that_was_replaced_is_one_no_more(self, stores: Stores) -> None:
        stores.line.appoint(KEY, "a", instead_of=None, until=later(stores, 60))
        first = stores.line.reader(KEY)

        assert stores.line.appoint(KEY, "b", instead_of=first, until=later(stores, 60))
        assert not stores.line.appoint(KEY, "c", instead_of=first, until=later(stores, 60))
        stores.line.queued(KEY, "a", later(stores, 60))
        stores.line.dismiss(KEY, "a")

        assert stores.line.reader(KEY) == LineReader("b", queued=False)
        stores.line.dismiss(KEY, "b")
        assert stores.line.reader(KEY) is None

    def test_of_a_reader_that_nothing_is_heard_of_nobody_waits_for_ever(self, stores: Stores) -> None:
        stores.line.appoint(KEY, "a", instead_of=None, until=later(stores, 60))
        stores.line.queued(KEY, "a", later(stores, 90))
        stores.clock.advance(89)
        assert stores.line.reader(KEY) == LineReader("a", queued=True)

        stores.clock.advance(1)

        assert stores.line.reader(KEY) is None
        assert stores.line.appoint(KEY, "b", instead_of=None, until=later(stores, 60))


def test_what_is_asked_of_dynamodb_for_a_hint_is_one_read_and_one_write(aws: OnAws) -> None:
    with counted("dynamodb") as calls:
        assert aws.line.reader(KEY) is None
        assert aws.line.begin(KEY, "left-1", later(aws, 2))
    assert calls == {"GetItem": 1, "PutItem": 1}
