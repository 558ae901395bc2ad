"""A run that wrote both sides of a record is taken back on both sides by one undo."""

from __future__ import annotations

from typing import Any

from samspill.engine.model import Side
from samspill.state import Run
from samspill.usecases import undo
from samspill.usecases.views.undo import Undo
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

MOBILE, PHONE = "91000001", "22000001"


def both_written(sides: TwoSides) -> tuple[Run, dict[str, Any], dict[str, Any]]:
    """A run that carried a mobile number from Svenn to Tripletex, and a telephone number the other way."""
    left, right = sides.pair("customers")
    for sandbox in sides.hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    sides.hub.svenn.edit("customers", left["id"], {"mobile": MOBILE})
    sides.hub.tripletex.edit("customer", str(right["id"]), {"phoneNumber": PHONE})
    run = sides.hub.sync()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["phone"], theirs["phoneNumberMobile"]) == (PHONE, MOBILE)
    return run, left, right


def take_back(sides: TwoSides, run: Run) -> Undo:
    world = sides.hub.world
    shown = undo.show(world, admin("kari"), "acme", "run", run.id)
    undo.take_back(world, admin("kari"), "acme", "run", run.id, shown.hash)
    sides.hub.drain()
    return shown


def assert_quiet(sides: TwoSides) -> None:
    before = sides.written
    for sandbox in sides.hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": False})
    sides.hub.sync()
    sides.settle()
    assert sides.written == before


def test_both_sides_get_back_what_was_there_and_keep_what_was_typed(sides: TwoSides) -> None:
    run, left, right = both_written(sides)

    shown = take_back(sides, run)

    assert {(each.system, *each.values) for each in shown.back} == {("Svenn", "phone"), ("Tripletex", "mobile")}
    assert shown.left == ()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["phone"], theirs["phoneNumberMobile"]) == (left["phone"], right["phoneNumberMobile"])
    assert (ours["mobile"], theirs["phoneNumber"]) == (MOBILE, PHONE)
    assert len(sides.hub.journal("taken_back")) == len(Side)
    assert_quiet(sides)


def test_an_edit_on_one_side_is_left_and_the_other_side_is_taken_back(sides: TwoSides) -> None:
    run, left, right = both_written(sides)
    shown = undo.show(sides.hub.world, admin("kari"), "acme", "run", run.id)
    sides.hub.svenn.edit("customers", left["id"], {"phone": "22000002"})

    undo.take_back(sides.hub.world, admin("kari"), "acme", "run", run.id, shown.hash)
    sides.hub.drain()

    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert ours["phone"] == theirs["phoneNumber"] == "22000002"
    assert theirs["phoneNumberMobile"] == right["phoneNumberMobile"]
    assert [entry.reason.params["fields"] for entry in sides.hub.journal("undo_left")] == ["phone"]
    assert [entry.reason.params["fields"] for entry in sides.hub.journal("taken_back")] == ["mobile"]
