"""Links: committed on a revision, one pair per record, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Outcome, RefusedValue, Result, Shadow, Side, link_id
from samspill.engine.revision import Revision
from samspill.errors import UnstorableError
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import FlowKey, StreamKey
from tests.stores.conftest import Stores

STREAM = StreamKey("tenant", "a#flow", "customers")
LEFT, RIGHT = Side.LEFT, Side.RIGHT


def alone(name: str = "1", side: Side = LEFT, **more: Any) -> Link:
    return replace(Link(id=link_id(side, name), ids={side: name}), **more)


def pair(left: str, right: str) -> LinkCommit:
    ids = {LEFT: left, RIGHT: right}
    return LinkCommit(alone(left, ids=ids, state=LinkState.LINKED), ((RIGHT, right),))


def ended(result: Result) -> Outcome:
    return Outcome(result, Reason("unmatched"))


class TestLinks:
    def test_a_link_is_found_by_its_own_record(self, stores: Stores) -> None:
        assert stores.links.commit(STREAM, [LinkCommit(alone(label="Bakken"))]) == [True]
        found = stores.links.of_records(STREAM, LEFT, ["1", "2"])
        assert found == {"1": alone(label="Bakken", revision=1)}

    def test_a_link_is_found_through_its_pointer_under_its_own_id_only(self, stores: Stores) -> None:
        commit = pair("1", "r9")
        assert stores.links.commit(STREAM, [commit]) == [True]
        stored = replace(commit.link, revision=1)
        assert stores.links.of_records(STREAM, RIGHT, ["r9", "r8"]) == {"r9": stored}
        assert stores.links.get(STREAM, ["left-1", "right-r9", "left-0"]) == {"left-1": stored}
        assert list(stores.links.all(STREAM)) == [stored]

    def test_a_record_asked_for_twice_is_told_once(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone())])
        assert list(stores.links.of_records(STREAM, LEFT, ["1", "1"])) == ["1"]

    def test_ids_may_hold_any_character(self, stores: Stores) -> None:
        odd = "A#1%23-b/ø \u2028\U0001f600"
        stream = StreamKey("t#1", "f%", "LINK#")
        assert stores.links.commit(stream, [pair(odd, odd)]) == [True]
        assert stores.links.of_records(stream, RIGHT, [odd])[odd].ids == {LEFT: odd, RIGHT: odd}
        assert stores.links.get(stream, [link_id(LEFT, odd)])[link_id(LEFT, odd)].id == f"left-{odd}"

    def test_a_commit_on_an_old_revision_changes_nothing(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone())])
        assert stores.links.commit(STREAM, [LinkCommit(alone(revision=1, label="new"))]) == [True]
        assert stores.links.commit(STREAM, [LinkCommit(alone(revision=1, label="late"))]) == [False]
        assert stores.links.commit(STREAM, [LinkCommit(alone(revision=3, label="early"))]) == [False]
        assert stores.links.get(STREAM, ["left-1"])["left-1"] == alone(revision=2, label="new")

    def test_a_second_first_commit_and_an_update_of_nothing_are_refused(self, stores: Stores) -> None:
        assert stores.links.commit(STREAM, [LinkCommit(alone())]) == [True]
        assert stores.links.commit(STREAM, [LinkCommit(alone()), LinkCommit(alone("2", revision=1))]) == [False, False]

    def test_of_two_commits_of_one_link_in_one_call_the_first_holds(self, stores: Stores) -> None:
        commits = [LinkCommit(alone(label="first")), LinkCommit(alone(label="second"))]
        assert stores.links.commit(STREAM, commits) == [True, False]
        assert stores.links.get(STREAM, ["left-1"])["left-1"].label == "first"

    def test_a_record_gets_no_second_pair(self, stores: Stores) -> None:
        assert stores.links.commit(STREAM, [pair("1", "r")]) == [True]
        assert stores.links.commit(STREAM, [pair("2", "r")]) == [False]
        assert stores.links.get(STREAM, ["left-2"]) == {}
        assert stores.links.of_records(STREAM, RIGHT, ["r"])["r"].id == "left-1"

    def test_of_two_pairs_of_one_record_in_one_call_the_first_holds(self, stores: Stores) -> None:
        assert stores.links.commit(STREAM, [pair("1", "r"), pair("2", "r")]) == [True, False]
        assert [link.id for link in stores.links.all(STREAM)] == ["left-1"]

    def test_a_link_that_does_not_hold_leaves_no_pointer(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone())])
        assert stores.links.commit(STREAM, [pair("1", "r")]) == [False]
        assert stores.links.of_records(STREAM, RIGHT, ["r"]) == {}

    def test_a_pointer_absorbs_a_link_that_is_still_unlinked_but_no_other(self, stores: Stores) -> None:
        claimed = alone("c", RIGHT, state=LinkState.CLAIMED)
        stores.links.commit(STREAM, [LinkCommit(alone("r", RIGHT)), LinkCommit(claimed)])
        assert stores.links.commit(STREAM, [pair("1", "r"), pair("2", "c")]) == [True, False]
        assert stores.links.of_records(STREAM, RIGHT, ["r", "c"])["r"].id == "left-1"
        assert stores.links.commit(STREAM, [LinkCommit(alone("r", RIGHT, revision=1))]) == [False]

    def test_a_record_whose_pair_has_ended_may_find_another_partner(self, stores: Stores) -> None:
        for began, first in (
            (LEFT, pair("1", "r9")),
            (RIGHT, LinkCommit(alone("r8", RIGHT, ids={LEFT: "2", RIGHT: "r8"}))),
        ):
            kept = first.link.ids[RIGHT]
            stores.links.commit(STREAM, [first])
            again = pair("new" + began, kept)
            living = replace(first.link, revision=1, state=LinkState.LINKED)
            assert stores.links.commit(STREAM, [LinkCommit(living)]) == [True]
            assert stores.links.commit(STREAM, [again]) == [False]

            stores.links.commit(STREAM, [LinkCommit(replace(living, revision=2, state=LinkState.TOMBSTONE))])
            assert stores.links.commit(STREAM, [again]) == [True]
            found = stores.links.of_records(STREAM, RIGHT, [kept])[kept]
            assert found.id == again.link.id
            assert stores.links.commit(STREAM, [pair("third" + began, kept)]) == [False]

    def test_a_pair_is_parted_into_two_links_at_once(self, stores: Stores) -> None:
        commit = pair("1", "r")
        stores.links.commit(STREAM, [commit])
        parted = alone("r", RIGHT, apart=("1",), outcome=ended(Result.REVIEW), revision=1)
        first = alone("1", apart=("r",), revision=1)

        assert stores.links.commit(STREAM, [LinkCommit(first, parted=parted)]) == [True]

        assert stores.links.of_records(STREAM, LEFT, ["1"])["1"] == replace(first, revision=2)
        assert stores.links.of_records(STREAM, RIGHT, ["r"])["r"] == replace(parted, revision=2)
        assert len(list(stores.links.all(STREAM))) == 2
        (listed,) = stores.links.with_result(STREAM.of_flow, [Result.REVIEW])
        assert listed == (STREAM, replace(parted, revision=2))
        assert stores.links.commit(STREAM, [pair("2", "r")]) == [True]

    def test_a_pair_that_changed_meanwhile_is_not_parted(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [pair("1", "r"), pair("2", "other")])
        late = LinkCommit(alone("1"), parted=alone("r", RIGHT))
        of_another = LinkCommit(alone("2", revision=1), parted=alone("r", RIGHT, revision=1))

        assert stores.links.commit(STREAM, [late, of_another]) == [False, False]

        assert stores.links.of_records(STREAM, RIGHT, ["r"])["r"].id == "left-1"
        assert stores.links.of_records(STREAM, LEFT, ["2"])["2"].state is LinkState.LINKED

    def test_a_pointer_to_where_it_already_points_or_to_the_links_own_record_is_no_obstacle(
        self, stores: Stores
    ) -> None:
        commit = pair("1", "r")
        stores.links.commit(STREAM, [commit])
        again = replace(
            commit, link=replace(commit.link, revision=1), pointers=((LEFT, "1"), (RIGHT, "r"), (RIGHT, "r"))
        )
        assert stores.links.commit(STREAM, [again]) == [True]
        assert stores.links.of_records(STREAM, LEFT, ["1"])["1"].revision == 2

    def test_one_bad_commit_does_not_stop_the_others(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone("7")), pair("x", "r9")])
        held = stores.links.commit(STREAM, [pair(str(n), f"r{n}") for n in range(60)])
        assert held == [n not in {7, 9} for n in range(60)]
        assert len(stores.links.of_records(STREAM, RIGHT, [f"r{n}" for n in range(60)])) == 59
        assert len(list(stores.links.all(STREAM))) == 60

    def test_streams_do_not_see_each_other(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone(outcome=ended(Result.REVIEW)))])
        other = STREAM._replace(stream="projects")
        assert stores.links.get(other, ["left-1"]) == {}
        assert stores.links.of_records(other, LEFT, ["1"]) == {}
        assert list(stores.links.all(other)) == []
        assert list(stores.links.with_result(FlowKey("tenant", "a"), [Result.REVIEW])) == []

    def test_what_waits_for_somebody_is_listed_until_it_does_not(self, stores: Stores) -> None:
        projects = STREAM._replace(stream="projects")
        stores.links.commit(STREAM, [LinkCommit(alone(outcome=ended(Result.REVIEW))), LinkCommit(alone("2"))])
        stores.links.commit(STREAM, [LinkCommit(alone("3", outcome=ended(Result.APPLIED)))])
        stores.links.commit(projects, [LinkCommit(alone("4", outcome=ended(Result.FAILED)))])

        def names(*results: Result) -> list[tuple[str, str]]:
            return sorted((key.stream, link.id) for key, link in stores.links.with_result(STREAM.of_flow, results))

        assert names(Result.REVIEW, Result.FAILED) == [("customers", "left-1"), ("projects", "left-4")]
        assert names(Result.WAITING, Result.CONFLICT) == []
        stores.links.commit(STREAM, [LinkCommit(alone(revision=1, outcome=ended(Result.APPLIED)))])
        assert names(Result.REVIEW) == []

    def test_a_link_that_was_absorbed_is_listed_no_more(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [LinkCommit(alone("r", RIGHT, outcome=ended(Result.REVIEW)))])
        stores.links.commit(STREAM, [pair("1", "r")])
        assert list(stores.links.with_result(STREAM.of_flow, [Result.REVIEW])) == []

    def test_a_result_that_has_no_list_is_not_taken_for_an_empty_one(self, stores: Stores) -> None:
        with pytest.raises(ValueError, match="applied"):
            list(stores.links.with_result(STREAM.of_flow, [Result.REVIEW, Result.APPLIED]))

    @pytest.mark.parametrize("state", [LinkState.CLAIMED, LinkState.LINKED])
    def test_a_pair_takes_no_record_whose_own_link_is_being_made_or_stands(
        self, stores: Stores, state: LinkState
    ) -> None:
        own = alone("r", RIGHT, state=state)
        stores.links.commit(STREAM, [LinkCommit(own)])
        assert stores.links.commit(STREAM, [pair("1", "r")]) == [False]
        assert stores.links.of_records(STREAM, RIGHT, ["r"])["r"] == replace(own, revision=1)
        assert stores.links.of_records(STREAM, LEFT, ["1"]) == {}

    @pytest.mark.parametrize("state", [LinkState.UNLINKED, LinkState.CLAIMED, LinkState.LINKED])
    def test_a_pair_takes_no_record_that_another_link_leads_from_unless_that_has_ended(
        self, stores: Stores, state: LinkState
    ) -> None:
        """A pointer stays while its link is interrupted, given back or under way: only a tombstone sets it free."""
        stores.links.commit(STREAM, [pair("1", "r")])
        stores.links.commit(STREAM, [LinkCommit(replace(pair("1", "r").link, revision=1, state=state))])
        assert stores.links.commit(STREAM, [pair("2", "r")]) == [False]
        assert stores.links.of_records(STREAM, RIGHT, ["r"])["r"].id == "left-1"
        assert stores.links.of_records(STREAM, LEFT, ["2"]) == {}


class TestWeight:
    """What is more than DynamoDB takes is refused alike by both, and costs nobody else."""

    def heavy(self, name: str, size_bytes: int, **more: Any) -> Link:
        return alone(name, base={"name": "Aas", "description": "x" * size_bytes}, **more)

    def test_a_link_too_large_is_refused_by_itself_with_its_largest_field(self, stores: Stores) -> None:
        commits = [LinkCommit(alone("1")), LinkCommit(self.heavy("2", 450_000)), pair("3", "r3")]
        with pytest.raises(UnstorableError) as refused:
            stores.links.commit(STREAM, commits)
        assert refused.value.held == [True, False, True]
        why = {index: (error.reason, error.field) for index, error in refused.value.blamed.items()}
        assert why == {1: (Reason("too_large", {"field": "description", "size": "450"}), "description")}
        assert refused.value.field == "description"
        assert stores.links.get(STREAM, ["left-1", "left-2", "left-3"]).keys() == {"left-1", "left-3"}

    def test_what_an_item_just_holds_is_kept_whole(self, stores: Stores) -> None:
        assert stores.links.commit(STREAM, [LinkCommit(self.heavy("1", 390_000))]) == [True]
        stored = stores.links.get(STREAM, ["left-1"])["left-1"]
        assert stored == self.heavy("1", 390_000, revision=1)

    def test_letters_are_weighed_as_the_table_holds_them(self, stores: Stores) -> None:
        letters = LinkCommit(alone("1", base={"description": "å" * 210_000}))
        with pytest.raises(UnstorableError):
            stores.links.commit(STREAM, [letters])

    def test_values_that_both_sides_share_are_weighed_once(self, stores: Stores) -> None:
        base = {"description": "x" * 300_000}
        shared = alone("1", base=base, shadows={side: Shadow(base, Revision(1), 1, "f") for side in Side})
        assert stores.links.commit(STREAM, [LinkCommit(shared)]) == [True]
        differing = alone("2", base=base, shadows={LEFT: Shadow({"description": "y" * 300_000})})
        with pytest.raises(UnstorableError):
            stores.links.commit(STREAM, [LinkCommit(differing)])

    def test_more_than_a_transaction_takes_is_stored_in_several(self, stores: Stores) -> None:
        commits = [LinkCommit(self.heavy(str(number), 300_000)) for number in range(20)]
        assert stores.links.commit(STREAM, commits) == [True] * 20
        assert len(list(stores.links.all(STREAM))) == 20

    def test_what_a_side_refused_is_kept(self, stores: Stores) -> None:
        why = Reason("field_refused", {"field": "phone"})
        link = alone("1", refused={"right.phone": RefusedValue("0f0f", why)})
        stores.links.commit(STREAM, [LinkCommit(link)])
        assert stores.links.get(STREAM, ["left-1"])["left-1"].refused == {"right.phone": RefusedValue("0f0f", why)}


def test_links_follow_each_other_in_the_order_of_their_ids_and_pointers_are_no_links(stores: Stores) -> None:
    for name in ("c", "a", "b", "é", "a#1"):
        ids = {Side.LEFT: name, Side.RIGHT: f"R{name}"}
        commit = LinkCommit(Link(f"left-{name}", ids, LinkState.LINKED), ((Side.RIGHT, f"R{name}"),))
        assert stores.links.commit(STREAM, [commit]) == [True]
    assert stores.links.commit(STREAM, [LinkCommit(Link("right-z", {Side.RIGHT: "z"}))]) == [True]
    every = ["left-a", "left-a#1", "left-b", "left-c", "left-é", "right-z"]
    assert [link.id for link in stores.links.following(STREAM, "", 99)] == every
    assert [link.id for link in stores.links.following(STREAM, "left-a", 2)] == ["left-a#1", "left-b"]
    assert [link.id for link in stores.links.following(STREAM, "left-c", 9)] == ["left-é", "right-z"]
    assert stores.links.following(STREAM, "right-z", 9) == []
