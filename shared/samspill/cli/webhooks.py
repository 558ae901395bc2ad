"""What is said about the webhooks that vendors were asked for, and about those that are put back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from samspill.cli.counting import counting
from samspill.cli.terminal import Terminal
from samspill.connectors.vendors import vendor_facts
from samspill.usecases import replaying

if TYPE_CHECKING:
    from samspill.usecases.views.connections import Webhooks


def tell_webhooks(terminal: Terminal, asked: Iterable[Webhooks]) -> None:
    """Tell which vendors send webhooks, and why others do not."""
    for each in asked:
        vendor = vendor_facts(each.vendor).title
        if each.sends:
            terminal.tell(terminal.text("subscribed", vendor=vendor))
        else:
            terminal.tell(terminal.text("nosubscription", vendor=vendor, why=terminal.reason(each.reason)))


def put_webhooks_back(
    terminal: Terminal, *, flow: str | None, connection: str | None, span: timedelta, dry_run: bool
) -> None:
    """Put back what vendors told, and tell how much that was and what could not be read."""
    with counting(terminal, "webhooks.bodies") as tell:
        found = replaying.webhooks(
            terminal.world,
            terminal.actor,
            terminal.tenant,
            span=span,
            flow=terminal.flow(flow) if flow else None,
            connection=connection,
            dry_run=dry_run,
            tell=tell,
        )
    terminal.tell(terminal.text("webhooks.bodies", count=found.bodies))
    for place in found.unreadable:
        terminal.tell(terminal.text("webhooks.unreadable", place=place))
    terminal.tell(terminal.text("would_replay" if dry_run else "replayed", count=found.records))
    terminal.answer(found)
