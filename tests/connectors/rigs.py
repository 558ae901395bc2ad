"""The rigs of all vendors: each stands in `<vendor>_rig.py` beside this."""

from __future__ import annotations

from importlib import import_module

from samspill.connectors.vendors import VENDORS
from tests.connectors.rig import Rig

RIGS: dict[str, type[Rig]] = {vendor: import_module(f"tests.connectors.{vendor}_rig").RIG for vendor in VENDORS}
