"""What the command line says of exports."""

from __future__ import annotations

EXPORTS: dict[str, tuple[str, str, str]] = {
    "export.reading": ("Leser", "Reading", "Lesen"),
    "export.writing": ("Skriver", "Writing", "Schreiben"),
    "export.done": (
        "{read} lest, {written} nye eller endrede skrevet til {file} ({size}).",
        "{read} read, {written} new or changed written to {file} ({size}).",
        "{read} gelesen, {written} neue oder geänderte in {file} geschrieben ({size}).",
    ),
    "export.nothing": (
        "{read} lest. Ingenting er nytt eller endret siden forrige fil, så det ble ikke skrevet noen.",
        "{read} read. Nothing is new or has changed since the last file, so none was written.",
        "{read} gelesen. Seit der letzten Datei ist nichts neu oder geändert, daher wurde keine geschrieben.",
    ),
    "export.next": (
        "Lag en lenke: samspill exports link {id}",
        "Make a link: samspill exports link {id}",
        "Link erstellen: samspill exports link {id}",
    ),
    "export.left": (
        "Filen skrives videre uten deg. Se etter den med: samspill exports list {flow}",
        "The file is being written without you. Look for it with: samspill exports list {flow}",
        "Die Datei wird ohne Sie weitergeschrieben. Nachsehen mit: samspill exports list {flow}",
    ),
    "export.none": ("Ingen filer ennå.", "No files yet.", "Noch keine Dateien."),
    "export.head": (
        "Fil|Flyt|Navn|Poster|Skrevet|Lenker",
        "File|Flow|Name|Records|Written|Links",
        "Datei|Ablauf|Name|Datensätze|Geschrieben|Links",
    ),
    "export.links": (
        "{open} åpne, hentet {fetched} ganger",
        "{open} open, fetched {fetched} times",
        "{open} offen, {fetched}-mal abgerufen",
    ),
    "export.link": (
        "Gjelder til {until}. Den vises bare nå, og alle som har den, kan hente filen:",
        "Good until {until}. It is shown only now, and everybody who has it can fetch the file:",
        "Gültig bis {until}. Er wird nur jetzt gezeigt, und wer ihn hat, kann die Datei abrufen:",
    ),
    "export.revoked": ("Lenker trukket tilbake: {count}", "Links revoked: {count}", "Widerrufene Links: {count}"),
}
