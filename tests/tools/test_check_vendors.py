"""A level is earned: whatever a vendor lacks for what it declares is found, with the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from samspill.connectors.facts import Ask, Level
from samspill.connectors.vendors import VENDORS, vendor_facts
from tests.connectors.rig import Rig
from tests.connectors.tripletex_rig import TripletexRig
from tools import check_vendors, vendor_levels
from tools.check_vendors import SUITE, failures, verdict
from tools.vendor_levels import held, missing


@dataclass
class Changed:
    """Tripletex with something else about it."""

    monkeypatch: pytest.MonkeyPatch

    def facts(self, **changes: Any) -> None:
        self.monkeypatch.setattr(vendor_levels, "vendor_facts", lambda vendor: replace(vendor_facts(vendor), **changes))

    def rig(self, **changes: object) -> None:
        for name, value in changes.items():
            self.monkeypatch.setattr(TripletexRig, name, value)


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Changed:
    return Changed(monkeypatch)


def test_the_conformance_suite_is_passed_by_every_vendor_and_each_holds_what_it_declares() -> None:
    failed = failures(VENDORS)
    assert failed == {}
    assert {vendor: held(missing(vendor, failed)) for vendor in VENDORS} == dict.fromkeys(VENDORS, Level.GOLD)


LACKS: dict[str, tuple[Level, str, Callable[[Changed], None]]] = {
    "nobody is told where the key comes from": (
        Level.BRONZE,
        "whoever is asked for token is sent to nowhere",
        lambda it: it.facts(credentials=(Ask("token", secret=True),)),
    ),
    "the page on the key is not there": (
        Level.BRONZE,
        "whoever is asked for token is sent to docs/gone.md",
        lambda it: it.facts(credentials=(Ask("token", "docs/gone.md", secret=True),)),
    ),
    "nothing secret is asked for": (
        Level.BRONZE,
        "no secret is asked for",
        lambda it: it.facts(credentials=(Ask("company_id", "https://example.org"),)),
    ),
    "a text is missing": (
        Level.BRONZE,
        "not said in nb: vendor.tripletex.colour",
        lambda it: it.facts(settings=(Ask("colour"),)),
    ),
    "no limit": (Level.BRONZE, "no limit of calls", lambda it: it.facts(calls=())),
    "the sandbox takes other keys": (
        Level.BRONZE,
        "a person is asked for consumer_token, employee_token, which is not",
        lambda it: it.rig(credentials=lambda _rig: {"token": "t"}),
    ),
    "it writes nothing": (Level.SILVER, "writes nothing", lambda it: it.rig(does=frozenset({"search", "webhooks"}))),
    "a lost create is never found": (
        Level.SILVER,
        "a create whose answer was lost",
        lambda it: it.rig(does=frozenset({"writes", "webhooks"})),
    ),
    "it has no webhooks and knows no changes": (
        Level.GOLD,
        "finds changes by reading everything",
        lambda it: it.rig(does=frozenset({"writes", "search"}), read_all=lambda _rig: ([], True, None)),
    ),
    "its facts say nothing of its webhooks": (
        Level.GOLD,
        "`webhooks` in shared/samspill/connectors/tripletex/facts.py",
        lambda it: it.facts(webhooks=""),
    ),
    "it is held against no document": (Level.GOLD, "held against no contract", lambda it: it.rig(document="")),
    "nothing it sends is held against the document": (
        Level.GOLD,
        "held against no contract",
        lambda it: it.rig(complaints=Rig.complaints),
    ),
}


@pytest.mark.parametrize("what", LACKS)
def test_what_a_vendor_lacks_costs_it_the_level_and_is_told_with_the_next_step(changed: Changed, what: str) -> None:
    level, told, change = LACKS[what]
    change(changed)

    lacking = missing("tripletex", {})
    good, said = verdict("tripletex", lacking)

    assert [text for text in lacking[level] if text.startswith(told)]
    assert held(lacking) == (None if level is Level.BRONZE else level - 1)
    assert not good
    assert f"    {level.name.lower()}: {told}" in said


def test_a_test_of_the_suite_that_fails_costs_bronze_and_is_named() -> None:
    test = f"{SUITE}::test_a_redirect_is_not_followed[tripletex]"
    lacking = missing("tripletex", {"tripletex": [test]})
    assert lacking[Level.BRONZE] == [f"fails the conformance suite: .venv/bin/python -m pytest '{test}'"]
    assert held(lacking) is None


def test_a_failure_is_its_vendors_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_rig: TripletexRig, _message: str) -> None:
        raise AssertionError

    monkeypatch.setattr(TripletexRig, "refusal", broken)

    assert failures(VENDORS) == {
        "tripletex": [f"{SUITE}::test_secrets_are_in_no_log_line_and_no_error[tripletex]"],
    }


@pytest.mark.parametrize("gone", ["sandbox", "rig"])
def test_a_vendor_without_a_sandbox_or_a_rig_holds_no_level(
    gone: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if gone == "sandbox":
        monkeypatch.setattr(vendor_levels, "sandboxes", dict)
    else:
        monkeypatch.setattr(vendor_levels, "ROOT", tmp_path)
    good, said = verdict("tripletex", missing("tripletex", {}))
    assert not good
    assert said.startswith("✗ tripletex: declares gold, holds no level yet\n    bronze: no " + gone)


def test_a_vendor_that_goes_further_than_it_declares_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    low = replace(vendor_facts("tripletex"), level=Level.BRONZE)
    monkeypatch.setattr(check_vendors, "vendor_facts", lambda _vendor: low)
    assert verdict("tripletex", missing("tripletex", {})) == (True, "✓ tripletex: declares bronze, holds gold")


def test_an_unknown_vendor_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_vendors.main(["nobody"]) == 2
    assert "no vendor nobody; there are svenn" in capsys.readouterr().err
