"""Employees between Svenn and Tripletex: made and edited on either side, and what ends where."""

from __future__ import annotations

from samspill.engine.model import LinkState, Result, Side
from samspill.texts.reasons import reason_text
from tests.flows.two_sides import TwoSides

PERSON = {"firstName": "Marte", "lastName": "Solheim", "number": "8801", "mobile": "90112233"}


def test_one_made_in_svenn_is_made_once_in_tripletex_without_access_and_in_the_standard_department(
    sides: TwoSides,
) -> None:
    made = sides.hub.svenn.add("employees", {**PERSON, "email": "marte@nordlys.example"})

    sides.settle()
    sides.hub.sync()

    [row] = sides.tripletex("employees", employeeNumber="8801")
    assert (row["firstName"], row["lastName"], row["email"]) == ("Marte", "Solheim", "marte@nordlys.example")
    assert row["phoneNumberMobile"].replace(" ", "").endswith("90112233")
    assert str(row["department"]["id"]) == sides.hub.department()
    assert sides.written == (0, 1)
    assert sides.link("employees", Side.LEFT, made["id"]).ids[Side.RIGHT] == str(row["id"])


def test_one_made_in_tripletex_is_made_once_in_svenn(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add(
        "employee",
        {
            "firstName": "Marte",
            "lastName": "Solheim",
            "employeeNumber": "8801",
            "userType": "NO_ACCESS",
            "department": {"id": int(sides.hub.department())},
        },
    )

    sides.settle()
    sides.hub.sync()

    [row] = sides.svenn("employees", number="8801")
    assert (row["firstName"], row["lastName"], row["active"]) == ("Marte", "Solheim", True)
    assert sides.written == (1, 0)
    assert sides.link("employees", Side.RIGHT, made["id"]).ids[Side.LEFT] == row["id"]


def test_an_edit_on_either_side_is_made_on_the_other(sides: TwoSides) -> None:
    left, right = sides.pair("employees")
    sides.hub.svenn.edit("employees", left["id"], {"lastName": "Ny-Svenn"})
    sides.settle()
    sides.hub.tripletex.edit("employee", str(right["id"]), {"phoneNumberMobile": "90445566"})
    sides.settle()

    left, right = sides.of("employees", left["id"], right["id"])
    assert (left["lastName"], right["lastName"]) == ("Ny-Svenn", "Ny-Svenn")
    assert left["mobile"].replace(" ", "").endswith("90445566")
    assert sides.written == (1, 1)


def test_without_a_standard_department_the_reason_says_which_setting_is_lacking_and_the_replay_works(
    sides: TwoSides,
) -> None:
    connection = sides.hub.world.registry.connection("acme", "tripletex")
    settings = {name: value for name, value in connection.settings.items() if name != "default_department"}
    sides.hub.world.registry.save_connection(connection.model_copy(update={"settings": settings}))
    made = sides.hub.svenn.add("employees", PERSON)

    sides.settle()

    outcome = sides.link("employees", Side.LEFT, made["id"]).outcome
    assert outcome is not None
    assert (outcome.result, outcome.reason.code) == (Result.FAILED, "default_required")
    told = reason_text(outcome.reason, "nb")
    assert "Tripletex krever avdeling" in told
    assert (
        "samspill connect tripletex --name tripletex --setting default_department=ID, så samspill test tripletex, "
        "og kjør på nytt (samspill replay svenn-tripletex --code default_required). "
        f"Id-ene: {departments(sides)}" in told
    )
    assert sides.tripletex("employees", employeeNumber="8801") == []


def departments(sides: TwoSides) -> str:
    """The first of the departments that can be chosen, as the reason names it."""
    first = sides.hub.tripletex.rows("department")[0]
    return f"{first['id']} = "


def test_one_without_a_last_name_stays_in_svenn(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("employees", {**PERSON, "lastName": None})

    sides.settle()

    assert sides.reason("employees", Side.LEFT, made["id"]) == "missing_field"
    assert (sides.tripletex("employees", employeeNumber="8801"), sides.written) == ([], (0, 0))


def test_one_deactivated_in_svenn_still_works_in_tripletex_and_is_told(sides: TwoSides) -> None:
    left, right = sides.pair("employees")
    sides.hub.svenn.edit("employees", left["id"], {"active": False})

    sides.settle()
    sides.hub.sync()

    assert sides.svenn("employees", id=left["id"])[0]["active"] is False
    assert sides.reason("employees", Side.RIGHT, right["id"]) == "drifted"
    assert sides.written == (0, 0)


def test_one_deleted_in_svenn_stays_in_tripletex_and_does_not_come_back(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("employees", PERSON)
    sides.settle()
    sides.forget()
    sides.hub.svenn.remove("employees", made["id"])

    sides.settle()
    sides.hub.sync()

    assert len(sides.tripletex("employees", employeeNumber="8801")) == 1
    assert (sides.svenn("employees", number="8801"), sides.written) == ([], (0, 0))
    link = sides.link("employees", Side.LEFT, made["id"])
    assert (link.state, sides.reason("employees", Side.LEFT, made["id"])) == (LinkState.TOMBSTONE, "deleted_and_kept")
