"""What an admin may make of the rules of Svenn ↔ Tripletex, and what comes of it."""

from __future__ import annotations

import pytest

from samspill.engine.model import Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import UsageError
from samspill.reasons import LANGUAGES
from samspill.steps import rules
from tests.flows.hub import Hub


@pytest.fixture
def hub() -> Hub:
    return Hub(size=6, flow="svenn-tripletex")


@pytest.mark.parametrize(
    ("field", "policy", "master", "code"),
    [
        ("hours.hours", Policy.TWO_WAY, None, "hours_as_declared"),
        ("hours.hours", Policy.OFF, None, "hours_as_declared"),
        ("hours.hours", Policy.MASTER, Side.RIGHT, "hours_as_declared"),
        ("hours.comment", Policy.MASTER, None, "hours_as_declared"),
        ("hours.exported", Policy.OFF, None, "hours_as_declared"),
        ("activities.name", Policy.TWO_WAY, None, "only_matched"),
    ],
)
def test_no_rule_can_be_made_that_writes_over_hours_or_renames_activities(
    hub: Hub, field: str, policy: Policy, master: Side | None, code: str
) -> None:
    hub.connect()

    with pytest.raises(UsageError) as caught:
        rules.change(hub.world, hub.flow, field, by="kari", policy=policy, master=master)

    assert caught.value.reason.code == code
    assert all(field in caught.value.reason.text(language) for language in LANGUAGES)
    assert hub.world.registry.flow(hub.flow).rules == {}
    assert rules.in_force(hub.world, hub.flow)["hours.hours"][0].on_conflict is OnConflict.REVIEW
    assert hub.journal("rule_changed") == []
