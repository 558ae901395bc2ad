"""The vendors there are: each is a folder here that says what it is in `facts.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from samspill.errors import ConfigurationError
from samspill.reasons import Reason

if TYPE_CHECKING:
    from samspill.connectors.facts import VendorFacts

VENDORS: tuple[str, ...] = tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/facts.py")))
"""Their names, which are those of their folders. Looking for them imports none."""


def vendor_facts(vendor: str) -> VendorFacts:
    """Return what to ask and tell a person who connects this vendor; ConfigurationError when there is none such."""
    if vendor not in VENDORS:
        reason = Reason("setup_incomplete", {"message": vendor})
        raise ConfigurationError(f"no vendor {vendor}; there are {', '.join(VENDORS)}", reason=reason)
    facts: VendorFacts = import_module(f"samspill.connectors.{vendor}.facts").FACTS
    return facts


def title(vendor: str) -> str:
    """Return what people call a vendor. What is no vendor's name stays as it is: older messages hold the title."""
    return vendor_facts(vendor).title if vendor in VENDORS else vendor
