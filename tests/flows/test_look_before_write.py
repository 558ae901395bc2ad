"""Where a vendor can be overwritten unseen, what the look right before a write does not show is not written over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Observation, Side
from samspill.pipeline.upsert import upsert
from samspill.ports import Capabilities
from samspill.reasons import Reason
from samspill.state import StreamKey
from samspill.usecases import review
from samspill.work import isolation
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

EDITED = "99887766"


def left_out(seen: Observation) -> Observation:
    return replace(seen, fields={name: value for name, value in seen.fields.items() if name != "phone"})


def unreadable(seen: Observation) -> Observation:
    return replace(seen, fields={}, problem=Reason("defect"))


@pytest.mark.parametrize("shown", [left_out, unreadable])
def test_an_edit_that_the_look_before_a_write_did_not_show_is_not_overwritten_untold(
    sides: TwoSides, monkeypatch: pytest.MonkeyPatch, shown: Callable[[Observation], Observation]
) -> None:
    left, right = sides.pair("customers")
    looks: list[str] = []
    inner = isolation.read_each

    def read_each(*arguments: Any) -> Sequence[Observation]:
        if not looks:
            sides.hub.svenn.set_faults({"webhook_drop": True})
            sides.hub.svenn.edit("customers", left["id"], {"phone": EDITED})
        looks.append(left["id"])
        return [shown(each) if len(looks) == 1 else each for each in inner(*arguments)]

    monkeypatch.setattr(Capabilities, "guards", lambda *_: False)
    monkeypatch.setattr(upsert, "read_each", read_each)
    sides.hub.tripletex.edit("customer", str(right["id"]), {"phoneNumber": "22334455"})
    sides.settle()

    ours, theirs = sides.of("customers", left["id"], right["id"])
    told = [entry.before["phone"] for entry in sides.hub.journal() if "phone" in entry.before]
    assert (ours["phone"], theirs["phoneNumber"]) == ("22334455", "22334455")
    assert told == [EDITED], "the journal names what lost"
    assert (len(looks), sides.written) == (2, (1, 0)), "it was looked at again before the one write"


def test_an_edit_made_between_the_plan_and_the_look_is_not_put_away_with_its_record(
    sides: TwoSides, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sides.hub.tripletex.add("customer", {"name": "Fjordlys Elektro AS", "organizationNumber": "974760673"})
    sides.settle()
    [row] = sides.svenn("customers", name="Fjordlys Elektro AS")
    looks: list[str] = []

    def read_each(*arguments: Any) -> Sequence[Observation]:
        sides.hub.svenn.edit("customers", row["id"], {"phone": EDITED})
        looks.append(row["id"])
        return isolation.read_each(*arguments)

    monkeypatch.setattr(Capabilities, "guards", lambda *_: False)
    monkeypatch.setattr(upsert, "read_each", read_each)
    sides.hub.tripletex.remove("customer", str(made["id"]))
    sides.forget()
    sides.settle()

    [row] = sides.svenn("customers", name="Fjordlys Elektro AS")
    assert (row["active"], row["phone"], sides.written) == (True, EDITED, (0, 0))
    assert sides.reason("customers", Side.LEFT, row["id"]) == "deleted_and_edited"
    assert len(looks) == 1
    link = sides.link("customers", Side.LEFT, row["id"])
    review.decide(sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "customers"), [link.id], "archive")
    sides.settle()
    assert (sides.svenn("customers", id=row["id"])[0]["active"], sides.written) == (False, (1, 0)), "a person said so"
