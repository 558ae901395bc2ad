"""A function dies after every single call it makes while a file is written: no record is missing, none is in twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.modes.exports import write_export
from samspill.usecases import exports
from tests.flows.hub import Hub
from tests.flows.test_crashes import Fuse, Mortal, _Connectors, work
from tests.flows.test_exports import FLOW, edit, rows, small_slices
from tests.support.actors import admin

PORTS = ("links", "runs", "cursors", "journal", "blobs", "queues", "files", "file_store")


@pytest.fixture(autouse=True)
def slices() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        small_slices(patch)
        yield


def prepared(fuse: Fuse) -> Hub:
    """A hub whose first file is there; then a person changed one customer and made another."""
    hub = Hub(size=2, flow=FLOW)
    hub.connect()
    exports.run_export(hub.world, admin("kari"), hub.flow)
    work(hub)
    edit(hub, 0, {"name": "Endret AS"})
    hub.tripletex.add("customer", {"name": "Ny AS", "organizationNumber": "974760673"})
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in PORTS}
    ports["connectors"] = _Connectors(hub.world.connectors, fuse)
    hub.world = cast("Any", replace(hub.world, **ports))
    exports.run_export(hub.world, admin("kari"), hub.flow)
    return hub


def calls() -> int:
    with pytest.MonkeyPatch.context() as patch:
        small_slices(patch)
        fuse = Fuse()
        hub = prepared(fuse)
        fuse.steps = 0
        work(hub)
        check(hub)
        return fuse.steps


def check(hub: Hub) -> None:
    second, first = exports.files_of(hub.world, admin(), "acme")
    assert sorted(row["name"] for row in rows(hub, second)) == ["Endret AS", "Ny AS"]
    assert "Endret AS" not in {row["name"] for row in rows(hub, first)}
    assert {link.attempt for link in hub.links("customers")} == {first.id, second.id}


CALLS = calls()


@pytest.mark.parametrize("at", range(2, CALLS + 1, 2))
def test_a_function_that_dies_at_any_call_leaves_no_record_out_and_puts_none_in_twice(at: int) -> None:
    fuse = Fuse()
    hub = prepared(fuse)
    fuse.steps, fuse.at = 0, at

    assert work(hub) <= 1

    fuse.at = 0
    check(hub)
    assert len(hub.journal("export_written")) == 2, "each file is told of once"
    again = exports.run_export(hub.world, admin("kari"), hub.flow)
    work(hub)
    assert exports.progress(hub.world, admin(), again).files == ()


def test_the_export_has_calls_to_die_at_in_all_three_stages() -> None:
    assert CALLS > 60
    assert write_export.PAGE == 1
