"""The operator's day, `docs/how-to/operate.md`: each of its commands is run and does what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from samspill.cli.main import cli
from samspill.engine.model import Side
from samspill.messages import FetchRecords, RecordHint, encode
from samspill.state import FlowStatus
from samspill.usecases import setup
from tests.cli.terminal import FLOW, WIDE, Terminal, a_customer
from tests.flows.hub import Hub
from tools.uv import ROOT

SVENN = "svenn-tripletex"
PAGE = (ROOT / "docs" / "how-to" / "operate.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
SECTIONS = {"Begin": PAGE.partition("\n## ")[0], **dict(SECTION.findall(PAGE))}
ACT = {0, 1}
"""Done, or done and something waits for a person."""


def commands(section: str) -> Iterator[list[str]]:
    for block in FENCE.findall(SECTIONS[section]):
        for line in block.splitlines():
            name, *words = shlex.split(line)
            assert name == "samspill", line
            yield words


@dataclass
class Day:
    """An installation with a customer whose flows are active."""

    folder: Path
    flow: str = FLOW
    filled: dict[str, str] = field(default_factory=dict)
    """What the page leaves open, such as the id of a run."""

    def __post_init__(self) -> None:
        self.hub = Hub(size=3, flow=self.flow)
        self.terminal = Terminal(self.hub, self.folder)
        self.hub.world.tenants.note("acme")
        self.hub.first_sync()
        for sandbox in self.hub.sandboxes.values():
            sandbox.set_faults({"webhook_drop": True})

    def typed(self, words: list[str], *, exits: set[int] = ACT) -> str:
        """Type a command as it stands on the page; return what it printed."""
        given = [self.filled.get(word, word) for word in words]
        done = CliRunner().invoke(cli, given, obj=self.terminal.session, env=WIDE)
        assert done.exit_code in exits, (words, done.output, done.exception)
        self.hub.drain()
        return done.output

    def section(self, name: str) -> list[str]:
        """Type all commands of a section; return what each printed."""
        return [self.typed(words) for words in commands(name)]

    def sync(self) -> None:
        setup.run(self.hub.world, self.terminal.actor, self.hub.flow, full=False)
        self.hub.drain()

    @property
    def status(self) -> FlowStatus:
        return self.hub.world.registry.flow(self.hub.flow).status


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)


@pytest.fixture
def svenn(tmp_path: Path) -> Day:
    return Day(tmp_path, SVENN)


def test_who_is_told_is_added(day: Day) -> None:
    added = day.section("Begin")

    assert [line.partition(" is added")[0] for line in added[:3]] == [
        "Recipient all-mail-1",
        "Recipient all-webhook-2",
        "Recipient mail-1",
    ]
    assert [address for address, _, _ in day.hub.world.mailer.sent] == ["kari@acme.example"]


def test_the_morning_shows_tenants_notices_and_status(day: Day) -> None:
    tenants, notices, status = day.section("In the morning")

    assert "acme" in tenants
    assert "Nobody is told" in notices
    assert FLOW in status


def test_a_refused_key_is_replaced_and_the_flow_goes_on(day: Day) -> None:
    day.filled["key.json"] = day.terminal.file(day.hub.timerabbit.tokens())
    test, connect, run = commands("A key is refused")
    day.hub.timerabbit.set_faults({"revoke_key": True})
    day.typed(test)
    assert "key" in day.typed(test).lower()

    day.hub.timerabbit.set_faults({"revoke_key": False})
    day.typed(connect)
    day.typed(run)

    assert day.status is FlowStatus.ACTIVE
    assert day.hub.world.registry.connection("acme", "timerabbit").settings["key_ends_on"] == "2099-05-31"
    assert day.hub.world.runs.latest(day.hub.flow, 1)[0].status.is_over


def test_failed_records_are_shown_and_replayed(day: Day) -> None:
    customer = a_customer(day.terminal)
    day.filled["10001"] = str(customer["customerNumber"])
    refuse = [{"status": 422, "times": 99, "path_prefix": "/v1/customers", "method": "PATCH"}]
    day.hub.timerabbit.set_faults({"fail_next": refuse})
    day.hub.tripletex.edit("customer", str(customer["id"]), {"name": "Ny AS"})
    day.sync()
    failed, record, tried, replayed = commands("Records failed")
    assert "Ny AS" in day.typed(failed)
    assert "Ny AS" in day.typed(record)
    assert "Ny AS" in day.typed(tried)

    day.hub.timerabbit.set_faults({"fail_next": []})
    day.typed(replayed)

    assert "Ny AS" in [row["name"] for row in day.hub.timerabbit.rows("customers")]


def test_a_conflict_is_decided(svenn: Day) -> None:
    link = next(link for link in svenn.hub.links("customers") if len(link.ids) == len(Side))
    svenn.hub.svenn.edit("customers", link.ids[Side.LEFT], {"name": "Venstre AS"})
    svenn.hub.tripletex.edit("customer", link.ids[Side.RIGHT], {"name": "Høyre AS"})
    svenn.sync()
    svenn.filled["LINK"] = link.id

    shown, _ = svenn.section("A conflict, or a record to decide about")

    assert "Venstre AS" in shown
    assert "Høyre AS" in shown
    assert "Venstre AS" in [row["name"] for row in svenn.hub.tripletex.rows("customer")]


def test_a_held_list_is_let_through(day: Day) -> None:
    for index in range(25):
        day.hub.tripletex.add("customer", {"name": f"Nykunde {index} AS", "isCustomer": True})
    day.sync()
    [held] = day.terminal.ask_any("status", FLOW)["flows"][0]["held"]
    day.filled["HASH"] = held["hash"]

    shown, _ = day.section("A list is held back")

    assert held["hash"] in shown
    assert sum(row["name"].startswith("Nykunde") for row in day.hub.timerabbit.rows("customers")) == 25


def test_a_set_up_in_review_goes_on(svenn: Day) -> None:
    state = svenn.hub.world.registry.flow(svenn.hub.flow)
    svenn.hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.IN_REVIEW}))

    svenn.section("A set-up waits in review")

    assert svenn.status is FlowStatus.APPROVED


def test_dead_letters_are_put_back(day: Day) -> None:
    hint = RecordHint(left=str(a_customer(day.terminal)["id"]))
    letter = FetchRecords(tenant="acme", flow=FLOW, stream="customers", records=(hint,))
    day.hub.world.queues.bury("fetch", encode(letter), "no")

    day.section("Dead letters")

    assert day.hub.world.queues.count_dead("fetch") == 0


def test_webhooks_are_put_back_and_everything_is_read(day: Day) -> None:
    day.section("Webhooks were lost")

    assert day.hub.world.runs.latest(day.hub.flow, 1)[0].full


def test_a_run_is_taken_back(day: Day) -> None:
    customer = str(a_customer(day.terminal)["id"])
    for phone in ("21000001", "21000002"):
        day.hub.tripletex.edit("customer", customer, {"phoneNumber": phone})
        day.sync()
    day.filled["RUN"] = day.hub.world.runs.latest(day.hub.flow, 1)[0].id
    *before, taken = commands("A run wrote what nobody wanted")
    assert [day.typed(words) for words in before][-1].count("21000002 → 21000001") == 1
    day.filled["BATCH"] = day.terminal.ask("undo", "run", day.filled["RUN"])["hash"]

    day.typed(taken)

    phones = [row["phone"] for row in day.hub.timerabbit.rows("customers")]
    assert "21000001" in phones
    assert "21000002" not in phones


@pytest.mark.parametrize("section", ["State was damaged", "Planned work", "An alarm goes off"])
def test_what_changes_nothing_for_good_is_run_as_it_stands(day: Day, section: str) -> None:
    assert all(day.section(section))
    assert day.status is FlowStatus.ACTIVE
    assert day.hub.world.notices.of("acme")[0].mutes == ()


def test_at_the_months_end_sums_agree_and_decisions_are_kept(day: Day, svenn: Day) -> None:
    totals, audit, export = commands("At the month's end")

    assert svenn.typed(totals, exits={0})
    assert day.typed(audit, exits={0}).startswith("at,")
    assert "customers" in day.typed(export, exits={0})


def test_a_customer_who_leaves_is_removed(day: Day) -> None:
    [remove] = commands("A customer leaves")
    day.typed(remove)
    day.hub.clock.advance(3600)

    day.typed(remove, exits={0})

    assert day.hub.world.tenants.all() == []


def test_every_section_with_commands_is_run_by_a_test_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    for name, body in SECTIONS.items():
        if FENCE.search(body):
            assert f'"{name}"' in source, name
