"""Keys: whatever the parts hold, they never run into each other."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from samspill.engine.model import Side, link_id, record_of
from samspill.state import FlowKey, StreamKey
from samspill.store import keys

texts = st.text(alphabet=st.sampled_from("a#%23-/ø\U0001f600") | st.characters(exclude_categories=["Cs"]), max_size=8)
parts = st.lists(texts, min_size=1, max_size=4)


@given(parts)
@example(["a#b", "%23", "%", ""])
def test_keys_are_split_as_they_were_joined(one: list[str]) -> None:
    assert keys.split(keys.join(*one)) == one


@given(parts, parts)
def test_different_parts_make_different_keys(one: list[str], other: list[str]) -> None:
    assert (keys.join(*one) == keys.join(*other)) == (one == other)


@given(texts, texts, texts)
def test_the_partition_tells_the_stream(tenant: str, flow: str, stream: str) -> None:
    key = StreamKey(tenant, flow, stream)
    assert keys.stream_of(keys.links(key)) == key


@given(st.sampled_from(Side), texts)
def test_a_links_id_tells_the_record_it_began_with(side: Side, external_id: str) -> None:
    assert record_of(link_id(side, external_id)) == (side, external_id)
    assert keys.record(side, external_id) == link_id(side, external_id)


def test_no_two_kinds_of_item_share_a_key() -> None:
    flow, stream = FlowKey("t", "f"), StreamKey("t", "f", "s")
    partitions = [
        keys.links(stream),
        keys.cursors(stream),
        keys.once(flow, "s"),
        keys.runs(flow),
        keys.tenant("t"),
        keys.lease("t"),
        keys.budget("t"),
        keys.quota("t"),
    ]
    assert len(set(partitions)) == len(partitions)
    assert not keys.connection("x").startswith(keys.flow(""))
