"""Records that share one of several keys are in one group, and what too many share joins nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from samspill.engine.joined_keys import CROWD, JoinedKeys

keys = st.lists(st.sampled_from("abcdefgh"), max_size=3)


def test_records_are_joined_by_a_third_that_shares_a_key_with_each() -> None:
    joined = JoinedKeys([["m1"], ["m3"], ["m2", "m1"], ["m3", "m2"], ["m9"]])
    assert joined.group(["m1"]) == joined.group(["m3"]) == joined.group(["m3", "m2"])
    assert joined.group(["m9"]) != joined.group(["m1"])
    assert joined.group([]) is None


def test_a_key_that_too_many_have_joins_nothing_and_names_no_group() -> None:
    joined = JoinedKeys([["00", f"m{number}"] for number in range(CROWD + 1)])
    assert joined.dull == {"00"}
    assert joined.group(["00"]) is None
    assert len({joined.group(["00", f"m{number}"]) for number in range(CROWD + 1)}) == CROWD + 1
    assert not JoinedKeys([["00", f"m{number}"] for number in range(CROWD)]).dull


@given(st.lists(keys, max_size=12))
def test_two_records_with_a_key_in_common_are_in_one_group_and_the_order_does_not_matter(
    records: list[list[str]],
) -> None:
    joined, turned = JoinedKeys(records), JoinedKeys(reversed([[*reversed(each)] for each in records]))
    for one in records:
        assert joined.group(one) == turned.group([*reversed(one)])
        for other in records:
            if set(one) & set(other):
                assert joined.group(one) == joined.group(other)


@given(st.lists(keys, min_size=1, max_size=8))
def test_a_group_holds_nothing_that_no_chain_of_records_joins(records: list[list[str]]) -> None:
    joined = JoinedKeys(records)
    reached = set(records[0])
    for _ in records:
        reached |= {key for each in records if reached & set(each) for key in each}
    apart = [each for each in records if each and not reached & set(each)]
    assert all(joined.group(each) != joined.group(records[0]) for each in apart)
