"""How Tripletex is connected."""

from __future__ import annotations

from samspill.canon.days_back import DAYS_BACK
from samspill.connectors.facts import Ask, VendorFacts

FACTS = VendorFacts(
    name="tripletex",
    title="Tripletex",
    addresses={"production": "https://tripletex.no/v2", "test": "https://api-test.tripletex.tech/v2"},
    # As seen on the test server; its answers tell the real one.
    calls=((100, 10),),
    credentials=(
        Ask(
            "consumer_token",
            {
                "nb": "Applikasjonens nøkkel (consumer token)",
                "en": "The application's key (consumer token)",
                "de": "Schlüssel der Anwendung (consumer token)",
            },
            secret=True,
        ),
        Ask(
            "employee_token",
            {
                "nb": "Brukernøkkelen kunden har laget (employee token)",
                "en": "The user key the customer made (employee token)",
                "de": "Vom Kunden erstellter Benutzerschlüssel (employee token)",
            },
            secret=True,
        ),
        Ask(
            "company_id",
            {
                "nb": "Selskapets id, bare når nøkkelen tilhører et regnskapskontor",
                "en": "Company id, only when the key belongs to an accounting office",
                "de": "Firmen-ID, nur wenn der Schlüssel einem Buchhaltungsbüro gehört",
            },
            optional=True,
        ),
    ),
    settings=(
        Ask(
            "environment",
            {
                "nb": "Miljø, når adressen ikke sier det",
                "en": "Environment, when the address does not tell",
                "de": "Umgebung, wenn die Adresse es nicht sagt",
            },
            optional=True,
            choices=("production", "test"),
        ),
        Ask(
            "default_project_manager",
            {
                "nb": "Id til prosjektlederen som brukes når prosjektet ikke har noen",
                "en": "Id of the manager for projects that have none",
                "de": "ID des Projektleiters für Projekte ohne Leiter",
            },
            optional=True,
        ),
        Ask(
            "default_department",
            {
                "nb": "Id til avdelingen for nye ansatte uten avdeling",
                "en": "Id of the department for new employees without one",
                "de": "ID der Abteilung für neue Mitarbeiter ohne Abteilung",
            },
            optional=True,
        ),
        Ask(
            "hours_days",
            {
                "nb": f"Hvor mange dager tilbake timer leses når alt sammenlignes ({DAYS_BACK})",
                "en": f"How many days back hours are read when everything is compared ({DAYS_BACK})",
                "de": f"Wie viele Tage zurück Stunden beim Gesamtabgleich gelesen werden ({DAYS_BACK})",
            },
            optional=True,
        ),
        Ask(
            "refusal_words",
            {
                "nb": "Hva Tripletex skriver når timer avvises, der vi ikke kjenner det: grunn=ord; grunn=ord",
                "en": "What Tripletex says when it refuses hours, where we do not know it: reason=words; reason=words",
                "de": "Was Tripletex sagt, wenn es Stunden ablehnt, wo wir es nicht kennen: Grund=Wörter; Grund=Wörter",
            },
            optional=True,
        ),
    ),
    help={
        "nb": (
            "1. Slå på «Integrasjoner» under selskapets abonnement i Tripletex. Prosjekter krever den største pakken.\n"
            "2. Åpne ansattkortet til en egen integrasjonsbruker med full tilgang, fanen «API-tilgang», og velg «Ny "
            "nøkkel». Fanen vises bare for brukeradministratorer.\n"
            "3. Velg applikasjonen, eller «Tilpasset oppsett» og skriv navnet nøyaktig, med store og små bokstaver. Gi "
            "«Alle tilganger».\n"
            "4. Nøkkelen vises én gang. Lim den inn her. Blir brukeren deaktivert, slutter nøkkelen trolig å virke."
        ),
        "en": (
            "1. Switch on “Integrasjoner” under the company's subscription in Tripletex. Projects need the largest "
            "package.\n"
            "2. Open the employee card of a user made for this, with full access, tab “API-tilgang”, and choose “Ny "
            "nøkkel”. Only user administrators see that tab.\n"
            "3. Choose the application, or “Tilpasset oppsett” and type its name exactly, upper and lower case. Grant "
            "“Alle tilganger”.\n"
            "4. The key is shown once. Paste it here. If that user is deactivated, the key probably stops working."
        ),
        "de": (
            "1. Unter dem Abonnement der Firma in Tripletex „Integrasjoner“ einschalten. Projekte benötigen das größte "
            "Paket.\n"
            "2. Die Mitarbeiterkarte eines eigens angelegten Benutzers mit vollem Zugriff öffnen, Reiter "
            "„API-tilgang“, dann „Ny nøkkel“. Den Reiter sehen nur Benutzeradministratoren.\n"
            "3. Die Anwendung wählen, oder „Tilpasset oppsett“ und den Namen genau eintragen, Groß- und "
            "Kleinschreibung beachten. „Alle tilganger“ vergeben.\n"
            "4. Der Schlüssel wird einmal angezeigt. Hier einfügen. Wird der Benutzer deaktiviert, gilt er vermutlich "
            "nicht mehr."
        ),
    },
)
