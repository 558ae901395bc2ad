"""Fjordbok's contacts and our customers, one table. Pure."""

from __future__ import annotations

from samspill.connectors.mapping import Mapped, inverted, text, title

CUSTOMERS = Mapped(
    "customer",
    (
        title("name", "name"),
        text("organization_number", "orgNo"),
        text("email", "mail"),
        inverted("is_active", "archived"),
    ),
)
