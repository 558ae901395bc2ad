"""Reasons about what may be, or was, a record's other half."""

from __future__ import annotations

PARTNERS: dict[str, tuple[str, str, str]] = {
    "partner_unreadable": (
        (
            "Kan finnes i {system} fra før som {record}, som ikke kan leses. Rett den der, så går det videre av "
            "seg selv; er det en annen, velg å opprette i «samspill review»."
        ),
        (
            "May be in {system} already as {record}, which cannot be read. Correct that one there and this goes "
            "on by itself; if it is another, choose to create in “samspill review”."
        ),
        (
            "Ist in {system} vielleicht schon als {record} vorhanden, das nicht gelesen werden kann. Dort "
            "berichtigen, dann geht es von selbst weiter; ist es ein anderer, in „samspill review“ anlegen."
        ),
    ),
    "partner_gone": (
        (
            "Posten den skulle kobles til, {record}, ble slettet i {system} før noe var skrevet. Koble til en annen, "
            "opprett eller utelat i «samspill review»."
        ),
        (
            "The record it was to be linked to, {record}, was deleted in {system} before anything was written. Link to "
            "another one, create or ignore in “samspill review”."
        ),
        (
            "Der Datensatz {record}, mit dem verknüpft werden sollte, wurde in {system} gelöscht, bevor etwas "
            "geschrieben war. In „samspill review“ mit einem anderen verknüpfen, anlegen oder auslassen."
        ),
    ),
    "maybe_unreadable": (
        (
            "Kan finnes i {system} fra før som {record}, som ikke kan leses. Rett den der og planlegg på nytt; "
            "eller koble, opprett eller utelat i «samspill review»."
        ),
        (
            "May be in {system} already as {record}, which cannot be read. Correct that one there and plan anew; "
            "or link, create or ignore in “samspill review”."
        ),
        (
            "Ist in {system} vielleicht schon als {record} vorhanden, das nicht gelesen werden kann. Dort "
            "berichtigen und neu planen; oder in „samspill review“ verknüpfen, anlegen oder auslassen."
        ),
    ),
    "unreadable_maybe_same": (
        (
            "{record} i {system} kan ikke leses, og kan være den samme som {label}. Rett den, og koble, opprett "
            "eller utelat i «samspill review»."
        ),
        (
            "{record} in {system} cannot be read, and may be the same as {label}. Correct it, and link, create or"
            " ignore in “samspill review”."
        ),
        (
            "{record} in {system} kann nicht gelesen werden und ist vielleicht derselbe Datensatz wie {label}. "
            "Berichtigen, und in „samspill review“ verknüpfen, anlegen oder auslassen."
        ),
    ),
}
