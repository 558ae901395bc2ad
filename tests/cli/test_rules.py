"""`rules`."""

from __future__ import annotations

from tests.cli.terminal import FLOW, Terminal

EMAIL = "customers.email"


def rule(terminal: Terminal, field: str = EMAIL) -> dict[str, object]:
    (found,) = terminal.ask("rules", FLOW, field)["rules"]
    return dict(found)


def test_every_field_is_listed_with_its_rule_and_its_owner(active: Terminal) -> None:
    rules = {each["field"]: each for each in active.ask("rules", FLOW)["rules"]}

    assert rules[EMAIL] == {
        "field": EMAIL,
        "policy": "master",
        "master": "Tripletex",
        "on_conflict": "master-wins",
        "asks": False,
        "changed": False,
    }
    assert "projects.customer" in rules


def test_a_change_is_kept_told_and_followed_by_the_next_run(active: Terminal) -> None:
    hub = active.hub
    right = next(row for row in hub.timerabbit.rows("customers") if row["email"])
    active.run("rules", FLOW, EMAIL, "report")
    assert rule(active) | {"changed": True, "policy": "report"} == rule(active)

    hub.timerabbit.edit("customers", right["id"], {"email": "deres@eget.example"})
    active.ask_any("run", FLOW, "--full")

    kept = next(row for row in hub.timerabbit.rows("customers") if row["id"] == right["id"])
    assert kept["email"] == "deres@eget.example"
    (entry,) = (e for e in hub.journal() if e.reason.code == "rule_changed")
    assert entry.reason.params == {"field": EMAIL, "policy": "report", "person": "kari"}


def test_a_change_by_itself_changes_nothing(active: Terminal) -> None:
    before = active.hub.timerabbit.rows("customers"), active.hub.tripletex.rows("customer")

    active.run("rules", FLOW, "customers.phone", "two-way", "--on-conflict", "review", "--master", "Tripletex", "--yes")
    active.ask_any("run", FLOW, "--full")

    assert (active.hub.timerabbit.rows("customers"), active.hub.tripletex.rows("customer")) == before


def test_before_a_field_becomes_two_way_a_person_hears_in_how_many_records_it_differs(active: Terminal) -> None:
    active.run("rules", FLOW, EMAIL, "report")
    right = next(row for row in active.hub.timerabbit.rows("customers") if row["email"])
    active.hub.timerabbit.edit("customers", right["id"], {"email": "deres@eget.example"})
    active.ask_any("run", FLOW, "--full")

    asked = active.run("rules", FLOW, EMAIL, "two-way", keys="n\n", expect=1)

    assert f"{EMAIL} differs in 1 pair of records now." in asked.output
    assert rule(active)["policy"] == "report"

    active.run("rules", FLOW, EMAIL, "two-way", keys="y\n")
    assert rule(active)["policy"] == "two-way"
    active.run("rules", FLOW, EMAIL, "two-way")


def test_reset_gives_the_declared_rule_back(active: Terminal) -> None:
    declared = rule(active)
    active.run("rules", FLOW, EMAIL, "off")

    active.run("rules", FLOW, EMAIL, "--reset")

    assert rule(active) == declared


def test_what_is_no_field_or_no_system_is_wrong_usage_and_names_those_there_are(active: Terminal) -> None:
    assert "customers.email" in active.run("rules", FLOW, "customers.shoe_size", "off", expect=2).stderr
    assert "Timerabbit" in active.run("rules", FLOW, EMAIL, "master", "--master", "Svenn", expect=2).stderr
