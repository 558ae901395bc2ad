"""What is assumed of a vendor's limit before it has told."""

from __future__ import annotations

import pytest

from samspill.bootstrap import assumed_budget
from samspill.connectors.registry import VENDORS, vendor_facts


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_is_given_its_own_limit_and_leaves_some_calls_to_people(vendor: str) -> None:
    limit, window_s = vendor_facts(vendor).calls

    rule = assumed_budget(f"{vendor}/acme/main")

    assert (rule.limit, rule.window_s) == (limit, window_s)
    assert 0 < rule.reserve < limit
