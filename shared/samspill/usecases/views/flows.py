"""Flows, as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.state import FlowState
from samspill.usecases.views.base import Answer, Explained, Title, View
from samspill.usecases.views.connections import ConnectionView, Webhooks
from samspill.usecases.views.held import HeldView
from samspill.usecases.views.runs import RunView


class FlowListed(View):
    """A flow, or a declaration that nobody has set up."""

    flow: str
    declaration: str
    left: str | None = None
    right: str | None = None
    status: str | None = None
    every_min: int | None = None
    title: Title

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections that it has: one, where it writes files."""
        return tuple(each for each in (self.left, self.right) if each is not None)


class FlowList(Answer):
    """Every flow that is set up, then what else there is to set up."""

    command: ClassVar[str] = "flows"
    flows: tuple[FlowListed, ...]


class FlowView(Answer, Explained):
    """Where one flow stands."""

    command: ClassVar[str] = "flow"
    tenant: str
    flow: str
    declaration: str
    left: str | None
    right: str | None
    status: str
    every_min: int
    time_zone: str
    full_at_hour: int
    settings: dict[str, str]
    plan: str | None
    """Hash of the plan that may be approved."""
    last_full_at: datetime | None
    created_at: datetime
    webhooks: tuple[Webhooks, ...] = ()

    @classmethod
    def of(cls, state: FlowState, webhooks: tuple[Webhooks, ...] = ()) -> FlowView:
        """Return the view."""
        return cls(webhooks=webhooks, **{name: getattr(state, name) for name in cls.model_fields if name not in _OWN})


_OWN = {"webhooks", "text"}


class Proposed(View):
    """What `enable` would set up or change."""

    flow: str
    is_new: bool
    declaration: str
    has_setup: bool
    """Whether something has to be done in the systems first."""
    settings: tuple[str, ...]
    left: str | None
    right: str | None
    has_first_sync: bool

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections that it has: one, where it writes files."""
        return tuple(each for each in (self.left, self.right) if each is not None)


class FlowStatusView(Explained):
    """Where a flow stands, and what waits."""

    flow: str
    declaration: str
    left: str | None
    right: str | None
    status: str
    every_min: int
    polled_every_min: int
    """Minutes between two polls at present: more than `every_min` where webhooks tell of changes."""
    last_good_at: datetime | None = None
    """When a run last came to its end."""
    waiting: dict[str, int]
    """Result → how many records ended so and wait."""
    held: tuple[HeldView, ...]
    mapping: tuple[Explained, ...] = ()
    """What the last look found wrong with mapping and lookups."""
    runs: tuple[RunView, ...]

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections that it has: one, where it writes files."""
        return tuple(each for each in (self.left, self.right) if each is not None)


class Status(Answer):
    """Where everything stands."""

    command: ClassVar[str] = "status"
    tenant: str
    connections: tuple[ConnectionView, ...]
    flows: tuple[FlowStatusView, ...]
    needs_person: bool
