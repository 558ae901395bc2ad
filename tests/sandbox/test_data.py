from __future__ import annotations

from collections import Counter

import pytest

from local.vendors.clock import ManualClock
from local.vendors.data import build
from local.vendors.data.counterpart import counterpart
from local.vendors.data.orgnr import check_digit
from local.vendors.data.spelling import sloppy
from local.vendors.tripletex import TripletexSandbox


def test_the_same_seed_and_size_give_the_same_data_and_another_seed_other_data() -> None:
    assert build(3) == build(3)
    assert counterpart(build(3), "timerabbit") == counterpart(build(3), "timerabbit")
    assert build(3) != build(4)


def test_the_demo_has_every_case_that_a_first_sync_should_meet() -> None:
    data = build(1)

    names = Counter(each.name for each in data.customers)
    assert (len(data.customers), len(data.projects)) == (40, 30)
    assert names["Bakken Bygg AS"] == 2
    assert any(not each.is_active for each in data.customers)
    assert any(each.organization_number is None and not each.is_private for each in data.customers)
    assert any(each.is_private for each in data.customers)
    assert any(set("æøåÆØÅ") & set(each.name) for each in data.customers)
    for what in ("is_closed", "is_internal", "is_offer"):
        assert any(getattr(each, what) for each in data.projects), what
    assert any(not each.number for each in data.projects)
    assert any(each.start is None for each in data.projects)
    assert data.projects[2].parent == 1
    assert data.projects[1].parent == 0


def test_numbers_are_unique_and_parents_come_first_at_any_size() -> None:
    for size in (0, 1, 5, 40, 700):
        data = build(2, size)
        for numbers in (
            [each.number for each in data.customers],
            [each.number for each in data.projects if each.number],
        ):
            assert len(set(numbers)) == len(numbers)
        assert all(each.parent is None or each.parent < index for index, each in enumerate(data.projects))
        assert (len(data.customers), len(data.projects)) == (size, size // 2)


@pytest.mark.parametrize("seed", range(12))
def test_no_project_ends_before_it_begins(seed: int) -> None:
    data = [each for size in ("demo", 700) for each in build(seed, size).projects]
    data += counterpart(build(seed), "timerabbit").projects
    periods = [(each.start, each.end) for each in data if each.start and each.end]

    assert any(each.parent is not None and each.end for each in data)
    assert [period for period in periods if period[1] < period[0]] == []


def test_organisation_numbers_are_valid_and_begin_with_8_or_9() -> None:
    found = [each.organization_number for each in build(1, 300).customers if each.organization_number]

    assert len(set(found)) == len(found) > 200
    assert all(number[0] in "89" and check_digit(number[:8]) == int(number[8]) for number in found)
    assert check_digit("98765432") == 5


def test_addresses_of_mail_are_ascii_and_nobody_can_be_called() -> None:
    data = build(1, 300)

    assert all(each.email.isascii() and each.email.endswith(".example") for each in data.customers)
    assert all(each.phone.startswith("+47 1") for each in data.customers)
    assert all(each.email.isascii() for each in data.employees)


def test_the_second_system_overlaps_by_more_than_half_spells_differently_and_has_its_own() -> None:
    data = build(1, 400)
    other = counterpart(data, "timerabbit")

    ours = {each.address for each in data.customers}
    shared = [each for each in other.customers if each.address in ours]
    assert 0.5 < len(shared) / len(data.customers) < 0.7
    known = {each.name for each in data.customers}
    respelled = [each.name for each in shared if each.name not in known]
    assert 0.2 < len(respelled) / len(shared) < 0.5
    assert len(other.customers) - len(shared) == 80
    assert any(each.number is None for each in shared)


def test_the_second_system_has_two_levels_and_both_same_named_customers() -> None:
    for seed in range(20):
        other = counterpart(build(seed), "timerabbit")

        for project in other.projects:
            assert project.parent is None or other.projects[project.parent].parent is None
        assert [each.name for each in other.customers].count("Bakken Bygg AS") >= 1
        assert other.customers[2].name == "Fjellheim Ror og Sanitaer A/S" == sloppy("Fjellheim Rør & Sanitær AS")


def test_a_large_account_is_loaded_whole_and_passes_its_own_rules() -> None:
    sandbox = TripletexSandbox(clock=ManualClock())
    sandbox.load(build(1, 500))

    customers = sandbox.rows("customer")
    assert len(customers) == 500
    for row in sandbox.rows("project"):
        if row["number"] and row["startDate"]:
            sandbox.edit("project", str(row["id"]), {"description": "Checked"})
    made = sandbox.add("customer", {"name": "Berg"})
    assert made["customerNumber"] == 10_501


@pytest.mark.parametrize("size", ["large", -1, 1.5, True])
def test_a_size_that_means_nothing_is_refused(size: object) -> None:
    with pytest.raises(ValueError, match="size"):
        build(1, size)  # type: ignore[arg-type]  # that is what is tested
