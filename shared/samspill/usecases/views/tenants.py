"""Tenants, as somebody sees them who looks after many."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.usecases.views.base import Answer, View


class TenantView(View):
    """What waits for a person at one tenant."""

    tenant: str
    connections: int
    flows: int
    keys_refused: int
    """Connections whose key is refused."""
    stopped: int
    """Flows that are paused or stopped."""
    review: int
    conflict: int
    failed: int
    held: int
    """Lists that the mass-change guard holds back."""
    last_run_at: datetime | None
    needs_person: bool


class DeadView(View):
    """About how many messages of all tenants a step gave up on."""

    step: str
    about: int


class TenantList(Answer):
    """Every tenant of the installation."""

    command: ClassVar[str] = "tenants"
    tenants: tuple[TenantView, ...]
    dead: tuple[DeadView, ...]
    """Empty where no step gave up on anything."""
