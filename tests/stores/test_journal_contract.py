"""The journal: every batch told once, newest first, for its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samspill.canon.values import Fields, fingerprint
from samspill.engine.model import Act, Effect, Result, Side
from samspill.errors import ContractError
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry
from samspill.store import dynamo_journal
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import counted
from tests.support.clock import START

FLOW = FlowKey("t", "tripletex-timerabbit")
DAY = timedelta(days=1)


def entry(label: str, at: datetime = START, **more: object) -> JournalEntry:
    reason = Reason("created", {"system": "X"}, vendor="42: no")
    fields: dict[str, object] = {"stream": "customers", "link": "left-1", "label": label, "result": Result.APPLIED}
    return JournalEntry.model_validate({"at": at, "reason": reason, **fields, **more})


def told(stores: Stores, since: datetime = START - 30 * DAY, until: datetime = START + 30 * DAY) -> list[str]:
    return [found.label for found in stores.journal.read(FLOW, since, until)]


class TestJournal:
    def test_an_entry_comes_back_whole(self, stores: Stores) -> None:
        whole = entry("one", ids={"left": "1"}, fields=("name",), before={"name": None, "rate": "12.5"}, run="r")
        stores.journal.append(FLOW, "b1", [whole])
        assert list(stores.journal.read(FLOW, START - DAY, START)) == [whole]
        assert list(stores.journal.read(FlowKey("t", "other"), START - DAY, START)) == []

    def test_what_a_write_did_comes_back_with_the_type_of_every_value(self, stores: Stores) -> None:
        replaced: Fields = {"name": "Berg AS", "rate": Decimal("12.50"), "address": {"city": None}, "active": True}
        done = Effect(Side.RIGHT, Act.CHANGE, replaced, {"name": "a1"}, takes_back=True)
        stores.journal.append(FLOW, "b1", [entry("one", effect=done)])
        (found,) = stores.journal.read(FLOW, START - DAY, START)
        assert found.effect == done
        assert found.effect is not None
        assert [type(value) for value in found.effect.replaced.values()] == [str, Decimal, dict, bool]

    def test_the_same_batch_again_is_told_once_even_with_later_times(self, stores: Stores) -> None:
        stores.journal.append(FLOW, "b#1", [entry("one"), entry("two")])
        stores.journal.append(FLOW, "b#1", [entry("one"), entry("two")])
        stores.journal.append(FLOW, "b#1", [entry("one", START + DAY), entry("two", START + DAY)])
        stores.clock.advance(DAY.total_seconds())
        assert sorted(told(stores)) == ["one", "two"]

    def test_entries_of_batches_that_overlap_come_newest_first(self, stores: Stores) -> None:
        times = {name: START + timedelta(seconds=seconds) for name, seconds in zip("abcdef", range(6), strict=True)}
        stores.journal.append(FLOW, "b1", [entry(name, times[name]) for name in "dab"])
        stores.journal.append(FLOW, "b2", [entry(name, times[name]) for name in "fc"])
        stores.journal.append(FLOW, "b3", [entry(name, times[name]) for name in "e"])
        stores.clock.advance(60)
        assert told(stores) == list("fedcba")

    def test_a_batch_that_lasts_past_midnight_is_found_on_both_days(self, stores: Stores) -> None:
        midnight = START.replace(hour=0)
        before, after = midnight - timedelta(seconds=1), midnight + timedelta(seconds=1)
        stores.journal.append(FLOW, "b", [entry("before", before), entry("after", after)])
        assert told(stores) == ["after", "before"]
        assert told(stores, since=midnight) == ["after"]
        assert told(stores, until=midnight) == ["before"]

    @pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
    def test_a_span_in_any_time_zone_holds_its_ends(self, stores: Stores, zone: str) -> None:
        stores.journal.append(FLOW, "b", [entry("one")])
        at = START.astimezone(ZoneInfo(zone))
        assert told(stores, at, at) == ["one"]
        assert told(stores, at + timedelta(microseconds=1), at + DAY) == []

    def test_what_is_older_than_ninety_days_is_gone(self, stores: Stores) -> None:
        stores.journal.append(FLOW, "b", [entry("one")])
        stores.clock.advance(90 * 86_400)
        assert told(stores, START - DAY, START + 99 * DAY) == ["one"]
        stores.clock.advance(1)
        assert told(stores, START - DAY, START + 99 * DAY) == []

    def test_other_entries_under_a_batch_replace_nothing_and_are_told_beside_it(self, stores: Stores) -> None:
        stores.journal.append(FLOW, "b", [entry("one")])
        stores.journal.append(FLOW, "b", [entry("other")])
        stores.journal.append(FLOW, "b", [entry("other")])
        stores.journal.append(FLOW, "b", [entry("one")])
        assert sorted(told(stores)) == ["one", "other"]

    def test_nothing_to_append_is_nothing_to_tell(self, stores: Stores) -> None:
        stores.journal.append(FLOW, "b", [])
        assert told(stores) == []


def noise(seed: int) -> str:
    """Return what hardly compresses: 500 bytes of it."""
    return Random(seed).randbytes(500).hex()


def test_a_batch_too_large_for_an_item_is_split_and_read_as_one(aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamo_journal, "ITEM_BYTES", 2_000)
    entries = [entry(noise(n), START + timedelta(seconds=n)) for n in range(12)]
    aws.clock.advance(60)
    with counted("dynamodb") as calls:
        aws.journal.append(FLOW, "b", entries)
        aws.journal.append(FLOW, "b", entries)
    assert calls == {"PutItem": 2 * 4}
    assert told(aws) == [one.label for one in reversed(entries)]


def test_an_entry_with_more_overwritten_values_than_an_item_holds_is_kept_whole(
    aws: OnAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamo_journal, "ITEM_BYTES", 2_000)
    before = {f"field {n}": noise(n) for n in range(4)}
    aws.journal.append(FLOW, "b", [entry("one").model_copy(update={"before": before})])
    kept = [one.before for one in aws.journal.read(FLOW, START - DAY, START + DAY)]
    assert {name: value for each in kept for name, value in each.items()} == before


def test_a_text_that_no_item_holds_is_left_out_of_what_a_write_is_taken_back_with(aws: OnAws) -> None:
    replaced: Fields = {"note": Random(1).randbytes(400_000).hex(), "name": "Aas"}
    done = Effect(Side.RIGHT, Act.CHANGE, replaced, {"note": "a1", "name": "b2"})
    aws.journal.append(FLOW, "b", [entry("heavy").model_copy(update={"effect": done})])
    kept = [one.effect for one in aws.journal.read(FLOW, START - DAY, START + DAY)]
    assert {name: value for each in kept if each is not None for name, value in each.replaced.items()} == {
        "name": "Aas"
    }
    assert all(each is not None and each.left == done.left for each in kept)


def test_an_overwritten_text_longer_than_an_item_is_kept_by_its_beginning_and_the_lines_beside_it_whole(
    aws: OnAws,
) -> None:
    text = Random(1).randbytes(400_000).hex()
    heavy = entry("heavy").model_copy(update={"before": {"note": text, "name": "Aas"}})
    aws.journal.append(FLOW, "b", [entry("one"), heavy, entry("two")])
    kept = list(aws.journal.read(FLOW, START - DAY, START + DAY))
    assert sorted(each.label for each in kept) == ["heavy", "heavy", "one", "two"]
    before = {name: value for each in kept for name, value in each.before.items()}
    assert before == {"note": f"{text[:1000]}… (800000)", "name": "Aas"}


def test_an_entry_too_large_for_any_item_is_refused(aws: OnAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamo_journal, "ITEM_BYTES", 400)
    with pytest.raises(ContractError, match="left-1"):
        aws.journal.append(FLOW, "b", [entry(noise(1))])


def test_a_batch_that_is_delivered_again_costs_one_write_and_reads_nothing(aws: OnAws) -> None:
    aws.journal.append(FLOW, "b", [entry("one")])
    with counted("dynamodb") as calls:
        aws.journal.append(FLOW, "b", [entry("one")])
    assert calls == {"PutItem": 1}


moments = st.integers(0, 4 * 86_400).map(lambda seconds: START - timedelta(seconds=seconds))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(moments, min_size=1, max_size=6), max_size=5))
def test_however_batches_overlap_the_journal_is_in_order(aws: OnAws, batches: list[list[datetime]]) -> None:
    flow = FlowKey("t", f"flow {fingerprint({'batches': str(batches)})}")
    for number, batch in enumerate(batches):
        aws.journal.append(flow, str(number), [entry("", at) for at in batch])
    found = [one.at for one in aws.journal.read(flow, START - 5 * DAY, START)]
    assert found == sorted((at for batch in batches for at in batch), reverse=True)


def test_the_limit_of_an_item_leaves_room_for_its_key() -> None:
    assert dynamo_journal.ITEM_BYTES <= 400_000 - 4_096


class TestChange:
    """A person's data is taken out of lines; nothing else of them changes."""

    def test_lines_of_a_day_say_less_and_lines_of_other_days_and_flows_what_they_said(self, stores: Stores) -> None:
        other = FlowKey("t", "other")
        stores.journal.append(FLOW, "b1", [entry("Kari"), entry("Ola")])
        stores.journal.append(FLOW, "b2", [entry("Kari", START + DAY)])
        stores.journal.append(other, "b1", [entry("Kari")])
        stores.clock.advance(DAY.total_seconds())

        changed = stores.journal.change(FLOW, START.date(), _nameless)

        assert changed == 1
        assert sorted(told(stores)) == ["", "Kari", "Ola"]
        assert [found.label for found in stores.journal.read(other, START - DAY, START + DAY)] == ["Kari"]
        assert stores.journal.change(FLOW, START.date(), _nameless) == 0

    def test_a_line_that_was_changed_is_kept_no_longer_than_before(self, stores: Stores) -> None:
        stores.journal.append(FLOW, "b1", [entry("Kari")])
        stores.clock.advance(80 * DAY.total_seconds())
        stores.journal.change(FLOW, START.date(), _nameless)
        assert told(stores) == [""]
        stores.clock.advance(11 * DAY.total_seconds())
        assert told(stores) == []

    def test_a_day_without_such_a_line_costs_no_write(self, aws: OnAws) -> None:
        aws.journal.append(FLOW, "b1", [entry("Ola")])
        with counted("dynamodb") as calls:
            aws.journal.change(FLOW, START.date(), _nameless)
        assert dict(calls) == {"Query": 1}


def _nameless(line: JournalEntry) -> JournalEntry:
    return line.model_copy(update={"label": ""}) if line.label == "Kari" else line
