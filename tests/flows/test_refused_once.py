"""What a system refused is not sent to it again while nothing has changed, however many looks were on their way."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Result
from samspill.messages import LogOutcomes, Replay
from samspill.pipeline.replay.replay import replay
from tests.flows.hub import FLOW, Hub
from tests.flows.test_waiting import a_customer, a_project, hint_at, link_of, projects

pytestmark = pytest.mark.usefixtures("unforeseen")
TOO_LONG = "Tak fra før " + "X" * 150
"""A name that Timerabbit does not take."""


def refusals(hub: Hub) -> int:
    """How often Timerabbit refused to create a project."""
    sent = (call for call in hub.timerabbit.calls if call.method == "POST" and call.path.endswith("/projects"))
    return sum(call.status == 422 for call in sent)


def looks(hub: Hub) -> list[str]:
    """Work until nothing is left, and return the looks at projects that went out."""
    seen: list[str] = []
    hub.drain(before=lambda body: seen.append(body) if "fetch-records" in body and '"projects"' in body else None)
    return seen


def result_of(hub: Hub, project: dict[str, Any]) -> Result | None:
    outcome = link_of(hub, "projects", project).outcome
    return outcome.result if outcome else None


def a_refused_project(hub: Hub) -> dict[str, Any]:
    """A project that had to wait for its customer and was refused once that was there."""
    customer = a_customer(hub, "Ny AS")
    project = a_project(hub, TOO_LONG, customer)
    hint_at(hub, "projects", project)
    hint_at(hub, "customers", customer)
    assert len(looks(hub)) > 1, "it was looked at by who woke it and by who waited"
    return project


def test_a_record_that_waited_and_is_refused_is_sent_once(hub: Hub) -> None:
    project = a_refused_project(hub)

    assert refusals(hub) == 1
    assert result_of(hub, project) is Result.FAILED
    assert len([entry for entry in hub.journal("field_refused") if entry.label.endswith(TOO_LONG)]) == 1
    assert hub.world.queues.depth() == 0


def test_a_record_that_waited_in_the_first_sync_and_is_refused_is_sent_once() -> None:
    hub = Hub(size=3)
    customer = a_customer(hub, "Ny AS")
    main = a_project(hub, "Bygg", customer)
    sub = a_project(hub, TOO_LONG, customer, mainProject={"id": main["id"]})

    run = hub.first_sync()

    assert run.status.is_over
    assert refusals(hub) == 1
    assert result_of(hub, sub) is Result.FAILED
    assert "Bygg" in projects(hub)


def test_a_record_that_is_woken_twice_is_sent_once(hub: Hub) -> None:
    """Whoever tells that the customer is linked is delivered twice, and each delivery has the project looked at."""
    customer = a_customer(hub, "Ny AS")
    project = a_project(hub, TOO_LONG, customer)
    hint_at(hub, "projects", project)
    hint_at(hub, "customers", customer)
    told: list[str] = []

    def twice(body: str) -> None:
        if "log-outcomes" in body and '"created"' in body and not told:
            told.append(body)
            hub.world.queues.send([LogOutcomes.model_validate_json(body)], delay_s=1)

    hub.drain(before=twice)

    assert told
    assert refusals(hub) == 1
    assert result_of(hub, project) is Result.FAILED


def test_who_replays_it_has_it_sent_again_once(hub: Hub) -> None:
    project = a_refused_project(hub)

    replay(hub.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, stream="projects", by="kari"))
    hub.drain()

    assert refusals(hub) == 2
    assert result_of(hub, project) is Result.FAILED


def test_once_it_is_changed_it_goes_over(hub: Hub) -> None:
    project = a_refused_project(hub)

    hub.tripletex.edit("project", str(project["id"]), {"name": "Kort"})
    hint_at(hub, "projects", project)
    hub.drain()

    assert refusals(hub) == 1
    assert "Kort" in projects(hub)


def a_matched_project_that_waits(hub: Hub, name: str) -> None:
    """A sub-project that is in both systems, and whose main project the first sync has to create."""
    customer = hub.tripletex.rows("customer")[0]
    main = a_project(hub, "Bygg", customer, number="555")
    a_project(hub, name, customer, mainProject={"id": main["id"]}, number="556")
    hub.timerabbit.add("projects", {"name": "Tak fra før", "number": "556"})
    hub.first_sync()


def named(hub: Hub, number: str) -> list[str]:
    return [row["name"] for row in hub.timerabbit.rows("projects") if row["number"] == number]


def test_what_the_first_sync_matched_and_had_to_wait_is_joined_and_not_created() -> None:
    hub = Hub(size=3)
    a_matched_project_that_waits(hub, "Tak")

    assert (named(hub, "555"), named(hub, "556")) == (["Bygg"], ["Tak"])


def test_a_matched_record_that_waited_and_is_refused_is_sent_once() -> None:
    hub = Hub(size=3)
    a_matched_project_that_waits(hub, TOO_LONG)

    refused = [call for call in hub.timerabbit.calls if call.status == 422]
    assert [call.method for call in refused] == ["PATCH"]
    assert named(hub, "556") == ["Tak fra før"]
    assert [link.outcome.result for link in hub.links("projects") if TOO_LONG in link.label and link.outcome] == [
        Result.FAILED
    ]


def test_a_replay_that_meets_the_vendors_limit_is_sent_later_all_the_same(hub: Hub) -> None:
    a_refused_project(hub)
    limit = {"method": "POST", "path_prefix": "/v1/projects", "status": 429}
    hub.timerabbit.set_faults({"fail_next": [limit]})

    replay(hub.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, stream="projects", by="kari"))
    hub.drain()

    assert [call.status for call in hub.timerabbit.calls if call.method == "POST"][-2:] == [429, 422]
    assert refusals(hub) == 2
