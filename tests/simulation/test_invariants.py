"""What no wrong engine in our list breaks is broken here by hand: each invariant can tell, by its own name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from samspill.engine.model import LinkState, Side
from samspill.ports import LinkCommit
from tests.simulation.broken import Broken
from tests.simulation.histories import live, only_tried, settle, twice
from tests.simulation.hub import SimulatedHub
from tests.simulation.invariants import at_rest
from tests.simulation.options import VendorOptions
from tests.simulation.scenarios import BY_NAME, play
from tests.simulation.watch import Watch


def _linked() -> tuple[SimulatedHub, Watch]:
    hub = SimulatedHub(7, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    watch = Watch(hub)
    hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()
    return hub, watch


def _asked_twice() -> None:
    hub = play(BY_NAME["conflict"])
    (link,) = hub.links("customers")
    again = replace(link, id="left-again", ids={Side.LEFT: link.ids[Side.LEFT]}, state=LinkState.UNLINKED, revision=0)
    hub.inner.links.commit(hub.key("customers"), [LinkCommit(again)])
    Watch(hub).step()


def _another_base() -> None:
    hub, watch = _linked()
    (link,) = hub.links("customers")
    hub.inner.links.commit(hub.key("customers"), [LinkCommit(replace(link, base={**link.base, "name": "never"}))])
    at_rest(watch)


def _no_round() -> None:
    hub, watch = _linked()
    hub.person_edits(Side.LEFT, "customers", next(iter(hub.vendors[Side.LEFT].rows["customers"].values())), "name", "B")
    settle(watch, rounds=0)


def _untold_overwrite() -> None:
    hub, watch = _linked()
    hub.history.unseen[("customers", Side.RIGHT, "rc1"), "name"] = "an attempt no line tells of"
    at_rest(watch)


def _written_while_only_tried() -> None:
    hub, _ = _linked()
    hub.person_adds(Side.LEFT)
    run = hub.sync()
    assert run is not None
    hub.history.dry_runs.add(run.id)
    hub.drain()


def _changed_while_only_tried() -> None:
    hub, _ = _linked()
    hub.person_adds(Side.LEFT)
    hub.person_tries = hub.sync  # type: ignore[assignment, method-assign]  # the wrong engine: it carries out
    only_tried(hub)


def _another_life() -> None:
    seeds = count()
    twice(lambda _seed: live(next(seeds)), 1)


@pytest.mark.parametrize(
    ("breaks", "name"),
    [
        (_asked_twice, "INV-CONFLICT-ONCE"),
        (_another_base, "INV-CONVERGE"),
        (_no_round, "INV-CONVERGE-BOUND"),
        (_untold_overwrite, "INV-NO-CLOBBER"),
        (_written_while_only_tried, "INV-DRY-RUN"),
        (_changed_while_only_tried, "INV-DRY-RUN"),
        (_another_life, "INV-DETERMINISM"),
    ],
)
def test_it_is_told_by_its_name(breaks: Callable[[], None], name: str) -> None:
    with pytest.raises(Broken) as found:
        breaks()
    assert found.value.name == name


def test_an_edit_that_is_undone_before_it_is_dealt_with_gives_way_to_one_of_the_other_side() -> None:
    hub, watch = _linked()
    (left,), (right,) = (hub.vendors[side].rows["customers"].values() for side in Side)
    before = right.fields["phone"]
    for side, row, value in ((Side.LEFT, left, "Left"), (Side.RIGHT, right, "Right"), (Side.RIGHT, right, before)):
        hub.clock.time += 1
        hub.person_edits(side, "customers", row, "phone", value)
    settle(watch)
    assert [row.fields["phone"] for row in (left, right)] == ["Left", "Left"]


def test_an_edit_that_was_taken_over_is_not_undone_unseen() -> None:
    hub, watch = _linked()
    (left,), (right,) = (hub.vendors[side].rows["customers"].values() for side in Side)
    before = right.fields["phone"]
    for value in ("Right", before):
        hub.person_edits(Side.RIGHT, "customers", right, "phone", value)
        hub.sync()
        hub.drain()
    assert [edit.undoes for edit in hub.history.edits[-2:]] == [False, False]
    settle(watch)
    assert [row.fields["phone"] for row in (left, right)] == [before, before]
