"""What was done, what needed no doing, and what is left out."""

from __future__ import annotations

SETTLED: dict[str, tuple[str, str, str]] = {
    # applied
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
    "linked_again": (
        "Posten var slettet og finnes igjen. De to er koblet på nytt.",
        "The record had been deleted and is there again. The two are linked again.",
        "Der Datensatz war gelöscht und ist wieder da. Die beiden sind erneut verknüpft.",
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
    "kept_otherwise": (
        "{fields} ble skrevet, men {system} har beholdt noe annet enn det som ble sendt, for eksempel en avkortet tekst. Se på det i {system}; er det for langt, gjør det kortere.",
        "{fields} was written, but {system} kept something else than was sent, such as a shortened text. Look at it in {system}; if it is too long, make it shorter.",
        "{fields} wurde geschrieben, aber {system} hat etwas anderes behalten, als gesendet wurde, etwa einen gekürzten Text. In {system} ansehen; ist es zu lang, bitte kürzen.",
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
}
