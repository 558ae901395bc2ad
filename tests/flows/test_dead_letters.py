"""Dead letters go back to the start by key; an old payload is never applied; nothing is removed before it is safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.engine.model import Observation, Result, Side
from samspill.engine.revision import Revision
from samspill.messages import (
    FetchPage,
    FetchRecords,
    LogOutcomes,
    MakePlan,
    MapRecords,
    Message,
    RecordHint,
    Replay,
    StartRun,
    Subject,
    encode,
)
from samspill.pipeline.replay.dead_letters import STEPS, Answer, answer_dead
from samspill.state import RunStatus
from samspill.usecases import setup
from tests.flows.hub import FLOW, Hub
from tests.flows.test_crashes import PORTS, Died, Fuse, Mortal, _Connectors, work
from tests.support.actors import admin

NAMES: dict[str, Any] = {"tenant": FLOW.tenant, "flow": FLOW.flow}
ASK = Replay(**NAMES, dead=True, by="kari")
GARBAGE = "{not ours"


def bury(hub: Hub, *messages: Message) -> None:
    for message in messages:
        hub.world.queues.bury(message.step, encode(message), "")


def dead(hub: Hub) -> int:
    return sum(hub.world.queues.count_dead(step) for step in STEPS)


def codes(answers: list[Answer]) -> list[str]:
    return [answer.reason.code for answer in answers]


def pair(hub: Hub) -> tuple[str, str]:
    """Return the ids of a linked customer."""
    link = next(link for link in hub.links("customers") if len(link.ids) == len(Side))
    return link.ids[Side.LEFT], link.ids[Side.RIGHT]


def name_of(hub: Hub, right: str) -> str:
    return next(str(row["name"]) for row in hub.timerabbit.rows("customers") if str(row["id"]) == right)


def read_before(left: str) -> MapRecords:
    """An observation as some read saw it long ago."""
    seen = Observation(left, {"name": "Som det var"}, version=Revision(10**6))
    return MapRecords(**NAMES, stream="customers", subjects=(Subject(left=seen),))


def test_what_the_map_step_gave_up_on_is_read_again_and_the_old_payload_is_not_applied(hub: Hub) -> None:
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Slik det er"})
    bury(hub, read_before(left))

    (answer,) = answer_dead(hub.world, ASK)
    hub.drain()

    assert (answer.reason.code, answer.records) == ("dead_by_key", (f"left-{left}",))
    assert name_of(hub, right) == "Slik det er"
    assert dead(hub) == 0


def test_a_write_that_was_given_up_is_planned_again_from_what_stands_there_now(hub: Hub) -> None:
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Først"})
    setup.run(hub.world, admin(), FLOW, full=True)
    stopped: list[str] = []
    for step in ("fetch", "map"):
        hub_step(hub, step)
    for delivery in hub.world.queues.receive("upsert"):
        hub.world.queues.bury("upsert", delivery.body, "")
        hub.world.queues.done(delivery.handle)
        stopped.append(delivery.body)
    hub.tripletex.edit("customer", left, {"name": "Sist"})

    answers = answer_dead(hub.world, ASK)
    hub.drain()

    assert stopped
    assert codes(answers) == ["dead_by_key"] * len(stopped)
    assert name_of(hub, right) == "Sist"
    (latest, *_) = hub.world.runs.latest(FLOW, 1)
    assert latest.status.is_over, "the run was waiting for that record, and has come to its end"


def hub_step(hub: Hub, step: str) -> None:
    from samspill.messages import decode
    from samspill.pipeline.dispatch import handle

    while deliveries := hub.world.queues.receive(step):
        for delivery in deliveries:
            handle(hub.world, decode(delivery.body))
            hub.world.queues.done(delivery.handle)


def test_journal_lines_that_were_given_up_are_written_as_they_are(hub: Hub) -> None:
    entry = hub.journal()[0].model_copy(update={"label": "Glemt AS", "at": hub.clock.now()})
    bury(hub, LogOutcomes(**NAMES, id="lost", entries=(entry,)))

    assert codes(answer_dead(hub.world, ASK)) == ["dead_log"]
    hub.drain()

    assert [line.label for line in hub.journal() if line.label == "Glemt AS"] == ["Glemt AS"]


@pytest.mark.parametrize(
    "make",
    [
        lambda run: FetchPage(**NAMES, run=run, stream="customers", side=Side.LEFT, page=3, token="3"),
        lambda run: MakePlan(**NAMES, run=run),
    ],
    ids=["page", "plan"],
)
def test_a_page_or_a_plan_names_no_record_so_its_run_ends_and_the_next_reads_everything(
    hub: Hub, make: Callable[[str], Message]
) -> None:
    stuck = setup.run(hub.world, admin(), FLOW, full=False)
    for delivery in hub.world.queues.receive("fetch"):
        hub.world.queues.done(delivery.handle)
    bury(hub, make(stuck.id))

    assert codes(answer_dead(hub.world, ASK)) == ["dead_without_key"]
    hub.drain()

    found = hub.world.runs.get(FLOW, stuck.id)
    assert found is not None
    assert found.status is RunStatus.STOPPED
    assert [line.result for line in hub.journal("dead_without_key")] == [Result.WAITING]
    hub.world.queues.send([StartRun(**NAMES, trigger="schedule")])
    hub.drain()
    (latest, *_) = hub.world.runs.latest(FLOW, 1)
    assert latest.full
    assert dead(hub) == 0


def test_what_cannot_be_read_is_kept_and_told_before_it_is_removed(hub: Hub) -> None:
    hub.world.queues.bury("map", GARBAGE, "no JSON")

    (answer,) = answer_dead(hub.world, ASK)
    hub.drain()

    assert answer.blob.startswith("quarantine/map/")
    assert hub.world.blobs.get(answer.blob) == GARBAGE.encode()
    (line,) = hub.journal("quarantined")
    assert (line.result, line.reason.params["blob"]) == (Result.FAILED, answer.blob)
    assert hub.world.registry.flow(FLOW).last_full_at is None, "whatever it named is found by the next run"
    assert dead(hub) == 0


def test_another_flows_letters_stay_where_they_are(hub: Hub) -> None:
    other = StartRun(tenant=FLOW.tenant, flow="svenn-tripletex")
    bury(hub, other)
    hub.world.queues.bury("fetch", '{"tenant":"nabo","flow":"tripletex-timerabbit","schema":"x"}', "unknown")

    assert answer_dead(hub.world, ASK) == []

    assert dead(hub) == 2
    assert len(hub.world.queues.take_dead("fetch")) == 2, "and are there for others at once"
    assert hub.world.queues.depth() == 0


def test_a_dry_run_lists_them_and_changes_nothing(hub: Hub) -> None:
    bury(hub, read_before("1"), StartRun(**NAMES))
    hub.world.queues.bury("log", GARBAGE, "")
    before = hub.world.registry.flow(FLOW)

    answers = answer_dead(hub.world, ASK.model_copy(update={"dry_run": True}))

    assert codes(answers) == ["dead_without_key", "dead_by_key", "quarantined"]
    assert dead(hub) == 3
    assert hub.world.queues.depth() == 0
    assert hub.world.blobs.keys("quarantine/") == []
    assert hub.world.registry.flow(FLOW) == before
    assert len(answer_dead(hub.world, ASK)) == 3, "they are there for the real thing at once"


def test_no_more_than_the_limit_is_answered(hub: Hub) -> None:
    bury(hub, *(read_before(str(n)) for n in range(12)))

    assert len(answer_dead(hub.world, ASK.model_copy(update={"limit": 5}))) == 5

    assert dead(hub) == 7


def test_more_than_one_takes_at_once_are_answered(hub: Hub) -> None:
    bury(hub, *(read_before(str(n)) for n in range(25)))

    assert len(answer_dead(hub.world, ASK)) == 25

    assert dead(hub) == 0


# --- dying -----------------------------------------------------------------------------------------------------------


def prepared(fuse: Fuse) -> tuple[Hub, str]:
    """A hub on whose dead-letter queues lies one of each; the id on the right of a customer that was edited since."""
    hub = Hub(size=2)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Slik det er"})
    new = hub.tripletex.add("customer", {"name": "Ny AS", "organizationNumber": "974760673"})
    hint = RecordHint(left=str(new["id"]))
    bury(hub, read_before(left), FetchRecords(**NAMES, stream="customers", records=(hint,)))
    bury(hub, FetchPage(**NAMES, run="gone", stream="customers", side=Side.LEFT))
    hub.world.queues.bury("log", GARBAGE, "")
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in (*PORTS, "registry")}
    ports["connectors"] = _Connectors(hub.world.connectors, fuse)
    hub.world = cast("Any", replace(hub.world, **ports))
    return hub, right


def drain_dying(hub: Hub, fuse: Fuse, at: int) -> None:
    fuse.steps, fuse.at = 0, at
    try:
        answer_dead(hub.world, ASK)
    except Died:
        fuse.at = 0
        hub.clock.advance(301)
        answer_dead(hub.world, ASK)
    fuse.at = 0
    work(hub)


def calls_of_a_drain() -> int:
    fuse = Fuse()
    hub, _ = prepared(fuse)
    fuse.steps = 0
    answer_dead(hub.world, ASK)
    return fuse.steps


@pytest.mark.parametrize("at", range(1, calls_of_a_drain() + 1))
def test_whoever_dies_while_letters_are_answered_loses_nothing_and_doubles_nothing(at: int) -> None:
    fuse = Fuse()
    hub, right = prepared(fuse)

    drain_dying(hub, fuse, at)

    assert dead(hub) == 0
    names = [str(row["name"]) for row in hub.timerabbit.rows("customers")]
    assert names.count("Ny AS") == 1
    assert name_of(hub, right) == "Slik det er"
    (blob,) = hub.world.blobs.keys("quarantine/")
    assert hub.world.blobs.get(blob) == GARBAGE.encode()
    assert len(hub.journal("quarantined")) == 1
    assert len(hub.journal("dead_without_key")) == 1
    assert hub.world.registry.flow(FLOW).last_full_at is None
