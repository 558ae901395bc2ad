"""A key that a record out of scope has: who asks for it is told what has it, and the two are never taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Seen
from samspill.engine.model import Result
from samspill.engine.rules import MatchRule, StreamRules, single
from samspill.engine.taken import held_out_of_scope, taken
from samspill.reasons import Reason
from tests.engine.builders import L, R, alone, case, gone, pair, read, rules, unreadable, why

OWN: Fields = {"name": "Hall", "number": "17"}
HELD: Fields = {"name": "Roof", "number": "17"}
NUMBER = MatchRule("number", single(lambda fields: str(fields["number"]) if "number" in fields else None), "number")
NAME = MatchRule("name", single(lambda fields: str(fields.get("name"))))


def stream(code: str | None = "sub_project", **more: Any) -> StreamRules:
    scope = {R: lambda _: Reason(code) if code else None}
    return rules(**{"scope": scope, "matches": (NAME, NUMBER), **more})


def told(made: StreamRules, own: Seen, holder: Seen, matched: str = "number", link: Any = None) -> Any:
    return held_out_of_scope(case(made, link or alone(), own, holder), matched)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("sub_project", "a sub-project"),
        ("too_deep", "a sub-project"),
        ("is_offer", "an offer"),
        ("other", "a record that is not kept in step"),
    ],
)
def test_who_asks_for_the_key_is_told_what_has_it_and_only_the_own_record_is_known_then(code: str, kind: str) -> None:
    made = told(stream(code), read(L, OWN), read(R, HELD, label="Roof"))

    names = {"system": "Svenn", "source": "Tripletex"}
    assert (made.result, made.write) == (Result.FAILED, None)
    assert made.reason == why("key_taken", field="number", value="17", label="Roof", holder=kind, **names)
    assert [*made.link.shadows] == [L]


def test_a_record_without_a_label_is_named_by_its_id_and_a_system_without_a_name_by_its_side() -> None:
    made = taken(stream(None, systems={}), R, "number", read(R, HELD, label="").observation)

    assert made.params["label"] == "9"
    assert (made.params["system"], made.params["source"]) == ("right", "left")
    assert made.params["holder"] == "a record that is not kept in step"


@pytest.mark.parametrize("matched", ["", "reconsider", "person"])
def test_where_no_rule_found_it_nothing_is_said_here(matched: str) -> None:
    assert told(stream(), read(L, OWN), read(R, HELD), matched) is None


def test_of_a_pair_or_of_what_was_not_read_or_has_no_such_key_nothing_is_said_here() -> None:
    assert told(stream(), read(L, OWN), read(R, HELD), link=pair()) is None
    assert held_out_of_scope(case(stream(), alone(), read(L, OWN)), "number") is None
    assert told(stream(), read(L, OWN), read(R, {**HELD, "number": "18"})) is None
    assert told(stream(matches=(NAME,)), read(L, OWN), read(R, {**HELD, "name": "Hall"})) is None


def test_of_a_holder_that_is_in_scope_or_gone_or_cannot_be_taken_nothing_is_said_here() -> None:
    own = read(L, OWN)

    assert told(stream(None), own, read(R, HELD)) is None
    assert told(stream(scope={}), own, read(R, HELD)) is None
    assert told(stream(), own, unreadable(R, HELD)) is None
    assert told(stream(), own, read(R, HELD, deleted=True)) is None
    assert told(stream(), own, gone(R)) is None
