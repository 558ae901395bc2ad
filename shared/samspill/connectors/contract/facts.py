"""What every contract vendor's customer is asked and told. Data; imports no connector."""

from __future__ import annotations

from samspill.connectors.facts import Ask, Text, VendorFacts

_API_KEY = Ask(
    "api_key",
    {"nb": "API-nøkkelen til kontoen", "en": "The account's API key", "de": "API-Schlüssel des Kontos"},
    secret=True,
)


def contract_facts(name: str, title: str, rights: Text, settings: tuple[Ask, ...] = ()) -> VendorFacts:
    """Return the facts of a vendor whose contract is `docs/contracts/<name>.openapi.yaml`.

    `rights` ends the sentence on what the key has to do, in each language.
    """
    contract = f"docs/contracts/{name}.openapi.yaml"
    return VendorFacts(
        name=name,
        title=title,
        # A careful guess; the contracts name no number.
        calls=((60, 60),),
        credentials=(_API_KEY,),
        settings=settings,
        help={
            "nb": (
                f"{title} har ikke noe offentlig API. Koblingen følger vår egen kontrakt, {contract}. Adressen og "
                f"nøkkelen får du av den som drifter tjenesten som følger kontrakten. Nøkkelen må kunne {rights['nb']}."
            ),
            "en": (
                f"{title} publishes no API. This connection speaks a contract of our own, {contract}. Address and key "
                f"come from whoever runs the service that follows it. The key has to {rights['en']}."
            ),
            "de": (
                f"{title} veröffentlicht keine Schnittstelle. Diese Verbindung folgt unserem eigenen Vertrag, "
                f"{contract}. Adresse und Schlüssel kommen von der Stelle, die den Dienst nach diesem Vertrag "
                f"betreibt. Der Schlüssel muss {rights['de']} dürfen."
            ),
        },
    )
