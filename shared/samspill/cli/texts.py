"""What the command line says, in Norwegian bokmål, English and German. Reasons have their own catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping

from samspill.cli.export_texts import EXPORTS
from samspill.cli.rule_texts import RULES
from samspill.cli.why_texts import WHY
from samspill.reasons import LANGUAGES, Language
from samspill.signs import shown

TEXTS: dict[str, tuple[str, str, str]] = {
    "connected": (
        "Tilkoblet som {user} til {company} ({id}).",
        "Connected as {user} to company {company} ({id}).",
        "Verbunden als {user} mit {company} ({id}).",
    ),
    "rights": ("Rettigheter: {rights}", "Rights: {rights}", "Rechte: {rights}"),
    "rights.more": (
        "Rettigheter: {rights} og {more} til",
        "Rights: {rights} and {more} more",
        "Rechte: {rights} und {more} weitere",
    ),
    "rights.untold": (
        "Hva nøkkelen får gjøre, ble ikke oppgitt.",
        "What the key may do was not told.",
        "Was der Schlüssel darf, wurde nicht mitgeteilt.",
    ),
    "missing": ("Mangler: {text}", "Missing: {text}", "Es fehlt: {text}"),
    "stored": (
        "Lagret. Test den nå: samspill test {name}",
        "Stored. Test it now: samspill test {name}",
        "Gespeichert. Jetzt testen: samspill test {name}",
    ),
    "stored.tested": ("Testet og lagret.", "Tested and stored.", "Getestet und gespeichert."),
    "address": ("Adresse", "Address", "Adresse"),
    "enable.what": (
        "{title} ({connections}). Ingenting skrives før du har godkjent en plan.",
        "{title} ({connections}). Nothing is written until you have approved a plan.",
        "{title} ({connections}). Geschrieben wird erst, wenn Sie einen Plan freigegeben haben.",
    ),
    "enable.reads": (
        "{title} ({connections}). Det leses bare; ingenting skrives i systemet.",
        "{title} ({connections}). It only reads; nothing is written in the system.",
        "{title} ({connections}). Es wird nur gelesen; im System wird nichts geschrieben.",
    ),
    "enable?": ("Slå på?", "Switch it on?", "Einschalten?"),
    "state": ("{flow}: {status}.", "{flow}: {status}.", "{flow}: {status}."),
    "next.tested": ("Test begge tilkoblingene.", "Test both connections.", "Beide Verbindungen testen."),
    "next.approved": (
        "Neste: samspill run {flow}, se på planen, og så samspill approve {flow}",
        "Next: samspill run {flow}, look at the plan, then samspill approve {flow}",
        "Weiter: samspill run {flow}, den Plan ansehen, dann samspill approve {flow}",
    ),
    "next.planned": (
        "Neste: samspill review {flow} for det du må avgjøre, så samspill approve {flow}",
        "Next: samspill review {flow} for what only you can decide, then samspill approve {flow}",
        "Weiter: samspill review {flow} für das, was nur Sie entscheiden können, dann samspill approve {flow}",
    ),
    "totals.head": ("Dag|Ansatt|Prosjekt", "Day|Employee|Project", "Tag|Mitarbeiter|Projekt"),
    "totals.agree": (
        "{left} timer, {right} timer: alle {count} summer stemmer.",
        "{left} hours, {right} hours: all {count} totals agree.",
        "{left} Stunden, {right} Stunden: alle {count} Summen stimmen überein.",
    ),
    "totals.differ": (
        "{left} timer, {right} timer: {differ} av {count} summer stemmer ikke.",
        "{left} hours, {right} hours: {differ} of {count} totals differ.",
        "{left} Stunden, {right} Stunden: {differ} von {count} Summen weichen ab.",
    ),
    "list.rejected": (
        "Listen er avvist. Ingenting av den gjøres.",
        "The list is refused. Nothing of it is done.",
        "Die Liste ist abgelehnt. Nichts davon wird getan.",
    ),
    "limits": (
        "Uten å spørre, per døgn og slag: {at_least} poster eller {share} av parene; en kilde {shrink} mindre.",
        "Without asking, per day and kind: {at_least} records or {share} of the pairs; a source {shrink} smaller.",
        "Ohne Rückfrage, pro Tag und Art: {at_least} Datensätze oder {share} der Paare; eine Quelle {shrink} kleiner.",
    ),
    "limits.until": (
        "Hevet av {person} til {until}.",
        "Raised by {person} until {until}.",
        "Angehoben von {person} bis {until}.",
    ),
    "list.approved": (
        "Listen er sluppet gjennom. Hver post leses på nytt før noe gjøres.",
        "The list is let through. Every record is read again before anything is done.",
        "Die Liste ist freigegeben. Jeder Datensatz wird vorher erneut gelesen.",
    ),
    "next.in review": (
        "Gjennomgang: en operatør ser på oppsettet og godkjenner det: samspill approve {flow} --operator",
        "Waits for an operator to approve the set-up: samspill approve {flow} --operator",
        "Wartet auf die Freigabe durch einen Operator: samspill approve {flow} --operator",
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
    "left": (
        "Kjøring {id} går videre. Se: samspill status {flow}",
        "Run {id} goes on. See: samspill status {flow}",
        "Lauf {id} geht weiter. Siehe: samspill status {flow}",
    ),
    "review.unknown": (
        "{name} venter ikke på en avgjørelse. Se: samspill review",
        "{name} does not wait for a decision. See: samspill review",
        "{name} wartet nicht auf eine Entscheidung. Siehe: samspill review",
    ),
    "review.several": (
        "{name} finnes i flere strømmer ({streams}). Velg med --stream",
        "{name} stands in several streams ({streams}). Choose with --stream",
        "{name} gibt es in mehreren Strömen ({streams}). Mit --stream wählen",
    ),
    "limit.wait": (
        "{system} tar ikke flere kall akkurat nå. Venter {seconds} sekunder …",
        "{system} takes no more calls right now. Waiting {seconds} seconds …",
        "{system} nimmt gerade keine Abfragen mehr an. Warte {seconds} Sekunden …",
    ),
    "limit.later": (
        "{system} tar ikke flere kall akkurat nå. Prøv igjen om {seconds} sekunder.",
        "{system} takes no more calls right now. Try again in {seconds} seconds.",
        "{system} nimmt gerade keine Abfragen mehr an. In {seconds} Sekunden noch einmal versuchen.",
    ),
    "defect": (
        "En uventet feil ({name}). Kjør på nytt med samspill --debug … for å se den.",
        "An unforeseen fault ({name}). Run again with samspill --debug … to see it.",
        "Ein unerwarteter Fehler ({name}). Mit samspill --debug … wird er gezeigt.",
    ),
    "reading": ("Leser", "Reading", "Lesen"),
    "applying": ("Gjennomfører", "Applying", "Ausführen"),
    "run": ("Kjøring {id}: {status}", "Run {id}: {status}", "Lauf {id}: {status}"),
    "nothing": ("Ingenting å vise.", "Nothing to show.", "Nichts anzuzeigen."),
    "review.replanned": (
        "Planen er laget på nytt: {hash}. Se på den og godkjenn den: samspill approve {flow}",
        "The plan was made anew: {hash}. Look at it and approve it: samspill approve {flow}",
        "Der Plan wurde neu erstellt: {hash}. Ansehen und freigeben: samspill approve {flow}",
    ),
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
    "would_replay": (
        "Ville satt {count} tilbake til start.",
        "Would put {count} back to the start.",
        "Würde {count} zurück an den Anfang stellen.",
    ),
    "answered": (
        "{count} døde brev besvart.",
        "{count} dead letters answered.",
        "{count} unzustellbare Nachrichten beantwortet.",
    ),
    "would_answer": (
        "Ville besvart {count} døde brev.",
        "Would answer {count} dead letters.",
        "Würde {count} unzustellbare Nachrichten beantworten.",
    ),
    "status.rests": (
        "Kjøring {id} står stille siden {since} UTC. En melding som ble avbrutt, kommer tilbake senest {until} UTC.",
        "Run {id} has not moved since {since} UTC. A message that was broken off comes back by {until} UTC.",
        "Lauf {id} ruht seit {since} UTC. Eine abgebrochene Nachricht kommt bis spätestens {until} UTC zurück.",
    ),
    "later": ("etterpå: {ends}", "later: {ends}", "danach: {ends}"),
    "dead": (
        "Stegene har gitt opp omtrent så mange meldinger, for alle flyter: {steps}. Eldste vi så: {since} UTC.",
        "The steps gave up on about so many messages, of all flows: {steps}. The oldest seen: {since} UTC.",
        "Ungefähr so viele Nachrichten sind aufgegeben, alle Abläufe: {steps}. Die älteste gesehene: {since} UTC.",
    ),
    "dead.see": (
        "Se dem: samspill replay {flow} --dead --dry-run",
        "See them: samspill replay {flow} --dead --dry-run",
        "Ansehen: samspill replay {flow} --dead --dry-run",
    ),
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
    "every": ("hvert {count}. minutt", "every {count} minutes", "alle {count} Minuten"),
    "every.1": ("hvert minutt", "every minute", "jede Minute"),
    "answered.1": ("Ett dødt brev besvart.", "1 dead letter answered.", "1 unzustellbare Nachricht beantwortet."),
    "would_answer.1": (
        "Ville besvart ett dødt brev.",
        "Would answer 1 dead letter.",
        "Würde 1 unzustellbare Nachricht beantworten.",
    ),
    "totals.none": (
        "Denne flyten har ingen timer å legge sammen.",
        "This flow has no hours to add up.",
        "Dieser Ablauf hat keine Stunden zu summieren.",
    ),
    "no_span": (
        "{given} er ikke et tidsrom. Skriv for eksempel 90m, 2h eller 30d",
        "{given} is not a span of time. Write for example 90m, 2h or 30d",
        "{given} ist keine Zeitspanne. Zum Beispiel 90m, 2h oder 30d",
    ),
    "replay.which": (
        "Si hvilke: --record, --code, --all eller --dead",
        "say which: --record, --code, --all or --dead",
        "Angeben, welche: --record, --code, --all oder --dead",
    ),
    "replay.dead_alone": (
        "--dead går bare sammen med --limit og --dry-run",
        "--dead goes with --limit and --dry-run only",
        "--dead geht nur zusammen mit --limit und --dry-run",
    ),
    "status.decide": (
        "Avgjør: samspill review {flow}",
        "Decide: samspill review {flow}",
        "Entscheiden: samspill review {flow}",
    ),
    "status.failed": (
        "Se hvorfor: samspill log {flow} --result failed",
        "See why: samspill log {flow} --result failed",
        "Warum: samspill log {flow} --result failed",
    ),
    **EXPORTS,
    **RULES,
    **WHY,
}


WORDS: dict[str, tuple[str, str, str]] = {
    # where a flow or a connection stands
    "new": ("ny", "new", "neu"),
    "tested": ("testet", "tested", "getestet"),
    "in review": ("til gjennomgang", "in review", "in Prüfung"),
    "approved": ("godkjent", "approved", "freigegeben"),
    "matching": ("første synk pågår", "matching", "erster Abgleich läuft"),
    "active": ("aktiv", "active", "aktiv"),
    "paused": ("pauset", "paused", "angehalten"),
    "key invalid": ("ugyldig nøkkel", "key invalid", "Schlüssel ungültig"),
    # how far a run has come, and what it is for
    "reading": ("leser", "reading", "liest"),
    "planning": ("planlegger", "planning", "plant"),
    "planned": ("planlagt", "planned", "geplant"),
    "applying": ("gjennomfører", "applying", "führt aus"),
    "done": ("ferdig", "done", "fertig"),
    "done, with problems": ("ferdig, med problemer", "done, with problems", "fertig, mit Problemen"),
    "stopped": ("stoppet", "stopped", "abgebrochen"),
    "plan": ("plan", "plan", "Plan"),
    "apply": ("gjennomføring", "apply", "Ausführung"),
    "sync": ("synk", "sync", "Abgleich"),
    "dry-run": ("prøvekjøring", "dry-run", "Probelauf"),
    "replay": ("omkjøring", "replay", "Wiederholung"),
    # how a record ended
    "applied": ("utført", "applied", "ausgeführt"),
    "unchanged": ("uendret", "unchanged", "unverändert"),
    "skipped": ("utelatt", "skipped", "ausgelassen"),
    "waiting": ("venter", "waiting", "wartet"),
    "conflict": ("konflikt", "conflict", "Konflikt"),
    "failed": ("feilet", "failed", "fehlgeschlagen"),
    # what a plan would do with it
    "link": ("koble", "link", "verknüpfen"),
    "create": ("opprette", "create", "anlegen"),
    "update": ("oppdatere", "update", "aktualisieren"),
    "archive": ("sette inaktiv", "archive", "deaktivieren"),
    "review": ("til avgjørelse", "review", "zu entscheiden"),
    "wait": ("vente", "wait", "warten"),
    "skip": ("utelate", "skip", "auslassen"),
    "fail": ("feile", "fail", "fehlschlagen"),
    "none": ("uendret", "none", "unverändert"),
}
"""States, results and actions. In `--json` and as options they keep their English names."""


_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but newline and tab: a terminal may obey them."""


def plain(text: str) -> str:
    """Return text, which may hold a vendor's words, without what a terminal would obey instead of showing it.

    What does not show, or turns the direction of writing, is shown by its code.
    """
    return shown(_COMMANDS.sub("", text))


def say(language: Language, key: str, /, **values: object) -> str:
    """Return a text in the language; of one (`count`), its own where there is one."""
    key = f"{key}.1" if values.get("count") == 1 and f"{key}.1" in TEXTS else key
    return TEXTS[key][LANGUAGES.index(language)].format(**values)


def word(language: Language, name: str) -> str:
    """Return a state, a result or an action in the language; a newer version's word as it is."""
    return WORDS[name][LANGUAGES.index(language)] if name in WORDS else name


def language_of(chosen: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language that was chosen, else the one of the environment, else English."""
    wanted = (chosen or environment.get("SAMSPILL_LANG") or environment.get("LANG") or "en").lower()[:2]
    wanted = "nb" if wanted in {"no", "nn"} else wanted
    return next((language for language in LANGUAGES if language == wanted), "en")
