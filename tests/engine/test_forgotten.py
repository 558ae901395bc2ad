"""A person's values go from a link; what tells the records apart, and whether they changed, stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.forgotten import HIDDEN, Words, forgotten, without
from samspill.engine.model import Candidate, Decision, Link, LinkState, Outcome, Result, Shadow, Side
from samspill.reasons import Reason

KARI = Words.of(["Kari Berg", "kari@nordlys.example", "Per"])
LINK = Link(
    "left-1",
    {Side.LEFT: "1", Side.RIGHT: "2"},
    LinkState.LINKED,
    base={"name": "Kari Berg"},
    shadows={side: Shadow({"name": "Kari Berg"}, seen_at=5, fingerprint=f"f{side}") for side in Side},
    outcome=Outcome(Result.APPLIED, Reason("linked", {"label": "Kari Berg (7)", "rule": "number"})),
    label="Kari Berg (7)",
    candidates=(Candidate("3", "Kari Bergersen", 90, "name"),),
    revision=4,
)


def test_ids_state_revision_and_fingerprints_stay_and_values_go() -> None:
    after = forgotten(LINK, KARI)

    assert (after.id, after.ids, after.state, after.revision) == (LINK.id, LINK.ids, LINK.state, LINK.revision)
    assert [(each.fields, each.seen_at, each.fingerprint) for each in after.shadows.values()] == [
        ({}, 5, "fleft"),
        ({}, 5, "fright"),
    ]
    assert (after.base, after.label, after.candidates[0].label, after.candidates[0].external_id) == ({}, "", "", "3")
    assert after.outcome is not None
    assert (after.outcome.result, after.outcome.reason.params["label"]) == (Result.APPLIED, f"{HIDDEN} (7)")
    assert forgotten(after, KARI) == after, "again, nothing changes"


def test_an_open_conflict_is_seen_anew() -> None:
    seen = Decision("take-left", "ola", 1, seen={"name": {"left": "Kari Berg", "right": "K. Berg"}})
    conflict = Outcome(Result.CONFLICT, Reason("conflict", {}))
    link = replace(LINK, outcome=conflict, conflicts={"name": {"left": "Kari Berg", "right": "K"}}, decision=seen)

    after = forgotten(link, KARI)

    assert (after.conflicts, after.decision) == ({}, None)
    assert [each.fingerprint for each in after.shadows.values()] == ["", ""]


@pytest.mark.parametrize(("state", "action"), [(LinkState.LINKED, "ignore"), (LinkState.TOMBSTONE, None)])
def test_a_record_is_left_out_unless_it_has_ended(state: LinkState, action: str | None) -> None:
    after = forgotten(replace(LINK, state=state), KARI, Decision("ignore", "ola", 1))
    assert (after.decision.action if after.decision else None) == action


def test_of_somebody_elses_link_only_the_words_go() -> None:
    other = replace(
        LINK,
        label="Berg AS",
        base={"name": "Berg AS"},
        candidates=(Candidate("1", "kari berg", 80, "name"), Candidate("3", "Kari Bergersen", 90, "name")),
    )
    after = without(other, KARI)
    assert (after.label, after.base) == ("Berg AS", {"name": "Berg AS"})
    assert [each.label for each in after.candidates] == [HIDDEN, "Kari Bergersen"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("KARI BERG, kari@nordlys.example", f"{HIDDEN}, {HIDDEN}"),
        ("Kari Bergersen", "Kari Bergersen"),
        ("Per diem", "Per diem"),
        ("xkari@nordlys.example", "xkari@nordlys.example"),
    ],
)
def test_whole_words_are_hidden_and_parts_of_others_are_not(text: str, told: str) -> None:
    assert KARI.hidden({"a": [text]}) == {"a": [told]}
    assert KARI.are_in([{"a": text}]) == (text != told)


def test_the_code_of_a_reason_is_no_text() -> None:
    reason = Reason("created", {"system": "created here"}, because=Reason("created"))
    after = Words.of(["created"]).hidden_reason(reason)
    assert (after.code, after.params["system"], after.because) == ("created", f"{HIDDEN} here", Reason("created"))
