"""Why a vendor would refuse a write, as far as that is known without calling it.

That is whatever keeps its writer from making a body, and what a contract says beyond that. Each vendor's check is in
its folder, `preflight.py`, and pure. It is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

from samspill.errors import SamspillError
from samspill.ports import VendorWrite
from samspill.state import Connection


def refusal(connection: Connection, kind: str, write: VendorWrite) -> SamspillError | None:
    """Return what the connection's vendor would refuse the write with; None where nothing is known against it."""
    check = import_module(f"samspill.connectors.{connection.vendor}.preflight").check
    try:
        check(connection, kind, write)
    except SamspillError as error:
        return error
    return None
