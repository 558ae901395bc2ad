"""Every declaration there is, by name."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.flows.flow import Flow
from samspill.flows.svenn_tripletex import SVENN_TRIPLETEX
from samspill.flows.tripletex_customers_csv import TRIPLETEX_CUSTOMERS_CSV
from samspill.flows.tripletex_timerabbit import TRIPLETEX_TIMERABBIT

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (TRIPLETEX_TIMERABBIT, SVENN_TRIPLETEX, TRIPLETEX_CUSTOMERS_CSV)}


def declared(name: str) -> Flow:
    """Return the declaration of that name; UsageError naming those this version has.

    A flow's id is no declaration's name: ask for `FlowState.declaration`.
    """
    if name not in FLOWS:
        raise UsageError.because("no_such_declaration", declaration=name, declarations=", ".join(sorted(FLOWS)))
    return FLOWS[name]
