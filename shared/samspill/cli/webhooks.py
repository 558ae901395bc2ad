"""What is said about the webhooks that vendors were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from samspill.cli.terminal import Terminal
from samspill.connectors.vendors import vendor_facts

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
