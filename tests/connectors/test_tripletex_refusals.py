"""Refused hours, from what the vendor answers to what a person reads."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from samspill.connectors.tripletex.hours.refusals import ROWS, table
from samspill.errors import ConfigurationError, ConflictError, RejectedError
from samspill.ports import Written
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text, sentences
from tests.connectors.rig import change
from tests.connectors.tripletex_rig import TripletexRig
from tests.connectors.tripletex_timesheet import MONDAY, Timesheet


@pytest.fixture
def sheet(tripletex: TripletexRig) -> Timesheet:
    return Timesheet(tripletex)


def project(**changes: object) -> Callable[[Timesheet], object]:
    return lambda sheet: sheet.rig.sandbox.edit("project", sheet.bath, changes)


def starts_later(sheet: Timesheet) -> None:
    project(startDate="2026-03-03")(sheet)


def for_others(sheet: Timesheet) -> None:
    project(forParticipantsOnly=True)(sheet)
    sheet.kari = sheet.rig.add("employees", {"first_name": "Per", "last_name": "Lund"})


def activity_off(sheet: Timesheet) -> None:
    sheet.rig.sandbox.edit("activity", sheet.work, {"isDisabled": True})


def not_open(sheet: Timesheet) -> None:
    sheet.rig.sandbox.edit("employee", sheet.kari, {"allowInformationRegistration": False})


REFUSALS = {
    "starts later": (starts_later, "hours_project_not_started", "startdato"),
    "ended": (project(endDate="2026-03-01"), "hours_project_ended", "sluttdato"),
    "closed": (project(isClosed=True), "hours_project_ended", "Åpne"),
    "participants": (for_others, "hours_participants_only", "Legg til den ansatte"),
    "not linked": (project(generalProjectActivitiesPerProjectOnly=True), "hours_activity_not_linked", "Koble"),
    "inactive": (activity_off, "hours_activity_inactive", "Gjør den aktiv"),
    "approved": (lambda sheet: sheet.approve(), "hours_month_locked", "Månedsoversikt"),
    "not open": (not_open, "hours_employee_not_open", "ansattkortet"),
}


@pytest.mark.parametrize("language", ["NO", "EN"])
@pytest.mark.parametrize("case", [*REFUSALS])
def test_a_refusal_of_the_vendor_says_what_to_do(sheet: Timesheet, case: str, language: str) -> None:
    arrange, reason, advice = REFUSALS[case]
    arrange(sheet)
    sheet.rig.tripletex.account.sessions.language = language
    before = sheet.held()
    written = sheet.create()
    assert isinstance(written.error, RejectedError)
    assert written.error.reason.code == reason
    assert advice in reason_text(written.error.reason, "nb")
    assert written.error.vendor_message
    assert written.error.vendor_message in reason_text(written.error.reason, "de")
    assert all("{" not in reason_text(written.error.reason, each) for each in LANGUAGES)
    assert sheet.held() == before


@pytest.mark.parametrize("language", ["NO", "EN"])
def test_a_second_entry_of_a_cell_is_a_conflict_and_what_is_there_can_be_found(sheet: Timesheet, language: str) -> None:
    there = sheet.entry(hours="2")
    sheet.rig.tripletex.account.sessions.language = language
    written = sheet.create()
    assert isinstance(written.error, ConflictError)
    assert written.error.reason.code == "hours_exist"
    cell = {"employee": sheet.kari, "project": sheet.bath, "activity": sheet.work, "date": MONDAY}
    assert [each.external_id for each in sheet.rig.connector.find("hours", keys=cell)] == [there]
    assert sheet.held() == [(MONDAY, 2)]


def test_a_locked_entry_is_neither_changed_nor_deleted_until_it_is_unlocked(sheet: Timesheet) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    sheet.approve()
    for write in (change(seen, {"hours": "1"}), change(seen, {}, archive=True)):
        [written] = sheet.write(write)
        assert isinstance(written.error, RejectedError)
        assert written.error.reason.code == "hours_month_locked"
    assert sheet.held() == [(MONDAY, 7.5)]
    sheet.unapprove()
    [written] = sheet.write(change(seen, {"hours": "1"}))
    assert written.error is None
    assert sheet.held() == [(MONDAY, 1)]


def test_a_comment_that_is_needed_is_asked_for(sheet: Timesheet) -> None:
    sheet.rig.sandbox.set_faults({"require_comments": True})
    written = sheet.create()
    assert isinstance(written.error, RejectedError)
    assert (written.error.reason.code, written.error.field) == ("field_required", "comment")


def answered(sheet: Timesheet, status: int, code: int, message: str, field: str | None = None) -> Written:
    """Let the vendor refuse a create in these words."""
    lines = None if status == httpx.codes.CONFLICT else [{"field": field, "message": message}]
    said = {"status": status, "code": code, "message": message, "validationMessages": lines}
    sheet.rig.connector.check()
    sheet.rig.transport.answers = [httpx.Response(status, json=said)]
    return sheet.create_unchecked()


@pytest.mark.parametrize(
    ("status", "code", "field", "message", "error", "reason"),
    [
        # Codes of the document, in whatever words.
        (409, 7000, None, "x", ConflictError, "hours_exist"),
        (409, 14000, None, "x", ConflictError, "hours_exist"),
        (409, 10000, None, "x", RejectedError, "hours_month_locked"),
        (409, 8000, None, "x", ConflictError, "changed_meanwhile"),
        # The sentence that was recorded, under a code that was not.
        (409, 1, None, "Det er allerede registrert timer på den ansatte på denne dagen", ConflictError, "hours_exist"),
        (409, 1, None, "noe annet", RejectedError, "duplicate"),
        (422, 18000, "projectChargeableHours", "Kan ikke være over 24", RejectedError, "hours_over_day"),
        (422, 18000, "hours", "Kan ikke være over 24", RejectedError, "hours_over_day"),
        (422, 18000, "employee.id", "Den ansatte mangler ansattnummer.", RejectedError, "hours_employee_number"),
        (422, 18000, None, "Måneden er godkjent.", RejectedError, "hours_month_locked"),
        (422, 18000, "date", "The period is locked.", RejectedError, "hours_month_locked"),
        (
            422,
            18000,
            "activity.id",
            "Aktiviteten er ikke knyttet til prosjektet",
            RejectedError,
            "hours_activity_not_linked",
        ),
        # Words that only resemble them, or stand at another field, explain nothing.
        (422, 18000, "comment", "Aktiviteten kan ikke benyttes.", RejectedError, "field_refused"),
        (422, 18000, None, "Verdien er ikke godkjent.", RejectedError, "rejected"),
        (422, 16000, "nmae", "Prosjektet er avsluttet.", None, "defect"),
    ],
)
def test_status_code_field_and_words_decide_together(
    sheet: Timesheet,
    status: int,
    code: int,
    field: str | None,
    message: str,
    error: type[Exception] | None,
    reason: str,
) -> None:
    written = answered(sheet, status, code, message, field)
    assert written.error is not None
    assert written.error.reason.code == reason
    assert error is None or type(written.error) is error
    assert message in str(written.error.reason.vendor)


def test_words_nobody_knew_are_shown_and_can_be_taught_by_a_setting() -> None:
    says = "Prosjektperioden dekker ikke datoen"
    unknown = answered(Timesheet(TripletexRig()), 422, 18000, says, "project.id")
    assert unknown.error is not None
    assert unknown.error.reason.code == "field_refused"
    assert says in reason_text(unknown.error.reason, "nb")
    words = "hours_exist = finnes alt ; hours_project_ended=prosjektperioden dekker ikke"
    taught = answered(Timesheet(TripletexRig({"refusal_words": words})), 422, 18000, says, "project.id")
    assert taught.error is not None
    assert taught.error.reason.code == "hours_project_ended"


@pytest.mark.parametrize("words", ["locked=x", "hours_exist", "hours_exist=", "hours_exist= ;"])
def test_a_setting_that_cannot_be_read_is_told_before_anything_is_sent(words: str) -> None:
    sheet = Timesheet(TripletexRig({"refusal_words": words}))
    with pytest.raises(ConfigurationError) as caught:
        sheet.create()
    assert caught.value.reason.params == {"message": f"--setting refusal_words={words.partition('=')[0]}"}
    assert sheet.rig.transport.sent == []


def test_the_setting_concerns_hours_alone() -> None:
    assert table((), {"refusal_words": "hours_exist=x"}) is table((), {})


def test_every_reason_of_hours_is_in_the_catalogue() -> None:
    assert {row.reason for row in ROWS} <= sentences("en").keys()
