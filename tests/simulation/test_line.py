"""What vendors tell is read after it was told, wherever a function dies over it; and nothing waits for ever."""

from __future__ import annotations

import pytest

from samspill.messages import FetchLine, decode
from samspill.work.turns import MOST_WAITS
from tests.simulation.line import MANY, STORIES, Story, at_the_limit, ends_well, lived, shut_for_good


@pytest.mark.parametrize(("story", "pairs"), STORIES, ids=lambda it: getattr(it, "__name__", ""))
def test_what_is_told_is_read_afterwards_wherever_a_function_dies_over_it(story: Story, pairs: int) -> None:
    turns = ends_well(story, pairs).story_turns
    assert len(turns) > 20
    for turn in turns:
        hub = ends_well(story, pairs, {turn})
        assert hub.history.deaths == 1, f"death at {turn}"


def test_at_the_limit_messages_really_wait_in_line() -> None:
    hub = lived(at_the_limit, MANY)

    lineage = hub.inner.queues.lineage or {}
    lines = [each.message for each in lineage.values() if isinstance(each.message, FetchLine)]
    assert any(line.turn for line in lines)
    assert len(lines) < 2 * MANY


def test_a_vendor_that_lets_nothing_through_ends_the_chain_among_the_dead_letters() -> None:
    hub = lived(shut_for_good, MANY, limit_s=10**6)

    (dead,) = hub.inner.queues.dead["fetch"]
    message = decode(dead.body)
    assert isinstance(message, FetchLine)
    assert message.waits == MOST_WAITS + 1
    assert dead.why.startswith("chain ended")
    assert hub.inner.queues.depth() == 0
