"""What is assumed of a vendor's limit before it has told."""

from __future__ import annotations

import dataclasses

import pytest

from samspill.bootstrap import assumed_budget
from samspill.connectors.vendors import VENDORS, vendor_facts
from samspill.store.budget import BudgetRule


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_is_given_its_own_limit_and_leaves_some_calls_to_people(vendor: str) -> None:
    rules = assumed_budget(f"{vendor}/acme/main").every

    assert tuple((rule.limit, rule.window_s) for rule in rules) == vendor_facts(vendor).calls
    assert all(0 < rule.reserve < rule.limit for rule in rules)


def test_a_vendor_with_several_limits_is_given_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = dataclasses.replace(vendor_facts("tripletex"), calls=((60, 60), (1000, 3600)))
    monkeypatch.setattr("samspill.connectors.vendors.vendor_facts", lambda _vendor: facts)

    assert assumed_budget("tripletex/acme/main") == BudgetRule(60, 60, 6, (BudgetRule(1000, 3600, 100),))
