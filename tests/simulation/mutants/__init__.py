"""Deliberately wrong engines. Each is a switch here, in the test tree; a harness that lets one live is not finished.

The numbers are those of the list in `docs/simulation.md`. Every mutant names the invariants that may catch it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tests.simulation import line, looks, wrong_side
from tests.simulation.hard import live_hard
from tests.simulation.mapped import live_mapped, waits_for_a_row
from tests.simulation.mutants import (
    comebacks,
    committing,
    creating,
    drift,
    guarding,
    hard,
    identity,
    isolating,
    lining,
    mapping,
    merging,
    reading,
    spelling,
    undoing,
)
from tests.simulation.odd_histories import live_odd
from tests.simulation.spoiled import live_spoiled
from tests.simulation.twins import live_twins
from tests.simulation.typed import live_typed
from tests.simulation.undoing import every_story


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong engine and what must notice."""

    number: str
    name: str
    apply: Callable[[pytest.MonkeyPatch], None]
    killed_by: frozenset[str]
    deaths: bool = True
    """False: only in histories where calls do what they are told, so that bounds are exact."""
    plain: bool = False
    """Every field two-way, so that no other invariant is broken first."""
    first_seed: int = 0
    """Where the search begins, before any story: near a life that catches it, so that it does not take long."""
    deltas_only: bool = False
    """Reads of changes only, no webhooks and no whole reads."""
    life: Callable[[int], object] | None = None
    """The kind of lives that catches it, where it is not the usual one."""
    runs: Callable[[], Iterable[Callable[[], object]]] | None = None
    """What catches it, where that is neither a usual story nor a life."""


LOST, CONVERGE, ECHO = "INV-NO-LOST-UPDATE", "INV-CONVERGE", "INV-NO-ECHO"
DUPLICATE = "INV-NO-DUP-CREATE"
SPELLING, TWIN, CUT = "INV-SPELLING", "INV-NO-TWIN", "INV-CUT-TOLD"
ALONE = frozenset({"INV-ALONE"})
TOLD = frozenset({"INV-TOLD-READ"})
GUARD = frozenset({"INV-DELETE-GUARD"})
MAPPED = frozenset({"INV-MAPPED"})
BACK = frozenset({"INV-MONOTONE", LOST, CONVERGE})
MUTANTS = (
    Mutant("1", "newest record wins", merging.newest_record_wins, frozenset({LOST}), plain=True),
    Mutant("2", "echo filter by origin only", merging.echo_by_origin, frozenset({LOST, CONVERGE})),
    Mutant(
        "3",
        "shadow is what was sent",
        committing.shadow_is_what_was_sent,
        frozenset({ECHO}),
        deaths=False,
        first_seed=22,
    ),
    Mutant("3b", "shadow from a later read", committing.shadow_from_a_later_read, frozenset({CONVERGE, LOST})),
    Mutant("4", "sides compared with each other", merging.sides_compared, frozenset({ECHO}), deaths=False, plain=True),
    Mutant("4b", "compared as typed", spelling.compared_as_typed, frozenset({SPELLING}), life=live_typed),
    Mutant("5", "cursor before the marks", reading.cursor_first, frozenset({"INV-CURSOR-SAFE"})),
    Mutant(
        "6", "cursor by our clock", reading.cursor_by_our_clock, frozenset({CONVERGE}), deltas_only=True, first_seed=154
    ),
    Mutant("7", "no claim", creating.no_claim, frozenset({DUPLICATE}), first_seed=21),
    Mutant(
        "7b",
        "linked with the present source",
        creating.link_with_the_present_source,
        frozenset({CONVERGE}),
        first_seed=212,
    ),
    Mutant(
        "7c",
        "keys compared as typed",
        spelling.keys_compared_as_typed,
        frozenset({TWIN}),
        first_seed=24,
        life=live_typed,
    ),
    Mutant("8", "POST is retried", creating.post_is_retried, frozenset({DUPLICATE}), first_seed=36),
    Mutant("9", "no wait for the search index", creating.no_wait_for_the_index, frozenset({DUPLICATE}), first_seed=28),
    Mutant("10", "absent is deleted", reading.absent_is_deleted, frozenset({"INV-NO-DELETE-WITHOUT-DELETE"})),
    Mutant("11", "guard counts while executing", guarding.counts_while_executing, GUARD),
    Mutant("11b", "deletes are not counted", guarding.nothing_is_counted, GUARD),
    Mutant("11c", "a raised limit never ends", guarding.raised_for_good, GUARD),
    Mutant("11d", "only deletes are counted", guarding.only_deletes_are_counted, frozenset({"INV-CHANGE-GUARD"})),
    Mutant("11e", "a refused absence is forgotten", guarding.refused_absence_is_forgotten, GUARD),
    Mutant("12", "payload is applied", reading.payload_is_applied, frozenset({"INV-MONOTONE"})),
    Mutant(
        "13", "mark cleared unconditionally", committing.answer_passes_for_known, frozenset({CONVERGE}), first_seed=165
    ),
    Mutant(
        "14",
        "commits without condition",
        committing.commits_without_condition,
        frozenset({"INV-NO-CLOBBER", "INV-MONOTONE"}),
    ),
    Mutant("15", "missing is null", merging.missing_is_null, frozenset({"INV-NO-NULL-FROM-MISSING"}), first_seed=72),
    Mutant("16", "groups are torn", merging.groups_are_torn, frozenset({"INV-PROVENANCE"}), plain=True, first_seed=103),
    Mutant(
        "16b", "normal form is written", spelling.normal_form_is_written, frozenset({"INV-PROVENANCE"}), life=live_typed
    ),
    Mutant("16c", "what was cut is not told", spelling.cut_is_not_told, frozenset({CUT}), life=live_typed),
    Mutant("19", "likeness links", creating.likeness_links, frozenset({"INV-LINK-1TO1"})),
    Mutant("20", "own bucket for every worker", reading.own_bucket, frozenset({"INV-BUDGET"})),
    Mutant(
        "21", "tombstone is dropped", committing.tombstone_is_dropped, frozenset({"INV-NO-RESURRECT"}), first_seed=18
    ),
    Mutant(
        "22", "decision outlives what was seen", committing.decision_outlives_what_was_seen, frozenset({"INV-APPROVAL"})
    ),
    Mutant(
        "23",
        "what was refused is sent again",
        reading.refused_is_sent_again,
        frozenset({"INV-FIXPOINT"}),
        first_seed=51,
    ),
    Mutant("24", "attempts share a name", committing.attempts_share_a_name, frozenset({"INV-AUDIT"}), first_seed=66),
    Mutant(
        "31",
        "one defect fails the message",
        isolating.one_defect_fails_the_message,
        ALONE,
        life=live_spoiled,
        first_seed=10,
    ),
    Mutant(
        "31b",
        "records are read together only",
        isolating.records_are_read_together_only,
        ALONE,
        life=live_spoiled,
        first_seed=3,
    ),
    Mutant(
        "31c",
        "stored together or not at all",
        isolating.stored_together_or_not_at_all,
        ALONE,
        life=live_spoiled,
        first_seed=80,
    ),
    Mutant(
        "31d",
        "a refused field holds up its record",
        isolating.a_refused_field_holds_up_its_record,
        ALONE,
        life=live_spoiled,
    ),
    Mutant(
        "31e",
        "a refused value is sent whenever it is seen",
        isolating.a_refused_value_is_sent_whenever_it_is_seen,
        frozenset({"INV-BOUNDED"}),
        life=live_spoiled,
    ),
    Mutant(
        "41", "every message for a page goes on", lining.everybody_goes_on, frozenset({"INV-ONE-CHAIN"}), first_seed=119
    ),
    Mutant("42", "told again and removed", lining.told_again_and_removed, TOLD, runs=line.told),
    Mutant("42b", "told again and dropped", lining.told_again_and_dropped, TOLD, runs=line.told),
    Mutant("42c", "a reader nobody has sent for", lining.appointed_is_enough, TOLD, runs=line.deadly),
    Mutant("42d", "the line ends before it is read", lining.ends_before_it_is_read, TOLD, runs=line.deadly),
    Mutant("43", "waits are not counted", lining.waits_are_not_counted, frozenset({"INV-BOUNDED"}), runs=line.shut),
    Mutant(
        "44",
        "a lower version is always late",
        comebacks.lower_is_late,
        frozenset({CONVERGE, LOST}),
        life=live_odd,
        first_seed=97,
    ),
    Mutant(
        "44b",
        "yesterday is an edit",
        comebacks.yesterday_is_an_edit,
        frozenset({"INV-NO-YESTERDAY"}),
        life=live_odd,
        first_seed=1172,
    ),
    Mutant(
        "45", "a delete is final", comebacks.delete_is_final, frozenset({"INV-COMEBACK"}), life=live_odd, first_seed=138
    ),
    Mutant(
        "46",
        "scope of the side just read",
        comebacks.scope_of_the_side_read,
        frozenset({LOST, "INV-SCOPE"}),
        life=live_odd,
        first_seed=85,
    ),
    Mutant("47", "a number proves", identity.a_number_proves, frozenset({"INV-IDENTITY"}), life=live_twins),
    Mutant("48", "only the key is searched", identity.only_the_key_is_searched, frozenset({TWIN}), life=live_twins),
    Mutant(
        "49",
        "what is under way is not looked at",
        identity.what_is_under_way_is_not_looked_at,
        frozenset({TWIN}),
        life=live_twins,
        first_seed=1039,
    ),
    Mutant("51", "joined whoever unlinked it", identity.joined_whoever_unlinked_it, frozenset({"INV-APART"})),
    Mutant("35", "writes count from when sent", hard.writes_count_from_when_sent, BACK),
    Mutant("35b", "reads count from when answered", hard.reads_count_from_when_answered, BACK),
    Mutant(
        "36",
        "refusals are forgotten",
        hard.refusals_are_forgotten,
        frozenset({"INV-AUDIT"}),
        life=live_hard,
        first_seed=56,
    ),
    Mutant("37", "created without a look", hard.created_without_a_look, frozenset({"INV-NO-TWIN"}), life=live_hard),
    Mutant(
        "38",
        "a field left out passes for unchanged",
        hard.a_field_left_out_passes_for_unchanged,
        frozenset({LOST}),
        runs=lambda: [looks.left_out],
    ),
    Mutant(
        "39",
        "archived whatever the look shows",
        hard.archived_whatever_the_look_shows,
        frozenset({LOST}),
        runs=lambda: [looks.put_away],
    ),
    Mutant(
        "53",
        "taken back without a look",
        undoing.taken_back_without_a_look,
        frozenset({"INV-UNDO-EDIT"}),
        runs=every_story,
    ),
    Mutant(
        "53b",
        "taken back is forgotten",
        undoing.taken_back_is_forgotten,
        frozenset({"INV-TAKEN-BACK"}),
        runs=every_story,
    ),
    Mutant(
        "53c",
        "source stands alone again",
        undoing.source_stands_alone_again,
        frozenset({"INV-TAKEN-BACK"}),
        runs=every_story,
    ),
    Mutant(
        "40",
        "a write carries no tag",
        hard.a_write_carries_no_tag,
        frozenset({"INV-NO-CLOBBER"}),
        life=live_hard,
        first_seed=2,
    ),
    Mutant(
        "56",
        "set back to what was known",
        drift.set_back_to_what_was_known,
        frozenset({"INV-SET-BACK"}),
        runs=wrong_side.every_story,
    ),
    Mutant("55", "mapped on one side", mapping.mapped_on_one_side, MAPPED, life=live_mapped),
    Mutant("55b", "lookups are bypassed", mapping.lookups_are_bypassed, MAPPED, life=live_mapped),
    Mutant("55c", "what has no row is empty", mapping.what_has_no_row_is_empty, MAPPED, runs=lambda: [waits_for_a_row]),
)
