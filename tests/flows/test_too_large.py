"""More than our own tables hold: it costs the field, or the record that cannot be without it, and nobody else."""

from __future__ import annotations

from samspill.engine.model import Result, Side
from samspill.texts.reasons import reason_text
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides

HUGE = "x" * 450_000


def outcome(sides: TwoSides, record: object, side: Side) -> tuple[Result | None, str, str]:
    told = sides.link("customers", side, record).outcome
    return (told.result, told.reason.code, told.reason.params.get("field", "")) if told else (None, "", "")


def test_a_new_customer_goes_over_without_the_text_and_says_so(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("customer", {"name": "Langtekst AS", "description": HUGE})
    sides.hub.tripletex.add("customer", {"name": "Kort AS"})
    sides.settle()

    [ours] = sides.svenn("customers", name="Langtekst AS")
    assert ours["description"] is None
    assert len(sides.svenn("customers", name="Kort AS")) == 1
    assert outcome(sides, made["id"], Side.RIGHT) == (Result.FAILED, "too_large", "description")
    link = sides.link("customers", Side.RIGHT, made["id"])
    assert link.outcome is not None
    assert reason_text(link.outcome.reason, "en") == (
        "The field description has 450 kB, more than Samspill can keep of a record. Make it shorter in Tripletex."
    )
    written = sides.written
    sides.hub.sync()
    sides.hub.sync()
    assert sides.written == written
    sides.hub.tripletex.edit("customer", str(made["id"]), {"description": "Kort tekst"})
    sides.settle()
    assert sides.svenn("customers", name="Langtekst AS")[0]["description"] == "Kort tekst"
    assert outcome(sides, made["id"], Side.RIGHT)[0] is Result.APPLIED


def test_an_edit_of_a_linked_record_costs_the_text_alone(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    edit = {"description": HUGE, "email": "ny@firma.example"}
    sides.hub.tripletex.edit("customer", str(right["id"]), edit)
    sides.settle()

    ours = sides.of("customers", left["id"], right["id"])[0]
    assert (ours["email"], ours["description"]) == ("ny@firma.example", left["description"])
    assert outcome(sides, right["id"], Side.RIGHT) == (Result.FAILED, "too_large", "description")
    sides.hub.tripletex.edit("customer", str(right["id"]), {"description": "Kort tekst"})
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[0]["description"] == "Kort tekst"


def test_a_name_that_large_holds_up_its_record_alone(hub: Hub) -> None:
    """A label is made of the name, and stands on links, in plans and in the journal."""
    with hub.tripletex.account.by_hand() as world:
        row = next(iter(world.rows("customer").values()))
        world.replace("customer", row, {**row.values, "name": HUGE})
    hub.tripletex.add("customer", {"name": "Kort AS", "isCustomer": True})
    run = hub.sync()

    assert run.status.is_over
    assert [row["name"] for row in hub.timerabbit.rows("customers") if row["name"] == "Kort AS"] == ["Kort AS"]
    links = [link for link in hub.links("customers") if link.ids.get(Side.LEFT) == str(row.id)]
    assert [link.outcome.result for link in links if link.outcome] == [Result.FAILED]
    assert all(len(link.label) <= 200 for link in links)


def test_a_long_text_that_fits_goes_over_whole_beside_it(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("customer", {"name": "Langtekst AS", "description": "x" * 2_000})
    sides.settle()
    assert sides.svenn("customers", name="Langtekst AS")[0]["description"] == "x" * 2_000
    sides.hub.tripletex.edit("customer", str(made["id"]), {"email": "ny@firma.example"})
    sides.settle()
    assert sides.svenn("customers", name="Langtekst AS")[0]["email"] == "ny@firma.example"
    assert outcome(sides, made["id"], Side.RIGHT)[0] is Result.APPLIED
