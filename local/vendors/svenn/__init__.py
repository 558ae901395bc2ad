"""A sandbox of the contract in docs/contracts/svenn.openapi.yaml, which is ours and not the vendor's."""

from local.vendors.svenn.sandbox import SvennSandbox

__all__ = ["SvennSandbox"]
