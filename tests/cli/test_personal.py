"""`samspill person` and `samspill forget`: shown before it goes, and handed out as a file."""

from __future__ import annotations

import json

import pytest

from samspill.reasons import LANGUAGES, Language
from tests.cli.terminal import FLOW, Terminal, a_customer


def test_what_is_held_of_a_person_is_written_for_programs_and_for_people(active: Terminal) -> None:
    row = a_customer(active)
    out = active.folder / "person.json"

    said = active.run("person", f"left-{row['id']}", "--out", str(out)).output

    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["schema"] == "samspill.cli.person.1"
    assert written["records"][0]["name"] == f"{FLOW}/customers/left-{row['id']}"
    assert row["name"] in repr([each["holds"] for each in written["places"]])
    assert row["name"] in out.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{FLOW}/customers/left-{row['id']}" in said
    deeds = [each["deed"] for each in active.ask("audit")["decisions"]]
    assert deeds[0] == "forgetting.handed_out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_is_forgotten_after_a_yes_and_what_stays_is_told(active: Terminal, language: Language) -> None:
    active.language = language
    row = a_customer(active)
    name = f"left-{row['id']}"

    active.run("forget", name, keys="\n", expect=1)
    kept = active.ask("person", name)
    done = active.ask("forget", name, "--yes")
    after = active.ask("person", name)

    assert kept["records"][0]["label"]
    assert done["removed"]["link"] >= 1
    assert done["removed"]["journal"] >= 1
    assert (after["records"][0]["label"], after["places"]) == ("", [])
    assert row["name"] not in repr(done)


def test_where_several_fit_the_one_that_is_meant_is_asked_for(active: Terminal) -> None:
    first = a_customer(active)
    made = active.hub.tripletex.add("customer", {"name": first["name"], "customerNumber": 99123})
    active.ask_any("run", FLOW, "--full")

    said = active.run("forget", first["name"], "--yes", expect=2).stderr

    assert "--record" in said
    chosen = f"{FLOW}/customers/left-{made['id']}"
    assert chosen in said
    assert active.ask_any("person", first["name"], "--record", chosen)["records"][0]["name"] == chosen


def test_nobody_of_that_name_is_told(active: Terminal) -> None:
    assert "Nobody goes by" in active.run("person", "Nobody At All", expect=2).stderr
