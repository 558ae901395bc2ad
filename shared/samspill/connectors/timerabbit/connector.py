"""Timerabbit on one connection, as the steps see it."""

from __future__ import annotations

from samspill.connectors.contract.connector import SEARCH_LAG_S, ContractConnector
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.connectors.timerabbit.profile import PROFILE
from samspill.ports import Capabilities

_ALL = frozenset(KINDS)


class Timerabbit(ContractConnector):
    """Reads and writes one account."""

    profile = PROFILE
    kinds = KINDS
    capabilities = Capabilities(
        kinds=_ALL,
        writable=_ALL,
        markers=_ALL,
        webhooks=_ALL,
        search_lag_s=SEARCH_LAG_S,
    )


CONNECTOR = Timerabbit
"""What the registry opens."""
