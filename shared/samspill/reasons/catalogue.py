"""The catalogue: code → the sentence in Norwegian bokmål, English and German, what happened first, then what to do."""

from __future__ import annotations

from samspill.reasons.partners import PARTNERS
from samspill.reasons.usage import USAGE
from samspill.reasons.vendors import VENDORS

CATALOGUE: dict[str, tuple[str, str, str]] = {
    # applied
    "operator_approved": (
        "Oppsettet er gjennomgått og godkjent av {person}. Første synkronisering kan planlegges.",
        "The set-up was reviewed and approved by {person}. The first sync may be planned.",
        "Die Einrichtung wurde von {person} geprüft und freigegeben. Die erste Synchronisierung kann geplant werden.",
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
    "guard_stopped": (
        "Vernet mot masseendringer stanset {what}: mer enn grensen på ett døgn. Resten venter. Se listen: samspill status {flow}",
        "The mass-change guard stopped {what}: more than a day's limit. The rest waits. See the list: samspill status {flow}",
        "Der Schutz vor Massenänderungen hat {what} angehalten: mehr als das Tageslimit. Der Rest wartet. Die Liste zeigt samspill status {flow}.",
    ),
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
    "held_changed": (
        "Det finnes ingen slik liste nå ({hash}), eller den er eldre enn et døgn. Se den nye med samspill status.",
        "There is no such list now ({hash}), or it is older than a day. See the present one with samspill status.",
        "Diese Liste ({hash}) gibt es nicht mehr, oder sie ist älter als einen Tag. Die aktuelle zeigt samspill status.",
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
    "needs_operator": (
        "Oppsettet er til gjennomgang hos oss. En operatør godkjenner det med --operator; du trenger ikke gjøre noe.",
        "The set-up is in review with us. An operator approves it with --operator; there is nothing for you to do.",
        "Die Einrichtung wird von uns geprüft. Ein Operator gibt sie mit --operator frei; Sie müssen nichts tun.",
    ),
    "created": (
        "Opprettet i {system}.",
        "Created in {system}.",
        "In {system} angelegt.",
    ),
    "updated": (
        "Oppdatert i {system}: {fields}.",
        "Updated in {system}: {fields}.",
        "In {system} aktualisiert: {fields}.",
    ),
    "linked": (
        "Koblet til {label} ({rule}).",
        "Linked to {label} ({rule}).",
        "Mit {label} verknüpft ({rule}).",
    ),
    "archived": (
        "Satt inaktiv i {system} fordi den ble slettet i {source}.",
        "Set inactive in {system} because it was deleted in {source}.",
        "In {system} deaktiviert, weil der Datensatz in {source} gelöscht wurde.",
    ),
    "overwritten": (
        "{fields} var endret i {system} og er satt tilbake, fordi {master} bestemmer. Gjør endringen i {master} i stedet.",
        "{fields} had been changed in {system} and was set back, because {master} is master. Make the change in {master} instead.",
        "{fields} wurde in {system} geändert und zurückgesetzt, weil {master} führend ist. Bitte in {master} ändern.",
    ),
    "conflict_settled": (
        "{fields} var endret i både {system} og {master}. Etter regelen gjelder det som står i {master}; journalen har hva som sto i {system}.",
        "{fields} had been changed in both {system} and {master}. By the rule {master}’s value holds; the journal has what stood in {system}.",
        "{fields} wurde in {system} und in {master} geändert. Nach der Regel gilt der Wert aus {master}; im Protokoll steht, was in {system} stand.",
    ),
    "recovered": (
        "Fant igjen i {system} det som ble opprettet før et avbrudd, og koblet det. Ingenting ble opprettet to ganger.",
        "Found in {system} what had been created before an interruption, and linked it. Nothing was created twice.",
        "In {system} wiedergefunden, was vor einer Unterbrechung angelegt wurde, und verknüpft. Nichts wurde doppelt angelegt.",
    ),
    "confirmed": (
        "Et avbrudd skjulte svaret; {fields} viste seg å være skrevet.",
        "An interruption hid the answer; {fields} turned out to be written.",
        "Eine Unterbrechung verbarg die Antwort; {fields} war tatsächlich geschrieben.",
    ),
    "outcome_unclear": (
        "Et avbrudd skjulte svaret på en endring av {fields}. Begge sider er lest på nytt, og det som mangler skrives nå.",
        "An interruption hid the answer to a change of {fields}. Both sides were read again, and what is missing is written now.",
        "Eine Unterbrechung verbarg die Antwort auf eine Änderung von {fields}. Beide Seiten wurden neu gelesen, Fehlendes wird nun geschrieben.",
    ),
    # unchanged
    "not_found_after_all": (
        "En oppretting i {system} ble avbrutt, og posten finnes ikke der. Den vurderes på nytt.",
        "A create in {system} was interrupted, and the record is not there. It is considered again.",
        "Eine Anlage in {system} wurde unterbrochen, und der Datensatz ist dort nicht. Er wird erneut geprüft.",
    ),
    "found_after_all": (
        "En oppretting i {system} ble avbrutt. En post med samme nummer finnes der, og de to kobles.",
        "A create in {system} was interrupted. A record with the same number is there, and the two are linked.",
        "Eine Anlage in {system} wurde unterbrochen. Ein Datensatz mit derselben Nummer ist dort; beide werden verknüpft.",
    ),
    "equal": (
        "Likt på begge sider.",
        "Equal on both sides.",
        "Auf beiden Seiten gleich.",
    ),
    "older_than_known": (
        "En nyere versjon er allerede behandlet.",
        "A newer version has been dealt with already.",
        "Eine neuere Version wurde bereits verarbeitet.",
    ),
    "settled": (
        "Slettet og ferdig behandlet.",
        "Deleted and dealt with.",
        "Gelöscht und erledigt.",
    ),
    "drifted": (
        "{fields} er endret i {system}. Regelen er å melde fra, ikke å rette.",
        "{fields} was changed in {system}. The rule is to tell, not to correct.",
        "{fields} wurde in {system} geändert. Die Regel ist melden, nicht korrigieren.",
    ),
    # skipped
    "too_deep": (
        "{target} har bare to prosjektnivåer. Dette prosjektet ligger på nivå {level} under {parent}. "
        "Flytt det opp i {source} hvis det skal være med.",
        "{target} has two project levels only. This project is at level {level}, below {parent}. "
        "Move it up in {source} if it should come along.",
        "{target} kennt nur zwei Projektebenen. Dieses Projekt liegt auf Ebene {level} unter {parent}. "
        "Verschieben Sie es in {source} nach oben, wenn es übernommen werden soll.",
    ),
    "is_offer": (
        "Et tilbud, ikke et prosjekt ennå. Kommer med når det blir et prosjekt i {source}.",
        "An offer, not a project yet. It comes along once it is a project in {source}.",
        "Ein Angebot, noch kein Projekt. Es wird übernommen, sobald es in {source} ein Projekt ist.",
    ),
    "inactive_at_source": (
        "Ikke aktiv i {source} og finnes ikke i {target}. Gjør den aktiv i {source} hvis den skal være med.",
        "Not active in {source} and not present in {target}. Make it active in {source} if it should come along.",
        "In {source} nicht aktiv und in {target} nicht vorhanden. Aktivieren Sie ihn in {source}, wenn er übernommen werden soll.",
    ),
    "decided": (
        "{person} bestemte: {fields} i {system} er satt som i {source}.",
        "{person} decided: {fields} in {system} was set as in {source}.",
        "{person} hat entschieden: {fields} in {system} wurde wie in {source} gesetzt.",
    ),
    "only_in_target": (
        "Finnes bare i {target}. Slike opprettes ikke i {source}; opprett den i {source} hvis den skal finnes begge steder.",
        "Exists in {target} only. Such records are not created in {source}; create it in {source} if it should be in both.",
        "Nur in {target} vorhanden. Wird nicht in {source} angelegt; legen Sie ihn in {source} an, wenn er in beiden stehen soll.",
    ),
    "ignored_by_person": (
        "Holdes utenfor etter valg av {person}. Angre med «samspill review».",
        "Left out by decision of {person}. Undo with “samspill review”.",
        "Auf Entscheidung von {person} ausgenommen. Rückgängig mit „samspill review“.",
    ),
    "missing_field": (
        "{field} mangler i {source}. Fyll det ut der.",
        "{field} is missing in {source}. Fill it in there.",
        "{field} fehlt in {source}. Bitte dort ausfüllen.",
    ),
    "deleted_before_link": (
        "Slettet i {source} før den ble koblet. Ingenting å gjøre.",
        "Deleted in {source} before it was linked. Nothing to do.",
        "In {source} gelöscht, bevor verknüpft wurde. Nichts zu tun.",
    ),
    "deleted_and_kept": (
        "Slettet i {source}. Posten i {system} beholdes, og koblingen er avsluttet.",
        "Deleted in {source}. The record in {system} is kept, and the link is ended.",
        "In {source} gelöscht. Der Datensatz in {system} bleibt, die Verknüpfung ist beendet.",
    ),
    # waiting
    "waits_in_circle": (
        "Venter på {stream} {record}, som selv venter på denne. Ta bort en av henvisningene.",
        "Waits for {stream} {record}, which itself waits for this one. Take one of the references away.",
        "Wartet auf {stream} {record}, das selbst auf dieses wartet. Bitte einen der Verweise entfernen.",
    ),
    "waiting_for": (
        "Venter på {stream} {record}, som ikke er koblet ennå. Fortsetter av seg selv når den er det.",
        "Waits for {stream} {record}, which is not linked yet. Goes on by itself once it is.",
        "Wartet auf {stream} {record}, noch nicht verknüpft. Läuft danach von selbst weiter.",
    ),
    "record_busy": (
        "En annen kjøring arbeider med posten. Prøves igjen av seg selv.",
        "Another run is working on the record. It is tried again by itself.",
        "Ein anderer Lauf bearbeitet den Datensatz. Es wird von selbst erneut versucht.",
    ),
    "rate_limited": (
        "{system} tar ikke imot flere kall akkurat nå. Prøves igjen av seg selv.",
        "{system} takes no more calls right now. It is tried again by itself.",
        "{system} nimmt gerade keine weiteren Aufrufe an. Es wird von selbst erneut versucht.",
    ),
    "vendor_unavailable": (
        "{system} svarer ikke. Prøves igjen av seg selv.",
        "{system} does not answer. It is tried again by itself.",
        "{system} antwortet nicht. Es wird von selbst erneut versucht.",
    ),
    "outcome_unknown": (
        "{system} svarte ikke, så vi vet ikke om det ble utført. Vi ser etter før vi prøver igjen.",
        "{system} did not answer, so it is unknown whether it was carried out. We look before trying again.",
        "{system} hat nicht geantwortet; ob es ausgeführt wurde, ist unbekannt. Wir sehen nach, bevor wir es wiederholen.",
    ),
    "changed_meanwhile": (
        "Posten ble endret mens vi arbeidet. Leses på nytt og vurderes igjen.",
        "The record was changed while we worked. It is read and considered again.",
        "Der Datensatz wurde währenddessen geändert. Er wird neu gelesen und geprüft.",
    ),
    "number_not_numeric": (
        "Kundenummeret {number} i {source} er ikke et tall, og {target} tar bare tall. Gi kunden et nummer med bare sifre i {source}.",
        "The customer number {number} in {source} is not numeric, and {target} takes digits only. Give the customer a number of digits in {source}.",
        "Die Kundennummer {number} in {source} ist keine Zahl, {target} nimmt nur Ziffern. Bitte in {source} eine Nummer aus Ziffern vergeben.",
    ),
    "no_start_date": (
        "Prosjektet har ingen startdato i {source} og overføres ikke til {target}. Sett startdato i {source}.",
        "The project has no start date in {source} and is not taken to {target}. Set a start date in {source}.",
        "Das Projekt hat in {source} kein Startdatum und wird nicht nach {target} übernommen. Bitte in {source} ein Startdatum setzen.",
    ),
    "sub_project": (
        "Underprosjekt av {parent}. {target} har ikke underprosjekter, så det overføres ikke. Gjør det til et hovedprosjekt i {source} hvis det skal med.",
        "Sub-project of {parent}. {target} has no sub-projects, so it is not taken over. Make it a main project in {source} if it should be.",
        "Unterprojekt von {parent}. {target} kennt keine Unterprojekte, es wird nicht übernommen. Bei Bedarf in {source} zum Hauptprojekt machen.",
    ),
    "internal_project": (
        "Internt prosjekt i {source}. Det opprettes ikke i {target}, men kobles hvis {target} har et prosjekt med samme nummer.",
        "Internal project in {source}. It is not created in {target}, but linked if {target} has a project of the same number.",
        "Internes Projekt in {source}. Es wird in {target} nicht angelegt, aber verknüpft, wenn {target} ein Projekt mit derselben Nummer hat.",
    ),
    "no_key": (
        "Kan ikke opprettes i {system}: uten {fields} kan den ikke finnes igjen etter et avbrudd. Fyll ut feltet i {source}.",
        "Cannot be created in {system}: without {fields} it could not be found again after an interruption. Fill in the field in {source}.",
        "Kann in {system} nicht angelegt werden: ohne {fields} wäre der Datensatz nach einer Unterbrechung nicht auffindbar. Bitte das Feld in {source} ausfüllen.",
    ),
    "key_not_told": (
        "{source} oppga ikke {fields} denne gangen, så det kan ikke ses om posten finnes i {system} fra før. Den leses igjen ved neste kjøring; blir det stående, se hva nøkkelen til {source} får lese.",
        "{source} did not tell {fields} this time, so it cannot be seen whether the record is in {system} already. It is read again with the next run; if this stays, look at what the key for {source} may read.",
        "{source} hat {fields} diesmal nicht mitgeteilt, daher ist nicht zu sehen, ob der Datensatz in {system} schon vorhanden ist. Der nächste Lauf liest ihn erneut; bleibt es dabei, prüfen Sie, was der Schlüssel für {source} lesen darf.",
    ),
    # review
    "chosen_gone": (
        "Posten den skulle kobles til, {record}, finnes ikke (lenger) i {system}. Koble til en annen, opprett eller utelat i «samspill review».",
        "The record it was to be linked to, {record}, is not (or no longer) in {system}. Link to another one, create or ignore in “samspill review”.",
        "Der Datensatz {record}, mit dem verknüpft werden sollte, ist in {system} nicht (mehr) vorhanden. In „samspill review“ mit einem anderen verknüpfen, anlegen oder auslassen.",
    ),
    "chosen_taken": (
        "Posten den skulle kobles til, {record} i {system}, hører nå til et annet par. Koble til en annen, opprett eller utelat i «samspill review».",
        "The record it was to be linked to, {record} in {system}, belongs to another pair by now. Link to another one, create or ignore in “samspill review”.",
        "Der Datensatz {record} in {system}, mit dem verknüpft werden sollte, gehört inzwischen zu einem anderen Paar. In „samspill review“ mit einem anderen verknüpfen, anlegen oder auslassen.",
    ),
    "maybe_same": (
        "Kan være den samme som {label}, som venter på en avgjørelse. Avgjør den først; er de ikke den samme, velg å opprette.",
        "May be the same as {label}, which waits for a decision. Decide that first; if they are not the same, choose to create.",
        "Könnte derselbe Datensatz wie {label} sein, der auf eine Entscheidung wartet. Zuerst dort entscheiden; sonst Anlegen wählen.",
    ),
    "ambiguous": (
        "Flere enn én kan være den samme ({rule}: {value}). Velg i «samspill review».",
        "More than one could be the same ({rule}: {value}). Choose in “samspill review”.",
        "Mehrere könnten derselbe sein ({rule}: {value}). Bitte in „samspill review“ wählen.",
    ),
    "similar": (
        "Ligner {label} ({score} %: {why}), men vi kobler ikke på navn alene. Koble, opprett eller utelat i «samspill review».",
        "Looks like {label} ({score} %: {why}), but a name alone links nothing. Link, create or ignore in “samspill review”.",
        "Ähnelt {label} ({score} %: {why}), aber ein Name allein verknüpft nichts. In „samspill review“ verknüpfen, anlegen oder auslassen.",
    ),
    "unmatched": (
        "Ingen treff på den andre siden. Opprett eller utelat i «samspill review».",
        "No counterpart on the other side. Create or ignore in “samspill review”.",
        "Kein Gegenstück auf der anderen Seite. In „samspill review“ anlegen oder auslassen.",
    ),
    "conflict": (
        "{fields} er ulikt på de to sidene, og det avgjør en person. Velg hva som gjelder i «samspill review».",
        "{fields} differs between the two sides, and a person decides. Choose which holds in “samspill review”.",
        "{fields} ist auf beiden Seiten verschieden; das entscheidet eine Person. In „samspill review“ wählen, was gilt.",
    ),
    "deleted_and_edited": (
        "Slettet i {source}, men endret i {system} siden sist. Velg i «samspill review».",
        "Deleted in {source}, but edited in {system} since. Choose in “samspill review”.",
        "In {source} gelöscht, in {system} inzwischen geändert. In „samspill review“ wählen.",
    ),
    "deleted_in_target": (
        "Slettet i {source}, men finnes fortsatt i {system}. Velg i «samspill review».",
        "Deleted in {source}, but still present in {system}. Choose in “samspill review”.",
        "In {source} gelöscht, in {system} noch vorhanden. In „samspill review“ wählen.",
    ),
    "same_key_but_other": (
        "{label} i {system} har ett nummer felles, men et annet som er ulikt. Rett det som er feil, eller koble, opprett eller utelat i «samspill review».",
        "{label} in {system} has one number in common, but another one that differs. Correct what is wrong, or link, create or ignore in “samspill review”.",
        "{label} in {system} hat eine Nummer gemeinsam, aber eine andere, die abweicht. Berichtigen, was falsch ist, oder in „samspill review“ verknüpfen, anlegen oder auslassen.",
    ),
    "found_several": (
        "Fant flere i {system} med vårt merke etter et avbrudd. Velg den rette i «samspill review».",
        "Found several in {system} with our mark after an interruption. Choose the right one in “samspill review”.",
        "Nach einer Unterbrechung mehrere in {system} mit unserem Merkmal gefunden. In „samspill review“ wählen.",
    ),
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
    "writes_in_circles": (
        "{field} er skrevet {count} ganger på en time uten at noen har endret det. Stanset for å unngå en evig runde. "
        "Se om noe i {system} endrer feltet tilbake.",
        "{field} was written {count} times in an hour though nobody edited it. Stopped to avoid an endless loop. "
        "See whether something in {system} changes the field back.",
        "{field} wurde {count}-mal in einer Stunde geschrieben, ohne dass jemand es geändert hat. Angehalten, um eine Endlosschleife "
        "zu vermeiden. Prüfen Sie, ob etwas in {system} das Feld zurücksetzt.",
    ),
    # failed
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
    "duplicate": (
        "{field} finnes fra før i {system}. Koble til den som finnes, eller endre verdien i {source}.",
        "{field} exists already in {system}. Link to the one that exists, or change the value in {source}.",
        "{field} ist in {system} schon vorhanden. Mit dem vorhandenen verknüpfen oder den Wert in {source} ändern.",
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
        "En feil hos oss. Den er meldt og prøves igjen.",
        "A fault of ours. It is reported and tried again.",
        "Ein Fehler bei uns. Er ist gemeldet und wird erneut versucht.",
    ),
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
    "quarantined": (
        "En melding til steget {step} kan ikke leses ({message}). Den er tatt vare på i 30 dager som {blob}. Postene den gjaldt finner neste kjøring, som leser alt.",
        "A message to the {step} step cannot be read ({message}). It is kept for 30 days as {blob}. The next run reads everything and finds the records it was about.",
        "Eine Nachricht an den Schritt {step} ist nicht lesbar ({message}). Sie wird 30 Tage als {blob} aufbewahrt. Der nächste Lauf liest alles und findet die betroffenen Datensätze.",
    ),
    "gave_up": (
        "Prøvd {count} ganger uten å lykkes. Kjør posten på nytt når årsaken er borte: samspill replay.",
        "Tried {count} times without success. Once the cause is gone, try the record again: samspill replay.",
        "{count}-mal ohne Erfolg versucht. Den Datensatz erneut versuchen, wenn die Ursache behoben ist: samspill replay.",
    ),
    # set-up
    "setup_incomplete": (
        "Oppsettet er ikke ferdig: {message}.",
        "The set-up is not finished: {message}.",
        "Die Einrichtung ist unvollständig: {message}.",
    ),
    "key_invalid": (
        "{system} godtar ikke nøkkelen. Lag en ny i {system} og legg den inn med «samspill connect».",
        "{system} does not accept the key. Make a new one in {system} and enter it with “samspill connect”.",
        "{system} akzeptiert den Schlüssel nicht. In {system} einen neuen anlegen und mit „samspill connect“ eintragen.",
    ),
    "wrong_environment": (
        "Nøkkelen er for {key_for}, men adressen er for {address_for}. Bruk nøkkel og adresse som hører sammen.",
        "The key is for {key_for}, but the address is for {address_for}. Use a key and an address that belong together.",
        "Der Schlüssel ist für {key_for}, die Adresse für {address_for}. Schlüssel und Adresse müssen zusammengehören.",
    ),
    "missing_right": (
        "Nøkkelen mangler rettigheten til {what} i {system}. Gi brukeren og nøkkelen tilgangen («Alle tilganger») og test igjen.",
        "The key lacks the right to {what} in {system}. Give the user and the key that access (“Alle tilganger”) and test again.",
        "Dem Schlüssel fehlt in {system} das Recht auf {what}. Benutzer und Schlüssel berechtigen („Alle tilganger“) und erneut testen.",
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
    # webhooks
    "bad_signature": (
        "Signaturen stemmer ikke. Ingenting er lagt i kø.",
        "The signature does not match. Nothing was queued.",
        "Die Signatur stimmt nicht. Nichts wurde eingereiht.",
    ),
    "unknown_subscription": (
        "Ukjent abonnement. Meldingen er lagt til side.",
        "Unknown subscription. The message is kept aside.",
        "Unbekanntes Abonnement. Die Nachricht ist beiseitegelegt.",
    ),
}
CATALOGUE.update(PARTNERS)
CATALOGUE.update(VENDORS)
CATALOGUE.update(USAGE)
