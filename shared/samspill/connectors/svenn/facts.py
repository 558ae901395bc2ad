"""How Svenn is connected."""

from __future__ import annotations

from samspill.connectors.contract.facts import contract_facts
from samspill.connectors.facts import Ask

FACTS = contract_facts(
    "svenn",
    "Svenn",
    {
        "nb": "lese og skrive kunder, prosjekter, ansatte, timer og webhooks, og lese oppgaver og merkelapper",
        "en": "read and write customers, projects, employees, hours and webhooks, and read tasks and tags",
        "de": (
            "Kunden, Projekte, Mitarbeiter, Stunden und Webhooks lesen und schreiben sowie "
            "Aufgaben und Kennzeichen lesen"
        ),
    },
    settings=(
        Ask(
            "hours_days",
            {
                "nb": "Hvor mange dager tilbake timer leses når alt sammenlignes (62)",
                "en": "How many days back hours are read when everything is compared (62)",
                "de": "Wie viele Tage zurück Stunden beim Gesamtabgleich gelesen werden (62)",
            },
            optional=True,
        ),
    ),
)
