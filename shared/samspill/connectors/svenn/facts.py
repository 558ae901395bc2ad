"""How Svenn is connected."""

from __future__ import annotations

from samspill.connectors.contract.facts import contract_facts

FACTS = contract_facts(
    "svenn",
    "Svenn",
    {
        "nb": "lese og skrive kunder, prosjekter, ansatte og webhooks",
        "en": "read and write customers, projects, employees and webhooks",
        "de": "Kunden, Projekte, Mitarbeiter und Webhooks lesen und schreiben",
    },
)
