"""Small marks: cursors per side, leases that end."""

from __future__ import annotations

from datetime import datetime, timedelta

from samspill.engine.model import Side
from samspill.state import StreamKey
from tests.stores.conftest import Stores

STREAM = StreamKey("t", "f", "customers")


class TestCursors:
    def test_the_last_cursor_is_kept_per_stream_and_side(self, stores: Stores) -> None:
        assert stores.cursors.get(STREAM, Side.LEFT) is None
        stores.cursors.put(STREAM, Side.LEFT, "2")
        stores.cursors.put(STREAM, Side.LEFT, "1")
        stores.cursors.put(STREAM._replace(stream="projects"), Side.LEFT, "3")
        assert stores.cursors.get(STREAM, Side.LEFT) == "1"
        assert stores.cursors.get(STREAM, Side.RIGHT) is None

    def test_the_cursor_before_is_that_of_another_run(self, stores: Stores) -> None:
        assert stores.cursors.before(STREAM, Side.LEFT) is None
        stores.cursors.put(STREAM, Side.LEFT, "1", by="a")
        assert stores.cursors.before(STREAM, Side.LEFT) is None
        for cursor, run in (("2", "b"), ("3", "b"), ("3", "b"), ("4", "c"), ("5", "c")):
            stores.cursors.put(STREAM, Side.LEFT, cursor, by=run)
        assert (stores.cursors.before(STREAM, Side.LEFT), stores.cursors.get(STREAM, Side.LEFT)) == ("3", "5")


class TestLeases:
    def in_a_minute(self, stores: Stores) -> datetime:
        return stores.clock.now() + timedelta(seconds=60)

    def test_one_holder_has_it_until_its_end(self, stores: Stores) -> None:
        assert stores.leases.take("x", "me", self.in_a_minute(stores))
        assert stores.leases.take("other", "you", self.in_a_minute(stores))
        assert not stores.leases.take("x", "you", self.in_a_minute(stores))
        stores.clock.advance(59.999)
        assert not stores.leases.take("x", "you", self.in_a_minute(stores))
        stores.clock.advance(0.001)
        assert stores.leases.take("x", "you", self.in_a_minute(stores))
        assert not stores.leases.take("x", "me", self.in_a_minute(stores))

    def test_its_holder_renews_it(self, stores: Stores) -> None:
        stores.leases.take("x", "me", self.in_a_minute(stores))
        stores.clock.advance(59)
        assert stores.leases.take("x", "me", self.in_a_minute(stores))
        stores.clock.advance(59)
        assert not stores.leases.take("x", "you", self.in_a_minute(stores))

    def test_only_its_holder_gives_it_back(self, stores: Stores) -> None:
        stores.leases.take("x", "me", self.in_a_minute(stores))
        stores.leases.release("x", "you")
        assert not stores.leases.take("x", "you", self.in_a_minute(stores))
        stores.leases.release("x", "me")
        stores.leases.release("x", "me")
        assert stores.leases.take("x", "you", self.in_a_minute(stores))
