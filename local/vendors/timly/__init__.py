"""A sandbox of the contract in docs/contracts/timly.openapi.yaml, which is ours and not the vendor's."""

from local.vendors.timly.sandbox import TimlySandbox

__all__ = ["TimlySandbox"]
