"""How Svenn is connected."""

from __future__ import annotations

from samspill.canon.days_back import DAYS_BACK
from samspill.connectors.contract.connecting import contract_facts
from samspill.connectors.facts import Ask

FACTS = contract_facts("svenn", "Svenn", settings=(Ask("hours_days", optional=True, default=str(DAYS_BACK)),))
