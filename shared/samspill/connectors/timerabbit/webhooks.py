"""Reads Timerabbit's webhooks. Imports no HTTP client: intake has to start fast."""

from __future__ import annotations

from functools import partial

from samspill.connectors.contract import webhooks
from samspill.connectors.timerabbit.profile import PROFILE

read = partial(webhooks.read, PROFILE)
"""Verify one delivery and return what it hints at; see `samspill.connectors.contract.webhooks.read`."""

told = partial(webhooks.told, PROFILE)
"""Return what a body hints at that was verified before; see `samspill.connectors.contract.webhooks.told`."""
