"""Errors in Tripletex's shape, each of them a refusal with the vendor's status and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from local.vendors.app import Refused
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.messages import Message, same


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of `validationMessages`."""

    field: str | None
    message: Message
    path: str | None = None


class Refusal(Refused):
    """The vendor says no."""

    def __init__(
        self, status: int, code: int, message: Message, *, developer: str | None = None, issues: Sequence[Issue] = ()
    ) -> None:
        """Answer `status` with Tripletex's own `code`."""
        super().__init__(message.en)
        self.status = status
        self.code = code
        self.message = message
        self.developer = developer
        self.issues = tuple(issues)

    def body(self, language: str, request_id: str) -> dict[str, Any]:
        """Return the error as JSON."""
        validation = [
            {"field": each.field, "message": each.message.text(language), "path": each.path, "rootId": None}
            for each in self.issues
        ]
        return {
            "status": self.status,
            "code": self.code,
            "message": self.message.text(language),
            "link": "https://tripletex.no/v2-docs/",
            "developerMessage": self.developer,
            "validationMessages": validation or None,
            "requestId": request_id,
        }

    def document(self) -> dict[str, Any]:
        """Return the error for somebody without a call of their own."""
        return self.body("NO", "")

    def at(self, index: int) -> Refusal:
        """Return the same refusal for element `index` of a list. That the path tells the index is an assumption."""
        issues = [replace(each, path=f"[{index}].{each.field or ''}".rstrip(".")) for each in self.issues]
        return Refusal(self.status, self.code, self.message, developer=self.developer, issues=issues)


def not_found() -> Refusal:
    """404/6000: no such path or object, or not visible."""
    return Refusal(404, 6000, m.NOT_FOUND)


def unauthorized() -> Refusal:
    """401/3000: the session is unknown or dead, or the user name is not a company it may open."""
    developer = "Could not log in. Check login info in Authorization header."
    return Refusal(401, 3000, m.UNAUTHORIZED, developer=developer)


def forbidden() -> Refusal:
    """403/9000: a right or a module is missing, or the call is not offered."""
    return Refusal(403, 9000, m.NO_PERMISSION)


def revision() -> Refusal:
    """409/8000: the version sent is not the present one."""
    return Refusal(409, 8000, m.REVISION, developer="REVISION_EXCEPTION")


def locked(message: Message) -> Refusal:
    """409/10000: the object is locked."""
    return Refusal(409, 10000, message)


def bad_parameter(name: str, message: Message) -> Refusal:
    """422/15000: a query parameter is missing or cannot be used."""
    return Refusal(422, 15000, m.VALIDATION_FAILED, issues=[Issue(name, message)])


def bad_number(value: str) -> Refusal:
    """422/21000: a path or query parameter is not a number."""
    return Refusal(422, 21000, m.WRONG_NUMBER.about(f'"{value}"'))


def mapping(issues: Sequence[Issue]) -> Refusal:
    """422/16000: the body has a field that does not exist, or a value of the wrong type."""
    return Refusal(422, 16000, m.MAPPING_FAILED, issues=issues)


def bean(*issues: tuple[str, Message]) -> Refusal:
    """422/18000 from the check of single fields: no developer message, a path such as `null.name`."""
    return Refusal(422, 18000, m.VALIDATION_FAILED, issues=[Issue(name, msg, f"null.{name}") for name, msg in issues])


def rule(field: str | None, message: Message | str) -> Refusal:
    """422/18000 from a business rule."""
    said = same(message) if isinstance(message, str) else message
    return Refusal(422, 18000, m.VALIDATION_FAILED, developer="VALIDATION_ERROR", issues=[Issue(field, said)])
