"""The switches of sandboxes that serve a contract of ours."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.vendors.faults import NAMES, Faults, flag, number


@dataclass(slots=True)
class ContractFaults(Faults):
    """Beside the common ones: `missing_right` holds permissions (`customers:write`) or whole kinds (`customers`)."""

    revoke_key: bool = flag()
    missing_right: list[str] = field(default_factory=list, metadata=NAMES)
    search_index_lag_s: float = number()
    rate_limit_calls: float = number(1000)
    rate_limit_window_s: float = number(60)
