"""What a person is told who asked for something that cannot be done now."""

from __future__ import annotations

USAGE: dict[str, tuple[str, str, str]] = {
    "no_such_flow": (
        "Det finnes ingen flyt {flow} her. Disse finnes: {flows}. Alt som kan settes opp: samspill flows",
        "There is no flow {flow} here. There are: {flows}. All that can be set up: samspill flows",
        "Es gibt hier keinen Ablauf {flow}. Es gibt: {flows}. Alles, was sich einrichten lässt: samspill flows",
    ),
    "no_such_declaration": (
        "Denne versjonen av Samspill har ingen integrasjon {declaration}. Den har: {declarations}.",
        "This version of Samspill has no integration {declaration}. It has: {declarations}.",
        "Diese Version von Samspill hat keine Integration {declaration}. Sie hat: {declarations}.",
    ),
    "no_flow_name": (
        (
            "«{name}» kan ikke være navnet på en flyt. Bruk 1–40 av a–z, 0–9 og -, uten - først eller sist, og ikke "
            "navnet på en annen integrasjon."
        ),
        (
            "“{name}” cannot be a flow's name. Use 1–40 of a–z, 0–9 and -, with no - at either end, and not the name "
            "of another integration."
        ),
        (
            "„{name}“ kann kein Name eines Ablaufs sein. 1–40 Zeichen aus a–z, 0–9 und -, ohne - am Anfang oder Ende, "
            "und nicht der Name einer anderen Integration."
        ),
    ),
    "connections_missing": (
        (
            "{flow} er ny her. Si hvilke tilkoblinger den går mellom: --left med en til {left} og --right med en til "
            "{right}."
        ),
        (
            "{flow} is new here. Say which connections it runs between: --left with one to {left} and --right with "
            "one to {right}."
        ),
        (
            "{flow} ist hier neu. Angeben, zwischen welchen Verbindungen er läuft: --left mit einer zu {left} und "
            "--right mit einer zu {right}."
        ),
    ),
    "other_connections": (
        (
            "Flyten {flow} går mellom {left} og {right}, og det kan ikke endres: koblingene gjelder postene der. For "
            "et annet firma, velg et eget navn: samspill enable {declaration} --left … --right … --name NAVN"
        ),
        (
            "The flow {flow} keeps {left} and {right} in step, and that cannot be changed: its links are about the "
            "records there. For another company choose another name: samspill enable {declaration} --left … "
            "--right … --name NAME"
        ),
        (
            "Der Ablauf {flow} hält {left} und {right} im Gleichstand, und das lässt sich nicht ändern: seine "
            "Verknüpfungen gelten den Datensätzen dort. Für eine andere Firma einen anderen Namen wählen: "
            "samspill enable {declaration} --left … --right … --name NAME"
        ),
    ),
    "other_declaration": (
        "Flyten {flow} er {declaration}. Velg et annet navn med --name.",
        "The flow {flow} is {declaration}. Choose another name with --name.",
        "Der Ablauf {flow} ist {declaration}. Mit --name einen anderen Namen wählen.",
    ),
    "pair_taken": (
        (
            "Flyten {flow} holder allerede {left} og {right} i takt. To flyter mellom de samme firmaene ville skrevet "
            "over hverandre. Endre {flow}, eller velg andre tilkoblinger."
        ),
        (
            "The flow {flow} keeps {left} and {right} in step already. Two flows between the same companies would "
            "write each other's records. Change {flow}, or choose other connections."
        ),
        (
            "Der Ablauf {flow} hält {left} und {right} bereits im Gleichstand. Zwei Abläufe zwischen denselben Firmen "
            "würden einander überschreiben. {flow} ändern oder andere Verbindungen wählen."
        ),
    ),
    "no_time_zone": (
        "«{name}» er ingen tidssone. Skriv den som {example}.",
        "“{name}” is no time zone. Write it as {example}.",
        "„{name}“ ist keine Zeitzone. Schreibweise wie {example}.",
    ),
    "flow_not_set_up": (
        "Flyten {flow} er ikke satt opp her. Sett den opp med «samspill enable {flow}».",
        "The flow {flow} is not set up here. Set it up with “samspill enable {flow}”.",
        "Der Ablauf {flow} ist hier nicht eingerichtet. Mit „samspill enable {flow}“ einrichten.",
    ),
    "no_such_connection": (
        "Det finnes ingen tilkobling {connection}. Lag den med «samspill connect».",
        "There is no connection {connection}. Make it with “samspill connect”.",
        "Es gibt keine Verbindung {connection}. Mit „samspill connect“ anlegen.",
    ),
    "no_name": (
        "«{name}» kan ikke være et navn. Bruk 1–64 av A–Z, a–z, 0–9, punktum, _ og -, med bokstav eller tall først.",
        "“{name}” cannot be a name. Use 1–64 of A–Z, a–z, 0–9, full stop, _ and -, with a letter or digit first.",
        "„{name}“ kann kein Name sein. 1–64 Zeichen aus A–Z, a–z, 0–9, Punkt, _ und -, zuerst Buchstabe oder Ziffer.",
    ),
    "other_system": (
        "{connection} er en tilkobling til {vendor}, ikke til {wanted}. Bruk en annen tilkobling eller et annet navn.",
        "{connection} is a connection to {vendor}, not to {wanted}. Use another connection or another name.",
        "{connection} ist eine Verbindung zu {vendor}, nicht zu {wanted}. Eine andere oder einen anderen Namen wählen.",
    ),
    "no_number_of_days": (
        "{setting} skal være et antall dager fra 0 til {most}, ikke «{value}». Rett det med «samspill connect».",
        "{setting} has to be a number of days from 0 to {most}, not “{value}”. Correct it with “samspill connect”.",
        "{setting} muss eine Anzahl Tage von 0 bis {most} sein, nicht „{value}“. Mit „samspill connect“ berichtigen.",
    ),
    "flow_at_rest": (
        "{flow} kan ikke kjøre nå. Hva som mangler: samspill status {flow}",
        "{flow} cannot run now. What is missing: samspill status {flow}",
        "{flow} kann jetzt nicht laufen. Was fehlt: samspill status {flow}",
    ),
    "run_under_way": (
        "Kjøring {run} er ikke ferdig. Vent på den, eller avbryt: samspill pause {flow}, så samspill resume {flow}",
        "Run {run} is not over. Wait for it, or end it: samspill pause {flow}, then samspill resume {flow}",
        "Lauf {run} ist nicht fertig. Warten oder beenden: samspill pause {flow}, dann samspill resume {flow}",
    ),
    "not_in_review": (
        "{flow} venter ikke på godkjenning. Hvor den står: samspill status {flow}",
        "{flow} does not wait for an approval. Where it stands: samspill status {flow}",
        "{flow} wartet nicht auf eine Freigabe. Wo er steht: samspill status {flow}",
    ),
    "no_plan": (
        "{flow} har ingen plan å godkjenne. Lag en: samspill run {flow}",
        "{flow} has no plan to approve. Make one: samspill run {flow}",
        "{flow} hat keinen Plan zum Freigeben. Einen erstellen: samspill run {flow}",
    ),
    "not_running": (
        "{flow} er ikke i gang, så det er ingenting å pause. Hvor den står: samspill status {flow}",
        "{flow} is not running, so there is nothing to pause. Where it stands: samspill status {flow}",
        "{flow} läuft nicht, es gibt nichts anzuhalten. Wo er steht: samspill status {flow}",
    ),
    "not_paused": (
        "{flow} er ikke pauset. Hvor den står: samspill status {flow}",
        "{flow} is not paused. Where it stands: samspill status {flow}",
        "{flow} ist nicht angehalten. Wo er steht: samspill status {flow}",
    ),
    "field_as_declared": (
        "Regelen for {field} er standard allerede.",
        "The rule of {field} is as declared already.",
        "Die Regel für {field} ist bereits der Standard.",
    ),
    "hours_as_declared": (
        (
            "Regelen for {field} kan ikke endres: timer som noen har ført i regnskapet, skal aldri overskrives "
            "uspurt. Hvilke timer som sendes, styres med samspill enable … --setting"
        ),
        (
            "The rule of {field} cannot be changed: hours that somebody registered in accounting are never to be "
            "written over unasked. Which hours are sent is set with samspill enable … --setting"
        ),
        (
            "Die Regel für {field} lässt sich nicht ändern: In der Buchhaltung erfasste Stunden dürfen nie "
            "ungefragt überschrieben werden. Welche Stunden gesendet werden, bestimmt samspill enable … --setting"
        ),
    ),
    "only_matched": (
        (
            "{field} brukes bare til å finne igjen det samme på den andre siden og skrives aldri, så det har "
            "ingen regel å endre. Endre navnet i systemet i stedet."
        ),
        (
            "{field} only serves to find the same on the other side and is never written, so it has no rule to "
            "change. Change the name in the system instead."
        ),
        (
            "{field} dient nur dem Wiederfinden auf der anderen Seite und wird nie geschrieben, hat also keine "
            "änderbare Regel. Bitte den Namen im System ändern."
        ),
    ),
    "no_such_master": (
        "{master} er ikke en av sidene. Velg en av dem: {systems}.",
        "{master} is not one of the sides. Choose one of them: {systems}.",
        "{master} ist keine der Seiten. Eine davon wählen: {systems}.",
    ),
    "no_such_decision": (
        "{action} er ingen avgjørelse. Velg en av disse: {actions}.",
        "{action} is no decision. Choose one of these: {actions}.",
        "{action} ist keine Entscheidung. Eine davon wählen: {actions}.",
    ),
    "no_such_record": (
        "{stream} har ingen post {records}. Se: samspill review {flow}",
        "{stream} has no record {records}. See: samspill review {flow}",
        "{stream} hat keinen Datensatz {records}. Siehe: samspill review {flow}",
    ),
    "nothing_to_decide": (
        "{label} var koblet til en post som er slettet, og det er ikke noe å velge her. Finnes den slettede igjen, spill av posten på nytt med «samspill replay»: da ses det.",
        "{label} was linked to a record that was deleted, and there is nothing to decide here. If the deleted one is there again, replay the record with “samspill replay”: that shows it.",
        "{label} war mit einem gelöschten Datensatz verknüpft; hier ist nichts zu entscheiden. Ist der gelöschte wieder da, den Datensatz mit „samspill replay“ erneut einspielen: dann zeigt es sich.",
    ),
    "decision_does_not_fit": (
        "{action} passer ikke for {label}. Velg en av disse: {actions}.",
        "{action} does not fit {label}. Choose one of these: {actions}.",
        "{action} passt nicht zu {label}. Eine davon wählen: {actions}.",
    ),
    "target_not_there": (
        "{record} finnes ikke i {system}. Se etter id-en der, og koble på nytt; eller opprett eller utelat.",
        "{record} is not in {system}. Look for the id there and link again; or create or ignore.",
        "{record} gibt es in {system} nicht. Die ID dort nachsehen und erneut verknüpfen; oder anlegen oder auslassen.",
    ),
    "target_taken": (
        "{record} i {system} hører allerede til {label}. Koble til en annen, opprett eller utelat.",
        "{record} in {system} belongs to {label} already. Link to another one, create or ignore.",
        "{record} in {system} gehört bereits zu {label}. Mit einem anderen verknüpfen, anlegen oder auslassen.",
    ),
    "say_which_to_link": (
        "Si hvilken post {label} skal kobles til: den har {count} kandidater.",
        "Say which record to link {label} to: it has {count} candidates.",
        "Angeben, womit {label} verknüpft werden soll: es gibt {count} Kandidaten.",
    ),
}
