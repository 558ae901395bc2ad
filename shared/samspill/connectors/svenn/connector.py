"""Svenn on one connection, as the steps see it."""

from __future__ import annotations

from samspill.connectors.contract.connector import SEARCH_LAG_S, ContractConnector
from samspill.connectors.contract.writes import MAX_BATCH
from samspill.connectors.svenn.kinds import KINDS
from samspill.connectors.svenn.profile import PROFILE
from samspill.ports import Capabilities

_ALL = frozenset(KINDS)


class Svenn(ContractConnector):
    """Reads and writes one account."""

    profile = PROFILE
    kinds = KINDS
    capabilities = Capabilities(
        kinds=_ALL,
        writable=_ALL,
        delta=_ALL,
        markers=_ALL,
        webhooks=_ALL,
        max_batch=MAX_BATCH,
        search_lag_s=SEARCH_LAG_S,
    )


CONNECTOR = Svenn
"""What the registry opens."""
