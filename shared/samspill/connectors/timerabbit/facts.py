"""How Timerabbit is connected."""

from __future__ import annotations

from samspill.connectors.contract.connecting import contract_facts

FACTS = contract_facts("timerabbit", "Timerabbit")
