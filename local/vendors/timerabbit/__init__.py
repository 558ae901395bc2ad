"""A sandbox of the contract in docs/contracts/timerabbit.openapi.yaml, which is ours and not the vendor's."""

from local.vendors.timerabbit.sandbox import TimerabbitSandbox

__all__ = ["TimerabbitSandbox"]
