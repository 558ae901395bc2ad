"""What failed, and what became of what a step gave up on."""

from __future__ import annotations

FAILED: dict[str, tuple[str, str, str]] = {
    # refused
    "rejected": (
        "{system} avviste posten: {message}. Rett det i {source} og kjør på nytt (samspill replay).",
        "{system} refused the record: {message}. Correct it in {source} and replay.",
        "{system} hat den Datensatz abgelehnt: {message}. In {source} korrigieren und erneut versuchen (samspill replay).",
    ),
    "cannot_map": (
        "Feltet {field} kan ikke overføres: {misfit}. Rett det i {source}.",
        "The field {field} cannot be taken over: {misfit}. Correct it in {source}.",
        "Das Feld {field} kann nicht übernommen werden: {misfit}. Bitte in {source} korrigieren.",
    ),
    "bad_message": (
        "Meldingen har feil form ved {field}. Den er tatt vare på, og resten går videre.",
        "The message has the wrong shape at {field}. It is kept, and everything else goes on.",
        "Die Nachricht hat bei {field} die falsche Form. Sie ist aufbewahrt, alles andere läuft weiter.",
    ),
    "not_found": (
        "Finnes ikke i {system}, eller vises ikke for denne nøkkelen.",
        "Does not exist in {system}, or is not shown to this key.",
        "In {system} nicht vorhanden oder für diesen Schlüssel nicht sichtbar.",
    ),
    "key_taken": (
        "{field} {value} er tatt i {system} av {label}, {holder}. Gi posten et annet {field} i {source}.",
        "The {field} {value} is taken in {system} by {label}, {holder}. Give this record another {field} in {source}.",
        "{field} {value} ist in {system} vergeben an {label}, {holder}. Bitte in {source} für diesen Datensatz eine andere Angabe ({field}) wählen.",
    ),
    "duplicate": (
        "Noe annet har allerede samme {field} i {system}. Er det den samme, koble de to; ellers gi en annen verdi i {source}.",
        "Something else in {system} has the same {field} already. If it is the same one, link the two; if not, give another value in {source}.",
        "In {system} hat schon etwas anderes denselben Wert: {field}. Ist es dasselbe, die beiden verknüpfen; sonst in {source} einen anderen Wert vergeben.",
    ),
    "too_large": (
        "Feltet {field} er på {size} kB, mer enn Samspill kan ta vare på for en post. Gjør det kortere i {source}.",
        "The field {field} has {size} kB, more than Samspill can keep of a record. Make it shorter in {source}.",
        "Das Feld {field} hat {size} kB, mehr als Samspill zu einem Datensatz aufbewahren kann. In {source} kürzen.",
    ),
    "value_taken": (
        "Verdien i {field} er opptatt i {system}. Endre den i {source}, eller la feltet stå tomt.",
        "The value of {field} is taken in {system}. Change it in {source}, or leave the field empty.",
        "Der Wert von {field} ist in {system} vergeben. In {source} ändern oder das Feld leer lassen.",
    ),
    "record_waits_whole": (
        "Til det er gjort går ingenting annet fra posten til {system}.",
        "Until that is done, nothing else of the record goes to {system}.",
        "Bis dahin geht auch sonst nichts von diesem Datensatz an {system}.",
    ),
    "locked": (
        "Låst i {system}. Lås opp der, eller la det være.",
        "Locked in {system}. Unlock it there, or leave it.",
        "In {system} gesperrt. Dort entsperren oder so belassen.",
    ),
    "result_too_large": (
        "{system} gir ikke mer enn {limit} rader, og søket har flere.",
        "{system} gives no more than {limit} rows, and the query has more.",
        "{system} liefert höchstens {limit} Zeilen, die Abfrage hat mehr.",
    ),
    "defect": (
        "En feil i Samspill, ikke i dataene dine. Meld den til oss, og prøv på nytt når den er rettet: samspill replay.",
        "A fault in Samspill, not in your data. Report it to us, and try again once it is corrected: samspill replay.",
        "Ein Fehler in Samspill, nicht in Ihren Daten. Bitte uns melden und nach der Behebung erneut versuchen: samspill replay.",
    ),
    "gave_up": (
        "Prøvd {count} ganger uten å lykkes. Kjør posten på nytt når årsaken er borte: samspill replay.",
        "Tried {count} times without success. Once the cause is gone, try the record again: samspill replay.",
        "{count}-mal ohne Erfolg versucht. Den Datensatz erneut versuchen, wenn die Ursache behoben ist: samspill replay.",
    ),
    # given up on
    "dead_by_key": (
        "Steget {step} ga opp. Settes tilbake til start og leses på nytt, antall poster: {count}.",
        "The {step} step gave up. Put back to the start and read again, records: {count}.",
        "Der Schritt {step} hat aufgegeben. Zurück an den Anfang und neu zu lesen, Datensätze: {count}.",
    ),
    "dead_log": (
        "Linjer til loggen som ikke ble skrevet: {count}. De skrives nå; ingenting gjøres om igjen.",
        "Journal lines that were not written: {count}. They are written now; nothing is done again.",
        "Nicht geschriebene Protokollzeilen: {count}. Sie werden jetzt geschrieben; nichts wird wiederholt.",
    ),
    "dead_without_key": (
        "Steget {step} ga opp på en side eller en plan i kjøring {run}, som stanses. Neste kjøring leser alt: vent på tidsplanen, eller samspill run {flow} --full",
        "The {step} step gave up on a page or a plan of run {run}, which is stopped. The next run reads everything: wait for the schedule, or samspill run {flow} --full",
        "Der Schritt {step} hat bei einer Seite oder einem Plan des Laufs {run} aufgegeben; der Lauf ist abgebrochen. Der nächste Lauf liest alles: auf den Zeitplan warten, oder samspill run {flow} --full",
    ),
    "dead_hooks": (
        "Et blikk på webhookene lyktes ikke. Det gjøres igjen.",
        "A look at the webhooks did not succeed. It is made again.",
        "Die Prüfung der Webhooks ist nicht gelungen. Sie wird wiederholt.",
    ),
    "dead_line": (
        "Poster som systemene meldte, ventet på å bli lest, og lesingen lyktes ikke. Den gjøres igjen.",
        "Records that the systems had told of were waiting to be read, and the read did not succeed. It is made again.",
        "Gemeldete Datensätze warteten darauf, gelesen zu werden, und das Lesen ist nicht gelungen. Es wird wiederholt.",
    ),
    "quarantined": (
        "En melding til steget {step} kan ikke leses ({message}). Den er tatt vare på i 30 dager som {blob}. Postene den gjaldt finner neste kjøring, som leser alt.",
        "A message to the {step} step cannot be read ({message}). It is kept for 30 days as {blob}. The next run reads everything and finds the records it was about.",
        "Eine Nachricht an den Schritt {step} ist nicht lesbar ({message}). Sie wird 30 Tage als {blob} aufbewahrt. Der nächste Lauf liest alles und findet die betroffenen Datensätze.",
    ),
    # webhooks
    "webhooks_mended": (
        "{system} sendte ikke webhooks om {what}. Nå gjør {system} det, og kjøringen som leser alt finner det som manglet. Ingenting å gjøre.",
        "{system} did not send webhooks of {what}. It does now, and the run that reads everything finds what was missed. Nothing to do.",
        "{system} hat keine Webhooks zu {what} gesendet. Jetzt wieder, und der Lauf, der alles liest, findet das Fehlende. Nichts zu tun.",
    ),
    "webhooks_refused": (
        "{system} vil ikke sende webhooks: {message}. Tidsplanen finner endringene likevel. Rett årsaken, så samspill test {connection}",
        "{system} will not send webhooks: {message}. The schedule finds changes all the same. Correct the cause, then samspill test {connection}",
        "{system} sendet keine Webhooks: {message}. Der Zeitplan findet Änderungen trotzdem. Ursache beheben, dann samspill test {connection}",
    ),
    "bad_signature": (
        "Signaturen stemmer ikke. Ingenting er lagt i kø.",
        "The signature does not match. Nothing was queued.",
        "Die Signatur stimmt nicht. Nichts wurde eingereiht.",
    ),
}
