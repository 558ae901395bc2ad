"""Which reported faults are not mended yet. Each name goes when its fault does; the file goes with the last."""

from __future__ import annotations

import pytest

NOT_YET = frozenset(
    {
        "test_a_refused_field_does_not_hold_up_the_other_fields_of_its_record",
        "test_a_text_too_large_for_the_table_keeps_no_other_record_back",
        "test_access_to_another_company_under_a_connection_in_use_writes_nothing_anywhere",
        "test_half_an_emoji_in_one_record_keeps_no_other_record_back",
        "test_half_an_emoji_is_carried_mended_or_told_for_its_record",
        "test_one_401_does_not_stop_everything_for_good_and_unheard",
        "test_two_people_with_one_mailbox_are_both_there_or_nobody_is_told_to_link_them",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = getattr(item, "originalname", item.name)
        if name in NOT_YET:
            item.add_marker(pytest.mark.xfail(reason="reported, and not mended yet", strict=False))
