"""Which reported faults are not mended yet. Each name goes when its fault does; the file goes with the last."""

from __future__ import annotations

import pytest

NOT_YET = frozenset(
    {
        "test_a_decision_that_the_target_cannot_hold_ends_or_says_why",
        "test_a_number_that_nobody_changed_is_not_asked_about",
        "test_access_to_another_company_under_a_connection_in_use_writes_nothing_anywhere",
        "test_an_address_moves_as_a_whole_with_its_country_emptied",
        "test_one_401_does_not_stop_everything_for_good_and_unheard",
        "test_what_the_target_cut_off_is_told",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = getattr(item, "originalname", item.name)
        if name in NOT_YET:
            item.add_marker(pytest.mark.xfail(reason="reported, and not mended yet", strict=False))
