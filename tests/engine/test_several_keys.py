"""Match rules with several keys, with keys of several parts, and keys in which records contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.identity import Verdict, judge, searched_keys
from samspill.engine.joined_keys import CROWD
from samspill.engine.match import Matching, match
from samspill.engine.model import Observation, Side
from samspill.engine.rules import MOST_KEYS, MatchRule, StreamRules, all_of, any_of, single
from samspill.reasons import Reason


def lower(text: str) -> str | None:
    return text.casefold() or None


def text_of(name: str) -> MatchRule:
    return MatchRule(name, any_of(name, normal=lower))


SERIAL = MatchRule("serial", all_of(text_of("serial").keys, text_of("maker").keys), differs=True)
ADDRESS = MatchRule("address", any_of("macs", "wifi", normal=lower), several=True)
DEVICES = StreamRules("devices", (), creates=frozenset(Side), matches=(SERIAL, ADDRESS))


def seen(name: str, /, **fields: Value) -> Observation:
    return Observation(name, fields, label=name)


def pairs(found: Matching) -> list[tuple[str, str, str]]:
    return [(left.external_id, right.external_id, rule) for left, right, rule in found.pairs]


def doubts(found: Matching) -> dict[str, tuple[str, set[str]]]:
    return {
        each.observation.external_id: (each.outcome.reason.code, {one.external_id for one in each.candidates})
        for each in found.doubts
    }


class TestKeys:
    def test_texts_alone_and_in_lists_are_keys_each_once_in_normal_form(self) -> None:
        fields: Fields = {"macs": ["AA", "bb", "", None, 7, "aa"], "wifi": "CC", "serial": None}
        assert ADDRESS.keys(fields) == ("aa", "bb", "cc")
        assert ADDRESS.keys({"macs": None}) == ADDRESS.keys({}) == ()

    def test_a_key_of_two_parts_needs_both(self) -> None:
        assert SERIAL.shares({"serial": "1A", "maker": "Bosch"}, {"serial": "1a", "maker": "BOSCH"})
        assert not SERIAL.shares({"serial": "1A", "maker": "Bosch"}, {"serial": "1a", "maker": "Hilti"})
        assert not SERIAL.shares({"serial": "1A"}, {"serial": "1a"})
        assert not SERIAL.shares({"serial": "a", "maker": "bc"}, {"serial": "ab", "maker": "c"})

    def test_of_very_many_keys_the_first_are_looked_at(self) -> None:
        many: Value = [str(number) for number in range(10 * MOST_KEYS)]
        assert len(ADDRESS.keys({"macs": many})) == MOST_KEYS
        product = all_of(any_of("macs", normal=lower), any_of("macs", normal=lower))
        assert len(product({"macs": many})) == MOST_KEYS

    def test_a_record_without_a_partner_is_remembered_under_each_of_its_keys(self) -> None:
        fields: Fields = {"macs": ["a", "b"], "serial": "1", "maker": "x"}
        assert searched_keys(DEVICES, fields) == ["serial|1\x1fx", "address|a", "address|b"]

    def test_a_rule_with_one_key_is_as_it_was(self) -> None:
        rule = MatchRule("number", single(lambda fields: str(fields["n"]) if fields.get("n") else None))
        assert (rule.keys({"n": "1"}), rule.keys({})) == (("1",), ())
        assert not rule.contradicts({"n": "1"}, {"n": "2"})


class TestVerdict:
    """What is decided about two records, live as in the first sync."""

    def test_one_address_of_several_in_common_is_enough(self) -> None:
        judged = judge(DEVICES, {"macs": ["a", "b"]}, {"macs": ["c"], "wifi": "B"})
        assert (judged.verdict, judged.rule) == (Verdict.SAME, "address")

    def test_records_that_share_one_key_and_contradict_each_other_in_another_are_asked_about(self) -> None:
        named = MatchRule("tag", any_of("tag", normal=lower), field="tag")
        rules = StreamRules("devices", (), matches=(SERIAL, named))
        one: Fields = {"serial": "1", "maker": "x", "tag": "T"}
        judged = judge(rules, one, {"serial": "2", "maker": "x", "tag": "t"})
        assert (judged.verdict, judged.rule, judged.code) == (Verdict.ASK, "tag", "same_key_but_other")
        assert judge(rules, one, {"tag": "t"}).verdict is Verdict.SAME, "what is not told contradicts nothing"
        assert judge(rules, one, {"serial": "1", "maker": "X", "tag": "u"}).verdict is Verdict.SAME


class TestFirstMatch:
    def test_devices_that_share_an_address_are_linked_whatever_else_they_have(self) -> None:
        left = [seen("1", macs=["a", "b"]), seen("2", macs=["c"]), seen("3", macs=["x"])]
        right = [seen("r", macs=["d", "c"]), seen("s", wifi="B"), seen("t")]
        found = match(DEVICES, left, right)
        assert pairs(found) == [("1", "s", "address"), ("2", "r", "address")]
        assert doubts(found) == {}

    def test_a_device_that_shares_addresses_with_two_is_asked_about_and_linked_with_neither(self) -> None:
        found = match(DEVICES, [seen("1", macs=["a", "b"])], [seen("r", macs=["a"]), seen("s", macs=["b"])])
        assert pairs(found) == []
        assert doubts(found) == {"1": ("ambiguous", {"r", "s"})}

    def test_a_stronger_key_comes_first_and_what_it_leaves_is_matched_by_the_weaker(self) -> None:
        one: Fields = {"serial": "1", "maker": "x", "macs": ["a"]}
        left = [seen("1", **one), seen("2", macs=["a", "c"])]
        right = [seen("r", **one), seen("s", macs=["c"])]
        assert pairs(match(DEVICES, left, right)) == [("1", "r", "serial"), ("2", "s", "address")]

    def test_devices_that_contradict_each_other_are_not_linked_by_an_address(self) -> None:
        left = [seen("1", serial="1", maker="x", macs=["a"])]
        right = [seen("r", serial="2", maker="x", macs=["a"])]
        assert pairs(match(DEVICES, left, right)) == []

    @pytest.mark.parametrize("order", [1, -1])
    def test_an_address_that_a_maker_gave_to_all_its_devices_tells_nothing(self, order: int) -> None:
        many = 2 * CROWD
        left = [seen(f"l{number}", macs=["00", f"m{number}"][::order]) for number in range(many)]
        right = [seen(f"r{number}", macs=[f"m{number}", "00"][::order]) for number in range(many - 1)]
        found = match(DEVICES, left, right)
        assert pairs(found) == [(f"l{number}", f"r{number}", "address") for number in range(many - 1)]
        assert [each.external_id for each in found.only[Side.LEFT]] == [f"l{many - 1}"]

    def test_a_faulty_row_with_one_of_its_addresses_keeps_a_device_from_being_linked(self) -> None:
        faulty = Observation("f", {"macs": ["b"]}, label="f", problem=Reason("missing_field", {"field": "name"}))
        found = match(DEVICES, [seen("1", macs=["a", "b"])], [seen("r", macs=["a"]), faulty])
        assert pairs(found) == []

    def test_matching_grows_with_the_records_and_not_with_their_square(self) -> None:
        asked: list[Fields] = []

        def counted(fields: Fields) -> Sequence[str]:
            asked.append(fields)
            return ADDRESS.keys(fields)

        rules = StreamRules("devices", (), matches=(MatchRule("address", counted, several=True),))
        for many in (100, 1_000):
            asked.clear()
            rows = [seen(str(number), macs=[f"{number}", f"{number}b", "00"]) for number in range(many)]
            assert len(match(rules, rows, rows).pairs) == many
            assert len(asked) <= 12 * 2 * many
