"""What other rules would do: exactly what they then do, and nothing of it while one only asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, cast, get_type_hints

import pytest

from samspill.engine.model import Act, Link, LinkState, Observation, Shadow, Side, link_id
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import KeyRefusedError, NotAllowedError, UsageError
from samspill.modes import Modes
from samspill.ports import (
    Capabilities,
    LinkCommit,
    Page,
    World,
    deliveries,
    environment,
    files,
    limits,
    line,
    links,
    notices,
    queues,
    registry,
    runs,
    vendors,
)
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowState, FlowStatus, StreamKey
from samspill.store.memory import memory_world
from samspill.usecases import limits as guard_limits
from samspill.usecases import lookups, rules, setup, whatif
from samspill.usecases.views.whatif import WhatIf
from samspill.work import buckets
from samspill.work.read_only import READS, ReadOnlyError, read_only
from tests.flows.hub import Hub
from tests.flows.mapped_fields import THERE, Mapped, active, put_in_place
from tests.support.actors import admin, viewer
from tests.support.clock import START, FixedClock
from tests.support.ids import CountingIds

MONTH = timedelta(days=30)
PHONE = "customers.phone"
TYPED = ("99000001", "99000002", "99000003")
THEIRS = {"field": PHONE, "policy": "master", "master": "Timerabbit"}


def ask(hub: Hub, *files: Any, world: World | None = None, **more: Any) -> WhatIf:
    """Ask what these files would do; one that is a mapping is a rule."""
    bodies = {f"{n}.json": json.dumps({"rules": [f]} if "field" in f else f).encode() for n, f in enumerate(files)}
    return whatif.whatif(world or hub.world, admin("kari"), hub.flow, bodies, span=MONTH, **more)


def edited(size: int | str = 12) -> Hub:
    """A hub in step, in which somebody then typed other telephone numbers at Timerabbit."""
    hub = Hub(size=size)
    hub.first_sync()
    hub.sync()
    joined = {link.ids[Side.RIGHT] for link in hub.links("customers") if len(link.ids) == len(Side)}
    rows = [row for row in hub.timerabbit.rows("customers") if str(row["id"]) in joined]
    for row, typed in zip(rows, TYPED, strict=False):
        hub.timerabbit.edit("customers", row["id"], {"phone": typed})
    return hub


def held(hub: Hub, found: WhatIf, field: str = "phone") -> dict[tuple[str, str], Any]:
    """What the records of the examples hold, by link and system."""
    out: dict[tuple[str, str], Any] = {}
    for link in hub.links("customers"):
        if link.id in {each.link for each in found.examples} and len(link.ids) == len(Side):
            for side, system in ((Side.LEFT, "Tripletex"), (Side.RIGHT, "Timerabbit")):
                connection = hub.world.registry.connection("acme", hub.connections[hub.vendors[side]])
                (seen,) = hub.world.connectors.open(connection).read("customers", [link.ids[side]])
                out[link.id, system] = seen.fields[field]
    return out


def foretold(found: WhatIf, which: str) -> dict[tuple[str, str], Any]:
    return {(each.link, it.system): getattr(it, which) for each in found.examples for it in each.fields}


def test_another_owner_of_a_field_does_exactly_what_was_foretold() -> None:
    hub = edited()

    found = ask(hub, THEIRS)

    assert found.differing == len(TYPED)
    assert [(each.system, each.field, each.count) for each in found.fields] == [
        ("Tripletex", "phone", 3),
        ("Timerabbit", "phone", 3),
    ]
    assert held(hub, found) == foretold(found, "held")
    rules.change(hub.world, admin(), hub.flow, PHONE, policy=Policy.MASTER, master=Side.RIGHT)
    hub.sync()
    assert held(hub, found) == foretold(found, "new")
    assert set(TYPED) <= set(foretold(found, "new").values())


def test_the_present_rules_do_exactly_what_was_foretold_of_them() -> None:
    hub = edited()
    found = ask(hub, THEIRS)

    hub.sync()

    assert held(hub, found) == foretold(found, "now")
    assert not set(TYPED) & set(foretold(found, "now").values())


def test_questions_that_would_be_asked_are_told_and_then_asked() -> None:
    hub = edited()

    found = ask(hub, {"field": PHONE, "policy": "master", "master": "Tripletex", "on_conflict": "review"})

    assert [(each.stream, each.now, each.new, each.count) for each in found.actions] == [
        ("customers", "update", "review", 3)
    ]
    rules.change(hub.world, admin(), hub.flow, PHONE, policy=Policy.MASTER, on_conflict=OnConflict.REVIEW)
    hub.sync()
    assert {link.id for _, link in hub.reviews()} >= {each.link for each in found.examples}
    assert set(TYPED) <= {row["phone"] for row in hub.timerabbit.rows("customers")}


def test_what_the_guard_would_stop_is_told_with_its_limit() -> None:
    hub = edited()
    guard_limits.change(hub.world, admin(), hub.flow, at_least=2, share=0)

    (stop,) = (each for each in ask(hub, THEIRS).guard if each.system == "Tripletex")

    assert (stop.stream, stop.what, stop.count, stop.limit) == ("customers", "field:phone", 3, 2)
    rules.change(hub.world, admin(), hub.flow, PHONE, policy=Policy.MASTER, master=Side.RIGHT)
    hub.sync()
    assert "customers/left/field:phone" in hub.world.registry.flow(hub.flow).held


def test_the_journal_tells_what_would_have_been_otherwise_and_counts_what_it_cannot_tell() -> None:
    hub = edited()
    hub.sync()

    found = ask(hub, THEIRS)

    phone = next(each for each in found.past if each.field == "phone")
    lines = [entry for entry in hub.journal() if entry.stream == "customers" and "phone" in entry.fields]
    changes = [
        entry for entry in lines if entry.effect and (entry.effect.act, entry.effect.side) == (Act.CHANGE, "right")
    ]
    assert (phone.otherwise, phone.same, phone.untold) == (len(changes), len(lines) - len(changes), 0)
    assert phone.otherwise >= len(TYPED)
    assert phone.same > 0
    assert {each.fields for each in found.past_examples} == {("phone",)}
    assert {each.stream for each in found.past} == {"customers"}
    silent = next(each for each in found.past if not each.field)
    lines = [entry for entry in hub.journal() if entry.stream == "customers" and entry.link and not entry.fields]
    assert silent.untold == len(lines) > 0
    hub.clock.advance(40 * 86_400)
    assert ask(hub, THEIRS).past == ()


def test_before_the_first_sync_it_tells_what_the_first_sync_would_do() -> None:
    hub = Hub(size=12)
    hub.connect()

    found = ask(hub, {"field": PHONE, "policy": "off"})

    assert found.differing > 0
    assert {each.field for each in found.fields} == {"phone"}
    assert (found.past, found.guard) == ((), ())
    creates = [each for each in found.actions if (each.now, each.new) == ("create", "create")]
    assert creates
    assert hub.links("customers") == []


# --- mapping and lookups ---------------------------------------------------------------------------------------------


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Mapped:
    put_in_place(monkeypatch)
    return active()


PAIR = {
    "stream": "customers",
    "left": "invoice_email",
    "right": THERE,
    "policy": "master",
    "master": "Svenn",
    "lookup": "rates",
}


def test_a_mapped_field_and_its_lookup_are_told_in_the_names_and_values_of_each_side(sides: Mapped) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    sides.empty()
    sides.fill(ours, "a@svenn.example")
    hub.sync()
    sides.forget()
    rates = {"name": "rates", "rows": [{"left": "a@svenn.example", "right": "A"}]}

    found = ask(hub, {"mapping": [PAIR]}, {"lookups": [rates]})

    (told,) = found.examples
    assert (told.now, told.new) == ("none", "update")
    assert [(it.system, it.field, it.now, it.new) for it in told.fields] == [("Tripletex", THERE, None, "A")]
    assert [each.stream for each in found.left_out] == ["hours"]
    assert sides.written == (0, 0)
    lookups.set_row(hub.world, admin(), hub.flow, "rates", "a@svenn.example", "A")
    sides.map(lookup="rates")
    hub.sync()
    assert sides.held(ours, theirs) == ("a@svenn.example", "A")


def test_other_rows_of_a_lookup_are_told_as_what_they_would_write_and_what_would_wait(sides: Mapped) -> None:
    hub = sides.hub
    ours, theirs = sides.pair("customers")
    sides.empty()
    sides.fill(ours, "a@svenn.example")
    sides.set_rows()
    sides.map(lookup="rates", on_conflict="master-wins")
    hub.sync()
    assert sides.held(ours, theirs)[1] == "A"

    other = ask(hub, {"lookups": [{"name": "rates", "rows": [{"left": "a@svenn.example", "right": "AA"}]}]})
    lacking = ask(hub, {"lookups": [{"name": "rates", "rows": [{"left": "b@svenn.example", "right": "B"}]}]})

    assert [(each.now, each.new, each.reason and each.reason.code) for each in lacking.examples] == [
        ("none", "wait", "lookup_missing")
    ]
    (told,) = other.examples
    assert [(it.held, it.now, it.new) for it in told.fields] == [("A", "A", "AA")]
    assert any(each.untold for each in other.past)
    sides.set_rows(("a@svenn.example", "AA"))
    hub.sync()
    assert sides.held(ours, theirs)[1] == "AA"


def test_a_mapping_that_is_not_in_the_file_would_be_gone(sides: Mapped) -> None:
    sides.map()
    found = ask(sides.hub, {"mapping": []})

    assert found.read
    with pytest.raises(UsageError) as caught:
        ask(sides.hub, {"mapping": [{**PAIR, "lookup": ""}]})
    assert caught.value.reason.code == "whatif_nothing"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ({"field": "hours.hours", "policy": "off"}, "hours_as_declared"),
        ({"field": "activities.name", "policy": "two-way"}, "only_matched"),
        ({"field": "customers.shoe", "policy": "off"}, "no_such_field"),
        ({"field": PHONE, "policy": "master", "master": "Visma"}, "no_such_master"),
        ({"field": PHONE, "policy": "sometimes"}, "whatif_file"),
        ({"rule": []}, "whatif_file"),
        ({"schema": "samspill.cli.rules.1"}, "whatif_file_empty"),
        ({"mapping": [{**PAIR, "right": "shoe", "lookup": ""}]}, "mapped_unknown"),
        ({"mapping": [{**PAIR, "stream": "hours"}]}, "hours_as_declared"),
        ({"mapping": [PAIR]}, "mapped_no_lookup"),
        ({"lookups": [{"name": "rates", "kinds": {"Visma": "customers"}}]}, "no_such_side"),
    ],
)
def test_what_the_commands_would_refuse_is_refused_for_the_same_reason(sides: Mapped, file: Any, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(sides.hub, file)

    assert caught.value.reason.code == code


def test_what_the_commands_print_asks_for_nothing_as_it_is() -> None:
    hub = edited()
    shown = rules.show(hub.world, admin(), hub.flow).model_dump(mode="json")

    with pytest.raises(UsageError) as caught:
        ask(hub, {"schema": "samspill.cli.rules.1", **shown})

    assert caught.value.reason.code == "whatif_nothing"


def test_a_flow_of_exports_has_nothing_to_compare() -> None:
    hub = Hub(size=3, flow="tripletex-customers-csv")
    hub.connect()

    with pytest.raises(UsageError) as caught:
        ask(hub, {"field": "customers.name", "policy": "off"})

    assert caught.value.reason.code == "mapped_one_side"


def test_a_flow_at_rest_is_not_read() -> None:
    hub = edited()
    setup.pause(hub.world, admin(), hub.flow)
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()

    with pytest.raises(UsageError) as caught:
        ask(hub, THEIRS)

    assert caught.value.reason.code == "flow_is_paused"
    assert not any(sandbox.calls for sandbox in hub.sandboxes.values())


def test_whoever_may_only_look_may_not_have_both_systems_read() -> None:
    hub = edited()

    with pytest.raises(NotAllowedError):
        whatif.whatif(hub.world, viewer(), hub.flow, {}, span=MONTH)


# --- nothing is written ----------------------------------------------------------------------------------------------


class Watched:
    """A port that notes what is called."""

    def __init__(self, name: str, port: Any, called: set[tuple[str, str]]) -> None:
        self._name, self._port, self._called = name, port, called

    def __getattr__(self, name: str) -> Any:
        self._called.add((self._name, name))
        return getattr(self._port, name)


CHANGES: Mapping[str, Any] = {
    "tripletex-timerabbit": THEIRS,
    "svenn-tripletex": {"field": PHONE, "policy": "master", "master": "Tripletex"},
}


@pytest.mark.parametrize("stage", ["before the first sync", "active"])
@pytest.mark.parametrize("flow", CHANGES)
def test_nothing_is_stored_queued_or_written_to_a_vendor(flow: str, stage: str) -> None:
    hub = Hub(size=6, flow=flow)
    if stage == "active":
        hub.first_sync()
    else:
        hub.connect()
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()
    called: set[tuple[str, str]] = set()
    free = {"clock", "modes", "calm", "contact", "hook_url", "remarks", "preflight", "connectors"}
    ports = {each.name for each in fields(World)} - free
    watched: dict[str, Any] = {name: Watched(name, getattr(hub.world, name), called) for name in ports}
    world = replace(hub.world, **watched)

    ask(hub, CHANGES[flow], world=world)

    assert [(port, name) for port, name in called if name not in READS.get(port, ())] == []
    assert [hub.writes(vendor) for vendor in hub.sandboxes] == [0, 0]
    assert all(sandbox.calls for sandbox in hub.sandboxes.values())
    assert hub.world.queues.depth() == 0


PORTS = (deliveries, environment, files, limits, line, links, notices, queues, registry, runs, vendors)


def methods() -> Iterator[tuple[str, str]]:
    """Every method of every port."""
    known = {name: kind for module in PORTS for name, kind in vars(module).items()}
    for name, kind in get_type_hints(
        World, {**known, "timedelta": timedelta, "Modes": Modes, "Reason": object}
    ).items():
        if name not in {"clock", "modes", "calm", "contact", "hook_url", "remarks", "preflight", "connectors"}:
            yield from ((name, each) for each in vars(kind) if not each.startswith("_"))


def test_no_port_has_a_way_to_write_left() -> None:
    world = read_only(Hub(size=3).world)
    refused = set()
    for port, name in methods():
        try:
            getattr(getattr(world, port), name)
        except ReadOnlyError:
            refused.add((port, name))

    assert set(methods()) - refused == {(port, name) for port, names in READS.items() for name in names}
    assert {("links", "commit"), ("queues", "send"), ("registry", "save_flow"), ("journal", "append")} <= refused


def test_no_connector_has_a_way_to_write_left() -> None:
    hub = Hub(size=3)
    hub.connect()
    connection = hub.world.registry.connection("acme", "tripletex")
    connector = read_only(hub.world).connectors.open(connection)

    assert not {"write", "subscribe", "acknowledge"} & {name for name in dir(connector) if not name.startswith("_")}


def test_a_key_that_is_refused_meanwhile_is_told_and_stops_nothing() -> None:
    hub = edited()
    hub.timerabbit.set_faults({"revoke_key": True})
    before = hub.world.registry.connection("acme", "timerabbit"), hub.world.registry.flow(hub.flow)
    waiting = hub.world.queues.depth()

    with pytest.raises(KeyRefusedError):
        ask(hub, THEIRS)

    assert (hub.world.registry.connection("acme", "timerabbit"), hub.world.registry.flow(hub.flow)) == before
    assert hub.world.queues.depth() == waiting


# --- large companies -------------------------------------------------------------------------------------------------


def test_worked_on_part_by_part_it_is_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = edited("demo")
    review = {"field": "customers.email", "policy": "two-way", "on_conflict": "review"}
    whole = ask(hub, THEIRS, review)

    monkeypatch.setattr(whatif, "ROWS", 10)
    parted = ask(hub, THEIRS, review)

    def found(told: WhatIf) -> Any:
        return {**told.model_dump(), "examples": sorted(told.examples, key=lambda each: each.link)}

    assert found(parted) == found(whole)
    assert whole.differing


COMPANY = FlowKey("acme", "tripletex-timerabbit")
PARTS, PAGES = 10, 10


class Paged:
    """A side of a large company, page by page."""

    capabilities = Capabilities(kinds=frozenset({"customers", "projects"}), writable=frozenset())

    def __init__(self, side: Side, each: int, asked: list[tuple[Side, str, str | None]]) -> None:
        self._side, self._each, self._asked = side, each, asked

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        assert since is None
        self._asked.append((self._side, kind, token))
        first, end = int(token or 0), int(token or 0) + self._each // PAGES
        rows = [record(self._side, kind, number) for number in range(first, end)]
        return Page(rows, str(end) if end < self._each else None)


def record(side: Side, kind: str, number: int) -> Observation:
    typed = side is Side.RIGHT and kind == "customers" and number % 100 == 0
    phone = {"phone": "99" if typed else "11"} if kind == "customers" else {}
    told = {"name": f"{kind} {number}", "number": str(10_000 + number), **phone}
    return Observation(f"{kind[0]}{number}", told, seen_at=2)


def company(each: int, asked: list[tuple[Side, str, str | None]]) -> World:
    """A hub in which every record is linked, and whose customers differ in one of a hundred telephone numbers."""

    class Connectors:
        def open(self, connection: Connection) -> Any:
            return Paged(Side(connection.id), each, asked)

    world = memory_world(FixedClock(), CountingIds(), cast("Any", Connectors()), cast("Any", None))
    for side in Side:
        names = {"tenant": "acme", "id": str(side), "vendor": "tripletex", "base_url": "https://x.example"}
        made = Connection(**names, status=ConnectionStatus.TESTED, created_at=START)
        world.registry.save_connection(made)
    state = FlowState(
        tenant="acme",
        flow=COMPANY.flow,
        declaration=COMPANY.flow,
        left="left",
        right="right",
        every_min=5,
        created_at=START,
        status=FlowStatus.ACTIVE,
    )
    world.registry.save_flow(state)
    for kind in ("customers", "projects"):
        world.links.commit(StreamKey(*COMPANY, kind), [LinkCommit(*linked(kind, number)) for number in range(each)])
    return world


def linked(kind: str, number: int) -> tuple[Link, tuple[tuple[Side, str]]]:
    agreed = record(Side.LEFT, kind, number)
    ids = dict.fromkeys(Side, agreed.external_id)
    shadows = dict.fromkeys(Side, Shadow(agreed.fields, seen_at=1))
    link = Link(link_id(Side.LEFT, agreed.external_id), ids, LinkState.LINKED, agreed.fields, shadows)
    return link, ((Side.RIGHT, agreed.external_id),)


@pytest.mark.parametrize("records", [2_000, pytest.param(20_000, marks=pytest.mark.proofs)])
def test_a_large_company_is_read_once_and_never_held_at_once(records: int, monkeypatch: pytest.MonkeyPatch) -> None:
    each = records // 4  # two streams of two sides
    asked: list[tuple[Side, str, str | None]] = []
    world = company(each, asked)
    largest = 0
    take = buckets.StoredBuckets.take

    def taken(self: Any, name: str, bucket: int, read: Callable[[Any], Any] | None = None) -> Sequence[Any]:
        nonlocal largest
        found = take(self, name, bucket, read)
        largest = max(largest, len(found))
        return found

    monkeypatch.setattr(buckets.StoredBuckets, "take", taken)
    monkeypatch.setattr(whatif, "ROWS", 2 * each // PARTS)
    body = json.dumps({"rules": [THEIRS]}).encode()

    found = whatif.whatif(world, admin(), COMPANY, {"rules.json": body}, span=MONTH)

    assert sum(each.left + each.right for each in found.read) == records
    assert len(asked) == len(set(asked)) == 4 * PAGES
    assert found.differing == each // 100
    assert len(found.examples) == min(each // 100, whatif.EXAMPLES)
    assert 0 < largest < 2 * each * 1.6 / PARTS
