"""A person takes back what was written: carried out where both sides hold what the person saw, and only there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan, Seen
from samspill.engine.model import (
    Candidate,
    Decision,
    Detail,
    DetailKind,
    Intent,
    Link,
    LinkState,
    Outcome,
    RefusedValue,
    Result,
    Shadow,
    Side,
    Write,
)
from samspill.engine.refused import mark
from samspill.engine.rules import StreamRules
from samspill.engine.undone import is_undo, undone
from samspill.reasons import Reason
from tests.engine.builders import (
    AGREED,
    BOTH,
    IDS,
    SYSTEMS,
    L,
    R,
    archived,
    case,
    decided,
    gone,
    known,
    looks,
    pair,
    read,
    rules,
    unreadable,
    update,
    why,
)

OLD, NEW, EDITED = "21000001", "21000002", "21000003"
HAS_NEW: Fields = {**AGREED, "phone": NEW}
HAD_OLD: Fields = {**AGREED, "phone": OLD}
BY_KARI = {"person": "kari"}
NOW = {L: read(L, HAS_NEW, 5, looks="left"), R: read(R, HAS_NEW, 6, looks="right")}


def wanted(act: str, seen: Mapping[str, Mapping[str, Value]], restores: Fields, side: Side = R) -> Decision:
    return Decision(f"undo-{act}", "kari", 7, side.value, seen, restores)


SET_BACK = wanted("change", {"phone": {"left": NEW, "right": NEW}}, {"phone": OLD})
BOTH_BACK = wanted(
    "change",
    {"name": {"left": "Berg AS", "right": "Berg AS"}, "phone": {"left": NEW, "right": NEW}},
    {"name": "Dal", "phone": OLD},
)
PUT_AWAY = wanted("create", {name: {"left": value, "right": value} for name, value in AGREED.items()}, {})
IN_USE = wanted("archive", {"is_active": {"right": False}}, {"is_active": True})
GONE: Fields = {"name": "Berg AS", "is_active": False}


def carried_out(link: Link, *seen: Seen, stream: StreamRules | None = None) -> Plan:
    made = undone(case(stream or rules(), link, *seen))
    assert made is not None
    return made


def of_change(decision: Decision = SET_BACK, **more: Any) -> Link:
    return pair(HAS_NEW, **{"decision": decision, **more})


def assert_left(made: Plan, link: Link, fields: str) -> None:
    """Nothing is written; the decision is gone; both sides are looked at as if they had never been known."""
    blank = {side: replace(shadow, fingerprint="") for side, shadow in link.shadows.items()}
    assert made == Plan(
        replace(link, decision=None, shadows=blank),
        Result.SKIPPED,
        why("undo_left", **BY_KARI, fields=fields),
        look=BOTH,
    )


def test_only_a_decision_to_take_back_is_one() -> None:
    assert is_undo(SET_BACK)
    assert not is_undo(decided("archive"))
    assert not is_undo(None)


def test_without_such_a_decision_nothing_is_planned_here() -> None:
    assert undone(case(rules(), pair(), *NOW.values())) is None
    assert undone(case(rules(), pair(decision=decided("archive")), *NOW.values())) is None


@pytest.mark.parametrize("side", BOTH)
def test_while_a_side_cannot_be_taken_the_decision_waits(side: Side) -> None:
    views = {**NOW, side: unreadable(side, HAS_NEW)}

    assert undone(case(rules(), of_change(), *views.values())) is None


@pytest.mark.parametrize("side", BOTH)
def test_nothing_is_decided_before_both_sides_were_read(side: Side) -> None:
    assert looks(carried_out(of_change(), NOW[side]), of_change())


def test_a_value_is_set_back_and_what_the_source_holds_is_withheld() -> None:
    link = of_change(
        base={**HAS_NEW, "email": "x"}, withheld={"left.name": "m"}, shadows={L: known(HAS_NEW), R: known(HAS_NEW, 2)}
    )

    made = carried_out(link, *NOW.values())

    reason = why("taken_back", **BY_KARI, system="Svenn", fields="phone")
    after = replace(
        link,
        decision=None,
        base={**HAS_NEW, "email": "x", "phone": OLD},
        shadows={
            L: replace(link.shadows[L], fingerprint=""),
            R: Shadow(HAS_NEW, NOW[R].observation.version, 9_000),
        },
        withheld={"left.name": "m", "right.phone": mark(NEW)},
        outcome=Outcome(Result.APPLIED, reason),
    )
    write = update(R, {"phone": OLD}, 6)
    assert made == Plan(after, Result.APPLIED, reason, write, replaced={"phone": NEW}, look=BOTH)


def test_what_was_written_on_the_left_is_set_back_there() -> None:
    made = carried_out(of_change(replace(SET_BACK, target="left")), *NOW.values())

    assert made.write == update(L, {"phone": OLD}, 5)
    assert made.link.withheld == {"left.phone": mark(NEW)}
    assert made.reason.params["system"] == "Tripletex"


def test_a_value_spelled_in_another_way_is_still_what_the_person_saw() -> None:
    made = carried_out(of_change(), NOW[L], read(R, {**HAS_NEW, "phone": "+47 21 00 00 02"}, 6))

    assert made.write == update(R, {"phone": OLD}, 6)
    assert made.replaced == {"phone": "+47 21 00 00 02"}


@pytest.mark.parametrize(
    "views",
    [
        (NOW[L], read(R, {**HAS_NEW, "phone": EDITED})),
        (read(L, {**HAS_NEW, "phone": EDITED}), NOW[R]),
        (NOW[L], read(R, {"name": "Berg AS"})),
        (read(L, {"name": "Berg AS"}), NOW[R]),
        (NOW[L], gone(R)),
        (gone(L), NOW[R]),
    ],
    ids=["edited", "source edited", "not told", "source does not tell", "gone", "source gone"],
)
def test_where_a_side_holds_something_else_nothing_is_written(views: tuple[Seen, Seen]) -> None:
    assert_left(carried_out(of_change(), *views), of_change(), "phone")


def test_a_pair_that_ended_gets_nothing_back_and_the_fields_are_told_in_order() -> None:
    link = of_change(replace(BOTH_BACK, restores={"phone": OLD, "name": "Dal"}), state=LinkState.TOMBSTONE)

    assert_left(carried_out(link, *NOW.values()), link, "name, phone")


def test_a_source_that_does_not_have_the_field_has_nothing_that_could_be_withheld() -> None:
    decision = wanted("change", {"phone": {"right": NEW}}, {"phone": OLD})

    made = carried_out(of_change(decision), read(L, {"name": "Berg AS"}), NOW[R])

    assert made.write == update(R, {"phone": OLD}, 6)
    assert made.link.withheld == {}


def test_a_value_that_the_side_refused_is_not_sent_again() -> None:
    refused = {"right.phone": RefusedValue(mark(OLD), why("rejected"))}

    assert_left(carried_out(of_change(refused=refused), *NOW.values()), of_change(refused=refused), "phone")
    another = {"right.phone": RefusedValue(mark(EDITED), why("rejected"))}
    assert carried_out(of_change(refused=another), *NOW.values()).write == update(R, {"phone": OLD}, 6)


def test_of_several_values_those_that_still_fit_are_set_back_and_the_others_told() -> None:
    made = carried_out(of_change(BOTH_BACK), NOW[L], read(R, {**HAS_NEW, "phone": EDITED}, 6))

    told = Reason(
        "taken_back",
        {**BY_KARI, "system": "Svenn", "fields": "name"},
        because=why("undo_left", **BY_KARI, fields="phone"),
    )
    assert made.write == update(R, {"name": "Dal"}, 6)
    assert made.reason == told
    assert made.link.outcome == Outcome(Result.APPLIED, told)
    assert made.link.base == {"name": "Dal", "phone": NEW}
    assert made.link.withheld == {"right.name": mark("Berg AS")}


def test_all_that_is_left_and_all_that_is_done_are_told_in_order() -> None:
    fields: Fields = {"a": "1", "b": "1", "c": "1", "d": "1"}
    decision = wanted("change", {name: {"right": "1"} for name in fields}, dict.fromkeys(reversed(list(fields)), "0"))

    made = carried_out(pair(fields, decision=decision), read(L, fields), read(R, {**fields, "a": "9", "c": "9"}))

    assert made.reason.params["fields"] == "b, d"
    assert made.reason.because == why("undo_left", **BY_KARI, fields="a, c")


def test_a_value_that_is_back_already_is_not_sent_but_everything_else_is_as_if_it_had_been() -> None:
    link = of_change()

    made = carried_out(link, NOW[L], read(R, HAD_OLD, 6))

    assert made.write is None
    assert made.replaced == {}
    assert made.result is Result.APPLIED
    assert made.link.base == HAD_OLD
    assert made.link.shadows[R].fields == HAD_OLD
    assert made.link.withheld == {"right.phone": mark(NEW)}


def test_a_value_is_back_however_it_is_spelled() -> None:
    made = carried_out(of_change(), NOW[L], read(R, {**HAS_NEW, "phone": "+47 21 00 00 01"}, 6))

    assert (made.write, made.result) == (None, Result.APPLIED)
    decision = wanted("archive", {"phone": {"right": NEW}}, {"phone": OLD})
    archive = carried_out(of_archive(decision=decision), gone(L), read(R, {**GONE, "phone": "+47 21 00 00 01"}, 6))
    assert (archive.write, archive.result) == (None, Result.APPLIED)


def test_where_the_source_is_gone_nothing_is_set_back_whatever_of_it_the_person_saw() -> None:
    link = of_change(wanted("change", {"phone": {"right": NEW}}, {"phone": OLD}))

    assert_left(carried_out(link, gone(L), NOW[R]), link, "phone")


def test_a_value_that_is_back_already_is_not_among_those_that_are_sent() -> None:
    made = carried_out(of_change(BOTH_BACK), NOW[L], read(R, HAD_OLD, 6))

    assert made.write == update(R, {"name": "Dal"}, 6)
    assert made.replaced == {"name": "Berg AS"}
    assert made.reason.params["fields"] == "name, phone"
    assert made.reason.because is None


def test_after_somebody_died_setting_it_back_the_note_of_the_write_goes_and_what_was_set_counts_as_ours() -> None:
    intent = Intent("a", R, 5, {"phone": OLD}, known(HAS_NEW), HAS_NEW)
    link = of_change(intent=intent)

    made = carried_out(link, NOW[L], read(R, HAD_OLD, 6))

    assert made.link.intent is None
    assert made.write is None
    assert made.link.shadows[R].fields == HAD_OLD


def test_a_side_that_was_never_known_may_get_its_value_back_too() -> None:
    made = carried_out(of_change(shadows={}), *NOW.values())

    assert made.link.shadows == {R: Shadow({}, NOW[R].observation.version, 9_000)}


def of_create(**more: Any) -> Link:
    return pair(**{"decision": PUT_AWAY, **more})


ALONE = (read(L, AGREED, 5), read(R, AGREED, 6))


def test_what_was_created_is_archived_and_the_pair_ends_with_nothing_left_open() -> None:
    link = of_create(
        candidates=(Candidate("8", "Berg", 90, "name"),),
        conflicts={"phone": {}},
        disputed=("phone",),
        withheld={"right.phone": "m"},
        absent={R: 1},
    )

    made = carried_out(link, *ALONE)

    reason = why("create_taken_back", **BY_KARI, system="Svenn")
    outcome = Outcome(Result.APPLIED, reason, Detail(DetailKind.TAKEN_BACK))
    after = pair(state=LinkState.TOMBSTONE, outcome=outcome)
    assert made == Plan(after, Result.APPLIED, reason, archived(R, 6))


def test_a_record_that_was_created_on_the_left_is_archived_there() -> None:
    made = carried_out(of_create(decision=replace(PUT_AWAY, target="left")), *ALONE)

    assert made.write == archived(L, 5)
    assert made.reason.params["system"] == SYSTEMS[L]


@pytest.mark.parametrize("side", BOTH)
def test_a_created_record_is_left_alone_where_a_side_was_edited(side: Side) -> None:
    views = {L: ALONE[0], R: ALONE[1], side: read(side, {**AGREED, "phone": EDITED})}

    assert_left(carried_out(of_create(), *views.values()), of_create(), "phone")


def test_a_created_record_is_left_alone_where_its_source_is_gone_or_the_pair_has_ended() -> None:
    ended = of_create(state=LinkState.TOMBSTONE)

    assert_left(carried_out(of_create(), gone(L), ALONE[1]), of_create(), "")
    assert_left(carried_out(ended, *ALONE), ended, "")


def test_a_created_record_that_is_gone_already_ends_its_pair_without_a_write() -> None:
    for link in (of_create(), of_create(intent=Intent("a", R, 5, {}, Shadow({}), {}))):
        made = carried_out(link, ALONE[0], gone(R))

        assert (made.write, made.result, made.link.state) == (None, Result.APPLIED, LinkState.TOMBSTONE)
        assert made.reason == why("create_taken_back", **BY_KARI, system="Svenn")
        assert made.link.intent is None


def test_after_somebody_died_archiving_it_is_not_archived_again_where_it_looks_otherwise_since() -> None:
    link = of_create(intent=Intent("a", R, 5, {}, Shadow({}), {}))

    edited = carried_out(link, ALONE[0], read(R, {**AGREED, "phone": EDITED}))
    same = carried_out(link, *ALONE)

    assert (edited.write, edited.link.state) == (None, LinkState.TOMBSTONE)
    assert (same.write, same.link.state) == (archived(R, 6), LinkState.TOMBSTONE)


KEPT = Detail(DetailKind.KEPT)


def of_archive(**more: Any) -> Link:
    shadows = {L: Shadow({}), R: known(GONE, 2)}
    return pair(**{"state": LinkState.TOMBSTONE, "shadows": shadows, "gone": (L,), "decision": IN_USE, **more})


def test_an_archived_record_is_in_use_again_and_its_pair_stays_ended() -> None:
    link = of_archive()

    made = carried_out(link, gone(L), read(R, GONE, 6))

    reason = why("archive_taken_back", **BY_KARI, system="Svenn")
    version = read(R, GONE, 6).observation.version
    after = replace(
        link,
        decision=None,
        shadows={L: Shadow({}), R: Shadow(GONE, version, 9_000)},
        outcome=Outcome(Result.SKIPPED, reason, KEPT),
    )
    write = Write(R, {"is_active": True}, IDS[R], version)
    assert made == Plan(after, Result.APPLIED, reason, write, replaced={"is_active": False})


def test_a_record_that_is_in_use_already_is_not_written_and_known_as_it_is() -> None:
    made = carried_out(of_archive(), gone(L), read(R, {**GONE, "is_active": True}, 6))

    assert made.write is None
    assert made.result is Result.APPLIED
    assert made.link.shadows[R].fields == {**GONE, "is_active": True}
    assert made.replaced == {"is_active": True}


@pytest.mark.parametrize(
    "views",
    [
        (gone(L), gone(R)),
        (read(L, GONE), read(R, GONE)),
        (gone(L), read(R, {"name": "Berg AS"})),
        (read(L, GONE), gone(R)),
    ],
    ids=["gone", "the other is back", "not told", "gone and the other is back"],
)
def test_an_archived_record_is_left_alone_where_it_is_not_what_the_person_saw(views: tuple[Seen, Seen]) -> None:
    made = carried_out(of_archive(), *views)

    assert_left(made, of_archive(), made.reason.params["fields"])
    assert made.reason.params["fields"] in {"", "is_active"}


def test_what_an_edit_made_of_an_archived_record_stays_and_is_told() -> None:
    decision = wanted(
        "archive",
        {"is_active": {"right": False}, "name": {"right": "Berg AS"}},
        {"is_active": True, "name": "Berg AS (old)"},
    )
    link = of_archive(decision=decision)

    for fields in ({**GONE, "name": "Dal"}, {**GONE, "is_active": True, "name": "Dal"}):
        assert_left(carried_out(link, gone(L), read(R, fields)), link, "is_active, name")


def test_an_archived_record_of_a_pair_that_goes_on_is_left_alone() -> None:
    link = of_archive(state=LinkState.LINKED)

    assert_left(carried_out(link, gone(L), read(R, GONE)), link, "")


@pytest.mark.parametrize(("until", "waits"), [(11, True), (10, False), (9, False)])
def test_while_somebody_writes_the_archived_record_it_is_kept_off(until: int, waits: bool) -> None:
    link = of_archive(intent=Intent("a", R, until, {}, Shadow({}), {}))

    made = carried_out(link, gone(L), read(R, GONE))

    if waits:
        assert made == Plan(link, Result.WAITING, why("record_busy"), look=BOTH, store=False)
    else:
        assert made.write is not None
        assert made.link.intent is None


def test_where_its_create_had_been_taken_back_the_two_are_a_pair_again() -> None:
    outcome = Outcome(Result.APPLIED, why("create_taken_back"), Detail(DetailKind.TAKEN_BACK))
    link = of_archive(outcome=outcome, gone=(), shadows={L: known({"is_active": True}), R: known(GONE)})

    made = carried_out(link, read(L, {"is_active": True}), read(R, GONE, 6))

    assert made.link.state is LinkState.LINKED
    assert made.link.outcome == Outcome(Result.APPLIED, why("archive_taken_back", **BY_KARI, system="Svenn"))
    assert made.look == BOTH
    assert {shadow.fingerprint for shadow in made.link.shadows.values()} == {""}
    assert_left(carried_out(link, gone(L), read(R, GONE)), link, "")


def test_a_side_of_a_tombstone_that_was_never_known_is_known_as_it_is_now() -> None:
    made = carried_out(of_archive(shadows={}), gone(L), read(R, GONE, 6))

    assert made.link.shadows == {R: Shadow({}, read(R, GONE, 6).observation.version, 9_000)}
