"""Connections, as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.state import Connection, Identity
from samspill.usecases.views.base import Answer, Explained, Said, View
from samspill.work.access import key_refused


class IdentityView(View):
    """Who a key is, as the vendor tells it."""

    user: str
    company: str
    company_id: str
    rights: tuple[str, ...] = ()
    missing: tuple[Said, ...] = ()
    """Rights or modules that flows will miss."""

    @classmethod
    def of(cls, identity: Identity) -> IdentityView:
        """Return the view."""
        return cls(**{name: getattr(identity, name) for name in cls.model_fields})


class ConnectionView(Explained):
    """One connection; `reason` says why it is not called."""

    tenant: str
    id: str
    vendor: str
    base_url: str
    settings: dict[str, str]
    status: str
    identity: IdentityView | None
    created_at: datetime

    @classmethod
    def of(cls, connection: Connection) -> ConnectionView:
        """Return the view."""
        reason = connection.reason
        if reason is None and connection.refusal is not None:
            reason = key_refused(connection, connection.refusal)
        return cls(
            reason=reason,
            tenant=connection.tenant,
            id=connection.id,
            vendor=connection.vendor,
            base_url=connection.base_url,
            settings=connection.settings,
            status=connection.status,
            identity=IdentityView.of(connection.identity) if connection.identity else None,
            created_at=connection.created_at,
        )


class Webhooks(Explained):
    """What came of asking a vendor for webhooks; `reason` says why it sends none."""

    connection: str
    vendor: str
    sends: bool


class Connected(Answer):
    """A connection was stored."""

    command: ClassVar[str] = "connect"
    connection: str
    vendor: str
    address: str
    settings: dict[str, str]
    status: str
    company: str = ""
    company_id: str = ""
    user: str = ""
    also_as: tuple[str, ...] = ()
    """Other connections to the same company."""
    webhooks: tuple[Webhooks, ...] = ()


class Tested(Answer, IdentityView):
    """A key was tested."""

    command: ClassVar[str] = "test"
    also_as: tuple[str, ...] = ()
    webhooks: tuple[Webhooks, ...] = ()
