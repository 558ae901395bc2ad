"""What connectors say: of addresses, of keys, and of what vendors refuse."""

from __future__ import annotations

VENDORS: dict[str, tuple[str, str, str]] = {
    # addresses
    "address_no_scheme": (
        "Adressen {address} mangler «https://» foran. Skriv hele adressen.",
        "The address {address} lacks “https://” in front. Write the whole address.",
        "Der Adresse {address} fehlt „https://“ am Anfang. Bitte die ganze Adresse angeben.",
    ),
    "address_not_https": (
        "Adressen {address} er ikke kryptert. Bruk «https://».",
        "The address {address} is not encrypted. Use “https://”.",
        "Die Adresse {address} ist nicht verschlüsselt. Bitte „https://“ verwenden.",
    ),
    "address_malformed": (
        "Adressen er ikke skrevet som en adresse. Skriv den slik: https://navn.no/sti",
        "The address is not written as an address. Write it like this: https://name.com/path",
        "Die Adresse ist nicht wie eine Adresse geschrieben. Bitte so schreiben: https://name.de/pfad",
    ),
    "address_with_query": (
        "Adressen til {address} har noe etter «?» eller «#». Ta det bort; nøkler legges inn for seg.",
        "The address of {address} holds something after “?” or “#”. Remove it; keys are entered separately.",
        "Die Adresse von {address} enthält etwas nach „?“ oder „#“. Bitte entfernen; Schlüssel kommen gesondert.",
    ),
    "address_with_login": (
        "Adressen til {address} inneholder brukernavn eller passord. Ta det bort; nøkler legges inn for seg.",
        "The address of {address} holds a user name or password. Remove it; keys are entered separately.",
        (
            "Die Adresse von {address} enthält Benutzername oder Kennwort. Bitte entfernen; Schlüssel werden getrennt"
            " eingegeben."
        ),
    ),
    "address_private": (
        "Adressen {address} hører til et lukket nett og kalles ikke. Bruk leverandørens offentlige adresse.",
        "The address {address} belongs to a closed network and is not called. Use the vendor's public address.",
        (
            "Die Adresse {address} gehört zu einem geschlossenen Netz und wird nicht aufgerufen. Bitte die "
            "öffentliche Adresse des Anbieters verwenden."
        ),
    ),
    "address_unknown": (
        "Ingen svarer på navnet {address}. Sjekk stavemåten.",
        "No such host: {address}. Check the spelling.",
        "Den Rechnernamen {address} gibt es nicht. Bitte die Schreibweise prüfen.",
    ),
    "not_there": (
        "På adressen {address} er det ingenting av {system}. Sjekk adressen, også det som står etter navnet.",
        "There is nothing of {system} at the address {address}. Check the address, also what follows the name.",
        "Unter der Adresse {address} gibt es nichts von {system}. Bitte die Adresse prüfen, auch was auf den Namen folgt.",
    ),
    "address_redirects": (
        (
            "Adressen {address} sender videre til {target}. Vi følger ikke slikt med nøkkelen i hånden; bruk adressen"
            " det pekes til hvis den er leverandørens."
        ),
        (
            "The address {address} redirects to {target}. That is not followed with a key in hand; use the address it"
            " points to if it is the vendor's."
        ),
        (
            "Die Adresse {address} leitet nach {target} um. Mit dem Schlüssel in der Hand folgen wir dem nicht; "
            "verwenden Sie die Zieladresse, wenn sie dem Anbieter gehört."
        ),
    ),
    "link_elsewhere": (
        (
            "En liste hos {address} fortsetter på {target}. Vi følger ikke lenker til andre adresser med nøkkelen i"
            " hånden, og ingenting ble sendt dit. Hører {target} til {system}, bruk den som tilkoblingens adresse; ellers"
            " meld fra til oss."
        ),
        (
            "A list at {address} continues at {target}. Links to other addresses are not followed with a key in hand, and"
            " nothing was sent there. If {target} belongs to {system}, use it as the connection's address; otherwise"
            " report it to us."
        ),
        (
            "Eine Liste bei {address} geht bei {target} weiter. Verweisen auf andere Adressen wird nicht mit dem Schlüssel"
            " in der Hand gefolgt, und es wurde nichts dorthin gesendet. Gehört {target} zu {system}, diese Adresse für"
            " die Verbindung verwenden; sonst bitte uns melden."
        ),
    ),
    "certificate_not_trusted": (
        (
            "Sertifikatet til {system} godtas ikke. Er det utstedt av kundens egen utsteder, legg inn utstederens"
            " sertifikat (ca_certificate); ellers må de som driver serveren fornye det."
        ),
        (
            "The certificate of {system} is not trusted. If the customer's own authority issued it, enter that"
            " authority's certificate (ca_certificate); otherwise whoever runs the server has to renew it."
        ),
        (
            "Dem Zertifikat von {system} wird nicht vertraut. Hat es eine eigene Zertifizierungsstelle des Kunden"
            " ausgestellt, deren Zertifikat eintragen (ca_certificate); sonst muss der Betreiber des Servers es erneuern."
        ),
    ),
    "ca_unusable": (
        "ca_certificate kan ikke brukes. Lim inn utstederens sertifikat som PEM («-----BEGIN CERTIFICATE-----»), uten privat nøkkel.",
        "ca_certificate cannot be used. Paste the authority's certificate as PEM (“-----BEGIN CERTIFICATE-----”), without a private key.",
        "ca_certificate ist nicht verwendbar. Bitte das Zertifikat der Stelle als PEM einfügen („-----BEGIN CERTIFICATE-----“), ohne privaten Schlüssel.",
    ),
    # keys
    "consumer_key_invalid": (
        (
            "{system} kjenner ikke applikasjonens nøkkel (consumer token). Sjekk at hele nøkkelen er limt inn, og at "
            "den hører til denne adressen."
        ),
        (
            "{system} does not know the application's key (consumer token). Check that all of it was pasted, and that"
            " it belongs to this address."
        ),
        (
            "{system} kennt den Schlüssel der Anwendung (consumer token) nicht. Prüfen Sie, ob er vollständig "
            "eingefügt ist und zu dieser Adresse gehört."
        ),
    ),
    "key_missing": (
        "{what} mangler for {system}. Legg det inn med «samspill connect».",
        "{what} is missing for {system}. Enter it with “samspill connect”.",
        "{what} fehlt für {system}. Bitte mit „samspill connect“ eintragen.",
    ),
    "grant_ended": (
        (
            "{system} godtar ikke lenger tilgangen som ble gitt: Den er trukket tilbake eller utløpt, eller svaret på en"
            " fornyelse kom aldri fram. Gi tilgang på nytt med «samspill connect»."
        ),
        (
            "{system} no longer accepts the access that was granted: it was withdrawn, it expired, or the answer to a"
            " renewal was lost. Grant access again with “samspill connect”."
        ),
        (
            "{system} akzeptiert den erteilten Zugriff nicht mehr: Er wurde widerrufen, ist abgelaufen, oder die Antwort"
            " auf eine Erneuerung ging verloren. Bitte mit „samspill connect“ erneut Zugriff gewähren."
        ),
    ),
    "client_refused": (
        "{system} godtar ikke applikasjonens id og hemmelighet. Sjekk om hemmeligheten er utløpt, og legg dem inn på nytt med «samspill connect».",
        "{system} does not accept the application's id and secret. Check whether the secret has expired, and enter them again with “samspill connect”.",
        "{system} akzeptiert ID und Geheimnis der Anwendung nicht. Bitte prüfen, ob das Geheimnis abgelaufen ist, und beide mit „samspill connect“ neu eintragen.",
    ),
    "grant_refused": (
        "{system} gir ikke tilgang: {message}. Rett det i {system}, og legg inn tilkoblingen på nytt med «samspill connect».",
        "{system} gives no access: {message}. Correct it in {system}, and enter the connection again with “samspill connect”.",
        "{system} gewährt keinen Zugriff: {message}. Bitte in {system} beheben und die Verbindung mit „samspill connect“ neu eintragen.",
    ),
    "grant_denied": (
        "Tilgang ble ikke gitt i {system}. Begynn på nytt, og godkjenn der.",
        "Access was not granted in {system}. Begin again, and approve it there.",
        "In {system} wurde kein Zugriff gewährt. Bitte neu beginnen und dort zustimmen.",
    ),
    "other_sign_in": (
        "Svaret fra {system} hører ikke til denne påloggingen. Begynn på nytt med å gi tilgang.",
        "The answer from {system} does not belong to this sign-in. Begin again to grant access.",
        "Die Antwort von {system} gehört nicht zu dieser Anmeldung. Bitte die Freigabe neu beginnen.",
    ),
    # refused by the vendor
    "field_required": (
        "{system} krever {field}. Fyll det ut i {source}, så går det over.",
        "{system} requires {field}. Fill it in in {source}, and it goes over.",
        "{system} verlangt {field}. Bitte in {source} ausfüllen, dann wird es übernommen.",
    ),
    "default_required": (
        (
            "{system} krever {field} på hver ny post. Velg hva de skal få: samspill connect {vendor} --name NAVN "
            "--setting {setting}=ID, så samspill test NAVN, og kjør på nytt (samspill replay). Id-ene: {choices}"
        ),
        (
            "{system} requires {field} of every new record. Choose which: samspill connect {vendor} --name NAME "
            "--setting {setting}=ID, then samspill test NAME, and replay. The ids: {choices}"
        ),
        (
            "{system} verlangt {field} bei jedem neuen Datensatz. Bitte wählen: samspill connect {vendor} --name NAME "
            "--setting {setting}=ID, dann samspill test NAME, und erneut versuchen (samspill replay). Die IDs: "
            "{choices}"
        ),
    ),
    "field_refused": (
        "{system} godtar ikke verdien i {field}: {message}. Rett den i {source}, så går den over.",
        "{system} does not accept the value of {field}: {message}. Correct it in {source}, and it goes over.",
        "{system} akzeptiert den Wert von {field} nicht: {message}. Bitte in {source} korrigieren, dann wird er übernommen.",
    ),
    "manager_without_right": (
        (
            "Prosjektlederen mangler tilgang i {system}. Gi rettigheten «Bruker kan være prosjektleder» på "
            "ansattkortet, eller velg en annen prosjektleder."
        ),
        (
            "The project manager lacks access in {system}. Grant “Bruker kan være prosjektleder” on the employee "
            "card, or choose another manager."
        ),
        (
            "Dem Projektleiter fehlt der Zugriff in {system}. Auf der Mitarbeiterkarte „Bruker kan være "
            "prosjektleder“ vergeben oder einen anderen Projektleiter wählen."
        ),
    ),
    "reference_gone": (
        "{field} viser til noe som ikke finnes i {system}. Koblingen må ses på på nytt.",
        "{field} refers to something that does not exist in {system}. The link has to be looked at again.",
        "{field} verweist auf etwas, das es in {system} nicht gibt. Die Verknüpfung muss neu geprüft werden.",
    ),
    "not_changeable": (
        "{what} kan ikke endres i {system} utenfra. Gjør endringen der.",
        "{what} cannot be changed in {system} from outside. Make the change there.",
        "{what} lässt sich in {system} von außen nicht ändern. Bitte dort ändern.",
    ),
    "not_creatable": (
        "{what} kan ikke opprettes i {system} utenfra. Opprett det der.",
        "{what} cannot be created in {system} from outside. Create it there.",
        "{what} lässt sich in {system} von außen nicht anlegen. Bitte dort anlegen.",
    ),
    "answer_too_large": (
        "{system} svarte med mer enn {limit} byte. Svaret er ikke lest.",
        "{system} answered with more than {limit} bytes. The answer was not read.",
        "{system} hat mit mehr als {limit} Byte geantwortet. Die Antwort wurde nicht gelesen.",
    ),
    "rows_without_id": (
        "{system} viste {stream} uten id, antall: {count}. De kan ikke overføres, og ingenting regnes som slettet så lenge. Meld det til {system}.",
        "{system} listed {stream} without an id, rows: {count}. They cannot be taken over, and nothing counts as deleted meanwhile. Report it to {system}.",
        "{system} hat {stream} ohne Id aufgelistet, Zeilen: {count}. Sie werden nicht übernommen, und so lange gilt nichts als gelöscht. Bitte {system} melden.",
    ),
    "answer_unreadable": (
        "{system} svarte noe vi ikke forstår ({field}). Prøv igjen senere, og meld fra til oss hvis det gjentar seg.",
        "{system} answered something we do not understand ({field}). Try again later, and report it to us if it happens again.",
        "{system} hat etwas geantwortet, das wir nicht verstehen ({field}). Bitte später erneut versuchen und uns melden, wenn es sich wiederholt.",
    ),
}
