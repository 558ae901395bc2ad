"""How Timerabbit is connected."""

from __future__ import annotations

from samspill.connectors.facts import Ask, VendorFacts

FACTS = VendorFacts(
    name="timerabbit",
    title="Timerabbit",
    own_contract=True,
    # A careful guess; the contract names no number.
    calls=(60, 60),
    credentials=(
        Ask(
            "api_key",
            {"nb": "API-nøkkelen til kontoen", "en": "The account's API key", "de": "API-Schlüssel des Kontos"},
            secret=True,
        ),
    ),
    help={
        "nb": (
            "Timerabbit har ikke noe offentlig API. Koblingen følger vår egen kontrakt, "
            "docs/contracts/timerabbit.openapi.yaml. Adressen og nøkkelen får du av den som drifter tjenesten som "
            "følger kontrakten. Nøkkelen må kunne lese og skrive kunder, prosjekter og webhooks."
        ),
        "en": (
            "Timerabbit publishes no API. This connection speaks a contract of our own, "
            "docs/contracts/timerabbit.openapi.yaml. Address and key come from whoever runs the service that follows "
            "it. The key has to read and write customers, projects and webhooks."
        ),
        "de": (
            "Timerabbit veröffentlicht keine Schnittstelle. Diese Verbindung folgt unserem eigenen Vertrag, "
            "docs/contracts/timerabbit.openapi.yaml. Adresse und Schlüssel kommen von der Stelle, die den Dienst nach "
            "diesem Vertrag betreibt. Der Schlüssel muss Kunden, Projekte und Webhooks lesen und schreiben dürfen."
        ),
    },
)
