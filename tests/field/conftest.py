"""Which reported faults are not mended yet. Each name goes when its fault does; the file goes with the last."""

from __future__ import annotations

import pytest

NOT_YET = frozenset(
    {
        "test_a_customer_with_a_number_that_is_too_long_is_told_with_the_reason",
        "test_a_decision_that_the_target_cannot_hold_ends_or_says_why",
        "test_a_good_telephone_is_not_replaced_by_made_up_digits_in_the_first_sync",
        "test_a_mobile_number_from_accounting_does_not_become_another_one",
        "test_a_new_customer_gets_no_telephone_that_nobody_typed",
        "test_a_number_that_is_too_long_keeps_no_other_customer_back",
        "test_a_number_that_looks_right_goes_over_or_its_reason_shows_what_is_wrong",
        "test_a_number_that_nobody_changed_is_not_asked_about",
        "test_a_number_that_was_too_long_goes_over_once_it_is_corrected",
        "test_a_refused_field_does_not_hold_up_the_other_fields_of_its_record",
        "test_a_telephone_is_not_made_up_on_its_way_to_timerabbit",
        "test_a_text_too_large_for_the_table_keeps_no_other_record_back",
        "test_access_to_another_company_under_a_connection_in_use_writes_nothing_anywhere",
        "test_an_address_moves_as_a_whole_with_its_country_emptied",
        "test_an_edited_telephone_does_not_become_another_one_and_is_not_emptied",
        "test_an_employees_mobile_does_not_become_another_one",
        "test_an_invisible_character_in_a_key_does_not_double_a_customer",
        "test_half_an_emoji_in_one_record_keeps_no_other_record_back",
        "test_half_an_emoji_is_carried_mended_or_told_for_its_record",
        "test_one_401_does_not_stop_everything_for_good_and_unheard",
        "test_two_people_with_one_mailbox_are_both_there_or_nobody_is_told_to_link_them",
        "test_what_is_no_organisation_number_is_not_rewritten",
        "test_what_the_target_cut_off_is_told",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = getattr(item, "originalname", item.name)
        if name in NOT_YET:
            item.add_marker(pytest.mark.xfail(reason="reported, and not mended yet", strict=False))
