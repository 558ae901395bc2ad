"""What a vendor's refusal means: a table, read from the top; the first row that fits decides. Vendors' rows first."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from samspill.errors import (
    ConflictError,
    ContractError,
    CredentialsError,
    NotFoundError,
    PermissionsError,
    RejectedError,
    SamspillError,
    UnavailableError,
)
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a vendor found wrong, in its own words. `field` is the vendor's name, without list positions."""

    status: int
    code: str | None = None
    field: str | None = None
    message: str = ""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """When `status`, `code`, `field` (a shell pattern) and `message` (a regular expression) fit: this error and reason.

    What a row leaves out fits everything. `told` is added to the reason; its `field` is the vendor's field in
    canonical words.
    """

    error: type[SamspillError]
    reason: str
    status: int | range = range(200, 600)
    code: str | None = None
    field: str | None = None
    message: str | None = None
    told: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def fits(self, fault: Fault) -> bool:
        """Tell whether this row is about `fault`."""
        return (
            (fault.status in self.status if isinstance(self.status, range) else fault.status == self.status)
            and self.code in {None, fault.code}
            and (self.field is None or fnmatchcase(fault.field or "", self.field))
            and (self.message is None or re.search(self.message, fault.message, re.IGNORECASE) is not None)
        )


_INTERNAL = re.compile(r"\((\w[\w.]*)\)")


def canonical(field: str, names: Mapping[str, str]) -> str:
    """Return our name of a field as a vendor tells it; the vendor's, where we have none.

    It may be a path (`postalAddress.country.id`), several paths between commas, or a sentence that holds one in
    brackets ("Internt felt (account)").
    """
    told = [part.strip() for part in field.split(",")]
    paths = [*told, *(found[1] for part in told if (found := _INTERNAL.search(part)))]
    for path in paths:
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            if (ours := names.get(".".join(parts[:length]))) is not None:
                return ours
    return field


DEFAULT_ROWS: tuple[Row, ...] = (
    Row(CredentialsError, "key_invalid", 401),
    Row(PermissionsError, "missing_right", 403),
    Row(NotFoundError, "not_found", 404),
    Row(NotFoundError, "not_found", 410),
    Row(ConflictError, "changed_meanwhile", 409),
    Row(ConflictError, "changed_meanwhile", 412),
    Row(ContractError, "defect", 400),
    Row(ContractError, "defect", 405),
    Row(ContractError, "defect", 415),
    Row(UnavailableError, "vendor_unavailable", 408),
    Row(UnavailableError, "vendor_unavailable", range(500, 600)),
    Row(RejectedError, "rejected"),
)


def unreadable(system: str, field: str, said: str, request_id: str | None = None) -> ContractError:
    """Return the error for an answer of another shape; `field` is where it first differs, `said` is for the log."""
    reason = Reason("answer_unreadable", {"system": system, "field": field})
    return ContractError(said, reason=reason, field=field, request_id=request_id)


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """The rows of one vendor, and its display name."""

    system: str
    rows: tuple[Row, ...] = ()

    def error(self, faults: Iterable[Fault], names: Mapping[str, str] | None = None, what: str = "") -> SamspillError:
        """Return the error for what went wrong; of several faults the first that our rows know best decides.

        Args:
            faults: At least one.
            names: The vendor's field → the canonical field, for the reason.
            what: What was called, for reasons that name it.
        """
        known = [*faults]
        rows = (*self.rows, *DEFAULT_ROWS)
        row, fault = min(((self._row(rows, fault), fault) for fault in known), key=lambda found: rows.index(found[0]))
        name = row.told.get("field") or canonical(fault.field or "", names or {})
        message = "; ".join(dict.fromkeys(each.message for each in known if each.message))
        params = {"system": self.system, "message": message or f"HTTP {fault.status}", "what": what, **row.told}
        if name:
            params.setdefault("field", name)
        about = " ".join(part for part in (fault.request_id and f"request {fault.request_id}", fault.code) if part)
        words = ": ".join(part for part in (about, message) if part)
        return row.error(
            f"{self.system} answered {fault.status} {fault.code or ''} {fault.field or ''}".rstrip(),
            reason=Reason(row.reason, params, words or None),
            field=name or None,
            vendor_code=fault.code,
            vendor_message=message or None,
            request_id=fault.request_id,
        )

    @staticmethod
    def _row(rows: tuple[Row, ...], fault: Fault) -> Row:
        return next(row for row in rows if row.fits(fault))
