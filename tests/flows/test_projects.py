"""Projects between Svenn and Tripletex: made, edited, completed and deleted on either side."""

from __future__ import annotations

from samspill.engine.model import LinkState, Side
from tests.flows.two_sides import TwoSides


def test_one_made_in_svenn_is_made_once_in_tripletex_with_its_customer_and_the_standard_manager(
    sides: TwoSides,
) -> None:
    left, right = sides.pair("customers")
    made = sides.hub.svenn.add(
        "projects", {"name": "Kaia 7", "number": "K.7", "customerId": left["id"], "startDate": "2026-03-01"}
    )

    sides.settle()
    sides.hub.sync()

    [row] = sides.tripletex("projects", number="K.7")
    assert (row["name"], row["startDate"], row["isClosed"]) == ("Kaia 7", "2026-03-01", False)
    assert row["customer"]["id"] == right["id"]
    assert str(row["projectManager"]["id"]) == sides.hub.manager()
    assert sides.written == (0, 1)
    assert sides.link("projects", Side.LEFT, made["id"]).ids[Side.RIGHT] == str(row["id"])


def test_one_made_in_tripletex_is_made_once_in_svenn_with_its_customer(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    made = sides.hub.tripletex.add("project", project(sides, number="T.7", customer={"id": right["id"]}))

    sides.settle()
    sides.hub.sync()

    [row] = sides.svenn("projects", number="T.7")
    assert (row["name"], row["startDate"], row["status"]) == ("Tårnet", "2026-03-01", "active")
    assert row["customerId"] == left["id"]
    assert sides.written == (1, 0)
    assert sides.link("projects", Side.RIGHT, made["id"]).ids[Side.LEFT] == row["id"]


def test_the_number_that_svenn_gives_one_without_is_written_back_to_tripletex(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("project", project(sides))
    sides.hub.tripletex.edit("project", str(made["id"]), {"number": ""})

    sides.settle()

    [row] = sides.svenn("projects", name="Tårnet")
    [there] = sides.tripletex("projects", id=made["id"])
    assert row["number"]
    assert there["number"] == row["number"]
    assert sides.written == (1, 1)


def test_one_made_in_svenn_without_a_number_has_the_one_svenn_gives_it_on_both_sides(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("projects", {"name": "Kaia 8", "startDate": "2026-03-01"})

    sides.settle()

    [row] = sides.tripletex("projects", name="Kaia 8")
    assert row["number"] == made["number"]
    assert sides.written == (0, 1)


def test_an_edit_on_either_side_is_made_on_the_other(sides: TwoSides) -> None:
    left, right = sides.pair("projects")
    sides.hub.svenn.edit("projects", left["id"], {"name": "Nytt navn"})
    sides.settle()
    sides.hub.tripletex.edit("project", str(right["id"]), {"endDate": "2027-12-31"})
    sides.settle()

    left, right = sides.of("projects", left["id"], right["id"])
    assert (left["name"], right["name"]) == ("Nytt navn", "Nytt navn")
    assert (left["endDate"], right["endDate"]) == ("2027-12-31", "2027-12-31")
    assert sides.written == (1, 1)


def test_one_that_is_completed_and_taken_up_again_is_so_on_both_sides(sides: TwoSides) -> None:
    left, right = sides.pair("projects")
    sides.hub.svenn.edit("projects", left["id"], {"status": "completed"})
    sides.settle()
    assert sides.of("projects", left["id"], right["id"])[1]["isClosed"] is True
    sides.hub.tripletex.edit("project", str(right["id"]), {"isClosed": False})
    sides.settle()

    assert sides.svenn("projects", id=left["id"])[0]["status"] == "active"
    assert sides.written == (1, 1)


def test_one_deleted_in_tripletex_is_completed_in_svenn(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("project", project(sides, number="T.7"))
    sides.settle()
    sides.forget()
    sides.hub.tripletex.remove("project", str(made["id"]))

    sides.settle()
    sides.hub.sync()

    [row] = sides.svenn("projects", number="T.7")
    assert (row["status"], sides.written) == ("completed", (1, 0))
    assert sides.link("projects", Side.LEFT, row["id"]).state is LinkState.TOMBSTONE
    assert [entry.reason.params["system"] for entry in sides.hub.journal("archived")] == ["Svenn"]
    assert sides.tripletex("projects", number="T.7") == []


def test_one_deleted_in_svenn_goes_on_in_tripletex_and_does_not_come_back(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("projects", {"name": "Kaia 7", "number": "K.7", "startDate": "2026-03-01"})
    sides.settle()
    sides.forget()
    sides.hub.svenn.remove("projects", made["id"])

    sides.settle()
    sides.hub.sync()

    [row] = sides.tripletex("projects", number="K.7")
    assert (row["isClosed"], sides.svenn("projects", number="K.7"), sides.written) == (False, [], (0, 0))
    assert sides.reason("projects", Side.LEFT, made["id"]) == "deleted_and_kept"


def test_one_without_a_start_date_stays_where_it_is_until_it_has_one(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("projects", {"name": "Kaia 9", "number": "K.9"})
    sides.settle()
    assert (sides.reason("projects", Side.LEFT, made["id"]), sides.written) == ("no_start_date", (0, 0))
    sides.hub.svenn.edit("projects", made["id"], {"startDate": "2026-04-01"})

    sides.settle()

    [row] = sides.tripletex("projects", number="K.9")
    assert (row["startDate"], sides.written) == ("2026-04-01", (0, 1))


def project(sides: TwoSides, **more: object) -> dict[str, object]:
    """A project as somebody makes it in Tripletex."""
    manager = {"id": int(sides.hub.manager())}
    return {"name": "Tårnet", "startDate": "2026-03-01", "projectManager": manager, "isInternal": False, **more}
