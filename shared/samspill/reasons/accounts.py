"""What is said of keys that are refused, and of keys that open another company's account."""

from __future__ import annotations

ACCOUNTS: dict[str, tuple[str, str, str]] = {
    # refused keys
    "key_refused": (
        "{system} avviste nøkkelen til {connection}. Den prøves igjen kl. {until}; endringene venter så lenge.",
        "{system} refused the key of {connection}. It is tried again at {until}; changes wait until then.",
        "{system} hat den Schlüssel von {connection} abgelehnt. Um {until} wird er erneut versucht; Änderungen warten so lange.",
    ),
    "stopped_for_key": (
        "Flyten er stoppet, for {system} kan ikke brukes med nøkkelen til {connection}. Nøkkelen prøves igjen hver time. Lag eller legg inn en ny (samspill connect), eller test den nå: samspill test {connection}",
        "The flow is stopped, because {system} cannot be used with the key of {connection}. The key is tried again every hour. Make or enter a new one (samspill connect), or test it now: samspill test {connection}",
        "Der Ablauf ist angehalten, weil {system} mit dem Schlüssel von {connection} nicht benutzt werden kann. Der Schlüssel wird jede Stunde erneut versucht. Einen neuen anlegen oder eintragen (samspill connect), oder jetzt testen: samspill test {connection}",
    ),
    "key_accepted": (
        "{system} godtar nøkkelen til {connection} igjen. Flyten går videre.",
        "{system} accepts the key of {connection} again. The flow goes on.",
        "{system} akzeptiert den Schlüssel von {connection} wieder. Der Ablauf geht weiter.",
    ),
    "untested": (
        "Forbindelsen {connection} til {system} er endret og ikke testet. Test den: samspill test {connection}",
        "The connection {connection} to {system} was changed and not tested. Test it: samspill test {connection}",
        "Die Verbindung {connection} zu {system} wurde geändert und nicht getestet. Bitte testen: samspill test {connection}",
    ),
    "no_good_run": (
        "Ingen kjøring av {flow} har gått bra siden {since}. Se hva som stopper den: samspill status {flow}",
        "No run of {flow} has ended well since {since}. See what stops it: samspill status {flow}",
        "Seit {since} ist kein Lauf von {flow} gut ausgegangen. Nachsehen, was ihn aufhält: samspill status {flow}",
    ),
    "connection_busy": (
        "Noen andre endrer eller tester forbindelsen akkurat nå. Prøv igjen om litt.",
        "Somebody else changes or tests the connection at this moment. Try again in a while.",
        "Jemand anderes ändert oder testet die Verbindung gerade. Bitte in Kürze erneut versuchen.",
    ),
    # accounts
    "other_company": (
        "Nøkkelen åpner {company} ({id}) i {system}, men forbindelsen {connection} hører til {known} ({known_id}). Postene som er koblet, finnes ikke i {company}. Bruk en nøkkel til {known}. Skal {company} holdes i takt, sett opp egne forbindelser og en egen flyt for det (samspill --tenant NAVN connect).",
        "The key opens {company} ({id}) in {system}, but the connection {connection} belongs to {known} ({known_id}). The records that are linked do not exist in {company}. Use a key to {known}. If {company} is to be kept in step, set up connections and a flow of its own for it (samspill --tenant NAME connect).",
        "Der Schlüssel öffnet {company} ({id}) in {system}, aber die Verbindung {connection} gehört zu {known} ({known_id}). Die verknüpften Datensätze gibt es in {company} nicht. Einen Schlüssel zu {known} verwenden. Soll {company} abgeglichen werden, dafür eigene Verbindungen und einen eigenen Ablauf einrichten (samspill --tenant NAME connect).",
    ),
    "maybe_other_company": (
        "Nøkkelen åpner {company} ({id}) på {address}, og forbindelsen {connection} hører til {known} ({known_id}). Med en annen adresse eller et annet navn beviser samme id ikke at det er samme firma med de samme postene. Er det det, gjenta kommandoen (samspill connect, eller samspill test {connection}) med --same-company. Hvis ikke, bruk adressen og nøkkelen til {known}.",
        "The key opens {company} ({id}) at {address}, and the connection {connection} belongs to {known} ({known_id}). At another address or under another name the same id does not prove that it is the same company with the same records. If it is, repeat the command (samspill connect, or samspill test {connection}) with --same-company. If not, use the address and key of {known}.",
        "Der Schlüssel öffnet {company} ({id}) unter {address}, und die Verbindung {connection} gehört zu {known} ({known_id}). Bei anderer Adresse oder anderem Namen beweist dieselbe ID nicht, dass es dieselbe Firma mit denselben Datensätzen ist. Wenn ja, den Befehl (samspill connect oder samspill test {connection}) mit --same-company wiederholen. Wenn nicht, Adresse und Schlüssel von {known} verwenden.",
    ),
    "company_not_on_record": (
        "Nøkkelen åpner {company} ({id}) i {system}. Forbindelsen {connection} har koblede poster, og det er ikke notert hvilket firma de hører til. Hører de til {company}, gjenta med --same-company. Hvis ikke, legg inn riktig nøkkel.",
        "The key opens {company} ({id}) in {system}. The connection {connection} has linked records, and it is not on record which company they belong to. If they belong to {company}, repeat with --same-company. If not, enter the right key.",
        "Der Schlüssel öffnet {company} ({id}) in {system}. Die Verbindung {connection} hat verknüpfte Datensätze, und es ist nicht festgehalten, zu welcher Firma sie gehören. Gehören sie zu {company}, mit --same-company wiederholen. Wenn nicht, den richtigen Schlüssel eintragen.",
    ),
    "same_company": (
        "{person} bekreftet at {connection} fortsatt er samme firma: {company} ({id}).",
        "{person} confirmed that {connection} is still the same company: {company} ({id}).",
        "{person} hat bestätigt, dass {connection} weiterhin dieselbe Firma ist: {company} ({id}).",
    ),
    "connected_twice": (
        "{company} er også koblet til som {others}. Brukes begge i samme slags flyt, holdes hver post to ganger.",
        "{company} is also connected as {others}. Where flows of one kind use both, every record is kept twice.",
        "{company} ist auch als {others} verbunden. Wo Abläufe einer Art beide benutzen, wird jeder Datensatz doppelt geführt.",
    ),
}
