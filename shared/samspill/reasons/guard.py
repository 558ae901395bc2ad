"""What the guard against mass changes says, and what people said to it."""

from __future__ import annotations

GUARD: dict[str, tuple[str, str, str]] = {
    # lists
    "list_approved": (
        "{person} slapp gjennom {count} poster som vernet holdt tilbake: {what} ({hash}). Hver post leses på nytt før noe gjøres.",
        "{person} let {count} records through that the guard held back: {what} ({hash}). Every record is read again before anything is done.",
        "{person} hat {count} vom Schutz zurückgehaltene Datensätze freigegeben: {what} ({hash}). Jeder Datensatz wird vorher erneut gelesen.",
    ),
    "list_rejected": (
        "{person} avviste {count} poster som vernet holdt tilbake: {what} ({hash}). Ingenting av det gjøres.",
        "{person} refused {count} records that the guard held back: {what} ({hash}). Nothing of it is done.",
        "{person} hat {count} vom Schutz zurückgehaltene Datensätze abgelehnt: {what} ({hash}). Nichts davon wird getan.",
    ),
    "list_refused": (
        "En person har avvist denne endringen: {what}. Den gjøres ikke før verdien blir en annen. Rett det i kilden.",
        "A person refused this change: {what}. It is not made until the value becomes another one. Correct it at the source.",
        "Diese Änderung wurde von einer Person abgelehnt: {what}. Sie erfolgt erst mit einem anderen Wert. Bitte in der Quelle korrigieren.",
    ),
    "held_back": (
        "Venter fordi for mange slike endringer kom på én gang: {what}. Se listen med samspill status, og slipp den gjennom eller avvis den.",
        "Waits because too many changes of this kind came at once: {what}. See the list with samspill status, then let it through or refuse it.",
        "Wartet, weil zu viele gleichartige Änderungen auf einmal kamen: {what}. Die Liste zeigt samspill status; dort freigeben oder ablehnen.",
    ),
    "held_changed": (
        "Det finnes ingen slik liste nå ({hash}), eller den er eldre enn et døgn. Se den nye med samspill status.",
        "There is no such list now ({hash}), or it is older than a day. See the present one with samspill status.",
        "Diese Liste ({hash}) gibt es nicht mehr, oder sie ist älter als einen Tag. Die aktuelle zeigt samspill status.",
    ),
    "guard_stopped": (
        "Vernet mot masseendringer stanset {what}: mer enn grensen på ett døgn. Resten venter. Se listen: samspill status {flow}",
        "The mass-change guard stopped {what}: more than a day's limit. The rest waits. See the list: samspill status {flow}",
        "Der Schutz vor Massenänderungen hat {what} angehalten: mehr als das Tageslimit. Der Rest wartet. Die Liste zeigt samspill status {flow}.",
    ),
    # why
    "too_many_deletes": (
        "{count} av {total} ville blitt satt inaktive på én gang. Ingenting av listen er gjort. Se etter i kilden: rettigheter, filtre, en gjenopprettet kopi. Er det riktig: samspill approve {flow} --list {hash}, ellers: samspill reject {flow} {hash}",
        "{count} of {total} would be set inactive at once. Nothing of the list was done. Look at the source first: rights, filters, a restored backup. If it is right: samspill approve {flow} --list {hash}, else: samspill reject {flow} {hash}",
        "{count} von {total} würden auf einmal deaktiviert. Nichts aus der Liste wurde getan. Zuerst die Quelle prüfen: Rechte, Filter, eine zurückgespielte Sicherung. Wenn es richtig ist: samspill approve {flow} --list {hash}, sonst: samspill reject {flow} {hash}",
    ),
    "too_many_creates": (
        "{count} nye ville blitt opprettet på én gang, ved siden av {total} par. Ingenting av listen er gjort. Se etter om de finnes fra før. Er det riktig: samspill approve {flow} --list {hash}, ellers: samspill reject {flow} {hash}",
        "{count} new ones would be created at once, beside {total} pairs. Nothing of the list was done. See whether they are there already. If it is right: samspill approve {flow} --list {hash}, else: samspill reject {flow} {hash}",
        "{count} neue würden auf einmal angelegt, neben {total} Paaren. Nichts aus der Liste wurde getan. Prüfen Sie, ob es sie schon gibt. Wenn es richtig ist: samspill approve {flow} --list {hash}, sonst: samspill reject {flow} {hash}",
    ),
    "too_many_changes": (
        "{field} ville blitt endret eller tømt hos {count} av {total} på én gang. Ingenting av listen er gjort. Se etter i kilden: en import, en feil i et felt. Er det riktig: samspill approve {flow} --list {hash}, ellers: samspill reject {flow} {hash}",
        "{field} would be changed or emptied in {count} of {total} at once. Nothing of the list was done. Look at the source first: an import, a field gone wrong. If it is right: samspill approve {flow} --list {hash}, else: samspill reject {flow} {hash}",
        "{field} würde bei {count} von {total} auf einmal geändert oder geleert. Nichts aus der Liste wurde getan. Zuerst die Quelle prüfen: ein Import, ein fehlerhaftes Feld. Wenn es richtig ist: samspill approve {flow} --list {hash}, sonst: samspill reject {flow} {hash}",
    ),
    # limits
    "limits_set": (
        "{person} satte grensene for masseendringer: {at_least} poster eller {share}, og {shrink} færre i kilden.",
        "{person} set the limits of the mass-change guard: {at_least} records or {share}, and {shrink} fewer at the source.",
        "{person} hat die Grenzen für Massenänderungen gesetzt: {at_least} Datensätze oder {share}, und {shrink} weniger in der Quelle.",
    ),
    "limits_raised": (
        "{person} hevet grensene for masseendringer til {until}: {at_least} poster eller {share}, og {shrink} færre i kilden.",
        "{person} raised the limits of the mass-change guard until {until}: {at_least} records or {share}, and {shrink} fewer at the source.",
        "{person} hat die Grenzen für Massenänderungen bis {until} angehoben: {at_least} Datensätze oder {share}, und {shrink} weniger in der Quelle.",
    ),
    "limits_out_of_range": (
        "Antallet går fra 0 til {most}, andelene fra 0 til 100 prosent. Skal mer gjennom, godkjenn listen i stedet.",
        "The number goes from 0 to {most}, the shares from 0 to 100 per cent. To let more through, approve the list instead.",
        "Die Anzahl reicht von 0 bis {most}, die Anteile von 0 bis 100 Prozent. Für mehr die Liste freigeben.",
    ),
}
