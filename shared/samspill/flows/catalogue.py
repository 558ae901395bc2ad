"""Every flow there is, by name."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.flows.flow import Flow
from samspill.flows.svenn_tripletex import SVENN_TRIPLETEX
from samspill.flows.tripletex_timerabbit import TRIPLETEX_TIMERABBIT
from samspill.reasons import Reason

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (TRIPLETEX_TIMERABBIT, SVENN_TRIPLETEX)}


def flow_named(name: str) -> Flow:
    """Return the flow; UsageError naming those there are."""
    if name not in FLOWS:
        message = f"there is no flow {name!r}; there are {', '.join(sorted(FLOWS))}"
        raise UsageError(message, reason=Reason("not_now", {"message": message}))
    return FLOWS[name]
