"""How Svenn is connected."""

from __future__ import annotations

from samspill.canon.days_back import DAYS_BACK
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
                "nb": f"Hvor mange dager tilbake timer leses når alt sammenlignes ({DAYS_BACK})",
                "en": f"How many days back hours are read when everything is compared ({DAYS_BACK})",
                "de": f"Wie viele Tage zurück Stunden beim Gesamtabgleich gelesen werden ({DAYS_BACK})",
            },
            optional=True,
        ),
    ),
)
