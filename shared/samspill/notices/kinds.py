"""The kinds of conditions that people are told of."""

from __future__ import annotations

from samspill.canon.open_enum import OpenEnum


class Kind(OpenEnum):
    """What is wrong, or waits for somebody. Its texts are `notice.<kind>.…` in the language files."""

    KEY = "key"
    """A key is refused."""
    KEY_ENDS = "key-ends"
    """A key is about to end."""
    OVERDUE = "overdue"
    """No run of a flow has ended well for too long, or one does not move."""
    FAILED = "failed"
    CONFLICT = "conflict"
    REVIEW = "review"
    HELD = "held"
    """The guard on mass changes holds lists back."""
    TOTALS = "totals"
    """Control totals differ."""
    WEBHOOKS_REFUSED = "webhooks-refused"
    """A vendor will not send webhooks."""
    WEBHOOKS_SILENT = "webhooks-silent"
    """Reads find changes that no webhook told, and none has come for longer than is usual."""
    SLOW = "slow"
    """A run has been under way for hours, most often because a vendor's call limit is used up."""
    SETUP = "setup"
    """A set-up waits for an operator's yes."""
    DEAD_LETTERS = "dead-letters"
    """Steps gave up on messages: of the installation, not of a tenant."""


OPERATORS = frozenset({Kind.SETUP, Kind.DEAD_LETTERS})
"""Kinds whose start is for those who look after the installation; a customer can do nothing about them."""
