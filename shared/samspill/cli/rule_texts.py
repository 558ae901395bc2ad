"""How a field is kept in step, by its rule, in Norwegian bokmål, English and German."""

from __future__ import annotations

RULES: dict[str, tuple[str, str, str]] = {
    "rule.master": ("{master} bestemmer", "{master} decides", "{master} bestimmt"),
    "rule.master.review": (
        "{master} bestemmer; avvik avgjøres av en person",
        "{master} decides; a person is asked about drift",
        "{master} bestimmt; bei Abweichung entscheidet eine Person",
    ),
    "rule.report": (
        "{master} bestemmer; avvik meldes, men rettes ikke",
        "{master} decides; drift is told, not corrected",
        "{master} bestimmt; Abweichung wird gemeldet, nicht korrigiert",
    ),
    "rule.two-way.master-wins": (
        "begge veier; {master} vinner når begge er endret",
        "both ways; {master} wins where both changed",
        "beidseitig; {master} gewinnt, wenn beide geändert wurden",
    ),
    "rule.two-way.newest-wins": (
        "begge veier; den nyeste vinner når begge er endret, og {master} når det ikke kan ses hvem det er",
        "both ways; the newest wins where both changed, and {master} where that cannot be told",
        "beidseitig; das Neueste gewinnt, wenn beide geändert wurden, und {master}, wo das nicht zu erkennen ist",
    ),
    "rule.two-way.review": (
        "begge veier; en person avgjør når begge er endret",
        "both ways; a person decides where both changed",
        "beidseitig; eine Person entscheidet, wenn beide geändert wurden",
    ),
    "rule.two-way.gated": (
        "begge veier der det er tomt; ellers avgjør en person hver endring",
        "both ways where it is empty; else a person decides every change",
        "beidseitig, wo nichts steht; sonst entscheidet eine Person jede Änderung",
    ),
    "rule.fill-if-blank": (
        "fra {master}, bare der det er tomt",
        "from {master}, only where it is empty",
        "von {master}, nur wo nichts steht",
    ),
    "rule.off": ("holdes ikke i takt", "not kept in step", "wird nicht abgeglichen"),
}
