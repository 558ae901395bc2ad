"""What a newer version stored is left alone by this one."""

from __future__ import annotations

import pytest

from samspill.engine.case import Seen
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy
from samspill.flows.flow import RuleChange
from samspill.flows.tripletex_timerabbit import CUSTOMERS
from samspill.texts.reasons import reason_text


@pytest.mark.parametrize("sides", [(Side.LEFT,), (Side.RIGHT,), tuple(Side)])
@pytest.mark.parametrize("deleted", [False, True])
def test_a_link_in_an_unknown_state_is_neither_written_nor_stored_whatever_is_read(
    sides: tuple[Side, ...], *, deleted: bool
) -> None:
    link = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "a"}, LinkState("frozen"))
    seen = {
        side: Seen(Observation("1", {"name": "New", "number": "1"}, Revision(9), deleted=deleted)) for side in sides
    }
    made = plan(CUSTOMERS, link, seen, 0, matched="number")
    assert (made.result, made.reason.code, made.write, made.store) == (Result.WAITING, "newer_state", None, False)
    assert "frozen" in reason_text(made.reason)


def test_a_rule_of_a_newer_version_leaves_the_field_alone() -> None:
    rule = FieldRule("name", Policy.TWO_WAY, Side.LEFT)
    changed = RuleChange(Policy("by-vote"), Side.RIGHT, OnConflict.MASTER_WINS).of(rule)
    assert changed.policy is Policy.OFF


def test_a_way_to_settle_a_conflict_that_is_not_known_asks_a_person() -> None:
    rule = FieldRule("name", Policy.TWO_WAY, Side.LEFT)
    assert RuleChange(Policy.TWO_WAY, Side.LEFT, OnConflict("throw-dice")).of(rule).on_conflict is OnConflict.REVIEW


def test_unknown_values_are_equal_to_themselves_and_to_no_member() -> None:
    assert Result("postponed") == Result("postponed") == "postponed"
    assert (Result("postponed").value, Result("postponed").name) == ("postponed", "postponed")
    assert not Result("postponed").is_known
    assert Result("applied") is Result.APPLIED
    assert Result.APPLIED.is_known
    assert Result("postponed") not in set(Result)
    with pytest.raises(ValueError, match="3"):
        Result(3)  # type: ignore[arg-type]  # only a text can be a newer value
