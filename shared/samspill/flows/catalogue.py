"""Every flow there is, by name."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.flows.flow import Flow
from samspill.flows.svenn_tripletex import SVENN_TRIPLETEX
from samspill.flows.tripletex_timerabbit import TRIPLETEX_TIMERABBIT

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (TRIPLETEX_TIMERABBIT, SVENN_TRIPLETEX)}


def flow_named(name: str) -> Flow:
    """Return the flow; UsageError naming those there are."""
    if name not in FLOWS:
        raise UsageError.because("no_such_flow", flow=name, flows=", ".join(sorted(FLOWS)))
    return FLOWS[name]
