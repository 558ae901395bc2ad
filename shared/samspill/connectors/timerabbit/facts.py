"""How Timerabbit is connected."""

from __future__ import annotations

from samspill.connectors.contract.facts import contract_facts

FACTS = contract_facts(
    "timerabbit",
    "Timerabbit",
    {
        "nb": "lese og skrive kunder, prosjekter og webhooks",
        "en": "read and write customers, projects and webhooks",
        "de": "Kunden, Projekte und Webhooks lesen und schreiben",
    },
)
