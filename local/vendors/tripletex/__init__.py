"""A sandbox of Tripletex's API 2.0."""

from local.vendors.tripletex.sandbox import TripletexSandbox

__all__ = ["TripletexSandbox"]
