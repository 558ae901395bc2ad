"""A row that cannot be taken ends alone, and its reason is whole in every language."""

from __future__ import annotations

from typing import Any

from samspill.engine.model import Result, Side
from samspill.reasons import LANGUAGES
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from tests.flows.hub import FLOW, Hub


def spoil(hub: Hub, record_id: str, **values: object) -> None:
    """Give a customer values that Tripletex's own rules would not let through."""
    with hub.tripletex.account.by_hand() as world:
        row = world.rows("customer")[int(record_id)]
        world.replace("customer", row, {**row.values, **values})


def partners(hub: Hub, left: str) -> dict[str, Any]:
    key = StreamKey(*FLOW, "customers")
    right = hub.world.links.of_records(key, Side.LEFT, [left])[left].ids[Side.RIGHT]
    return next(row for row in hub.timerabbit.rows("customers") if row["id"] == right)


def test_a_row_that_cannot_be_taken_fails_alone_with_field_and_reason_in_every_language(hub: Hub) -> None:
    bad, other, *_ = (link.ids[Side.LEFT] for link in hub.links("customers") if len(link.ids) == len(Side))
    before = partners(hub, bad)
    spoil(hub, bad, name="Nytt navn AS", email=7)
    hub.tripletex.edit("customer", other, {"name": "Endret AS"})
    writes = hub.writes("timerabbit")

    run = hub.sync()

    assert partners(hub, other)["name"] == "Endret AS", "everything else goes on"
    assert partners(hub, bad) == before
    assert hub.writes("timerabbit") == writes + 1
    assert run.count("customers", "failed") == 1
    (told,) = hub.journal("cannot_map")
    assert told.result is Result.FAILED
    assert told.ids[Side.LEFT] == bad
    assert {language: reason_text(told.reason, language) for language in LANGUAGES} == {
        "nb": "Feltet e-post kan ikke overføres: ikke tekst. Rett det i Tripletex.",
        "en": "The field email cannot be taken over: not text. Correct it in Tripletex.",
        "de": "Das Feld E-Mail kann nicht übernommen werden: kein Text. Bitte in Tripletex korrigieren.",
    }


def test_a_field_inside_another_is_named_by_its_path(hub: Hub) -> None:
    bad = next(link.ids[Side.LEFT] for link in hub.links("customers") if len(link.ids) == len(Side))
    address = hub.tripletex.account.world.rows("customer")[int(bad)]["postalAddress"]
    with hub.tripletex.account.by_hand() as world:
        row = world.rows("address")[address]
        world.replace("address", row, {**row.values, "city": ["Oslo"]})

    hub.sync()

    (told,) = hub.journal("cannot_map")
    assert (
        reason_text(told.reason, "nb")
        == "Feltet postalAddress.city kan ikke overføres: ikke tekst. Rett det i Tripletex."
    )


def test_a_row_that_was_mended_comes_over(hub: Hub) -> None:
    bad = next(link.ids[Side.LEFT] for link in hub.links("customers") if len(link.ids) == len(Side))
    spoil(hub, bad, name="Nytt navn AS", email=7)
    hub.sync()
    writes = hub.writes("timerabbit")
    hub.sync()
    assert hub.writes("timerabbit") == writes
    assert len(hub.journal("cannot_map")) == 1, "told once"

    spoil(hub, bad, email="post@nytt.example")
    hub.sync()

    assert (partners(hub, bad)["name"], partners(hub, bad)["email"]) == ("Nytt navn AS", "post@nytt.example")


def test_a_value_that_cannot_be_written_names_the_system_to_correct_it_in() -> None:
    hub = Hub(size=2, flow="svenn-tripletex")
    hub.first_sync()
    linked = next(link for link in hub.links("customers") if len(link.ids) == len(Side))
    address = {"line1": "Hovedveien 1", "line2": None, "postcode": "0001", "city": "By", "country": "XX"}
    hub.svenn.edit("customers", linked.ids[Side.LEFT], {"postalAddress": address})
    writes = hub.writes("tripletex")
    hub.sync()

    (told,) = hub.journal("cannot_map")
    assert hub.writes("tripletex") == writes
    assert {language: reason_text(told.reason, language) for language in LANGUAGES} == {
        "nb": "Feltet postadresse kan ikke overføres: et land som ikke er kjent der. Rett det i Svenn.",
        "en": "The field postal_address cannot be taken over: a country that is not known there. Correct it in Svenn.",
        "de": "Das Feld Postanschrift kann nicht übernommen werden: ein Land, das dort nicht bekannt ist. "
        "Bitte in Svenn korrigieren.",
    }
