"""What the command line says, in Norwegian bokmål, English and German. Reasons have their own catalogue."""

from __future__ import annotations

from samspill.reasons import LANGUAGES, Language

TEXTS: dict[str, tuple[str, str, str]] = {
    "connected": (
        "Tilkoblet som {user} til {company} ({id}).",
        "Connected as {user} to company {company} ({id}).",
        "Verbunden als {user} mit {company} ({id}).",
    ),
    "missing": ("Mangler: {text}", "Missing: {text}", "Es fehlt: {text}"),
    "stored": (
        "Lagret. Test den nå: samspill test {name}",
        "Stored. Test it now: samspill test {name}",
        "Gespeichert. Jetzt testen: samspill test {name}",
    ),
    "enable?": (
        "Slå på {title}? Ingenting skrives før du har godkjent en plan.",
        "Switch on “{title}”? Nothing is written until you have approved a plan.",
        "„{title}“ einschalten? Geschrieben wird erst, wenn Sie einen Plan freigegeben haben.",
    ),
    "state": ("{flow}: {status}.", "{flow}: {status}.", "{flow}: {status}."),
    "next.tested": ("Test begge tilkoblingene.", "Test both connections.", "Beide Verbindungen testen."),
    "next.approved": (
        "Neste: samspill run {flow}, se på planen, og så samspill approve {flow}",
        "Next: samspill run {flow}, look at the plan, then samspill approve {flow}",
        "Weiter: samspill run {flow}, den Plan ansehen, dann samspill approve {flow}",
    ),
    "next.in review": (
        "Venter på at en operatør godkjenner oppsettet: samspill approve {flow}",
        "Waits for an operator to approve the set-up: samspill approve {flow}",
        "Wartet auf die Freigabe durch einen Operator: samspill approve {flow}",
    ),
    "plan": ("Plan {hash} for {flow}", "Plan {hash} for {flow}", "Plan {hash} für {flow}"),
    "approve?": (
        "Gjennomføre nøyaktig denne planen?",
        "Carry out exactly this plan?",
        "Genau diesen Plan ausführen?",
    ),
    "noplan": (
        "Det finnes ingen plan. Kjør: samspill run {flow}",
        "There is no plan. Run: samspill run {flow}",
        "Es gibt keinen Plan. Ausführen: samspill run {flow}",
    ),
    "reading": ("Leser", "Reading", "Lesen"),
    "applying": ("Gjennomfører", "Applying", "Ausführen"),
    "run": ("Kjøring {id}: {status}", "Run {id}: {status}", "Lauf {id}: {status}"),
    "nothing": ("Ingenting å vise.", "Nothing to show.", "Nichts anzuzeigen."),
    "review.none": (
        "Ingenting venter på deg.",
        "Nothing waits for you.",
        "Nichts wartet auf Sie.",
    ),
    "decided": ("{count} avgjort: {action}.", "{count} decided: {action}.", "{count} entschieden: {action}."),
    "replayed": (
        "{count} satt tilbake til start.",
        "{count} put back to the start.",
        "{count} zurück an den Anfang gestellt.",
    ),
    "would_replay": ("Ville spilt av {count}.", "Would replay {count}.", "Würde {count} erneut abspielen."),
    "subscribed": (
        "{vendor} sender webhooks nå.",
        "{vendor} sends webhooks now.",
        "{vendor} sendet jetzt Webhooks.",
    ),
    "nosubscription": (
        "{vendor} sender ikke webhooks ({why}). Tidsplanen finner endringene likevel.",
        "{vendor} sends no webhooks ({why}). The schedule finds changes all the same.",
        "{vendor} sendet keine Webhooks ({why}). Der Zeitplan findet Änderungen trotzdem.",
    ),
    "every": ("hvert {n}. minutt", "every {n} minutes", "alle {n} Minuten"),
}


def say(language: Language, key: str, /, **values: object) -> str:
    """Return a text in the language."""
    return TEXTS[key][LANGUAGES.index(language)].format(**values)
