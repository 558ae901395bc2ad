"""Whoever uses the command line reads it in their own language, with words and numbers that fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from samspill.cli.texts import say
from samspill.reasons import Language, Reason
from samspill.texts.reasons import reason_text
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub


@pytest.mark.parametrize(
    ("reason", "language", "said"),
    [
        (Reason("waiting_for", {"stream": "customers", "record": "Bakken"}), "nb", "Venter på kunder Bakken"),
        (Reason("waiting_for", {"stream": "customers", "record": "Bakken"}), "en", "Waits for customers Bakken"),
        (Reason("conflict", {"fields": "name, postal_address"}), "nb", "navn, postadresse er ulikt på de to sidene"),
        (Reason("conflict", {"fields": "name, postal_address"}), "de", "Name, Postanschrift ist auf beiden Seiten"),
        (Reason("linked", {"label": "name", "rule": "customer number"}), "nb", "Koblet til name (kundenummer)."),
        (Reason("held_back", {"what": "customers (create)"}), "nb", "kunder (opprette)"),
        (Reason("held_back", {"what": "customers.phone"}), "de", "Kunden.Telefon"),
        (
            Reason("missing_right", {"what": "customers:read", "system": "Svenn"}),
            "nb",
            "rettigheten til customers:read",
        ),
        (Reason("no_key", {"fields": "number / organization_number"}), "nb", "uten nummer eller organisasjonsnummer"),
        (Reason("no_key", {"fields": "number / organization_number"}), "en", "without number or organization_number"),
        (Reason("no_key", {"fields": "name / number / email"}), "de", "ohne Name, Nummer oder E-Mail"),
        (Reason("rejected", {"message": "name", "system": "name", "source": "S"}), "nb", "name avviste posten: name."),
    ],
)
def test_a_reason_calls_streams_fields_and_rules_by_their_names_and_leaves_vendors_words_alone(
    reason: Reason, language: Language, said: str
) -> None:
    assert said in reason_text(reason, language)


@pytest.mark.parametrize(
    ("language", "one", "more"),
    [
        ("nb", "hvert minutt", "hvert 15. minutt"),
        ("en", "every minute", "every 15 minutes"),
        ("de", "jede Minute", "alle 15 Minuten"),
    ],
)
def test_one_is_no_many(language: Language, one: str, more: str) -> None:
    assert (say(language, "every", count=1), say(language, "every", count=15)) == (one, more)
    assert say("en", "answered", count=1) == "1 dead letter moved back."


def test_a_rule_is_told_in_words_beside_the_names_that_options_take(tmp_path: Path) -> None:
    terminal = Terminal(Hub(flow="svenn-tripletex"), tmp_path, language="nb")
    terminal.hub.connect()

    lines = [re.split(r" {2,}", line.strip()) for line in terminal.run("rules", "svenn-tripletex").stdout.splitlines()]
    told = {line[0]: line[-1] for line in lines}

    assert told["customers.name"] == "begge veier; en person avgjør når begge er endret"
    assert told["customers.email"] == "begge veier; Tripletex vinner når begge er endret"
    assert told["customers.is_active"] == "Tripletex bestemmer; avvik meldes, men rettes ikke"
    assert told["customers.number"] == "begge veier der det er tomt; ellers avgjør en person hver endring"
    assert told["activities.name"] == "holdes ikke i takt"


def test_a_norwegian_reads_kinds_and_mistakes_in_norwegian(active: Terminal) -> None:
    active.language = "nb"

    assert "  kunder  " in active.run("log", FLOW, "--limit", "200").stdout
    assert "'snart' er ikke et tidsrom" in active.run("log", FLOW, "--since", "snart", expect=2).stderr
    assert "Si hvilke: --record" in active.run("replay", FLOW, expect=2).stderr
    assert "ingen timer å legge sammen" in active.run("totals", FLOW).stdout


def test_status_says_what_to_do_about_what_waits_for_a_person(doubtful: tuple[Terminal, str, str]) -> None:
    terminal, _, _ = doubtful
    terminal.ask("run", FLOW)
    terminal.language = "nb"

    assert f"  Avgjør: samspill review {FLOW}\n" in terminal.run("status", FLOW, expect=1).stdout


def test_status_says_where_to_see_why_records_failed(failed: tuple[Terminal, str]) -> None:
    terminal, _ = failed
    assert f"  See why: samspill log {FLOW} --result failed\n" in terminal.run("status", FLOW, expect=1).stdout


@pytest.mark.parametrize(("language", "yes"), [("nb", "j"), ("nb", "Ja"), ("de", "ja"), ("en", "y"), ("nb", "yes")])
def test_yes_is_said_in_the_persons_language(terminal: Terminal, language: str, yes: str) -> None:
    for vendor in ("tripletex", "timerabbit"):
        terminal.connect(vendor)
    terminal.language = language

    terminal.run("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", keys=f"hm\n{yes}\n")

    assert [flow.flow for flow in terminal.world.registry.flows("acme")] == [FLOW]


@pytest.mark.parametrize(("language", "no"), [("nb", "nei"), ("de", "nein"), ("en", ""), ("nb", "n")])
def test_no_leaves_everything_as_it_is(terminal: Terminal, language: str, no: str) -> None:
    for vendor in ("tripletex", "timerabbit"):
        terminal.connect(vendor)
    terminal.language = language

    terminal.run("enable", FLOW, "--left", "tripletex", "--right", "timerabbit", keys=f"{no}\n", expect=1)

    assert terminal.world.registry.flows("acme") == []
