"""What is said of exports: records kept for a file, files, and the links under which people fetch them."""

from __future__ import annotations

EXPORTS: dict[str, tuple[str, str, str]] = {
    "kept_for_export": (
        "Lest fra {source}. Posten kommer med i neste fil hvis den er endret siden den forrige.",
        "Read from {source}. The record goes into the next file if it has changed since the last one.",
        "Aus {source} gelesen. Der Datensatz kommt in die nächste Datei, wenn er sich seit der letzten geändert hat.",
    ),
    "exported": (
        "Eksportert i filen {name} ({file}).",
        "Exported in the file {name} ({file}).",
        "In der Datei {name} exportiert ({file}).",
    ),
    "export_written": (
        "Filen {file} er skrevet, med {count} poster. Lag en lenke til den: samspill exports link {id}",
        "The file {file} was written, with {count} records. Make a link to it: samspill exports link {id}",
        "Die Datei {file} wurde geschrieben, mit {count} Datensätzen. Link erstellen: samspill exports link {id}",
    ),
    "nothing_to_export": (
        "Ingenting er nytt eller endret siden forrige fil, så det ble ikke skrevet noen.",
        "Nothing is new or has changed since the last file, so none was written.",
        "Seit der letzten Datei ist nichts neu oder geändert, daher wurde keine geschrieben.",
    ),
    "file_link_made": (
        "{person} laget en lenke til filen {file}. Den gjelder til {until}.",
        "{person} made a link to the file {file}. It is good until {until}.",
        "{person} hat einen Link zur Datei {file} erstellt. Er gilt bis {until}.",
    ),
    "file_links_revoked": (
        "{person} trakk tilbake {count} lenker til filen {file}.",
        "{person} revoked {count} links to the file {file}.",
        "{person} hat {count} Links zur Datei {file} widerrufen.",
    ),
    "file_fetched": (
        "Filen {file} ble hentet (gang nr. {count}) via lenken som {person} laget.",
        "The file {file} was fetched (time no. {count}) under the link that {person} made.",
        "Die Datei {file} wurde über den von {person} erstellten Link abgerufen (Abruf Nr. {count}).",
    ),
    "no_exports": (
        "Flyten {flow} skriver ingen filer.",
        "The flow {flow} writes no files.",
        "Der Ablauf {flow} schreibt keine Dateien.",
    ),
    "no_such_file": (
        "Det finnes ingen fil {file} her. Se hvilke som finnes: samspill exports list",
        "There is no file {file} here. See which there are: samspill exports list",
        "Es gibt hier keine Datei {file}. Vorhandene anzeigen: samspill exports list",
    ),
    "no_address_for_links": (
        "Denne huben kan ikke nås utenfra, så en lenke ville ikke virke.",
        "This hub cannot be reached from outside, so a link would not work.",
        "Dieser Hub ist von außen nicht erreichbar, ein Link würde nicht funktionieren.",
    ),
    "connection_missing": (
        "{flow} er ny her. Si hvilken tilkobling den leser fra: --left med en til {left}.",
        "{flow} is new here. Say which connection it reads from: --left with one to {left}.",
        "{flow} ist hier neu. Angeben, aus welcher Verbindung er liest: --left mit einer zu {left}.",
    ),
    "no_other_side": (
        "{flow} leser bare fra {left} og har ingen andre side. Utelat --right.",
        "{flow} only reads from {left} and has no other side. Leave out --right.",
        "{flow} liest nur aus {left} und hat keine andere Seite. --right weglassen.",
    ),
}
