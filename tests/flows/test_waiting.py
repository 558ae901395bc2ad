"""What waits for another record says for which and why, and goes on within seconds once that one is linked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Detail, Link, Outcome, Result, Side
from samspill.messages import FetchRecords, RecordHint
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from tests.flows.hub import FLOW, Hub

SECONDS = 10
"""Within so many a record is there after what it waited for is."""


def a_customer(hub: Hub, name: str) -> dict[str, Any]:
    return hub.tripletex.add("customer", {"name": name, "organizationNumber": "974760673"})


def a_project(hub: Hub, name: str, customer: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"name": name, "customer": {"id": customer["id"]}, "startDate": "2026-01-01", **more}
    return hub.tripletex.add("project", {**content, "projectManager": {"id": int(hub.manager())}})


def refused(hub: Hub) -> dict[str, Any]:
    """A customer whose name the other system does not take."""
    return a_customer(hub, "X" * 150)


def hint_at(hub: Hub, stream: str, record: dict[str, Any]) -> None:
    hint = RecordHint(left=str(record["id"]))
    message = FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, trigger="webhook", stream=stream, records=(hint,))
    hub.world.queues.send([message])


def link_of(hub: Hub, stream: str, record: dict[str, Any]) -> Link:
    return hub.world.links.of_records(StreamKey(*FLOW, stream), Side.LEFT, [str(record["id"])])[str(record["id"])]


def projects(hub: Hub) -> set[str]:
    return {str(row["name"]) for row in hub.timerabbit.rows("projects")}


def asked(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Result, ...]]:
    """Note every time that somebody asks who waits."""
    seen: list[tuple[Result, ...]] = []
    real = hub.world.links.with_result

    def noted(flow: Any, results: Any) -> Any:
        seen.append(tuple(results))
        return real(flow, results)

    monkeypatch.setattr(hub.world.links, "with_result", noted)
    return seen


def test_a_project_goes_on_within_seconds_though_it_has_waited_for_days(hub: Hub) -> None:
    customer = refused(hub)
    a_project(hub, "Bygg", customer)
    hub.sync()
    assert "Bygg" not in projects(hub)
    hub.clock.advance(3 * 86_400)

    hub.tripletex.edit("customer", str(customer["id"]), {"name": "Kort AS"})
    hint_at(hub, "customers", customer)
    hub.drain(limit_s=SECONDS)

    assert "Bygg" in projects(hub)
    assert hub.world.queues.depth() == 0


def test_one_waits_for_another_and_both_go_on(hub: Hub) -> None:
    customer = refused(hub)
    main = a_project(hub, "Bygg", customer)
    a_project(hub, "Tak", customer, mainProject={"id": main["id"]})
    hub.sync()
    hub.clock.advance(86_400)

    hub.tripletex.edit("customer", str(customer["id"]), {"name": "Kort AS"})
    hint_at(hub, "customers", customer)
    hub.drain(limit_s=2 * SECONDS)

    assert {"Bygg", "Tak"} <= projects(hub)


def test_the_reason_names_what_is_missing_at_the_end_of_the_chain_and_why(hub: Hub) -> None:
    customer = refused(hub)
    main = a_project(hub, "Bygg", customer)
    sub = a_project(hub, "Tak", customer, mainProject={"id": main["id"]})

    hub.sync()

    for project in (main, sub):
        outcome = link_of(hub, "projects", project).outcome
        assert outcome is not None
        assert outcome.result is Result.WAITING
        assert outcome.reason.params["record"].startswith("XXX"), "the customer, for the sub-project too"
        assert outcome.reason.because is not None
        assert outcome.reason.because.code == "field_refused"
        assert reason_text(outcome.reason.because, "nb") in reason_text(outcome.reason, "nb")


def test_nobody_is_asked_who_waits_while_nothing_is_linked(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    left = next(link for link in hub.links("customers") if len(link.ids) == len(Side)).ids[Side.LEFT]
    seen = asked(hub, monkeypatch)

    hub.sync()
    hub.tripletex.edit("customer", left, {"name": "Endret AS"})
    hint_at(hub, "customers", {"id": left})
    hub.drain()

    assert "Endret AS" in {row["name"] for row in hub.timerabbit.rows("customers")}
    assert seen == [], "an unchanged sync and an update cost nothing more"


def test_a_new_link_asks_once_and_reads_nothing_where_nobody_waits(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = a_customer(hub, "Ny AS")
    seen = asked(hub, monkeypatch)
    reads: list[str] = []

    hint_at(hub, "customers", customer)
    hub.drain(before=lambda body: reads.append(body) if "fetch-records" in body else None)

    assert seen == [(Result.WAITING,)]
    assert len(reads) == 1, "the hint itself"


def test_what_still_waits_after_being_woken_does_not_spin(hub: Hub) -> None:
    """A record whose reason names a customer that is linked, and that waits all the same."""
    other = refused(hub)
    project = a_project(hub, "Bygg", other)
    hub.sync()
    customer = a_customer(hub, "Ny AS")
    link = link_of(hub, "projects", project)
    assert link.outcome is not None
    wrong = replace(link.outcome, detail=Detail(waits_for=("customers", Side.LEFT, str(customer["id"]))))
    store(hub, link, wrong)

    hint_at(hub, "customers", customer)
    looks: list[str] = []
    hub.drain(before=lambda body: looks.append(body) if "map-records" in body and '"projects"' in body else None)

    assert 1 <= len(looks) <= 2
    assert "Bygg" not in projects(hub)
    assert link_of(hub, "projects", project).outcome == link.outcome, "it says again what it waits for"


def store(hub: Hub, link: Link, outcome: Outcome) -> None:
    assert hub.world.links.commit(StreamKey(*FLOW, "projects"), [LinkCommit(replace(link, outcome=outcome))]) == [True]


# --- what ends after its run -----------------------------------------------------------------------------------------


def test_what_ends_after_its_run_is_told_in_that_run_apart(hub: Hub) -> None:
    customer = refused(hub)
    a_project(hub, "Bygg", customer)
    run = hub.sync()
    assert run.status.is_over
    assert run.count("projects", "waiting") == 1
    done, expected = run.count("projects", "done"), run.count("projects", "expected")

    hub.tripletex.edit("customer", str(customer["id"]), {"name": "Kort AS"})
    second = hub.sync(full=False)
    hub.drain()

    found = hub.world.runs.get(FLOW, second.id)
    assert found is not None
    assert found.count("projects", "later.applied") == 1
    assert [entry.run for entry in hub.journal("created") if "Bygg" in entry.label] == [second.id]
    first = hub.world.runs.get(FLOW, run.id)
    assert first is not None
    assert (first.count("projects", "done"), first.count("projects", "expected")) == (done, expected)
