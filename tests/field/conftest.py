"""Which reported faults are not mended yet. Each name goes when its fault does; the file goes with the last."""

from __future__ import annotations

import pytest

NOT_YET = frozenset(
    {
        "test_a_create_whose_answer_was_lost_is_not_repeated_for_a_number_with_a_zero_in_front",
        "test_a_customer_made_later_is_not_doubled_where_the_first_sync_would_have_linked_it",
        "test_a_customer_that_waits_for_a_number_is_asked_about_and_not_doubled",
        "test_a_customer_with_a_number_that_is_too_long_is_told_with_the_reason",
        "test_a_decision_that_the_target_cannot_hold_ends_or_says_why",
        "test_a_good_telephone_is_not_replaced_by_made_up_digits_in_the_first_sync",
        "test_a_mobile_number_from_accounting_does_not_become_another_one",
        "test_a_new_customer_gets_no_telephone_that_nobody_typed",
        "test_a_number_that_is_too_long_keeps_no_other_customer_back",
        "test_a_number_that_looks_right_goes_over_or_its_reason_shows_what_is_wrong",
        "test_a_number_that_nobody_changed_is_not_asked_about",
        "test_a_number_that_was_too_long_goes_over_once_it_is_corrected",
        "test_a_project_is_not_called_what_the_holder_of_its_number_is",
        "test_a_record_from_the_future_does_not_blind_the_reads_of_changes",
        "test_a_refused_field_does_not_hold_up_the_other_fields_of_its_record",
        "test_a_telephone_is_not_made_up_on_its_way_to_timerabbit",
        "test_a_text_too_large_for_the_table_keeps_no_other_record_back",
        "test_an_address_moves_as_a_whole_with_its_country_emptied",
        "test_an_edit_after_a_backup_was_restored_arrives_or_is_named",
        "test_an_edit_behind_a_read_that_takes_minutes_is_found_by_the_next_read_of_changes",
        "test_an_edit_of_a_project_that_left_the_scope_is_not_lost",
        "test_an_edited_telephone_does_not_become_another_one_and_is_not_emptied",
        "test_an_employee_who_waits_for_a_number_is_asked_about_and_not_doubled",
        "test_an_employees_mobile_does_not_become_another_one",
        "test_an_invisible_character_in_a_key_does_not_double_a_customer",
        "test_an_organisation_number_in_another_dress_is_found_before_a_create",
        "test_half_an_emoji_in_one_record_keeps_no_other_record_back",
        "test_half_an_emoji_is_carried_mended_or_told_for_its_record",
        "test_one_company_that_is_made_on_both_sides_is_not_doubled_on_both",
        "test_two_companies_under_one_number_keep_their_addresses_until_a_person_was_asked",
        "test_two_people_with_one_mailbox_are_both_there_or_nobody_is_told_to_link_them",
        "test_two_projects_that_were_given_one_number_are_not_taken_for_one",
        "test_what_a_key_may_not_see_for_three_days_is_not_gone_for_ever",
        "test_what_comes_back_from_the_bin_goes_on_or_is_asked_about",
        "test_what_is_no_organisation_number_is_not_rewritten",
        "test_what_the_target_cut_off_is_told",
        "test_what_waits_for_a_deleted_customer_is_not_told_that_it_goes_on_by_itself",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = getattr(item, "originalname", item.name)
        if name in NOT_YET:
            item.add_marker(pytest.mark.xfail(reason="reported, and not mended yet", strict=False))
