"""Timerabbit on one connection, as the steps see it."""

from __future__ import annotations

from samspill.connectors.contract.connector import ContractConnector
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.connectors.timerabbit.profile import PROFILE


class Timerabbit(ContractConnector):
    """Reads and writes one account."""

    profile = PROFILE
    kinds = KINDS


CONNECTOR = Timerabbit
"""What the registry opens."""
