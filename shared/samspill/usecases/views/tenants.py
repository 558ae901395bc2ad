"""Tenants, as somebody sees them who looks after many."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.usecases.views.base import Answer, View


class TenantView(View):
    """What waits for a person at one tenant, as the last look found it."""

    tenant: str
    looked_at: datetime | None = None
    """When that was; None where nobody has looked yet, and so nothing is known."""
    connections: int = 0
    flows: int = 0
    keys_refused: int = 0
    """Connections whose key is refused."""
    stopped: int = 0
    """Flows that are paused or stopped."""
    review: int = 0
    conflict: int = 0
    failed: int = 0
    """Records; of each flow a thousand are counted at most."""
    held: int = 0
    """Lists that the mass-change guard holds back."""
    mapping: int = 0
    """Flows whose mapping or lookups no longer fit."""
    last_run_at: datetime | None = None
    last_good_at: datetime | None = None
    """Of the active flow whose last good run is longest ago; None where one of them has had none."""
    needs: tuple[str, ...] = ()
    """Kinds of notices: what is wrong, or waits for somebody."""
    needs_since: datetime | None = None
    """Since when the oldest of these."""
    needs_person: bool = False


class DeadView(View):
    """About how many messages of all tenants a step gave up on."""

    step: str
    about: int


class TenantList(Answer):
    """The tenants of the installation; those who have needed somebody for longest come first."""

    command: ClassVar[str] = "tenants"
    tenants: tuple[TenantView, ...]
    dead: tuple[DeadView, ...]
    """Empty where no step gave up on anything."""
