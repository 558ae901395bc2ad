"""What is said of set-up: keys and rights, reviews and plans, the rules of fields."""

from __future__ import annotations

SETUP: dict[str, tuple[str, str, str]] = {
    # review and rules
    "operator_approved": (
        "Oppsettet er gjennomgått og godkjent av {person}. Første synkronisering kan planlegges.",
        "The set-up was reviewed and approved by {person}. The first sync may be planned.",
        "Die Einrichtung wurde von {person} geprüft und freigegeben. Die erste Synchronisierung kann geplant werden.",
    ),
    "needs_operator": (
        "Oppsettet er til gjennomgang hos oss. En operatør godkjenner det med --operator; du trenger ikke gjøre noe.",
        "The set-up is in review with us. An operator approves it with --operator; there is nothing for you to do.",
        "Die Einrichtung wird von uns geprüft. Ein Operator gibt sie mit --operator frei; Sie müssen nichts tun.",
    ),
    "rule_changed": (
        "{person} endret regelen for {field}: {policy}. Alle poster vurderes på nytt ved neste kjøring.",
        "{person} changed the rule of {field}: {policy}. Every record is looked at again by the next run.",
        "{person} hat die Regel für {field} geändert: {policy}. Beim nächsten Lauf wird jeder Datensatz neu geprüft.",
    ),
    "rule_reset": (
        "{person} satte regelen for {field} tilbake til standard. Alle poster vurderes på nytt ved neste kjøring.",
        "{person} gave {field} its declared rule back. Every record is looked at again by the next run.",
        "{person} hat die Regel für {field} auf den Standard zurückgesetzt. Beim nächsten Lauf wird jeder Datensatz neu geprüft.",
    ),
    "no_such_field": (
        "Det finnes ikke noe felt {field}. Feltene er: {fields}",
        "There is no field {field}. The fields are: {fields}",
        "Es gibt kein Feld {field}. Die Felder sind: {fields}",
    ),
    "field_is_computed": (
        "{field} regnes ut av systemet som eier det, så regelen kan ikke endres.",
        "{field} is worked out by the system that owns it, so its rule cannot be changed.",
        "{field} wird vom führenden System berechnet; die Regel lässt sich nicht ändern.",
    ),
    # connections and flows
    "setup_incomplete": (
        "Noe mangler eller er feil i oppsettet: {message}. Rett det og prøv på nytt.",
        "Something is missing or wrong in the set-up: {message}. Correct it and try again.",
        "In der Einrichtung fehlt etwas oder etwas ist falsch: {message}. Bitte berichtigen und erneut versuchen.",
    ),
    "key_invalid": (
        "{system} godtar ikke nøkkelen. Lag en ny i {system} og legg den inn med «samspill connect».",
        "{system} does not accept the key. Make a new one in {system} and enter it with “samspill connect”.",
        "{system} akzeptiert den Schlüssel nicht. In {system} einen neuen anlegen und mit „samspill connect“ eintragen.",
    ),
    "cursor_expired": (
        "Endringer kan ikke lenger leses fra der vi var. Alt leses på nytt.",
        "Changes can no longer be read from where we were. Everything is read again.",
        "Änderungen lassen sich von der letzten Stelle aus nicht mehr lesen. Alles wird neu gelesen.",
    ),
    "needs_newer_version": (
        "{document} er lagret av en nyere versjon av Samspill og kan ikke leses her. Oppdater kommandolinjen, eller fullfør utrullingen av den nye versjonen.",
        "{document} was stored by a newer version of Samspill and cannot be read here. Update the command line, or finish the deployment of the new version.",
        "{document} wurde von einer neueren Version von Samspill gespeichert und ist hier nicht lesbar. Die Befehlszeile aktualisieren oder die Auslieferung der neuen Version abschließen.",
    ),
    "newer_state": (
        "Posten er i en tilstand som bare en nyere versjon av Samspill kjenner: {state}. Den røres ikke. Fullfør utrullingen av den nye versjonen.",
        "The record is in a state that only a newer version of Samspill knows: {state}. It is left alone. Finish the deployment of the new version.",
        "Der Datensatz ist in einem Zustand, den nur eine neuere Version von Samspill kennt: {state}. Er bleibt, wie er ist. Die Auslieferung der neuen Version abschließen.",
    ),
    "unknown_reason": (
        "En nyere versjon av Samspill oppgir en grunn som ikke er kjent her: {code} ({values}). Oppdater kommandolinjen for å lese den.",
        "A newer version of Samspill gives a reason that is not known here: {code} ({values}). Update the command line to read it.",
        "Eine neuere Version von Samspill nennt einen Grund, der hier nicht bekannt ist: {code} ({values}). Die Befehlszeile aktualisieren, um ihn zu lesen.",
    ),
    "stack_is_newer": (
        "Stakken {stack} er på versjon {theirs}, kommandolinjen på {ours}. Oppdater kommandolinjen.",
        "The stack {stack} is at version {theirs}, the command line at {ours}. Update the command line.",
        "Der Stack {stack} hat die Version {theirs}, die Befehlszeile {ours}. Bitte die Befehlszeile aktualisieren.",
    ),
    "stack_is_older": (
        "Stakken {stack} er på versjon {theirs}, kommandolinjen på {ours}. Rull ut den nye versjonen, eller bruk kommandolinjen som hører til stakken.",
        "The stack {stack} is at version {theirs}, the command line at {ours}. Deploy the new version, or use the command line that belongs to the stack.",
        "Der Stack {stack} hat die Version {theirs}, die Befehlszeile {ours}. Die neue Version ausliefern oder die Befehlszeile verwenden, die zum Stack gehört.",
    ),
    "wrong_environment": (
        "Nøkkelen er for {key_for}, men adressen er for {address_for}. Bruk nøkkel og adresse som hører sammen.",
        "The key is for {key_for}, but the address is for {address_for}. Use a key and an address that belong together.",
        "Der Schlüssel ist für {key_for}, die Adresse für {address_for}. Schlüssel und Adresse müssen zusammengehören.",
    ),
    "missing_right": (
        "Nøkkelen mangler rettigheten til {what} i {system}. Gi nøkkelen den rettigheten i {system}, og test den igjen: samspill test.",
        "The key lacks the right to {what} in {system}. Give the key that right in {system}, and test it again: samspill test.",
        "Dem Schlüssel fehlt in {system} das Recht auf {what}. Dem Schlüssel in {system} dieses Recht geben und erneut testen: samspill test.",
    ),
    "missing_access": (
        "Nøkkelen mangler rettigheten til {what} i {system}. Gi brukeren og nøkkelen tilgangen («Alle tilganger»), og test den igjen: samspill test.",
        "The key lacks the right to {what} in {system}. Give the user and the key that access (“Alle tilganger”), and test it again: samspill test.",
        "Dem Schlüssel fehlt in {system} das Recht auf {what}. Benutzer und Schlüssel berechtigen („Alle tilganger“) und erneut testen: samspill test.",
    ),
    "missing_module": (
        "{what} ser ikke ut til å være slått på i {system}. Sjekk abonnementet der.",
        "{what} does not seem to be switched on in {system}. Check the subscription there.",
        "{what} scheint in {system} nicht eingeschaltet zu sein. Bitte das Abonnement dort prüfen.",
    ),
    "address_refused": (
        "Adressen {address} kan ikke brukes: {message}.",
        "The address {address} cannot be used: {message}.",
        "Die Adresse {address} kann nicht verwendet werden: {message}.",
    ),
    "no_such_setting": (
        "Flyten har ingen innstilling {setting}. Den har: {known}.",
        "The flow has no setting {setting}. It has: {known}.",
        "Der Ablauf hat keine Einstellung {setting}. Er hat: {known}.",
    ),
    "no_day": (
        "{setting} skal være en dag som 2026-01-31, ikke {value}.",
        "{setting} has to be a day such as 2026-01-31, not {value}.",
        "{setting} muss ein Tag wie 2026-01-31 sein, nicht {value}.",
    ),
    "not_now": (
        "Det går ikke nå: {message}.",
        "That cannot be done now: {message}.",
        "Das geht jetzt nicht: {message}.",
    ),
    "plan_changed": (
        "Planen {plan} gjelder ikke lenger. Lag en ny og se på den.",
        "The plan {plan} no longer holds. Make a new one and look at it.",
        "Der Plan {plan} gilt nicht mehr. Bitte einen neuen erstellen und ansehen.",
    ),
}
