"""Why hours were not taken, and what to do about it."""

from __future__ import annotations

HOURS: dict[str, tuple[str, str, str]] = {
    # decided here, before anything is sent
    "hours_no_activity": (
        (
            "{activity} har ingen aktivitet i regnskapet. Lag en med samme navn der, eller velg en standardaktivitet "
            "med «samspill enable … --setting project_activity=…» (uten prosjekt: internal_activity). Kjør på "
            "nytt (samspill replay). "
            "Til da tas ingen av dagens timer bort fra regnskapet."
        ),
        (
            "{activity} has no activity in accounting. Make one of the same name there, or choose a standard activity "
            "with “samspill enable … --setting project_activity=…” (on no project: internal_activity), and replay. "
            "Until then none of that day's hours are taken out of accounting."
        ),
        (
            "Für {activity} gibt es in der Buchhaltung keine Aktivität. Dort eine gleichen Namens anlegen oder mit "
            "„samspill enable … --setting project_activity=…“ eine Standardaktivität wählen (ohne Projekt: "
            "internal_activity) und erneut versuchen (samspill replay). Bis dahin werden keine Stunden dieses "
            "Tages aus der Buchhaltung "
            "entfernt."
        ),
    ),
    "hours_moving": (
        (
            "Timene føres nå på aktiviteten {activity} i regnskapet. De står her til de er ført der, og tas så bort "
            "av seg selv. Blir de stående, se hvorfor med «samspill log» på timene med den aktiviteten."
        ),
        (
            "In accounting the hours go on the activity {activity} now. They stay here until they are there, and are "
            "then taken away by themselves. Should they stay, see why with “samspill log” for those on that activity."
        ),
        (
            "Die Stunden gehören in der Buchhaltung jetzt zur Aktivität {activity}. Sie bleiben hier, bis sie dort "
            "stehen, und werden dann von selbst entfernt. Bleiben sie, mit „samspill log“ bei den Stunden auf jener "
            "Aktivität nachsehen."
        ),
    ),
    "hours_on_nothing": (
        "Timene står verken på et prosjekt eller en merkelapp i {source}, og sendes ikke. Sett en av delene der.",
        "The hours are on neither a project nor a tag in {source}, and are not sent. Set one of them there.",
        (
            "Die Stunden stehen in {source} weder auf einem Projekt noch auf einem Kennzeichen und werden nicht "
            "gesendet. Dort eines davon setzen."
        ),
    ),
    "hours_none": (
        "Ingen godkjente timer her (lenger) i {source}. Det er ingenting å sende.",
        "No approved hours here (any more) in {source}. There is nothing to send.",
        "Hier gibt es in {source} keine freigegebenen Stunden (mehr). Nichts zu senden.",
    ),
    "hours_before_start": (
        "Timer før {day} sendes ikke fra {source}. Første dag velges med «samspill enable … --setting hours_from=…».",
        (
            "Hours before {day} are not sent from {source}. Choose the first day with “samspill enable … --setting "
            "hours_from=…”."
        ),
        (
            "Stunden vor dem {day} werden aus {source} nicht gesendet. Den ersten Tag mit „samspill enable … --setting "
            "hours_from=…“ wählen."
        ),
    ),
    "hours_exported_before": (
        (
            "{source} sier at {hours} timer er eksportert før, men {target} har ingen her. De sendes ikke igjen. Før "
            "dem i {target} hvis de mangler, eller fjern eksportmerket i {source}."
        ),
        (
            "{source} says that {hours} hours were exported before, but {target} has none here. They are not sent "
            "again. Register them in {target} if they are missing, or remove the mark of the export in {source}."
        ),
        (
            "Laut {source} wurden {hours} Stunden schon exportiert, {target} hat hier aber keine. Sie werden nicht "
            "noch einmal gesendet. Fehlen sie in {target}, dort erfassen, oder in {source} die Markierung entfernen."
        ),
    ),
    "hours_differ": (
        (
            "Kontrollsum: {source} har {ours} timer, {target} har {theirs}, for {employee} {day} på prosjekt {project} "
            "(kjente grunner: {codes}). Se «samspill totals» og rett der det er feil."
        ),
        (
            "Control total: {source} has {ours} hours, {target} has {theirs}, for {employee} {day} on project "
            "{project} (known reasons: {codes}). See “samspill totals”, and correct what is wrong."
        ),
        (
            "Kontrollsumme: {source} hat {ours} Stunden, {target} hat {theirs}, für {employee} {day} auf Projekt "
            "{project} (bekannte Gründe: {codes}). „samspill totals“ ansehen und den Fehler beheben."
        ),
    ),
    # refused by accounting
    "hours_project_not_started": (
        (
            "Prosjektet har ikke startet i {system} på denne dagen. Sett startdatoen der tidligere, eller flytt "
            "timene, og kjør på nytt (samspill replay)."
        ),
        (
            "The project has not started in {system} on that day. Set its start date earlier there, or move the "
            "hours, and replay."
        ),
        (
            "Das Projekt hat in {system} an diesem Tag noch nicht begonnen. Dort das Startdatum vorziehen oder "
            "die Stunden verschieben und erneut versuchen (samspill replay)."
        ),
    ),
    "hours_project_ended": (
        (
            "Prosjektet er avsluttet eller lukket i {system} på denne dagen. Åpne det eller flytt sluttdatoen "
            "der, eller før timene på et annet prosjekt, og kjør på nytt (samspill replay)."
        ),
        (
            "The project has ended or is closed in {system} on that day. Reopen it or move its end date there, or"
            " put the hours on another project, and replay."
        ),
        (
            "Das Projekt ist in {system} an diesem Tag beendet oder geschlossen. Dort wieder öffnen oder das "
            "Enddatum verschieben, oder die Stunden auf ein anderes Projekt buchen, und erneut versuchen "
            "(samspill replay)."
        ),
    ),
    "hours_participants_only": (
        (
            "Prosjektet er bare for deltakere i {system}, og den ansatte er ikke deltaker. Legg til den ansatte "
            "på prosjektet, og kjør på nytt (samspill replay)."
        ),
        (
            "The project is for participants only in {system}, and the employee is none. Add the employee to the "
            "project, and replay."
        ),
        (
            "Das Projekt ist in {system} nur für Teilnehmer, und der Mitarbeiter ist keiner. Den Mitarbeiter dem "
            "Projekt hinzufügen und erneut versuchen (samspill replay)."
        ),
    ),
    "hours_activity_not_linked": (
        (
            "Aktiviteten kan ikke brukes her i {system}. Koble den til prosjektet, eller velg en annen: en "
            "prosjektaktivitet krever et prosjekt, en intern aktivitet skal ikke ha noe. Kjør på nytt (samspill "
            "replay)."
        ),
        (
            "The activity cannot be used here in {system}. Link it to the project, or choose another: a project "
            "activity needs a project, an internal one has none. Then replay."
        ),
        (
            "Die Aktivität kann hier in {system} nicht verwendet werden. Mit dem Projekt verknüpfen oder eine "
            "andere wählen: eine Projektaktivität braucht ein Projekt, eine interne hat keines. Dann erneut "
            "versuchen (samspill replay)."
        ),
    ),
    "hours_activity_inactive": (
        (
            "Aktiviteten er ikke aktiv i {system}. Gjør den aktiv der, eller velg en annen, og kjør på nytt "
            "(samspill replay)."
        ),
        "The activity is not active in {system}. Activate it there, or choose another, and replay.",
        (
            "Die Aktivität ist in {system} nicht aktiv. Dort aktivieren oder eine andere wählen und erneut "
            "versuchen (samspill replay)."
        ),
    ),
    "hours_month_locked": (
        (
            "Timene er låst i {system}: perioden er godkjent, lønnet eller fakturert. Den som har godkjent, kan "
            "åpne den i «Månedsoversikt»; spill deretter av igjen. Ellers føres rettelsen i en åpen periode."
        ),
        (
            "The hours are locked in {system}: the period is approved, paid or invoiced. Whoever approved it can "
            "reopen it in “Månedsoversikt”; then replay. Otherwise correct it in an open period."
        ),
        (
            "Die Stunden sind in {system} gesperrt: der Zeitraum ist freigegeben, abgerechnet oder fakturiert. "
            "Wer ihn freigegeben hat, kann ihn in „Månedsoversikt“ öffnen; dann erneut versuchen (samspill "
            "replay). Sonst in einem "
            "offenen Zeitraum berichtigen."
        ),
    ),
    "hours_employee_not_open": (
        (
            "Det kan ikke føres timer på den ansatte i {system}. Slå på «Det kan føres lønn, reiseregninger, "
            "utlegg m.m. på bruker» på ansattkortet, og kjør på nytt (samspill replay)."
        ),
        (
            "Hours cannot be registered on the employee in {system}. Switch on “Det kan føres lønn, "
            "reiseregninger, utlegg m.m. på bruker” on the employee card, and replay."
        ),
        (
            "Für den Mitarbeiter können in {system} keine Stunden erfasst werden. Auf der Mitarbeiterkarte „Det "
            "kan føres lønn, reiseregninger, utlegg m.m. på bruker“ einschalten und erneut versuchen (samspill replay)."
        ),
    ),
    "hours_employee_number": (
        "Den ansatte mangler ansattnummer i {system}. Fyll det ut på ansattkortet, og kjør på nytt (samspill replay).",
        "The employee has no employee number in {system}. Fill it in on the employee card, and replay.",
        (
            "Dem Mitarbeiter fehlt in {system} die Mitarbeiternummer. Auf der Mitarbeiterkarte ausfüllen und "
            "erneut versuchen (samspill replay)."
        ),
    ),
    "hours_exist": (
        (
            "Det er alt ført timer i {system} på samme ansatt, dag, aktivitet og prosjekt. De leses på nytt og "
            "overskrives ikke uten videre."
        ),
        (
            "There are hours in {system} already for the same employee, day, activity and project. They are read "
            "again, and not simply written over."
        ),
        (
            "In {system} sind für denselben Mitarbeiter, Tag, dieselbe Aktivität und dasselbe Projekt schon "
            "Stunden erfasst. Sie werden neu gelesen und nicht einfach überschrieben."
        ),
    ),
    "hours_over_day": (
        (
            "Det er mer enn 24 timer på én dag. De er ikke ført i {system}. Rett timene, og kjør på nytt "
            "(samspill replay)."
        ),
        "These are more than 24 hours on one day. They are not registered in {system}. Correct the hours, and replay.",
        (
            "Das sind mehr als 24 Stunden an einem Tag. Sie sind in {system} nicht erfasst. Stunden berichtigen "
            "und erneut versuchen (samspill replay)."
        ),
    ),
}
