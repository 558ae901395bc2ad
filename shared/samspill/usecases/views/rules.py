"""Field rules, as people see them."""

from __future__ import annotations

from typing import ClassVar

from samspill.engine.rules import OnConflict, Policy
from samspill.usecases.views.base import Answer, View

POLICIES = tuple(str(policy) for policy in Policy)
CONFLICTS = tuple(str(each) for each in OnConflict)


class RuleView(View):
    """How one field is kept in step."""

    field: str
    policy: str
    master: str
    """The system that owns the field, or wins."""
    on_conflict: str
    asks: bool
    """Whether a person is asked about every change."""
    changed: bool
    """Whether an admin changed it."""


class Rules(Answer):
    """How fields are kept in step."""

    command: ClassVar[str] = "rules"
    rules: tuple[RuleView, ...]
