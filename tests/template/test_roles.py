"""What the functions' roles let them do: all that their work asks for, and nothing that none of it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from samspill import runtime
from samspill.engine.model import LinkState, Side
from samspill.errors import UnavailableError
from samspill.guard import pending
from samspill.messages import FetchPage, FetchRecords, RecordHint, Replay, StartRun, WatchTenants, decode, encode
from samspill.modes.exports.hand_out import hand_out
from samspill.modes.exports.rules import csv_text
from samspill.pipeline.dispatch import handle
from samspill.pipeline.receive import receive
from samspill.pipeline.replay import replay
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.plan import make
from samspill.state import FlowKey, FlowStatus, RunStatus
from samspill.store import claims, s3_files
from samspill.usecases import approvals, exports, limits, mapping, notify, setup
from tests.flows.hub import FLOW, STEPS, Hub
from tests.flows.test_hours import NAME, Site
from tests.handlers.test_doors import Context, sqs
from tests.support.actors import admin
from tests.support.aws import aws_in_process, client_of
from tests.support.people import People, on_aws
from tests.support.stack import Stack

ROLES = ("FilesRole", "ReceiveRole", "FetchRole", "MapRole", "UpsertRole", "LogRole", "NotifyRole", "ReplayRole")
NAMES: dict[str, Any] = {"tenant": FLOW.tenant, "flow": FLOW.flow}
LAMBDAS_OWN = {"Consume", "Trace", "WriteLogs"}
"""What Lambda itself does with a function's role."""


@contextmanager
def on_aws_alone(people: People, flow: str = FLOW.flow) -> Iterator[Hub]:
    """Every function has what the template gives it; the test itself, which stands for people, may do everything."""
    hub = Hub(size=5, flow=flow)
    with aws_in_process():
        hub.world = on_aws(hub, people)
        people.watch()
        yield hub
        people.leave()


def guarded(hub: Hub, at_least: int, share: float = 0) -> None:
    limits.change(hub.world, admin("kari"), FLOW, at_least=at_least, share=share, shrink=share)


# --- what there is to do ---------------------------------------------------------------------------------------------


def takes_a_webhook(hub: Hub) -> None:
    """After one that the queue did not take, and that the vendor may deliver again."""
    hub.clock.advance(3 * 86_400)  # whoever read secrets reads them again, and the session at Tripletex is over
    name = customers(hub)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub.world.queues, "hint", down)
        with pytest.raises(UnavailableError):
            hub.tripletex.edit("customer", name, {"name": "Ikke tatt imot AS"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receive, "SMALL_BYTES", 0)
        hub.tripletex.edit("customer", name, {"name": "Meldt AS"})
    hub.drain()
    hub.tripletex.set_faults({"webhook_drop": True})

    assert set(hub.delivered) == {202}
    assert "Meldt AS" in {row["name"] for row in hub.timerabbit.rows("customers")}


def down(_hints: object) -> None:
    raise UnavailableError("the queue is down")


def finds_a_list_shrunk_and_whole_again(hub: Hub) -> None:
    guarded(hub, 1)
    for name in without_projects(hub)[:2]:
        hub.tripletex.remove("customer", name)
    project = next(row for row in hub.tripletex.rows("project") if not row["isClosed"])
    hub.tripletex.edit(
        "project", str(project["id"]), {"name": "Omdøpt"}
    )  # so that log ends the run, and looks at lists

    shrunk = hub.sync()
    (stopped,) = pending.lists(hub.world, FLOW)
    guarded(hub, 50, 1)
    after = hub.sync()

    assert (stopped.name, stopped.count) == ("customers/right/archive", 2)
    assert pending.lists(hub.world, FLOW) == [], "it is void: the list was not too short after all"
    assert (shrunk.status.is_over, after.status.is_over) == (True, True)


def stops_what_is_too_much(hub: Hub) -> None:
    guarded(hub, 0)
    for decide in (approvals.approve, approvals.reject):
        for number, name in enumerate(customers(hub)[:2]):
            hub.tripletex.edit("customer", name, {"name": f"{decide.__name__} {number} AS"})
        hub.sync()
        (stopped,) = pending.lists(hub.world, FLOW)
        decide(hub.world, admin("kari"), FLOW, stopped.hash)
        hub.drain()

    hub.sync()

    assert pending.lists(hub.world, FLOW) == []
    assert {"approve 0 AS", "approve 1 AS"} <= {row["name"] for row in hub.timerabbit.rows("customers")}
    assert len({entry.link for entry in hub.journal("list_refused")}) == 2


def wakes_what_waits(hub: Hub) -> None:
    guarded(hub, 50, 1)
    customer = hub.tripletex.add("customer", {"name": "X" * 150, "organizationNumber": "974760673"})
    content = {"name": "Bygg", "customer": {"id": customer["id"]}, "startDate": "2026-01-01"}
    hub.tripletex.add("project", {**content, "projectManager": {"id": int(hub.manager())}})
    hub.sync()
    hub.tripletex.edit("customer", str(customer["id"]), {"name": "Kort AS"})
    hub.sync(full=False)

    assert "Bygg" in {row["name"] for row in hub.timerabbit.rows("projects")}


def replays(hub: Hub) -> None:
    """A person invokes it for failed records, and for what lies on the dead-letter queues."""
    hub.tripletex.add("customer", {"name": "Y" * 150, "organizationNumber": "923609016"})
    stuck = setup.run(hub.world, admin(), FLOW)
    hub.drain()
    for message in (
        FetchRecords(**NAMES, stream="customers", records=(RecordHint(left=customers(hub)[0]),)),
        FetchPage(**NAMES, run=stuck.id, stream="customers", side=Side.LEFT),
    ):
        hub.world.queues.bury("fetch", encode(message), "")
    hub.world.queues.bury("log", "{not ours", "")
    ended = setup.run(hub.world, admin(), FLOW)
    hub.world.queues.bury("map", encode(FetchPage(**NAMES, run=ended.id, stream="customers", side=Side.LEFT)), "")
    with hub.as_function("replay"):
        chosen = replay.replay(hub.world, Replay(**NAMES, by="kari"))
        answers = answer_dead(hub.world, Replay(**NAMES, dead=True, limit=3, by="kari"))
    hub.drain()

    assert [link.label[:150] for _, link in chosen] == ["Y" * 150]
    assert {answer.reason.code for answer in answers} == {"dead_by_key", "dead_without_key"}
    with hub.as_function("replay"):
        (rest,) = answer_dead(hub.world, Replay(**NAMES, dead=True, by="kari"))
    hub.drain()
    assert (rest.reason.code, hub.world.blobs.keys("quarantine/")) == ("quarantined", [rest.blob])
    found = hub.world.runs.get(FLOW, ended.id)
    assert found is not None
    assert found.status is RunStatus.STOPPED


def meets_a_dead_key(hub: Hub) -> None:
    hub.tripletex.edit("customer", customers(hub)[1], {"name": "Sent AS"})
    hub.timerabbit.set_faults({"revoke_key": True})
    hub.sync(full=False)

    assert hub.world.registry.flow(FLOW).status is FlowStatus.KEY_INVALID


def sends_hours(site: Site) -> None:
    """With a session at Tripletex that is over just before the write, then a limit that is spent; then the totals."""
    hub = site.hub
    writes: list[str] = []

    def before(body: str) -> None:
        if "upsert-records" in body and '"side":"right"' in body:
            writes.append(body)
            if len(writes) == 1:
                hub.clock.advance(3 * 86_400)
            hub.tripletex.set_faults({"rate_limit": len(writes) == 2})

    entry = site.enter("4")
    for hours in ("4", "5"):
        site.change(entry, hours=hours)
        hub.deliver_webhooks()
        hub.drain(before=before)
    site.settle()
    hub.world.queues.send([StartRun(tenant="acme", flow=NAME, trigger="schedule", full=True)])
    hub.drain()

    assert site.held == [5]
    waited = [message.model_copy(update={"turn": 0, "waits": 0}) for message in map(decode, writes[1:3])]
    assert waited[0] == waited[1], "it waited its turn"
    latest = hub.world.runs.latest(FlowKey("acme", NAME), 1)[0]
    assert (latest.full, latest.status.is_over) == (True, True)
    assert hub.journal("hours_differ") == []


def finds_that_large_messages_are_gone(hub: Hub) -> None:
    digest = "0" * 64
    claim = orjson.dumps({"schema": claims.SCHEMA, "key": f"claims/{digest}", "sha256": digest}).decode()
    large = [step for step in STEPS if step != "notify"]  # what notify is sent is small
    for step in large:
        door = runtime.queue_handler(step, lambda: hub.world, handle)
        with hub.as_function(step):
            assert door(sqs(claim), Context()) == {"batchItemFailures": []}, step
    with hub.as_function("replay"):
        answers = answer_dead(hub.world, Replay(tenant="acme", flow=NAME, dead=True, by="kari"))

    assert [answer.letter.step for answer in answers if answer.reason.code == "quarantined"] == large


def customers(hub: Hub) -> list[str]:
    """Linked ones of Tripletex."""
    there = {str(row["id"]) for row in hub.tripletex.rows("customer")}
    pairs = (link for link in hub.links("customers") if link.state is LinkState.LINKED)
    return [link.ids[Side.LEFT] for link in pairs if link.ids[Side.LEFT] in there]


def without_projects(hub: Hub) -> list[str]:
    used = {(row.get("customer") or {}).get("id") for row in hub.tripletex.rows("project")}
    return [name for name in customers(hub) if int(name) not in used]


def plans_in_slices(hub: Hub) -> None:
    """A dry run of a company that is too large to be planned in one go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "ROWS", 4)
        run = setup.run(hub.world, admin("kari"), FLOW, dry_run=True)
        hub.drain()
    found = hub.world.runs.get(FLOW, run.id)
    assert found is not None
    assert found.status is RunStatus.PLANNED
    assert found.count("plan", "slices") > 2


def writes_and_hands_out_a_file(hub: Hub) -> None:
    """A large one, then one that cannot be finished, then one that somebody fetches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_text, "MARK", bytes(s3_files.PART_BYTES))
        exports.run_export(hub.world, admin("kari"), hub.flow)
        hub.drain()
        (file,) = exports.files_of(hub.world, admin(), hub.flow.tenant)
        with hub.as_function("fetch"), pytest.raises(ZeroDivisionError):
            hub.world.file_store.put(file.key, (bytes(s3_files.PART_BYTES // number) for number in (1, 0)))
    hub.world = hub.reachable()
    made = exports.make_link(hub.world, admin("kari"), hub.flow.tenant, file.id, days=1)
    with hub.as_function("files"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "LIMIT_BYTES", 200_000)  # what this door sends is small
        replies = [hand_out(hub.world, method, made.address.rpartition("/")[2], "nb") for method in ("GET", "POST")]
    assert [reply.status for reply in replies] == [200, 302]
    with hub.as_function("files"):  # who fetches it has the rights of who signed the address
        held = client_of("s3").get_object(Bucket="blobs", Key=file.key)["Body"].read()
    assert held.count(b"\r\n") == file.rows + 1
    hub.drain()


def asks_for_webhooks(hub: Hub) -> None:
    """The nightly read finds that a vendor had switched them off."""
    hub.clock.advance(86_400)
    hub.timerabbit.hooks.held.clear()
    hub.world = hub.reachable()
    hub.sync()

    assert len(hub.journal("webhooks_mended")) == 1


def tells_people(hub: Hub) -> None:
    """By mail and by webhook; one of a set that a vendor's limit or a large message has nothing to do with."""
    hub.clock.advance(600)  # no other function holds the signing secret any more
    hub.world.tenants.note("acme")
    for way, address in (("mail", "kari@firma.example"), ("webhook", "https://example.com/in")):
        notify.add(hub.world, admin("kari"), "acme", way, address, language="nb")
    hub.tripletex.add("customer", {"name": "W" * 150, "organizationNumber": "996831862"})
    hub.sync(full=False)
    hub.world.queues.bury("notify", "{}", "")
    hub.world.queues.send([WatchTenants(), WatchTenants(part=10**6)])
    hub.drain()

    _, told = hub.world.notices.of("acme")
    assert {name for notice in told for name in notice.told} == {"mail-1", "webhook-2"}


def looks_whether_the_mapping_still_fits(hub: Hub) -> None:
    mapping.set_pair(hub.world, admin("kari"), hub.flow, "customers", "invoice_email", "invoice_email")
    (accepted,) = hub.world.blobs.keys("schemas/")
    hub.world.blobs.put(accepted, b"{}")

    hub.sync()

    assert b"invoice_email" in (hub.world.blobs.get(accepted) or b"")


STORIES: tuple[Callable[[Hub], None], ...] = (
    takes_a_webhook,
    stops_what_is_too_much,
    finds_a_list_shrunk_and_whole_again,
    wakes_what_waits,
    plans_in_slices,
    replays,
    asks_for_webhooks,
    tells_people,
    meets_a_dead_key,
)


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_every_function_does_its_work_with_its_own_role_which_gives_it_nothing_else(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LIMIT_BYTES", 0)  # so that every message is a large one
    people = People(stack)
    with on_aws_alone(people) as hub:
        hub.first_sync()
        for story in STORIES:
            story(hub)
    with on_aws_alone(people, NAME) as hub:
        sends_hours(Site(hub))
        looks_whether_the_mapping_still_fits(hub)
        finds_that_large_messages_are_gone(hub)
    with on_aws_alone(people, "tripletex-customers-csv") as hub:
        hub.connect()
        writes_and_hands_out_a_file(hub)

    assert people.denied == []
    given = {right for role in ROLES for right in people.given(role) if right.statement not in LAMBDAS_OWN}
    for some in ("action", "place"):
        used = {right._replace(**{some: ""}) for right in people.used}
        assert sorted({right._replace(**{some: ""}) for right in given} - used) == []
