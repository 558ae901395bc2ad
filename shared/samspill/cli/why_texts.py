"""What is said about why a record stands as it does, in Norwegian bokmål, English and German."""

from __future__ import annotations

WHY: dict[str, tuple[str, str, str]] = {
    "why.unread": (
        "Ikke lest ennå, men finnes i {systems}. Neste lesing: {action}.",
        "Not read yet, but present in {systems}. The next read: {action}.",
        "Noch nicht gelesen, aber in {systems} vorhanden. Nächstes Lesen: {action}.",
    ),
    "why.values": ("{field}: {values}", "{field}: {values}", "{field}: {values}"),
    "why.next": ("Neste: {what}", "Next: {what}", "Weiter: {what}"),
    "why.decided": (
        "{person} har avgjort dette ({action}). Det gjennomføres ved neste lesing.",
        "{person} has decided this ({action}). The next read carries it out.",
        "{person} hat darüber entschieden ({action}). Das nächste Lesen führt es aus.",
    ),
    "why.more": (
        "… og {count} til. Skriv mer av navnet, eller et nummer.",
        "… and {count} more. Write more of the name, or a number.",
        "… und {count} weitere. Mehr vom Namen oder eine Nummer angeben.",
    ),
    "why.read": (
        "Sist lest ({stream}): {last}. Neste gang: {due}. Med en gang: samspill run {flow}",
        "Last read ({stream}): {last}. Next: {due}. At once: samspill run {flow}",
        "Zuletzt gelesen ({stream}): {last}. Nächstes Mal: {due}. Sofort: samspill run {flow}",
    ),
    "why.read.rests": (
        "Sist lest ({stream}): {last}. Leses ikke av seg selv nå, for flyten er {status}. Se: samspill status {flow}",
        "Last read ({stream}): {last}. Not read by itself now, for the flow is {status}. See: samspill status {flow}",
        "Zuletzt gelesen ({stream}): {last}. Liest nicht von selbst, Ablauf: {status}. Siehe: samspill status {flow}",
    ),
    "why.never": ("aldri", "never", "nie"),
    "why.due": ("nå", "now", "jetzt"),
    "why.none.asked": (
        "{record} finnes verken her eller i {systems}: ingen post har det nummeret eller den id-en.",
        "{record} is neither known here nor present in {systems}: no record has that number or id.",
        "{record} ist weder hier bekannt noch in {systems} vorhanden: kein Datensatz hat diese Nummer oder Id.",
    ),
    "why.none.silent": (
        "{record} er ikke kjent her, og ble ikke funnet i det som kunne spørres.",
        "{record} is not known here, and was not found where we could ask.",
        "{record} ist hier nicht bekannt und war, soweit gefragt werden konnte, nicht zu finden.",
    ),
    "why.none.name": (
        "Ingen post vi har lest har «{record}» i navnet. Spør med nummer, organisasjonsnummer eller id i stedet.",
        "No record that was read has “{record}” in its name. Ask with a number, an organisation number or an id.",
        "Kein gelesener Datensatz hat „{record}“ im Namen. Bitte mit Nummer, Organisationsnummer oder Id fragen.",
    ),
    "why.none.rests": (
        "{record} er ikke kjent her, og systemene leses ikke nå.",
        "{record} is not known here, and the systems are not read now.",
        "{record} ist hier nicht bekannt, und die Systeme werden jetzt nicht gelesen.",
    ),
    "why.silent": (
        "{system} kunne ikke spørres: {why}",
        "{system} could not be asked: {why}",
        "{system} konnte nicht gefragt werden: {why}",
    ),
    "why.journal": ("Det loggen har om den:", "What the journal holds about it:", "Was im Protokoll dazu steht:"),
    "why.journal.none": (
        "Loggen har ingenting om den fra de siste {since}. Lenger tilbake: --since 90d",
        "The journal holds nothing about it from the last {since}. Further back: --since 90d",
        "Das Protokoll enthält aus den letzten {since} nichts dazu. Weiter zurück: --since 90d",
    ),
    # what to do, by how the record ended
    "why.do.applied": (
        "ingenting å gjøre; en endring du ikke ser ennå, kommer med neste lesing.",
        "nothing to do; an edit you do not see yet comes with the next read.",
        "nichts zu tun; eine Änderung, die noch fehlt, kommt beim nächsten Lesen.",
    ),
    "why.do.unchanged": (
        "ingenting å gjøre; en endring du ikke ser ennå, kommer med neste lesing.",
        "nothing to do; an edit you do not see yet comes with the next read.",
        "nichts zu tun; eine Änderung, die noch fehlt, kommt beim nächsten Lesen.",
    ),
    "why.do.skipped": (
        "den vurderes på nytt så snart den er endret i systemet sitt.",
        "it is considered again as soon as it is changed in its system.",
        "er wird erneut geprüft, sobald er in seinem System geändert wird.",
    ),
    "why.do.ignored_by_person": (
        "angre: samspill review {flow} --create {link}, eller --link {link}=ID",
        "to undo: samspill review {flow} --create {link}, or --link {link}=ID",
        "rückgängig: samspill review {flow} --create {link} oder --link {link}=ID",
    ),
    "why.do.waiting": (
        "den fortsetter av seg selv når det den venter på, er på plass.",
        "it goes on by itself once what it waits for is there.",
        "es geht von selbst weiter, sobald da ist, worauf gewartet wird.",
    ),
    "why.do.held_back": ("samspill status {flow}", "samspill status {flow}", "samspill status {flow}"),
    "why.do.review": (
        "samspill review {flow} --link {link}=ID, --create {link} eller --ignore {link}",
        "samspill review {flow} --link {link}=ID, --create {link} or --ignore {link}",
        "samspill review {flow} --link {link}=ID, --create {link} oder --ignore {link}",
    ),
    "why.do.deleted": (
        "samspill review {flow} --archive {link} eller --keep {link}",
        "samspill review {flow} --archive {link} or --keep {link}",
        "samspill review {flow} --archive {link} oder --keep {link}",
    ),
    "why.do.conflict": (
        "samspill review {flow} --take-left {link} ({left}) eller --take-right {link} ({right})",
        "samspill review {flow} --take-left {link} ({left}) or --take-right {link} ({right})",
        "samspill review {flow} --take-left {link} ({left}) oder --take-right {link} ({right})",
    ),
    "why.do.failed": (
        "rett det, så samspill replay {flow} --record {link}",
        "correct it, then samspill replay {flow} --record {link}",
        "beheben, dann samspill replay {flow} --record {link}",
    ),
}
