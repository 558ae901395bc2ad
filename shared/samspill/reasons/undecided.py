"""What waits: for another record, for a system, or for a person."""

from __future__ import annotations

UNDECIDED: dict[str, tuple[str, str, str]] = {
    # waiting
    "waits_in_circle": (
        "Venter på {stream} {record}, som selv venter på denne. Ta bort en av henvisningene.",
        "Waits for {stream} {record}, which itself waits for this one. Take one of the references away.",
        "Wartet auf {stream} {record}, das selbst auf dieses wartet. Bitte einen der Verweise entfernen.",
    ),
    "waiting_for": (
        "Venter på {stream} {record}, som ikke er koblet ennå. Fortsetter når den er det.",
        "Waits for {stream} {record}, which is not linked yet. Goes on once it is.",
        "Wartet auf {stream} {record}, noch nicht verknüpft. Läuft weiter, sobald es so weit ist.",
    ),
    "waiting_for_deleted": (
        "Hører til {stream} {record}, som er slettet i {system}. Gjenopprett den der eller opprett den på nytt med samme nummer, eller velg en annen i {source}.",
        "Belongs to {stream} {record}, which was deleted in {system}. Restore it there or make it again with the same number, or choose another one in {source}.",
        "Gehört zu {stream} {record}, in {system} gelöscht. Dort wiederherstellen oder mit derselben Nummer neu anlegen, oder in {source} etwas anderes wählen.",
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
    "versions_went_back": (
        "{system} teller versjonene av posten fra en eldre enn før, som etter en gjenoppretting fra sikkerhetskopi. Det som står der nå, gjelder som lest; se over felt som kan ha gått tilbake.",
        "{system} counts the versions of the record from an older one than before, as after a restored backup. What stands there now is what was read; check fields that may have gone back.",
        "{system} zählt die Versionen des Datensatzes von einer älteren an als zuvor, wie nach einer Rücksicherung. Es gilt, was dort jetzt steht; bitte Felder prüfen, die zurückgesetzt sein könnten.",
    ),
    "back_after_delete": (
        "Posten var slettet og finnes igjen; de to er koblet på nytt. Er den andre satt inaktiv, angres det bare av den som velger.",
        "The record had been deleted and is there again; the two are linked again. If the other one was set inactive, only whoever chooses undoes that.",
        "Der Datensatz war gelöscht und ist wieder da; die beiden sind erneut verknüpft. Eine Deaktivierung des anderen macht nur rückgängig, wer wählt.",
    ),
    "back_alone": (
        "Slettet før, men finnes igjen i {source}. Motparten i {system} er borte eller hører til en annen. Opprett den i {system} med samme nummer hvis den skal være begge steder, eller velg i «samspill review».",
        "Deleted before, but there again in {source}. Its counterpart in {system} is gone or belongs to another. Create it in {system} with the same number if it should be in both, or choose in “samspill review”.",
        "Zuvor gelöscht, in {source} aber wieder vorhanden. Das Gegenstück in {system} ist fort oder gehört zu einem anderen. Mit derselben Nummer in {system} anlegen, wenn er in beiden stehen soll, oder in „samspill review“ wählen.",
    ),
    "used_again": (
        "Slettet i {source}, og derfor satt inaktiv i {system}. Der er den tatt i bruk igjen. Opprett den i {source} med samme nummer hvis den skal være begge steder; ellers velg i «samspill review» å beholde den eller sette den inaktiv.",
        "Deleted in {source}, and therefore set inactive in {system}. There it is in use again. Create it in {source} with the same number if it should be in both; otherwise choose in “samspill review” to keep it or to set it inactive.",
        "In {source} gelöscht und darum in {system} deaktiviert. Dort ist er wieder in Gebrauch. Mit derselben Nummer in {source} anlegen, wenn er in beiden stehen soll; sonst in „samspill review“ behalten oder deaktivieren.",
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
    "number_not_kept": (
        "Kundenummeret {number} i {source} kan ikke stå slik i {target}: {misfit}. Gi kunden et annet nummer i {source}.",
        "{target} cannot keep the customer number {number} as it stands in {source}: {misfit}. Give the customer another number in {source}.",
        "{target} kann die Kundennummer {number} aus {source} so nicht führen: {misfit}. Bitte in {source} eine andere Nummer vergeben.",
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
    "same_number_but_other": (
        "{label} i {system} har samme nummer ({rule}), men er ikke det samme etter navn eller kunde. Er de én, koble dem i «samspill review»; ellers gi den ene et annet nummer.",
        "{label} in {system} has the same number ({rule}), but is another one by its name or customer. If they are one, link them in “samspill review”; otherwise give one of them another number.",
        "{label} in {system} hat dieselbe Nummer ({rule}), ist aber nach Name oder Kunde ein anderer Datensatz. Sind sie derselbe, in „samspill review“ verknüpfen; sonst einem von beiden eine andere Nummer geben.",
    ),
    "same_name_but_other": (
        "{label} i {system} har samme navn, men et annet nummer. To forskjellige kan hete det samme: koble, opprett eller utelat i «samspill review».",
        "{label} in {system} has the same name, but another number. Two different ones may share a name: link, create or ignore in “samspill review”.",
        "{label} in {system} hat denselben Namen, aber eine andere Nummer. Zwei verschiedene können gleich heißen: in „samspill review“ verknüpfen, anlegen oder auslassen.",
    ),
    "found_several": (
        "Opprettingen i {system} ble avbrutt, og nå har flere poster der merket vi satte på den. Velg i «samspill review» hvilken den skal kobles til, og slett i {system} dem som er til overs.",
        "The create in {system} was interrupted, and now several records there carry the mark we put on it. Choose in “samspill review” which one to link to, and delete in {system} those that are surplus.",
        "Die Anlage in {system} wurde unterbrochen, und nun tragen dort mehrere Datensätze unser Merkmal. In „samspill review“ den richtigen zum Verknüpfen wählen und überzählige in {system} löschen.",
    ),
    "writes_in_circles": (
        "{field} er skrevet {count} ganger på en time uten at noen har endret det. Stanset for å unngå en evig runde. "
        "Se om noe i {system} endrer feltet tilbake.",
        "{field} was written {count} times in an hour though nobody edited it. Stopped to avoid an endless loop. "
        "See whether something in {system} changes the field back.",
        "{field} wurde {count}-mal in einer Stunde geschrieben, ohne dass jemand es geändert hat. Angehalten, um eine Endlosschleife "
        "zu vermeiden. Prüfen Sie, ob etwas in {system} das Feld zurücksetzt.",
    ),
}
