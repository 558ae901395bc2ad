"""Links: committed on a revision, one pair per record, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.values import Value
from samspill.engine.model import (
    Candidate,
    Decision,
    Intent,
    Link,
    LinkState,
    Outcome,
    Result,
    Shadow,
    Side,
)
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import FlowKey, StreamKey
from samspill.store import keys, link_items

if TYPE_CHECKING:
    from tests.stores.conftest import Stores

STREAM = StreamKey("tenant", "a#flow", "customers")


def link(name: str = "1", **more: object) -> Link:
    return replace(Link(id=f"left-{name}", ids={Side.LEFT: name}), **more)  # type: ignore[arg-type]


def test_a_link_is_found_by_its_own_record(stores: Stores) -> None:
    assert stores.links.commit(STREAM, [LinkCommit(link(label="Bakken"))]) == [True]
    found = stores.links.of_records(STREAM, Side.LEFT, ["1", "2"])
    assert found == {"1": link(label="Bakken", revision=1)}


def test_a_link_is_found_through_its_pointer_and_only_through_that(stores: Stores) -> None:
    pair = link(ids={Side.LEFT: "1", Side.RIGHT: "r9"}, state=LinkState.LINKED)
    assert stores.links.commit(STREAM, [LinkCommit(pair, ((Side.RIGHT, "r9"),))]) == [True]
    assert stores.links.of_records(STREAM, Side.RIGHT, ["r9", "r8"]) == {"r9": replace(pair, revision=1)}
    assert stores.links.get(STREAM, ["right-r9"]) == {}
    assert [found.id for found in stores.links.all(STREAM)] == ["left-1"]


def test_a_commit_on_an_old_revision_changes_nothing(stores: Stores) -> None:
    stores.links.commit(STREAM, [LinkCommit(link())])
    assert stores.links.commit(STREAM, [LinkCommit(link(revision=1, label="new"))]) == [True]
    assert stores.links.commit(STREAM, [LinkCommit(link(revision=1, label="late"))]) == [False]
    assert stores.links.get(STREAM, ["left-1"])["left-1"].label == "new"


def test_a_second_first_commit_is_refused(stores: Stores) -> None:
    assert stores.links.commit(STREAM, [LinkCommit(link())]) == [True]
    assert stores.links.commit(STREAM, [LinkCommit(link())]) == [False]


def test_a_record_gets_no_second_pair(stores: Stores) -> None:
    one = link("1", ids={Side.LEFT: "1", Side.RIGHT: "r"}, state=LinkState.LINKED)
    two = link("2", ids={Side.LEFT: "2", Side.RIGHT: "r"}, state=LinkState.LINKED)
    assert stores.links.commit(STREAM, [LinkCommit(one, ((Side.RIGHT, "r"),))]) == [True]
    assert stores.links.commit(STREAM, [LinkCommit(two, ((Side.RIGHT, "r"),))]) == [False]
    assert stores.links.get(STREAM, ["left-2"]) == {}


def test_a_pointer_absorbs_a_link_that_is_still_unlinked_but_no_other(stores: Stores) -> None:
    alone = Link(id="right-r", ids={Side.RIGHT: "r"})
    claimed = Link(id="right-c", ids={Side.RIGHT: "c"}, state=LinkState.CLAIMED)
    stores.links.commit(STREAM, [LinkCommit(alone), LinkCommit(claimed)])
    one = link("1", ids={Side.LEFT: "1", Side.RIGHT: "r"}, state=LinkState.LINKED)
    two = link("2", ids={Side.LEFT: "2", Side.RIGHT: "c"}, state=LinkState.LINKED)
    commits = [LinkCommit(one, ((Side.RIGHT, "r"),)), LinkCommit(two, ((Side.RIGHT, "c"),))]
    assert stores.links.commit(STREAM, commits) == [True, False]
    assert stores.links.of_records(STREAM, Side.RIGHT, ["r"])["r"].id == "left-1"


def test_one_bad_commit_does_not_stop_the_others(stores: Stores) -> None:
    stores.links.commit(STREAM, [LinkCommit(link("1"))])
    commits = [LinkCommit(link(str(n))) for n in range(130)]
    held = stores.links.commit(STREAM, commits)
    assert held == [n != 1 for n in range(130)]
    assert len(list(stores.links.all(STREAM))) == 130


def test_streams_do_not_see_each_other(stores: Stores) -> None:
    stores.links.commit(STREAM, [LinkCommit(link())])
    other = STREAM._replace(stream="projects")
    assert stores.links.get(other, ["left-1"]) == {}
    assert list(stores.links.all(other)) == []


def test_what_waits_for_a_person_is_listed_until_it_does_not(stores: Stores) -> None:
    doubtful = link(outcome=Outcome(Result.REVIEW, Reason("unmatched")))
    stores.links.commit(STREAM, [LinkCommit(doubtful), LinkCommit(link("2"))])
    listed = list(stores.links.with_result(STREAM.of_flow, [Result.REVIEW, Result.FAILED]))
    assert [(stream, found.id) for stream, found in listed] == [(STREAM, "left-1")]
    settled = replace(listed[0][1], outcome=Outcome(Result.APPLIED, Reason("equal")))
    stores.links.commit(STREAM, [LinkCommit(settled)])
    assert list(stores.links.with_result(STREAM.of_flow, [Result.REVIEW])) == []


values = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=20))
fields = st.dictionaries(st.sampled_from(["name", "number", "email", "customer"]), values)
groups = st.dictionaries(st.just("postal_address"), st.dictionaries(st.sampled_from(["line1", "city"]), values))
whole = st.builds(lambda a, b: a | b, fields, groups)
shadows = st.builds(Shadow, whole, st.none() | st.integers(0, 10**6), st.integers(0, 2**31), st.text(max_size=24))
reasons = st.builds(Reason, st.just("rejected"), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
links = st.builds(
    Link,
    id=st.just("left-1"),
    ids=st.dictionaries(st.sampled_from(Side), st.text(max_size=8), min_size=1),
    state=st.sampled_from(LinkState),
    base=whole,
    shadows=st.dictionaries(st.sampled_from(Side), shadows),
    outcome=st.none() | st.builds(Outcome, st.sampled_from(Result), reasons),
    label=st.text(max_size=20),
    intent=st.none()
    | st.builds(Intent, st.text(max_size=9), st.sampled_from(Side), st.integers(0, 2**31), whole, shadows, whole),
    decision=st.none() | st.builds(Decision, st.just("link"), st.text(max_size=5), st.integers(0, 9), st.none()),
    candidates=st.lists(
        st.builds(Candidate, st.text(max_size=5), st.text(max_size=5), st.integers(0, 100), st.text(max_size=5))
    ).map(tuple),
    attempt=st.text(max_size=9),
    absent=st.dictionaries(st.sampled_from(Side), st.integers(1, 3)),
    echoes=st.dictionaries(st.text(max_size=5), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    revision=st.integers(0, 9),
)


@given(links)
def test_a_link_survives_the_table(one: Link) -> None:
    assert link_items.decode(one.id, one.revision, link_items.encode(one)) == one


def test_a_typical_pair_stays_under_a_kilobyte() -> None:
    customer: dict[str, Value] = {
        "name": "Fjellheim Rør & Sanitær AS",
        "number": "10042",
        "organization_number": "912345678",
        "email": "post@fjellheim.example",
        "phone": "22334455",
        "postal_address": {"line1": "Storgata 1", "line2": None, "postcode": "0155", "city": "Oslo", "country": "NO"},
        "is_active": True,
    }
    shadow = Shadow(customer, 12, 1_790_000_000, "0123456789abcdef01234567")
    pair = link(
        "123456",
        ids={Side.LEFT: "123456", Side.RIGHT: "9876"},
        state=LinkState.LINKED,
        base=customer,
        shadows={Side.LEFT: shadow, Side.RIGHT: replace(shadow, fields={**customer, "phone": "22 33 44 55"})},
        outcome=Outcome(Result.APPLIED, Reason("updated", {"system": "Timerabbit", "fields": "email, phone"})),
        label="10042 Fjellheim Rør & Sanitær AS",
        attempt="left-123456@7",
    )
    overhead = len(keys.links(STREAM)) + len(pair.id) + 40
    assert len(link_items.encode(pair)) + overhead < 1024


@given(st.lists(st.text(), min_size=1))
def test_keys_are_split_as_they_were_joined(parts: list[str]) -> None:
    assert keys.split(keys.join(*parts)) == parts


@pytest.mark.parametrize("stream", [STREAM, StreamKey("t%", "f#23", "s")])
def test_the_partition_tells_the_stream(stream: StreamKey) -> None:
    assert keys.stream_of(keys.links(stream)) == stream
    assert keys.status(FlowKey("a", "b"), "review") != keys.status(FlowKey("a#b", ""), "review")
