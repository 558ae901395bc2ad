"""What Tripletex's refusals of hours mean. The one place to correct when its words turn out to be others.

Known are the Norwegian sentences in `SEEN` (recorded answers) and the codes (the vendor's document); the English ones
there are plain translations. Of those in `GUESSED` no more than the rule is known (tripletex.no help, article 497),
neither field nor words: each is recognised by words such a sentence can hardly do without, and where the guess fails
the vendor's own words are shown. What a company sees instead is added by the connection's setting `refusal_words`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from samspill.connectors.faults import ErrorTable, Row
from samspill.connectors.tripletex.errors import TABLE
from samspill.errors import ConfigurationError, ConflictError, RejectedError, SamspillError
from samspill.reasons import Reason

_ERRORS: Mapping[str, type[SamspillError]] = {
    # Whoever wrote it: the caller reads again, finds the entry and decides anew. Nothing is written over.
    "hours_exist": ConflictError,
    "hours_month_locked": RejectedError,
    "hours_project_not_started": RejectedError,
    "hours_project_ended": RejectedError,
    "hours_participants_only": RejectedError,
    "hours_activity_not_linked": RejectedError,
    "hours_activity_inactive": RejectedError,
    "hours_employee_not_open": RejectedError,
    "hours_employee_number": RejectedError,
    "hours_over_day": RejectedError,
}
"""Every reason of this table, and how to recover from it."""


def _row(reason: str, message: str | None, field: str | None = None, *, status: int = 422, code: str = "18000") -> Row:
    return Row(_ERRORS[reason], reason, status, code, field, message)


SEEN: tuple[Row, ...] = (
    # The sentence was recorded, its code was not: one of the two the document has for "exists already".
    *(_row("hours_exist", None, status=409, code=code) for code in ("7000", "14000")),
    Row(ConflictError, "hours_exist", 409, message=r"allerede registrert timer|hours are already registered"),
    _row("hours_month_locked", None, status=409, code="10000"),
    _row("hours_activity_not_linked", r"kan ikke benyttes|cannot be used", "activity*"),
    _row("hours_employee_not_open", r"brukertilgangen.*ikke aktivert|not activated", "employee*"),
    _row("hours_over_day", r"over 24", "projectChargeableHours"),
)

GUESSED: tuple[Row, ...] = (
    _row("hours_over_day", r"\b24\b", "hours"),
    _row("hours_project_not_started", r"prosjekt.*(ikke startet|starter)|project.*(not started|starts)"),
    _row("hours_project_ended", r"prosjekt\w* er (avsluttet|lukket|stengt)|project (has ended|is closed)"),
    _row("hours_participants_only", r"(bare|kun) (prosjekt)?deltakere|only (project )?participants"),
    _row("hours_activity_inactive", r"inaktiv|ikke aktiv\b|deaktivert|inactive|not active\b|disabled", "activity*"),
    _row("hours_activity_not_linked", r"ikke (til)?(knyttet|koblet)|not (linked|connected)", "activity*"),
    _row("hours_employee_number", r"ansattnummer|employee number", "employee*"),
    _row("hours_month_locked", r"\b(måneden|perioden|uken|timene)\b.*\b(godkjent|låst|lønnet|fakturert)\b"),
    _row("hours_month_locked", r"\b(month|period|week|hours)\b.*\b(approved|locked|paid|invoiced)\b"),
)

ROWS = (*SEEN, *GUESSED)


def table(rows: tuple[Row, ...], settings: Mapping[str, str]) -> ErrorTable:
    """Return the vendor's table with a kind's own `rows` before it; ConfigurationError as `learned`."""
    return ErrorTable(TABLE.system, (*learned(settings), *rows, *TABLE.rows)) if rows else TABLE


def learned(settings: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the rows that the setting `refusal_words` adds: `reason=words`, several parted by semicolons.

    They fit any status and code of a refusal whose message holds the words.

    Raises:
        ConfigurationError: a part is not of this form, or names no reason of this table.
    """
    parts = [part.partition("=") for part in settings.get("refusal_words", "").split(";") if part.strip()]
    wrong = [reason for reason, _, words in parts if reason.strip() not in _ERRORS or not words.strip()]
    if wrong:
        names = ", ".join(wrong)
        reason = Reason("setup_incomplete", {"message": f"--setting refusal_words={names}"})
        raise ConfigurationError(f"refusal_words: no reason of hours, or no words: {names}", reason=reason)
    told = [(reason.strip(), words.strip()) for reason, _, words in parts]
    return tuple(Row(_ERRORS[reason], reason, range(400, 500), message=re.escape(words)) for reason, words in told)
