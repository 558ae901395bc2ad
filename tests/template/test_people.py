"""What the policies for people let them do: every command of theirs, and nothing of another's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from samspill import bootstrap
from samspill.bootstrap import stack_outputs
from samspill.cli.errors import exit_code
from samspill.cli.terminal import USAGE
from samspill.engine.model import Side
from samspill.errors import ConfigurationError, UsageError
from samspill.messages import FetchRecords, RecordHint, encode
from samspill.ports import Delivery
from samspill.state import FlowStatus
from samspill.store import claims
from samspill.texts.reasons import reason_text
from samspill.usecases.removing import SETTLES
from tests.cli.terminal import Terminal
from tests.flows.hub import Hub
from tests.support.aws import aws_in_process, client_of
from tests.support.people import Deed, People, Right, on_aws
from tests.support.stack import Stack
from tools.uv import ROOT

FLOW = "svenn-tripletex"
TEMPLATE = json.dumps(
    {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"StateTable": {"Value": "state"}},
    }
)
READER, ADMIN, OPERATOR = ("ReaderPolicy",), ("ReaderPolicy", "AdminPolicy"), ("ReaderPolicy", "OperatorPolicy")
LOOKS: tuple[tuple[str, ...], ...] = (
    ("flows",),
    ("status",),
    ("tenants",),
    ("log", FLOW),
    ("log", FLOW, "--record", "AS"),
    ("review", FLOW),
    ("rules", FLOW),
    ("mapping", FLOW),
    ("lookups", FLOW),
    ("limits", FLOW),
    ("export", FLOW, "--links"),
    ("export", FLOW, "--journal"),
    ("audit",),
)
CHANGES: tuple[tuple[str, ...], ...] = (
    ("pause", FLOW),
    ("limits", FLOW, "--at-least", "5"),
    ("rules", FLOW, "customers.phone", "report"),
    ("run", FLOW, "--no-wait"),
    ("test", "svenn"),
    ("mapping", FLOW, "customers", "invoice_email", "invoice_email"),
    ("lookups", FLOW, "vat", "25 %", "3"),
)


@dataclass
class Office:
    """A terminal at which one person after the other sits down."""

    terminal: Terminal
    people: People

    @property
    def hub(self) -> Hub:
        return self.terminal.hub

    def status(self) -> FlowStatus:
        return self.hub.world.registry.flow(self.hub.flow).status

    def does(self, who: tuple[str, ...], *command: str) -> None:
        """Somebody runs a command; nothing of it may be refused by AWS."""
        with self.people.acting(*who):
            self.terminal.ask_any(*command)
        assert self.people.denied == [], command
        self.hub.drain()

    def may_not(self, who: tuple[str, ...], *command: str) -> None:
        """Somebody runs a command that AWS refuses; the person is told so."""
        with self.people.acting(*who):
            said = self.terminal.run(*command, expect=1).stderr
        assert self.people.denied, command
        assert "AccessDenied" in said
        self.people.denied.clear()

    def may_not_yet(self, who: tuple[str, ...], *command: str) -> None:
        """Somebody runs a command that cannot be done now; AWS refuses nothing of it."""
        with self.people.acting(*who):
            assert self.terminal.run(*command, expect=2).stderr
        assert self.people.denied == [], command

    def finds_the_parts(self, who: tuple[str, ...]) -> dict[str, str]:
        """Before there is a world the command line asks for the stack by its name."""
        with self.people.acting(*who):
            return stack_outputs("samspill")

    def bury_a_large_message(self, body: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(claims, "LIMIT_BYTES", 0)
            self.hub.world.queues.bury("fetch", claims.check_in(body, self.hub.world.blobs), "")

    def keep_a_webhook(self) -> None:
        body = b'{"deliveryId":"d1","event":"customer.updated","id":"1001","version":2}'
        self.hub.world.blobs.put(f"webhooks/raw/acme/svenn/{self.hub.clock.now():%Y-%m-%d/%H%M%S}-0", body)
        self.hub.world.deliveries.note(Delivery("acme", "svenn", "d2"), body)

    def lose_what_expires(self) -> None:
        """A month later the bucket holds only what people said."""
        for key in self.hub.world.blobs.keys(""):
            if not key.startswith(("held/", "operators/")):
                client_of("s3").delete_object(Bucket="blobs", Key=key)

    def connect(self) -> None:
        for vendor, address in (("svenn", "https://svenn.sandbox"), ("tripletex", "https://tripletex.sandbox/v2")):
            settings = ["--setting", "environment=test", "--setting", f"default_project_manager={self.hub.manager()}"]
            tokens = self.terminal.file(self.hub.sandboxes[vendor].tokens())
            arguments = ("connect", vendor, "--name", vendor, "--credentials-file", tokens, "--address", address)
            self.does(ADMIN, *arguments, *(settings if vendor == "tripletex" else ()))
            self.does(ADMIN, "test", vendor)
        self.does(ADMIN, "enable", FLOW, "--left", "svenn", "--right", "tripletex", "--yes")

    def first_sync(self) -> None:
        self.connect()
        self.does(OPERATOR, "approve", FLOW, "--operator")
        self.does(ADMIN, "run", FLOW)
        self.does(ADMIN, "approve", FLOW, "--yes")


@pytest.fixture
def office(stack: Stack, tmp_path: Path) -> Iterator[Office]:
    """Nothing is set up yet."""
    with aws_in_process():
        terminal, people = Terminal(Hub(size=3, flow=FLOW), tmp_path), People(stack)
        world = replace(on_aws(terminal.hub, people), hook_url="https://hub.example")
        terminal.world = terminal.hub.world = world
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bootstrap, "client", client_of)
            client_of("cloudformation").create_stack(StackName="samspill", TemplateBody=TEMPLATE)
            people.watch()
            yield Office(terminal, people)
            people.leave()


def test_only_an_operator_lets_a_set_up_in_review_go_on_and_can_do_nothing_else_with_it(office: Office) -> None:
    office.connect()

    office.may_not(ADMIN, "approve", FLOW, "--operator")
    office.may_not(READER, "approve", FLOW, "--operator")
    assert office.status() is FlowStatus.IN_REVIEW
    assert office.hub.world.blobs.keys("operators/") == []
    office.does(OPERATOR, "approve", FLOW, "--operator")
    office.may_not(OPERATOR, "run", FLOW, "--no-wait")

    assert office.status() is FlowStatus.APPROVED
    assert len(office.hub.world.blobs.keys(f"operators/acme/{FLOW}/")) == 1
    assert office.hub.world.runs.latest(office.hub.flow) == []


def test_a_reader_sees_everything_and_changes_nothing(office: Office) -> None:
    office.first_sync()
    before = office.hub.world.registry.flow(office.hub.flow)

    assert office.finds_the_parts(READER) == {"StateTable": "state"}
    for command in LOOKS:
        office.does(READER, *command)
    for command in CHANGES:
        office.may_not(READER, *command)

    office.hub.clock.advance(600)  # at another terminal, which holds no key
    with office.people.acting(*READER):
        said = office.terminal.run("log", FLOW, "--record", "99999").stdout
    assert "Svenn could not be asked: " in said
    assert "Tripletex could not be asked: " in said
    assert office.hub.world.registry.flow(office.hub.flow) == before, "a right that lacks is no key that fails"


def test_an_admin_can_do_everything_else_and_no_right_is_given_that_nobody_needs(office: Office) -> None:
    office.connect()
    office.does(OPERATOR, "approve", FLOW, "--operator")
    office.does(ADMIN, "run", FLOW)
    office.lose_what_expires()
    office.may_not_yet(ADMIN, "approve", FLOW, "--yes")
    office.does(ADMIN, "run", FLOW)
    office.does(ADMIN, "approve", FLOW, "--yes")
    assert office.status() is FlowStatus.ACTIVE
    left = next(link.ids[Side.LEFT] for link in office.hub.links("customers") if Side.LEFT in link.ids)
    hint = FetchRecords(tenant="acme", flow=FLOW, stream="customers", records=(RecordHint(left=left),))
    office.bury_a_large_message(encode(hint))
    office.hub.world.queues.bury("map", "garbage", "")

    office.finds_the_parts(ADMIN)
    for command in (("status",), ("tenants",), ("log", FLOW), CHANGES[1], CHANGES[0]):
        office.does(ADMIN, *command)
    for command in (*CHANGES[-2:], ("mapping", FLOW, "customers", "--fields"), ("mapping", FLOW, "--check")):
        office.does(ADMIN, *command)
    for more in (("replay", FLOW, "--dead", "--dry-run"), ("replay", FLOW, "--dead"), ("totals", FLOW)):
        office.does(ADMIN, *more)
    office.keep_a_webhook()
    office.does(ADMIN, "replay", "--webhooks", "--since", "1d")

    office.does(ADMIN, "remove", "tenant", "--yes")
    office.hub.clock.advance(SETTLES.total_seconds())
    office.does(ADMIN, "remove", "tenant", "--yes")
    assert office.hub.world.registry.connections("acme") == []

    people = office.people
    given, used = (
        {(right.policy, right.statement) for right in rights}
        for rights in (set[Right]().union(*map(people.given, {*ADMIN, *OPERATOR})), people.used)
    )
    assert given - used == set()


def test_an_admin_shows_and_removes_a_person_and_a_reader_does_not(office: Office) -> None:
    office.first_sync()
    office.keep_a_webhook()
    office.bury_a_large_message('{"tenant": "acme"}')
    link = next(each for each in office.hub.links("employees") if each.label)
    who = f"{FLOW}/employees/{link.id}"

    office.does(ADMIN, "person", who, "--out", str(office.terminal.folder / "person.json"))
    office.may_not(READER, "forget", who, "--yes")
    office.does(ADMIN, "forget", who, "--yes")

    (after,) = [each for each in office.hub.links("employees") if each.id == link.id]
    assert (after.label, after.base) == ("", {})


def test_who_may_not_look_up_the_stack_is_told_so_in_words(office: Office) -> None:
    with pytest.raises(ConfigurationError) as caught:
        office.finds_the_parts(("OperatorPolicy",))

    assert "AccessDenied" in reason_text(caught.value.reason, "en")
    assert office.people.denied == [Deed("cloudformation:DescribeStacks", "stack/${AWS::StackName}/*")]


def test_a_stack_that_is_not_there_is_told_by_its_name(office: Office) -> None:
    with pytest.raises(UsageError, match="no stack 'nowhere'") as caught:
        stack_outputs("nowhere")

    told = reason_text(caught.value.reason, "en")
    assert "nowhere in the region " in told
    assert "--stack" in told
    assert exit_code(caught.value) == USAGE


def test_the_policies_are_made_only_where_they_are_asked_for(stack: Stack) -> None:
    assert stack.template["Parameters"]["PeoplePolicies"]["Default"] == "false"
    for name in ("ReaderPolicy", "AdminPolicy", "OperatorPolicy"):
        assert stack.whole(name)["Condition"] == "HasPeoplePolicies"
        assert stack.template["Outputs"][f"{name}Arn"] == {"Condition": "HasPeoplePolicies", "Value": {"Ref": name}}


def test_every_policy_is_in_the_how_to(stack: Stack) -> None:
    page = (ROOT / "docs" / "how-to" / "deploy-to-aws.md").read_text("utf-8")

    assert [name for name in ("ReaderPolicy", "AdminPolicy", "OperatorPolicy") if f"`{name}Arn`" not in page] == []
